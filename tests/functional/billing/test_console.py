"""The operator's pages: who enters, what they show, and that each act needs a reason."""

from typing import Any

import pytest

from chalicelib.billing import acts, invoicing, operating, refunding
from chalicelib.rights import officers
from dev.monetico import Simulator
from infra.doors import DOORS, policy
from tests.functional.billing.buyers import Buyer, order_of
from tests.functional.browser import Browser
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host
from tests.functional.rights.people import an_officer, enter_console

WHY = "demande du client, dossier 12"
PAGES = ("", "/transfers", "/doubts", "/vat", "/cards", "/books", "/acts")
ROOM = "/console/billing"


@pytest.fixture
def operator(buyer: Buyer) -> Host:
    """Somebody at the operators' pages, with the second factor given."""
    person = a_host("chloe@iboo.live")
    officers.grant(person.account.id, officers.OPERATOR)
    enter_console(person, ROOM)
    return person


def an_invoice(buyer: Buyer, bank: Simulator) -> str:
    reference = buyer.pays(bank)
    invoicing.issue_due()
    return str(order_of(reference).invoice)


def test_to_anybody_else_there_is_nothing_here(buyer: Buyer, bank: Simulator) -> None:
    number = an_invoice(buyer, bank)
    dpo = an_officer()
    for path in (*PAGES, f"/companies/{buyer.account.company}", f"/invoices/{number}", f"/invoices/{number}/file"):
        for browser in (buyer.browser, dpo.browser):
            assert browser.open(ROOM + path).status == 404, path
        assert Browser().open(ROOM + path, follow=False).status == 404, path
    for path in ("/find", f"/invoices/{number}/refund", "/transfers", "/books"):
        token = buyer.browser.csrf
        assert buyer.browser.post(ROOM + path, {"csrf": token, "reason": WHY}).status == 404, path


def test_an_operator_is_no_data_protection_officer(operator: Host) -> None:
    for path in ("/console", "/console/holds", "/console/register"):
        assert operator.browser.open(path).status == 404, path


def test_who_is_both_finds_both_rooms(buyer: Buyer) -> None:
    person = a_host("chloe@iboo.live")
    officers.grant(person.account.id, "dpo,operator")
    enter_console(person)
    assert f'href="{ROOM}"' in person.browser.page.html
    assert 'href="/console"' in person.browser.open(ROOM).html


def test_every_page_opens_and_is_written_down(operator: Host, bank: Simulator) -> None:
    for path in PAGES:
        assert operator.browser.open(ROOM + path).status == 200, path
    seen = [one.what for one in officers.accesses()]
    assert all(f"GET {ROOM}{path}" in seen for path in PAGES)


@pytest.mark.parametrize("by", ["address", "invoice", "order", "company"])
def test_a_company_is_found_by_what_a_customer_can_quote(
    operator: Host, buyer: Buyer, bank: Simulator, by: str
) -> None:
    number = an_invoice(buyer, bank)
    invoice = invoicing.find(number)
    assert invoice is not None
    wanted = {
        "address": buyer.account.email,
        "invoice": number.lower(),
        "order": invoice.reference,
        "company": buyer.account.company,
    }[by]
    operator.browser.open(ROOM)
    page = operator.browser.send(f"{ROOM}/find", wanted=wanted)
    assert page.path == f"{ROOM}/{f'invoices/{number}' if by == 'invoice' else f'companies/{buyer.account.company}'}"
    assert "237,60" in page.text


def test_what_nobody_has_is_not_found(operator: Host, bank: Simulator) -> None:
    operator.browser.open(ROOM)
    for wanted in ("", "nobody@example.fr", "IB-2026-999999", "IB-x-1", "#", "a" * 300):
        assert operator.browser.send(f"{ROOM}/find", wanted=wanted).status == 400, wanted


def test_a_part_is_refunded_with_a_reason_and_the_customer_hears_of_it(
    operator: Host, buyer: Buyer, bank: Simulator, mailbox: Mailbox
) -> None:
    number = an_invoice(buyer, bank)
    address = f"{ROOM}/invoices/{number}"
    operator.browser.open(address)
    page = operator.browser.send(f"{address}/refund", amount="50", reason="non")
    assert page.status == 400
    assert "dix signes" in page.text
    assert not refunding.all_of(number)
    page = operator.browser.send(f"{address}/refund", amount="50", reason=WHY)
    assert (page.status, page.path) == (200, address)
    assert "avoir à venir" in page.text
    assert refunding.credit_due() == 1
    page = operator.browser.open(address)
    assert "avoir écrit" in page.text
    assert "187,60" in page.text
    assert "Votre avoir" in mailbox.last(buyer.account.email).subject
    assert [line.operator for line in acts.all_of() if line.act == "refund"] == ["Anne Dupont"]


def test_an_archive_opens_for_a_reason_that_is_kept(operator: Host, buyer: Buyer, bank: Simulator) -> None:
    number = an_invoice(buyer, bank)
    address = f"{ROOM}/invoices/{number}"
    assert "3-D Secure" not in operator.browser.open(address).text
    assert operator.browser.send(f"{address}/evidence", archive_reason="").status == 400
    page = operator.browser.send(f"{address}/evidence", archive_reason=WHY)
    assert "test_paid" in page.text
    assert "authenticated" in page.text
    assert ("read_payments", WHY) in [(line.act, line.reason) for line in acts.all_of()]
    company = f"{ROOM}/companies/{buyer.account.company}"
    operator.browser.open(company)
    assert operator.browser.send(f"{company}/contracts", reason="").status == 400
    assert "après la fin du contrat" in operator.browser.send(f"{company}/contracts", reason=WHY).text


def test_a_transfer_is_matched_by_its_reference(operator: Host, buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    buyer.browser.send(f"/subscription/pay/{reference}/transfer")
    address = f"{ROOM}/transfers"
    assert reference in operator.browser.open(address).text
    wrong: list[dict[str, Any]] = [{"amount": "beaucoup"}, {"reference": "IBNOTHING"}, {"reason": ""}]
    for typed in wrong:
        answer = operator.browser.send(address, **{"reference": reference, "amount": "237,60", "reason": WHY, **typed})
        assert answer.status == 400, typed
    assert not buyer.subscribed()
    operator.browser.send(address, reference=reference.lower(), amount="237,60", reason=WHY)
    assert buyer.subscribed()
    assert reference not in operator.browser.open(address).text


def test_a_doubt_is_cleared_and_a_second_time_is_none(operator: Host, buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    buyer.browser.send(f"/subscription/pay/{reference}/transfer")
    operator.browser.open(f"{ROOM}/transfers")
    operator.browser.send(f"{ROOM}/transfers", reference=reference, amount="200", reason=WHY)
    address = f"{ROOM}/doubts"
    assert "Autre montant" in operator.browser.open(address).text
    assert operator.browser.send(address, reference=reference, outcome="", reason=WHY).status == 400
    operator.browser.send(address, reference=reference, outcome="paid", reason=WHY)
    assert buyer.subscribed()
    assert not operating.doubts()


def test_a_forgotten_card_waits_until_it_is_deleted_at_the_bank(operator: Host, buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.pays(bank, order={"keep_card": True})
    buyer.browser.open("/subscription")
    buyer.browser.send("/subscription/card/remove")
    address = f"{ROOM}/cards"
    assert reference in operator.browser.open(address).text
    operator.browser.send(address, reference=reference, reason=WHY)
    assert reference not in operator.browser.open(address).text


def test_a_vat_number_is_checked(operator: Host, buyer: Buyer, bank: Simulator) -> None:
    german = {"country": "DE", "siren": "", "vat_number": "DE136695976", "city": "Köln", "postal_code": "50667"}
    buyer.order(**german)
    address, company = f"{ROOM}/vat", buyer.account.company
    assert "DE136695976" in operator.browser.open(address).text
    assert operator.browser.send(address, company=company, valid="no", proof="", reason=WHY).status == 400
    operator.browser.send(address, company=company, valid="no", proof="WAPIAAAAY2", reason=WHY)
    assert order_of(buyer.order(**german)).vat_case == "S"


@pytest.mark.parametrize(("form", "first"), [("csv", "\ufeffnumber;"), ("fec", "JournalCode\t")])
def test_the_books_of_a_year_are_downloaded(
    operator: Host, buyer: Buyer, bank: Simulator, form: str, first: str
) -> None:
    number = an_invoice(buyer, bank)
    year = number.split("-")[1]
    operator.browser.open(f"{ROOM}/books")
    assert operator.browser.send(f"{ROOM}/books", year="26", format=form, reason=WHY).status == 400
    file = operator.browser.send(f"{ROOM}/books", year=year, format=form, reason=WHY)
    assert file.body.decode().startswith(first)
    assert number in file.body.decode()
    name = {"csv": f"iboo-{year}.csv", "fec": f"552100554FEC{year}1231.txt"}[form]
    assert name in file.headers["Content-Disposition"]


def test_the_console_reads_the_archives_that_the_pages_of_customers_cant_and_changes_no_invoice() -> None:
    rights = {door.name: policy(door)["Statement"] for door in DOORS}

    def may(door: str, store: str) -> set[str]:
        return {
            action
            for one in rights[door]
            if any(arn.endswith(f"/iboo-{store}") for arn in one["Resource"])
            for action in one["Action"]
        }

    for archive in ("payments", "contracts"):
        assert "dynamodb:Query" in may("console", archive)
        assert "dynamodb:Query" not in may("public", archive) | may("callback", archive)
    changing = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    assert not may("console", "invoices") & changing
    assert may("console", "payments") & changing == {"dynamodb:PutItem"}
