"""What the calendar, the register and the build hold, tried on the engine (scenarios 20, 25 and 28)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import boto3
import pytest
from aiortc.rtcicetransport import RTCIceGatherer

from chalicelib import clock
from chalicelib.privacy import versions
from chalicelib.privacy.census import by_category, census
from chalicelib.register import ROWS, STORES
from chalicelib.register.checks import faults
from chalicelib.register.stores import Store
from chalicelib.rights import inbound
from infra.deploy import strangers
from tests.functional.browser import Browser
from tests.functional.conftest import PREFIX, MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.rights.people import PARIS, only_request

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("stores")


@pytest.mark.parametrize(
    ("received", "due", "said"),
    [
        ("2027-01-31", "2027-03-01", "mars 2027"),
        ("2026-11-25", "2026-12-28", "28 décembre 2026"),
        ("2026-12-01", "2027-01-04", "4 janvier 2027"),
    ],
)
def test_f20_a_month_ends_on_the_same_date_or_on_the_next_working_day(
    mailbox: Mailbox, clock_file: MovedClock, received: str, due: str, said: str
) -> None:
    arrived = int(datetime.fromisoformat(f"{received}T18:30").replace(tzinfo=PARIS).timestamp())
    clock_file.move(seconds=arrived + 40 * 3_600 - clock.now())
    message = EmailMessage()
    message["Received"] = f"from mx.example by in.iboo.live; {format_datetime(datetime.fromtimestamp(arrived, UTC))}"
    message["From"], message["To"], message["Subject"] = "zoe@example.fr", "rgpd@iboo.live", "Mes données"
    message.set_content("Je souhaite accéder à mes données.")
    opened = inbound.receive(message.as_bytes())
    assert opened.received_at == arrived, "when it arrived, not when it was read"
    assert datetime.fromtimestamp(int(only_request().due_at), PARIS).date().isoformat() == due
    receipt = mailbox.to("zoe@example.fr")[0].text.replace("\u00a0", " ")
    assert said in receipt


def test_f25_the_sentence_names_the_provider_and_says_french_only_of_a_french_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("PROVIDER", "Amazon Web Services EMEA SARL"), ("SEAT", "LU"), ("PARENT", "US")):
        monkeypatch.setenv(f"IBOO_HOSTING_{name}", value)
    for language, claim, seat in (("fr", "hébergeur français", "Luxembourg"), ("en", "French provider", "Luxembourg")):
        text = Browser(language).open("/policy").text
        assert "Amazon Web Services EMEA SARL" in text and seat in text and claim not in text
        assert list(versions.claims({language: f"{text} {claim}"}, "LU", "US")) != [], "the build fails on it"
        assert list(versions.claims({language: text}, "LU", "US")) == []
        assert list(versions.claims({language: f"{text} {claim}"}, "FR", "FR")) == []


def test_f25_the_library_would_ask_google_and_no_program_of_ours_uses_what_does() -> None:
    servers = RTCIceGatherer.getDefaultIceServers()
    assert any("google" in str(server.urls) for server in servers), "the leak this scenario is about"
    for path in (ROOT / "media_workers").rglob("*.py"):
        assert not re.search(r"\b(RTCIceGatherer|RTCPeerConnection)\b\(", path.read_text()), path


@pytest.fixture
def debug_events() -> Iterator[str]:
    """A table a developer added beside the register."""
    name, client = f"{PREFIX}-debug_events", boto3.client("dynamodb")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield name
    client.delete_table(TableName=name)


def test_f28_a_table_beside_the_register_fails_the_build_the_deployment_and_the_census(debug_events: str) -> None:
    store = Store("debug_events", "table", recovery_days=0)
    assert "store debug_events: no row names it" in faults(ROWS, (*STORES, store))
    assert strangers(boto3.client("dynamodb").list_tables()["TableNames"], PREFIX) == [debug_events]
    assert census()[debug_events].late == 1
    assert by_category()["unknown"].late == 1
    assert "Ce que le registre ne connaît pas" in Browser().open("/retention").text
