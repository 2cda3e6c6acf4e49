"""Invoices through the e-invoicing platform: its local stand-in, over HTTP, by the interface every platform has."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from facturx import get_facturx_xml_from_pdf

from chalicelib import clock
from chalicelib.billing import depositing, invoicing, refunding
from chalicelib.billing.acts import Operator
from chalicelib.gateways.einvoicing import Declined, FlowService, Nonsense, Unavailable, read_statuses
from dev.einvoicing import CDAR, LocalPlatform
from dev.monetico import Simulator
from tests.functional.billing.buyers import Buyer, order_of


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalPlatform]:
    with LocalPlatform() as running:
        running.now = lambda: datetime.fromtimestamp(clock.precise_now(), UTC)
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def an_invoice(buyer: Buyer, bank: Simulator, **order: str) -> str:
    reference = buyer.pays(bank, order=order)
    invoicing.issue_due()
    return str(order_of(reference).invoice)


def state(number: str) -> str:
    found = depositing.of(number)
    return "" if found is None else str(found.state)


def codes(number: str) -> list[str]:
    found = depositing.of(number)
    assert found is not None
    return [one["code"] for one in depositing.statuses_of(found)]


def service() -> FlowService:
    found = depositing.platform()
    assert isinstance(found, FlowService)
    return found


def test_without_a_platform_nothing_is_deposited_and_nothing_pretends_to_be(buyer: Buyer, bank: Simulator) -> None:
    number = an_invoice(buyer, bank)
    assert depositing.of(number) is None
    assert depositing.send_due() == depositing.follow() == 0


def test_an_invoice_is_handed_over_whole_once_and_acknowledged(
    buyer: Buyer, bank: Simulator, platform: LocalPlatform
) -> None:
    number = an_invoice(buyer, bank)
    assert state(number) == "waiting"
    assert depositing.send_due() == 2, "handed over, then checked"
    assert state(number) == "deposited"
    (flow,) = platform.flows
    assert (flow["trackingId"], flow["flowSyntax"], flow["processingRule"]) == (number, "Factur-X", "B2B")
    invoice = invoicing.find(number)
    assert invoice is not None
    assert platform.files[flow["flowId"]] == invoice.pdf
    assert number.encode() in get_facturx_xml_from_pdf(platform.files[flow["flowId"]])[1]
    assert depositing.send_due() == 0
    assert len(platform.flows) == 1


def test_a_credit_note_goes_the_same_way(buyer: Buyer, bank: Simulator, platform: LocalPlatform) -> None:
    number = an_invoice(buyer, bank)
    refunding.refund(Operator("Chloé Martin", "demande du client"), number, "50")
    refunding.credit_due()
    depositing.send_due()
    assert [flow["trackingId"] for flow in platform.flows] == [number, f"{number[:-1]}2"]


@pytest.mark.parametrize("country", ["DE", "CH"])
def test_sales_abroad_do_not_go_through_it(
    buyer: Buyer, bank: Simulator, platform: LocalPlatform, country: str
) -> None:
    assert state(an_invoice(buyer, bank, country=country, siren="")) == ""


def test_a_platform_that_is_away_gets_it_later(buyer: Buyer, bank: Simulator, platform: LocalPlatform) -> None:
    number = an_invoice(buyer, bank)
    platform.failing = 1
    assert depositing.send_due() == 0
    assert state(number) == "waiting"
    depositing.send_due()
    assert state(number) == "deposited"


def test_a_deposit_whose_answer_was_lost_is_not_made_twice(
    buyer: Buyer, bank: Simulator, platform: LocalPlatform
) -> None:
    number = an_invoice(buyer, bank)
    platform.losing = 1
    assert depositing.send_due() == 0
    depositing.send_due()
    assert len(platform.flows) == 1
    assert state(number) == "deposited"


def test_checks_that_take_long_are_asked_for_again(buyer: Buyer, bank: Simulator, platform: LocalPlatform) -> None:
    number = an_invoice(buyer, bank)
    platform.pending = True
    assert depositing.send_due() == 1
    assert state(number) == "sent"
    platform.checks_end()
    depositing.send_due()
    assert state(number) == "deposited"


def test_a_file_the_platform_rejects_waits_for_an_operator(
    buyer: Buyer, bank: Simulator, platform: LocalPlatform
) -> None:
    number = an_invoice(buyer, bank)
    platform.take({"trackingId": number}, b"no pdf at all")
    depositing.send_due()
    found = depositing.of(number)
    assert found is not None
    assert (found.state, found.reason) == ("rejected", "InvalidSchema")
    assert [one.number for one in depositing.refused()] == [number]


def test_the_life_of_an_invoice_is_followed_and_a_refusal_told(
    buyer: Buyer, bank: Simulator, platform: LocalPlatform, logged: list[str]
) -> None:
    number = an_invoice(buyer, bank)
    depositing.send_due()
    now = platform.now()
    platform.happens(number, "202", at=now + timedelta(seconds=1))
    platform.happens("IB-1999-000001", "202")
    assert depositing.follow() == 1
    assert depositing.follow() == 0, "once"
    platform.happens(number, "210", "DEST_INC", at=now + timedelta(seconds=2))
    assert depositing.follow() == 1
    assert codes(number) == ["202", "210"]
    assert [one.number for one in depositing.refused()] == [number]
    assert "invoice_refused" in "\n".join(logged)
    platform.happens(number, "205", at=now + timedelta(seconds=3))
    depositing.follow()
    assert not depositing.refused(), "the buyer thought better of it"


def test_more_statuses_than_a_page_holds_are_all_read(buyer: Buyer, bank: Simulator, platform: LocalPlatform) -> None:
    number = an_invoice(buyer, bank)
    depositing.send_due()
    now = platform.now()
    for second in range(130):
        platform.happens(number, "204", at=now + timedelta(seconds=second))
    assert depositing.follow() == 130


def test_who_failed_is_said(platform: LocalPlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    platform.failing = 1
    with pytest.raises(Unavailable, match="503"):
        service().find("IB-2026-000001")
    assert service().find("IB-2026-000001") is None
    monkeypatch.setenv("IBOO_EINVOICING_SECRET", "another")
    with pytest.raises(Declined, match="BAD_CLIENT"):
        service().find("IB-2026-000001")
    monkeypatch.setenv("IBOO_EINVOICING_TOKEN_URL", "http://127.0.0.1:9/token")
    with pytest.raises(Unavailable):
        service().find("IB-2026-000001")


@pytest.mark.parametrize(
    "xml", [b"", b"<a>", b"<!DOCTYPE a><a/>", CDAR.replace("{at:%Y%m%d%H%M%S}", "hier").encode()], ids=repr
)
def test_what_is_no_lifecycle_message_is_nonsense(xml: bytes) -> None:
    with pytest.raises(Nonsense):
        list(read_statuses(xml))
