"""Statements that functions and workers sign for each other."""

from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chalicelib.signalling import tickets
from chalicelib.signalling.standing import Standing
from chalicelib.signalling.tickets import LEEWAY, LIFETIME, Limits, Ticket, TicketError

NOW = 1_800_000_000
SECRET = "shared by the whole pool and longer than 32 bytes"
WORKER = "incarnation-1"


def pair() -> tuple[str, str]:
    """A private and a public key, PEM."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


PRIVATE, PUBLIC = pair()
TICKET = Ticket(
    worker=WORKER,
    room="meeting-1",
    epoch=3,
    participant="p1",
    connection="c1",
    name="Zoé d’Été",
    role="guest",
    offer_sha256=tickets.sha256("v=0"),
    limits=Limits(participants=10),
)


def signed(ticket: Ticket = TICKET, private: str = PRIVATE, now: int = NOW) -> str:
    return tickets.sign_ticket(ticket, private, now)


def read(token: str, worker: str = WORKER, now: int = NOW) -> Ticket:
    return tickets.read_ticket(token, PUBLIC, worker, now)


def test_a_ticket_arrives_as_it_was_written() -> None:
    assert read(signed()) == TICKET


def test_where_a_person_stands_travels_with_the_ticket() -> None:
    muted = replace(TICKET, role="cohost", revision=7, held=("microphone",), hand=12.5, memory_chat=True)
    assert read(signed(muted)) == muted
    assert read(signed(muted)).standing == Standing(7, "cohost", ("microphone",), 12.5)


def test_functions_of_an_older_contract_say_nothing_of_it() -> None:
    claims = jwt.decode(signed(), options={"verify_signature": False})
    for claim in ("revision", "held", "hand", "memory_chat"):
        del claims[claim]
    token = jwt.encode(claims, PRIVATE, algorithm="EdDSA", headers={"typ": "ticket"})
    assert read(token).standing == Standing(0, "guest")


def test_a_slot_nobody_knows_is_no_ticket() -> None:
    claims = jwt.decode(signed(), options={"verify_signature": False})
    token = jwt.encode(claims | {"held": ["everything"]}, PRIVATE, algorithm="EdDSA", headers={"typ": "ticket"})
    with pytest.raises(TicketError):
        read(token)


def test_each_ticket_has_an_id_of_its_own() -> None:
    assert replace(TICKET, id="").id == ""
    fields = {name: value for name, value in vars(TICKET).items() if name != "id"}
    assert Ticket(**fields).id != Ticket(**fields).id


def test_a_ticket_of_another_installation_is_refused() -> None:
    with pytest.raises(TicketError):
        read(signed(private=pair()[0]))


def test_a_ticket_for_another_incarnation_is_refused() -> None:
    with pytest.raises(TicketError, match="another worker"):
        read(signed(), worker="incarnation-2")


def test_an_old_ticket_is_refused_and_clocks_may_differ_a_little() -> None:
    token = signed()
    assert read(token, now=NOW + LIFETIME + LEEWAY)
    assert read(token, now=NOW - LEEWAY)
    for moment in (NOW + LIFETIME + LEEWAY + 1, NOW - LEEWAY - 1):
        with pytest.raises(TicketError, match="expired"):
            read(token, now=moment)


def test_a_changed_ticket_is_refused() -> None:
    header, payload, signature = signed().split(".")
    other = signed(replace(TICKET, role="host")).split(".")[1]
    for token in (f"{header}.{other}.{signature}", f"{header}.{payload}.", f"{header}.{payload}", ""):
        with pytest.raises(TicketError):
            read(token)


def test_an_unsigned_ticket_is_refused() -> None:
    claims = jwt.decode(signed(), options={"verify_signature": False})
    with pytest.raises(TicketError):
        read(jwt.encode(claims, "", algorithm="none", headers={"typ": "ticket"}))


def test_the_public_key_used_as_a_shared_secret_signs_nothing() -> None:
    with pytest.raises(TicketError):
        tickets.check_report(signed(), b"", SECRET, NOW)
    forged = tickets.sign_report(b"v=0", WORKER, SECRET, NOW)
    with pytest.raises(TicketError):
        read(forged)


def test_an_order_is_no_ticket_and_a_ticket_is_no_order() -> None:
    with pytest.raises(TicketError, match="type ticket"):
        read(tickets.sign_order(b"{}", WORKER, PRIVATE, NOW))
    with pytest.raises(TicketError, match="type order"):
        tickets.check_order(signed(), b"{}", PUBLIC, WORKER, NOW)


def test_a_role_nobody_knows_gives_a_guests_rights() -> None:
    claims = jwt.decode(signed(replace(TICKET, role="host")), options={"verify_signature": False})
    token = jwt.encode(claims | {"role": "king"}, PRIVATE, algorithm="EdDSA", headers={"typ": "ticket"})
    assert read(token).role == "guest"


@pytest.mark.parametrize("claim", ["room", "epoch", "participant", "connection", "name", "role", "limits", "jti"])
def test_a_ticket_without_one_of_its_claims_is_refused(claim: str) -> None:
    claims = jwt.decode(signed(), options={"verify_signature": False})
    del claims[claim]
    with pytest.raises(TicketError):
        read(jwt.encode(claims, PRIVATE, algorithm="EdDSA", headers={"typ": "ticket"}))


def test_an_order_holds_for_its_body_its_worker_and_its_time() -> None:
    token = tickets.sign_order(b'{"type":"end"}', WORKER, PRIVATE, NOW)
    tickets.check_order(token, b'{"type":"end"}', PUBLIC, WORKER, NOW)
    for body, worker, now in (
        (b'{"type":"chat"}', WORKER, NOW),
        (b'{"type":"end"}', "incarnation-2", NOW),
        (b'{"type":"end"}', WORKER, NOW + LIFETIME + LEEWAY + 1),
    ):
        with pytest.raises(TicketError):
            tickets.check_order(token, body, PUBLIC, worker, now)


def test_a_report_names_its_worker_and_holds_for_its_body() -> None:
    token = tickets.sign_report(b"{}", "w1", SECRET, NOW)
    assert tickets.check_report(token, b"{}", SECRET, NOW) == "w1"
    for body, secret, now in (
        (b"{ }", SECRET, NOW),
        (b"{}", SECRET + "!", NOW),
        (b"{}", SECRET, NOW + LIFETIME + LEEWAY + 1),
    ):
        with pytest.raises(TicketError):
            tickets.check_report(token, body, secret, now)


def test_the_digest_of_a_text_is_that_of_its_bytes() -> None:
    assert tickets.sha256("é") == tickets.sha256("é".encode())
