"""What comes back to invitations: reports of servers, answers of calendars, words of people."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path

import pytest
from chalice.test import Client

from chalicelib import clock, storage
from chalicelib.gateways.mail import MailRefused
from chalicelib.mailing import deliveries
from chalicelib.mailing.models import Delivery
from chalicelib.mailing.rules import State
from chalicelib.meetings import inbox, reminding, scheduling
from chalicelib.meetings.models import Invitation, Reply
from chalicelib.register.stores import USAGE
from chalicelib.storage import expiry
from dev.cloud import answers
from tests.functional.browser import FORM
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, Host, Plan, a_guest, a_host, in_
from tests.functional.meetings.post import Post, post

ZOE = "zoe@example.fr"
SIX = (
    "Ana Um <ana@example.fr>",
    "Ben Dos <ben@bounce.example>",
    "Cem Drei <cem@example.fr>",
    "Dia Quatre <dia@example.fr>",
    "Eva Cinq <eva@example.fr>",
    "Fay Six <fay@slow.example>",
)


@pytest.fixture
def carried(host: Host, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    with post(tmp_path / "mail", mailbox, monkeypatch) as running:
        yield running


def rows(page: str) -> list[str]:
    """The words of each invitee's line on the meeting's page."""
    part = page[page.index('id="invitees"') :]
    lines = re.findall(r"<li>(.*?)</li>", part[: part.index("</ul>")], re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in lines]


def row(plan: Plan, words: str) -> str:
    found = [line for line in rows(plan.host.browser.open(plan.page).html) if words in line]
    assert len(found) == 1, found
    return found[0]


def kept(kind: str) -> list[dict[str, object]]:
    return [item for item in expiry.scan(USAGE) if item["kind"] == kind]


def test_of_six_externals_one_bounces_and_one_declines_and_the_host_sees_both(host: Host, carried: Post) -> None:
    plan = host.plan(*SIX)
    lost = a_guest(carried.mailbox, "ben@bounce.example")
    assert lost.browser.open(lost.link).status == 200
    carried.answer("eva@example.fr", "declined")
    assert carried.read() == 3, "a bounce, a delay, an answer"
    assert carried.read() == 0
    assert "Non distribuée" in row(plan, "Ben Dos") and "Personne n’a cette adresse" in row(plan, "Ben Dos")
    assert "Retardée" in row(plan, "Fay Six") and "Décline" in row(plan, "Eva Cinq")
    assert all("Envoyée" in row(plan, name) for name in ("Ana Um", "Cem Drei", "Dia Quatre"))
    assert "Invités 1 décline, 5 sans réponse." in host.browser.open(plan.page).text

    action = next(one for one in host.browser.open(plan.page).actions if one.endswith("/correct"))
    field = "email-" + action.split("/")[-2]
    done = host.browser.send(action, True, **{field: "ben@example.fr"})
    assert "L’adresse est corrigée" in done.text
    assert lost.browser.open(lost.link).status == 404, "the old link is dead"
    found = a_guest(carried.mailbox, "ben@example.fr")
    assert found.link != lost.link and found.browser.open(found.link).status == 200
    assert "Envoyée" in row(plan, "Ben Dos") and "ben@bounce.example" not in host.browser.open(plan.page).html
    assert "ben@bounce.example" not in str(list(expiry.scan(USAGE))), "a wrong address may be a stranger's"
    assert len(rows(host.browser.open(plan.page).html)) == 6


def test_an_address_can_only_be_corrected_to_another_one_that_is_one(host: Host, carried: Post) -> None:
    plan = host.plan("ben@bounce.example", ZOE)
    carried.read()
    page = host.browser.open(plan.page)
    action = next(one for one in page.actions if one.endswith("/correct"))
    field = "email-" + action.split("/")[-2]
    for typed, said in (("ben", "contient une erreur"), ("ben@bounce.example", "Corrigez-la"), (ZOE, "déjà invitée")):
        host.browser.open(plan.page)
        answer = host.browser.send(action, True, **{field: typed})
        assert answer.status == 400 and said in answer.text
        assert f'id="field-{field}"' in answer.html and f'value="{typed}"' in answer.html, "nothing typed is lost"
    assert [mail.to for mail in carried.mailbox.mails].count(ZOE) == 1


def test_another_host_corrects_nothing(host: Host, carried: Post) -> None:
    plan = host.plan("ben@bounce.example")
    carried.read()
    action = next(one for one in host.browser.open(plan.page).actions if one.endswith("/correct"))
    stranger = a_host("paul@martin.fr")
    stranger.browser.open("/meetings/new")
    field = "email-" + action.split("/")[-2]
    answer = stranger.browser.call("POST", action, f"{field}=x%40example.fr", FORM)
    assert answer.status == 404 and not carried.mailbox.to("x@example.fr")


def test_who_has_no_such_address_or_does_not_want_our_mails_gets_no_more(
    host: Host, carried: Post, clock_file: MovedClock
) -> None:
    plan = host.plan("ben@bounce.example", "gil@spam.example", "hal@full.example", ZOE)
    carried.read()
    assert "Indésirable" in row(plan, "gil@spam.example") and "Sa boîte est pleine" in row(plan, "hal@full.example")
    carried.mailbox.empty()
    host.change(plan, title="Point décalé")
    assert {mail.to for mail in carried.mailbox.mails} == {ZOE, "hal@full.example", host.account.email}
    carried.mailbox.empty()
    clock_file.move(seconds=DAY - 3_500)
    reminding.remind_due()
    assert {mail.to for mail in carried.mailbox.mails} == {ZOE, "hal@full.example", host.account.email}
    page = host.browser.open(plan.page)
    invited = storage.query(Invitation, f"meeting#{plan.id}", "invitation#")
    again = next(f"{plan.page}/invitations/{item.id}/resend" for item in invited if "gil" in item.email)
    assert again not in page.actions
    answer = host.browser.call("POST", again, "", FORM)
    assert answer.status == 400 and "ne veut plus recevoir" in answer.text


def test_a_report_only_raises_what_is_known_whatever_order_it_comes_in(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE)
    (delivery,) = storage.query(Delivery, f"meeting#{plan.id}", "delivery#")
    mail = str(delivery.mail)
    reports: tuple[tuple[State, bool, State], ...] = (
        ("delivered", True, "delivered"),
        ("delivered", False, "delivered"),
        ("delayed", False, "delivered"),
        ("failed", True, "failed"),
        ("delivered", False, "failed"),
        ("complained", True, "complained"),
    )
    for state, news, now in reports:
        assert deliveries.reported(mail, state, "unknown" if state == "failed" else None) is news
        (delivery,) = storage.query(Delivery, f"meeting#{plan.id}", "delivery#")
        assert delivery.state == now
    assert deliveries.reported("0" * 16, "failed", "unknown") is False


def test_what_is_reported_of_an_older_mail_says_nothing_of_the_newer(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE)
    (first,) = storage.query(Delivery, f"meeting#{plan.id}", "delivery#")
    host.act(plan, "resend")
    assert deliveries.reported(str(first.mail), "failed", "unknown") is False
    assert "Envoyée" in row(plan, ZOE)


def test_ses_tells_by_sns_what_became_of_a_mail_and_the_same_twice_is_once(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(ZOE)
    (delivery,) = storage.query(Delivery, f"meeting#{plan.id}", "delivery#")
    told = {
        "eventType": "Bounce",
        "mail": {"tags": {"mail": [str(delivery.mail)]}},
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General"},
    }
    with Client(import_module("app").app) as client:
        for message in ("nonsense", json.dumps(told), json.dumps(told)):
            client.lambda_.invoke("mail_event", client.events.generate_sns_event(message))
    assert "Personne n’a cette adresse" in row(plan, ZOE)


def test_a_refusal_at_once_and_one_reported_later_read_the_same(host: Host, mailbox: Mailbox) -> None:
    mailbox.fault = MailRefused("smtp 550")
    plan = host.plan(ZOE)
    assert "Personne n’a cette adresse" in row(plan, ZOE)


@pytest.mark.parametrize(
    ("answer", "shown"), [("accepted", "Accepte"), ("tentative", "Peut-être"), ("declined", "Décline")]
)
def test_what_a_calendar_answers_stands_beside_the_guest(host: Host, carried: Post, answer: str, shown: str) -> None:
    plan = host.plan(ZOE, "paul@example.com")
    carried.answer(ZOE, answer)
    carried.read()
    assert shown in row(plan, ZOE) and shown not in row(plan, "paul@example.com")
    (reply,) = kept("reply")
    assert reply["hat"] == "processor" and reply["delete_by"] and "zoe" not in str(reply)


def test_the_last_answer_holds_and_an_old_one_late_changes_nothing(
    host: Host, carried: Post, clock_file: MovedClock
) -> None:
    plan = host.plan(ZOE)
    first = carried.answer(ZOE, "accepted")
    carried.read()
    clock_file.move(seconds=120)
    later = stamped(first, clock.now()).replace(b"ACCEPTED", b"DECLINED")
    for said in (later, first, later):
        carried.office.inbox.put(said)
        carried.read()
        assert "Décline" in row(plan, ZOE)
    assert len(kept("reply")) == 1


def stamped(said: bytes, at: int) -> bytes:
    """The same reply, written at another time."""
    now = datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
    return re.sub(rb"DTSTAMP:\w+", f"DTSTAMP:{now}".encode(), said)


def test_an_answer_from_before_the_meeting_was_moved_is_said_to_be(host: Host, carried: Post) -> None:
    plan = host.plan(ZOE)
    before = carried.answer(ZOE, "accepted")
    carried.read()
    host.change(plan, **in_(2 * DAY))
    assert "Accepte avant le changement d’heure" in row(plan, ZOE)
    carried.answer(ZOE, "declined")
    carried.office.inbox.put(before)
    carried.read()
    assert "Décline" in row(plan, ZOE) and "avant le changement" not in row(plan, ZOE)


def test_a_change_of_title_leaves_the_answers_as_they_are(host: Host, carried: Post) -> None:
    plan = host.plan(ZOE)
    carried.answer(ZOE, "accepted")
    carried.read()
    host.change(plan, title="Autre titre")
    assert "Accepte" in row(plan, ZOE) and "avant le changement" not in row(plan, ZOE)


def test_one_date_of_a_series_is_answered_alone(host: Host, carried: Post) -> None:
    plan = host.plan(ZOE, repeat="weekly", count="3")
    carried.answer(ZOE, "accepted")
    carried.read()
    second = Plan(f"{plan.id}-2", host)
    host.change(second, **in_(8 * DAY + 3_600), scope="one")
    assert "Accepte avant le changement d’heure" in row(second, ZOE)
    carried.answer(ZOE, "declined")
    carried.read()
    assert "Décline" in row(second, ZOE) and "avant" not in row(second, ZOE)
    assert "Accepte" in row(Plan(f"{plan.id}-1", host), ZOE) and "Accepte" in row(Plan(f"{plan.id}-3", host), ZOE)


def reply_to(carried: Post, **swapped: str) -> bytes:
    """Zoé's acceptance with words of it swapped."""
    said = answers.calendar_reply(carried.last(ZOE).message, "accepted")
    assert said is not None
    unfolded = re.sub(rb"\r\n[ \t]", b"", said)
    for was, now in swapped.items():
        assert was.encode() in unfolded
        unfolded = unfolded.replace(was.encode(), now.encode())
    return unfolded


def test_nobody_answers_for_somebody_else(host: Host, carried: Post) -> None:
    plan = host.plan(ZOE, "paul@example.com")
    other = host.plan("eve@example.com")
    for swapped in (
        {"mailto:zoe@example.fr": "mailto:eve@example.com"},  # the invitation was passed on
        {plan.id + "@iboo.live": other.id + "@iboo.live"},  # of another meeting
    ):
        carried.office.inbox.put(reply_to(carried, **swapped))
    said = reply_to(carried)
    (secret,) = set(re.findall(rb"reunion\+[a-z0-9]+\.[a-z0-9]+\.([a-z0-9]+)@", said))
    carried.office.inbox.put(said.replace(secret, secret[::-1]))
    carried.mailbox.empty()
    assert carried.read() == 3
    assert kept("reply") == [] and carried.mailbox.mails == []
    carried.office.inbox.put(said)
    assert carried.read() == 1 and len(kept("reply")) == 1, "as it was, it counts"


def test_what_is_no_answer_but_a_proposal_goes_to_the_host_in_words(host: Host, carried: Post) -> None:
    host.plan(ZOE)
    carried.office.inbox.put(reply_to(carried, **{"METHOD:REPLY": "METHOD:COUNTER", "Accepted": "Plutôt jeudi ?"}))
    carried.read()
    assert kept("reply") == [] and "Plutôt jeudi ?" in carried.last(host.account.email).text


def test_who_is_not_invited_any_more_answers_nothing(host: Host, carried: Post) -> None:
    plan = host.plan(ZOE)
    carried.answer(ZOE, "accepted")
    host.act(plan, "revoke")
    carried.read()
    assert kept("reply") == []


def test_what_a_guest_writes_goes_to_the_host_and_is_not_kept(host: Host, carried: Post) -> None:
    plan = host.plan(f"Zoé Été <{ZOE}>")
    carried.write(ZOE, "Plutôt à onze heures ?\n\n> Rejoindre la réunion\n> http://127.0.0.1:8080/i/x")
    carried.read()
    mail = carried.last(host.account.email)
    assert "Plutôt à onze heures ?" in mail.text and "Zoé Été" in mail.subject and "/i/" not in mail.text
    assert mail.message["Reply-To"] == ZOE and f"/meetings/{plan.id}" in mail.text
    assert "onze heures" not in str([*expiry.scan(USAGE)]) and carried.office.inbox.uids() == []


def test_a_guest_who_writes_and_writes_reaches_the_host_five_times_a_day(host: Host, carried: Post) -> None:
    host.plan(ZOE)
    for number in range(7):
        carried.write(ZOE, f"Encore {number}")
    carried.read()
    assert sum("Encore" in mail.text for mail in carried.mailbox.to(host.account.email)) == 5


def test_whoever_else_writes_is_told_once_a_day_where_we_read(
    host: Host, carried: Post, clock_file: MovedClock
) -> None:
    def write(sender: str, extra: str = "") -> None:
        carried.office.inbox.put(f"From: {sender}\r\nTo: reunion@iboo.live\r\n{extra}\r\nBonjour\r\n".encode())

    write("luc@example.fr", "Message-ID: <q@example.fr>\r\n")
    write("luc@example.fr")
    carried.read()
    (mail,) = carried.mailbox.to("luc@example.fr")
    assert "rgpd@iboo.live" in mail.text and "contact@iboo.live" in mail.text and "Nobody reads it" in mail.text
    assert mail.message["Auto-Submitted"] == "auto-replied" and mail.message["In-Reply-To"] == "<q@example.fr>"
    carried.mailbox.empty()
    for extra in (
        "Auto-Submitted: auto-replied\r\n",
        "List-Id: <x>\r\n",
        "Precedence: bulk\r\n",
        "Return-Path: <>\r\n",
    ):
        write("ida@example.fr", extra)
    for sender in ("mailer-daemon@example.fr", "no-reply@example.fr", "reunion@iboo.live", "", "x@y@z"):
        write(sender)
    carried.read()
    assert carried.mailbox.mails == []
    clock_file.move(days=1, seconds=1)
    write("luc@example.fr")
    carried.read()
    assert [mail.to for mail in carried.mailbox.mails] == ["luc@example.fr"]


def test_a_forged_sender_does_not_speak_for_a_guest(host: Host, carried: Post) -> None:
    host.plan(ZOE)
    said = message_from_bytes(reply_to(carried), EmailMessage, policy=policy.default)
    carried.office.inbox.put(f"From: eve@example.com\r\nTo: {said['To']}\r\n\r\nJe viens\r\n".encode())
    carried.read()
    assert "Je viens" not in carried.last(host.account.email).text
    assert "n’a pas été lu" in carried.last("eve@example.com").subject


def test_a_mail_we_fail_at_is_left_flagged_and_the_next_one_read(
    host: Host, carried: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = host.plan(ZOE)
    receive = inbox.receive

    def fail(content: bytes) -> str:
        if b"poison" in content:
            raise RuntimeError("a fault of our own")
        return receive(content)

    monkeypatch.setattr(inbox, "receive", fail)
    carried.office.inbox.put(b"Subject: poison\r\n\r\n")
    carried.answer(ZOE, "accepted")
    assert carried.read() == 1 and "Accepte" in row(plan, ZOE)
    assert carried.read() == 0 and len(carried.office.inbox.uids()) == 1, "for a person"


def test_a_huge_mail_is_read_so_far_and_answered(host: Host, carried: Post) -> None:
    plan = host.plan(ZOE)
    carried.office.inbox.put(reply_to(carried) + b"\r\n" + b"x" * 3_000_000)
    assert carried.read() == 1 and "Accepte" in row(plan, ZOE)


def test_what_calendars_answered_goes_with_the_meeting_and_is_told_to_the_guest(host: Host, carried: Post) -> None:
    plan = host.plan(ZOE)
    carried.answer(ZOE, "accepted")
    carried.read()
    guest = a_guest(carried.mailbox)
    mine = guest.browser.open(guest.link.replace("/i/", "/my-data/"))
    assert "Réponse de votre calendrier" in mine.text and "acceptée" in mine.text
    host.change(plan, **in_(9 * DAY))
    (reply,) = storage.query(Reply, f"meeting#{plan.id}", "reply#")
    (item,) = storage.query(Invitation, f"meeting#{plan.id}", "invitation#")
    assert reply.delete_by == item.delete_by
    assert scheduling.read(plan.id).occurrence.sequence == 1
