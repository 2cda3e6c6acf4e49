"""From the order form to a paid subscription, whatever the order in which things come."""

import threading
from decimal import Decimal

import pytest

from chalicelib import storage
from chalicelib.accounts import plans
from chalicelib.billing import invoicing
from chalicelib.billing.links import paying
from chalicelib.billing.models import Payment
from dev.monetico import Simulator
from tests.functional.billing.buyers import SIREN, Buyer, a_buyer, order_of
from tests.functional.browser import Browser
from tests.functional.mailbox import Mailbox

PENDING, PAID, UNPAID = "en cours de confirmation", "Merci, c’est payé", "Le paiement n’est pas fait"


def evidence(reference: str) -> list[Payment]:
    return list(storage.query(Payment, f"payment#{reference}"))


def test_prices_are_shown_to_anybody_and_without_vat(bank: Simulator) -> None:
    page = a_buyer().browser.open("/prices")
    assert page.status == 200
    assert "9,90" in page.text
    assert "HT par membre" in page.text
    essential, professional = page.text.split("Professionnel")[:2]
    assert "enregistrement des réunions" in professional
    assert "enregistrement des réunions" not in essential


def test_recording_is_not_sold_before_its_impact_assessment_is_signed(
    bank: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IBOO_STAGE", "prod")
    assert "enregistrement des réunions" not in Browser().open("/prices").text


def test_the_order_form_says_what_is_wrong_and_keeps_what_was_typed(buyer: Buyer) -> None:
    page = buyer.fill_in(siren="732829321", seats="0", terms=False, city="Lyon")
    assert page.status == 400
    for wrong in ("SIREN", "places, de 1 à 500", "Acceptez les conditions"):
        assert wrong in page.text
    assert 'value="Lyon"' in page.html
    assert not buyer.subscribed()


def test_a_siret_is_taken_for_its_siren_and_the_french_vat_number_follows(buyer: Buyer) -> None:
    reference = buyer.order(siren=f"{SIREN}00074")
    assert f'"siren": "{SIREN}"' in order_of(reference).billing
    assert '"vat_number": "FR' in order_of(reference).billing


@pytest.mark.parametrize(("country", "vat"), [("FR", "39.60"), ("DE", "39.60"), ("CH", "0.00")])
def test_vat_follows_the_buyers_country(buyer: Buyer, country: str, vat: str) -> None:
    order = order_of(buyer.order(country=country, siren=SIREN if country == "FR" else ""))
    assert (order.net, order.vat) == ("198.00", vat)


def test_nobody_is_sold_to_where_vat_needs_advice(buyer: Buyer) -> None:
    page = buyer.fill_in(country="RE", siren="")
    assert page.status == 400
    assert "écrivez-nous" in page.text


def test_only_who_administers_the_company_orders(buyer: Buyer) -> None:
    reference = buyer.order()
    other = a_buyer("karim@ailleurs.fr")
    for path in ("pay", "return"):
        assert other.browser.open(f"/subscription/{path}/{reference}").status == 404


def test_the_payment_page_alone_may_post_to_the_bank(buyer: Buyer, bank: Simulator) -> None:
    buyer.order()
    assert f"form-action 'self' {bank.url};" in buyer.browser.page.headers["Content-Security-Policy"]
    other = buyer.browser.open("/subscription")
    assert bank.url not in other.headers["Content-Security-Policy"]


def test_a_paid_order_changes_the_subscription_and_the_limits(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.pays(bank)
    assert buyer.subscribed()
    assert (buyer.term.choice.offer, buyer.term.choice.seats) == ("essential", 2)
    assert PAID in buyer.returns(reference)
    plan = plans.of(buyer.account.company)
    assert (plan.members, plan.people, plan.meets) == (2, 25, True)


def test_nothing_changes_before_the_bank_has_told_and_the_return_page_says_so(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.pays(bank, how={"when": "never"})
    assert not buyer.subscribed()
    assert PENDING in buyer.returns(reference)
    bank.deliver(reference, how={"when": "before"})
    assert buyer.subscribed()
    assert PAID in buyer.returns(reference)


def test_who_comes_back_by_the_link_of_failure_learns_that_it_was_paid_all_the_same(
    buyer: Buyer, bank: Simulator
) -> None:
    reference = buyer.order()
    form = buyer.form()
    assert UNPAID in buyer.returns(reference, error=True)
    bank.play(form, "accepted")
    assert PAID in buyer.returns(reference, error=True)


def test_a_refusal_changes_nothing_and_is_acknowledged(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    attempt = bank.play(buyer.form(), "refused")
    assert attempt["deliveries"][0]["acknowledged"]
    assert not buyer.subscribed()
    assert [one.result for one in evidence(reference)] == ["refused"]


def test_who_must_authenticate_does_so_at_the_next_try(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    form = buyer.form()
    bank.play(form, "soft_declined")
    assert not buyer.subscribed()
    assert "Reprendre le paiement" in buyer.returns(reference, error=True)
    bank.play(form, "challenged", confirmed=True)
    assert buyer.subscribed()


def test_acceptance_after_refusal_wins_for_good(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    form = buyer.form()
    bank.play(form, "refused")
    bank.play(form, "accepted")
    assert buyer.subscribed()
    bank.deliver(reference, attempt=0)
    assert order_of(reference).state == "paid"
    assert PAID in buyer.returns(reference)


@pytest.mark.parametrize(
    "how",
    [
        {"method": "GET"},
        {"seal": "lower"},
        {"times": 2},
        {"extra": {"nouveau": "champ", "vide": ""}},
        {"extra": {"motifrefus": "-"}},
    ],
    ids=str,
)
def test_the_callback_is_understood_however_it_comes(buyer: Buyer, bank: Simulator, how: dict[str, object]) -> None:
    reference = buyer.order()
    attempt = bank.play(buyer.form(), "accepted", how=how)
    assert all(one["acknowledged"] and one["status"] == 200 for one in attempt["deliveries"])
    assert buyer.subscribed()
    assert len(evidence(reference)) == 1


def test_a_callback_with_a_wrong_seal_changes_nothing(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    attempt = bank.play(buyer.form(), "accepted", how={"seal": "wrong"})
    assert [one["body"] for one in attempt["deliveries"]] == ["version=2\ncdr=1\n"]
    assert not buyer.subscribed()
    assert not evidence(reference)


def test_fifty_deliveries_at_once_pay_one_subscription_once(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.pays(bank, how={"when": "never"})
    sent = bank.deliver(reference, together=True, how={"times": 50})
    assert len(sent) == 50
    assert all(one["acknowledged"] for one in sent)
    assert buyer.subscribed()
    assert buyer.term.number == 0
    assert [one.sk for one in evidence(reference)] == ["paid"]
    at_once = [threading.Thread(target=invoicing.issue_due) for _ in range(4)]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    (invoice,) = invoicing.of_company(buyer.account.company)
    assert (invoice.number[-6:], invoice.reference) == ("000001", reference)


def test_the_evidence_holds_no_more_than_its_row_and_goes_to_the_archive_at_once(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    bank.play(buyer.form(), "accepted", how={"extra": {"nomcartesequestree": "4970105555555550"}})
    (paid,) = evidence(reference)
    assert (paid.amount, paid.currency, paid.last4) == ("237.60", "EUR", "02")
    kept = str(paid.serialize())
    assert "vld" not in kept
    assert "4970105555555550" not in kept
    assert paid.store.archive


def test_a_whole_card_number_in_a_callback_alarms_and_pays_all_the_same(
    buyer: Buyer, bank: Simulator, logged: list[str]
) -> None:
    buyer.order()
    bank.play(buyer.form(), "accepted", how={"extra": {"surprise": "4111 1111 1111 1111"}})
    assert buyer.subscribed()
    said = "\n".join(logged)
    assert "card_number_in_callback" in said
    assert "surprise" in said
    assert "1111" not in said


def test_a_payment_of_another_amount_activates_nothing_and_is_kept_for_a_person(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    order = order_of(reference)
    storage.update(order, type(order).gross.set("999.00"))
    attempt = bank.play(buyer.form(), "accepted")
    assert attempt["deliveries"][0]["acknowledged"]
    assert not buyer.subscribed()
    assert order_of(reference).doubt == "amount"
    assert [one.amount for one in evidence(reference)] == ["237.60"]


def test_a_test_payment_pays_nothing_in_production(
    buyer: Buyer, bank: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = buyer.order()
    form = buyer.form()
    monkeypatch.setenv("IBOO_MONETICO_TEST", "")
    attempt = bank.play(form, "accepted", test=True)
    assert attempt["deliveries"][0]["acknowledged"]
    assert not buyer.subscribed()
    assert order_of(reference).state == "open"


def test_more_is_given_at_once_and_paid_by_the_days_left(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    reference = buyer.pays(bank, order={"offer": "professional"})
    assert order_of(reference).act == "change"
    assert Decimal(order_of(reference).net) == Decimal("120.00")
    assert buyer.subscribed()
    assert buyer.term.choice.offer == "professional"


def test_less_costs_nothing_and_holds_from_the_next_term_on(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    page = buyer.fill_in(seats="1")
    assert "prochain terme" in page.text
    assert buyer.subscribed()
    assert buyer.term.choice.seats == 2
    assert buyer.term.next is not None
    assert buyer.term.next.seats == 1


def test_cancelled_it_ends_with_the_term_and_can_be_taken_back(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    buyer.browser.open("/subscription")
    assert "Se termine" in buyer.browser.send("/subscription/cancel").text
    assert buyer.term.ending
    assert "L’abonnement continue" in buyer.browser.send("/subscription/resume").text
    assert not buyer.term.ending


def test_two_orders_paid_for_the_same_thing_leave_the_better_one_and_a_doubt(buyer: Buyer, bank: Simulator) -> None:
    first = buyer.order()
    one = buyer.form()
    second = buyer.order(offer="professional")
    bank.play(buyer.form(), "accepted")
    bank.play(one, "accepted")
    assert buyer.subscribed()
    assert buyer.term.choice.offer == "professional"
    assert order_of(second).doubt is None
    assert order_of(first).doubt == "paid twice"


def test_who_refused_payment_cookies_is_told_before_leaving_and_can_pay_by_transfer(
    buyer: Buyer, bank: Simulator
) -> None:
    reference = buyer.order()
    assert "n’avez pas accepté les cookies de paiement" in buyer.browser.page.text
    page = buyer.browser.send(f"/subscription/pay/{reference}/transfer")
    assert reference in page.text
    assert "FR7610278000000000000000000" in page.text
    assert order_of(reference).state == "transfer"


def test_who_accepted_them_is_not_warned(buyer: Buyer, bank: Simulator) -> None:
    buyer.browser.open("/privacy-choices")
    token = buyer.browser.csrf
    buyer.browser.post("/privacy-choices", {"csrf": token, "choice": "accept"})
    buyer.order()
    assert "n’avez pas accepté" not in buyer.browser.page.text


def test_whoever_is_sent_the_link_pays_without_an_account_and_sees_nothing_else(
    buyer: Buyer, bank: Simulator, mailbox: Mailbox
) -> None:
    reference = buyer.order(billing_email="compta@lefevre.fr", keep_card=True)
    assert "aliascb" in buyer.form()
    page = buyer.browser.send(f"/subscription/pay/{reference}/link")
    assert "est parti" in page.text
    link = mailbox.last("compta@lefevre.fr").link("/pay/")
    stranger = Browser()
    page = stranger.open(link)
    assert "237,60" in page.text
    assert "n’avez pas accepté les cookies de paiement" in page.text
    assert "/subscription" not in page.html
    (form,) = [form for form in page.forms if form.action.endswith("/paiement.cgi")]
    assert form.fields["url_retour_ok"].endswith(f"{link}/return")
    assert "aliascb" not in form.fields, "nobody keeps the card of who did not wish it"
    bank.play(form.fields, "accepted")
    assert buyer.subscribed()
    page = stranger.open(f"{link}/return")
    assert PAID in page.text
    assert "/subscription" not in page.html
    assert stranger.open(link).path == f"{link}/return", "nobody pays twice"


def test_by_the_link_a_transfer_can_be_chosen_too(buyer: Buyer, bank: Simulator, mailbox: Mailbox) -> None:
    reference = buyer.order()
    buyer.browser.send(f"/subscription/pay/{reference}/link")
    stranger = Browser()
    link = mailbox.last("anne@lefevre.fr").link("/pay/")
    assert UNPAID in stranger.open(f"{link}/return/error").text
    assert PENDING in stranger.open(f"{link}/return").text
    stranger.open(link)
    assert "FR7610278000000000000000000" in stranger.send(f"{link}/transfer").text
    assert order_of(reference).state == "transfer"


def test_a_link_nobody_was_sent_opens_nothing(buyer: Buyer, bank: Simulator) -> None:
    reference, other = buyer.order(), buyer.order(seats="3")
    secret = paying(other).rpartition("/")[2]
    for path in (f"/pay/{reference}/{secret}", f"/pay/{reference}/x", f"/pay/IBNOTHING/{secret}"):
        for end in ("", "/return", "/return/error"):
            assert Browser().open(path + end).status == 404, path + end
