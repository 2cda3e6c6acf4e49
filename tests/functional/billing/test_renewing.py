"""Callbacks that were lost, terms that end: cards, links, reminders, rest."""

from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.accounts import plans
from chalicelib.billing import cards, checking, days, invoicing, operating, renewals
from chalicelib.billing.acts import Operator
from chalicelib.billing.money import share
from chalicelib.billing.terms import GRACE_DAYS, Standing
from chalicelib.consents import proofs
from dev.monetico import Simulator
from tests.functional.billing.buyers import RIGHT, Buyer, order_of
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox

ANNE = "anne@lefevre.fr"


@pytest.fixture
def recurring(bank: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """A terminal whose contract has recurring captures."""
    monkeypatch.setenv("IBOO_MONETICO_RECURRING", "1")
    return bank


def to_day(clock_file: MovedClock, buyer: Buyer, after_end: int) -> None:
    """Moves the clock to so many days after the end of the term, and lets the schedule work."""
    target = buyer.term.ends + timedelta(days=after_end)
    clock_file.move(days=(target - days.today()).days)
    renewals.renew_due()


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.subject for mail in mailbox.to(ANNE)]


def test_a_lost_callback_is_found_by_asking_the_bank(buyer: Buyer, bank: Simulator, clock_file: MovedClock) -> None:
    reference = buyer.pays(bank, how={"when": "never"})
    assert checking.ask_due() == 0, "too early to ask"
    clock_file.move(seconds=301)
    assert checking.ask_due() == 1
    assert buyer.subscribed()
    bank.deliver(reference, how={"when": "before"})
    assert order_of(reference).state == "paid"
    assert checking.ask_due() == 0


def test_an_order_nobody_pays_expires_and_a_late_payment_wins_all_the_same(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock
) -> None:
    reference = buyer.order()
    form = buyer.form()
    for _ in range(8):
        clock_file.move(days=3, seconds=1)
        checking.ask_due()
    assert order_of(reference).state == "expired"
    bank.play(form, "accepted")
    assert buyer.subscribed()


def test_a_silent_bank_is_asked_again(buyer: Buyer, bank: Simulator, clock_file: MovedClock) -> None:
    buyer.pays(bank, how={"when": "never"})
    bank.answer("etatpaiement", [{"close": True}])
    clock_file.move(seconds=301)
    assert checking.ask_due() == 0
    clock_file.move(seconds=901)
    assert checking.ask_due() == 1


def test_a_card_is_kept_only_when_wished_and_its_last_digits_are_shown(buyer: Buyer, bank: Simulator) -> None:
    buyer.pays(bank)
    assert cards.of(buyer.account.company) is None
    buyer.pays(bank, order={"offer": "professional", "keep_card": True})
    card = cards.of(buyer.account.company)
    assert card is not None
    assert proofs.standing(cards.subject(buyer.account.company), cards.PURPOSE)
    assert "se terminant par 02" in buyer.browser.open("/subscription").text


def test_a_removed_card_is_stopped_at_the_bank_and_forgotten_here(buyer: Buyer, recurring: Simulator) -> None:
    reference = buyer.pays(recurring, order={"keep_card": True})
    buyer.browser.open("/subscription")
    assert "La carte est retirée" in buyer.browser.send("/subscription/card/remove").text
    assert cards.of(buyer.account.company) is None
    assert not proofs.standing(cards.subject(buyer.account.company), cards.PURPOSE)
    assert recurring.state()["orders"][reference]["stopped"]


def test_a_stored_card_renews_at_the_term_after_an_announcement(
    buyer: Buyer, recurring: Simulator, clock_file: MovedClock, mailbox: Mailbox
) -> None:
    reference = buyer.pays(recurring, order={"keep_card": True})
    assert invoicing.issue_due() == 1
    ends = buyer.term.ends
    to_day(clock_file, buyer, -14)
    assert subjects(mailbox)[-1] == "Prélèvement à venir"
    assert buyer.term.ends == ends
    to_day(clock_file, buyer, 0)
    assert buyer.term.number == 1
    assert buyer.term.begins == ends
    assert len(recurring.state()["orders"][reference]["captures"]) == 2
    renewals.renew_due()
    assert len(recurring.state()["orders"][reference]["captures"]) == 2
    assert invoicing.issue_due() == 1


@pytest.mark.parametrize(
    ("code", "reason"),
    [("0", "autorisation refusee"), ("0", "Refus repli VADS"), ("-1", "la demande ne peut aboutir")],
    ids=("refused", "the holder must authenticate", "not looked into"),
)
def test_a_refused_debit_leads_to_a_link(
    buyer: Buyer, recurring: Simulator, clock_file: MovedClock, mailbox: Mailbox, code: str, reason: str
) -> None:
    buyer.pays(recurring, order={"keep_card": True})
    recurring.answer("capture_paiement", [{"lines": {"cdr": code, "lib": reason}}])
    to_day(clock_file, buyer, 0)
    assert buyer.term.standing(days.today()) is Standing.GRACE
    assert subjects(mailbox)[-1] == "Abonnement à payer"
    assert "/subscription/order" in mailbox.last(ANNE).text
    renewals.renew_due()
    assert buyer.term.number == 0, "refused once is not tried again"


def test_a_debit_without_a_clear_answer_is_never_repeated_and_an_operator_decides(
    buyer: Buyer, recurring: Simulator, clock_file: MovedClock
) -> None:
    reference = buyer.pays(recurring, order={"keep_card": True})
    recurring.answer("capture_paiement", [{"close": True, "work": True}])
    to_day(clock_file, buyer, 0)
    assert buyer.term.number == 0
    (order,) = operating.doubts()
    assert order.doubt == "debit unclear"
    to_day(clock_file, buyer, 3)
    captures = recurring.state()["orders"][reference]["captures"]
    assert len(captures) == 2, "the first term, and the one whose answer was lost"
    operating.clear_doubt(Operator("Chloé Martin", "vu à la banque, encaissé"), order.reference, paid=True)
    assert buyer.term.number == 1
    to_day(clock_file, buyer, 0)
    assert buyer.term.number == 2, "the next debit counts the unclear one"


def test_without_a_card_a_link_goes_out_before_the_term_and_renews_without_gap(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock, mailbox: Mailbox
) -> None:
    buyer.pays(bank)
    ends = buyer.term.ends
    to_day(clock_file, buyer, -14)
    assert subjects(mailbox) == ["Abonnement à payer"]
    renewals.renew_due()
    assert len(subjects(mailbox)) == 1, "a reminder is sent once"
    to_day(clock_file, buyer, 3)
    buyer.sign_in()
    buyer.pays(bank)
    assert (buyer.term.begins, buyer.term.number) == (ends, 1)


def test_the_link_of_the_mail_pays_the_next_term_before_this_one_is_over(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock, mailbox: Mailbox
) -> None:
    buyer.pays(bank)
    ends = buyer.term.ends
    to_day(clock_file, buyer, -15)
    buyer.sign_in()
    assert "quatorze jours" in buyer.fill_in(renew="1").text
    to_day(clock_file, buyer, -14)
    link = mailbox.last(ANNE).link("/subscription/order")
    assert "Payer le terme suivant" in buyer.browser.open(link).text
    page = buyer.browser.send("/subscription/order", **RIGHT, renew="1", purchase_order="BC-78")
    reference = page.path.rpartition("/")[2]
    assert order_of(reference).begins == ends.isoformat()
    bank.play(buyer.form(), "accepted")
    assert (buyer.term.ends, buyer.term.prepaid) == (ends, True)
    assert "est déjà payé" in buyer.browser.open("/subscription").text
    assert "déjà payé" in buyer.fill_in(renew="1").text, "once"
    to_day(clock_file, buyer, 0)
    assert (buyer.term.begins, buyer.term.number, buyer.term.prepaid) == (ends, 1, False)
    assert subjects(mailbox) == ["Abonnement à payer"]
    assert plans.of(buyer.account.company).meets


def test_less_wished_for_the_next_term_holds_when_that_term_paid_ahead_begins(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock
) -> None:
    buyer.pays(bank)
    to_day(clock_file, buyer, -10)
    buyer.sign_in()
    reference = buyer.pays(bank, order={"renew": "1", "seats": "1"})
    assert order_of(reference).net == "99.00"
    assert plans.of(buyer.account.company).members == 2
    assert "dès qu’il aura commencé" in buyer.fill_in(seats="1").text
    left = share(Decimal("297"), 10, buyer.term.days) - share(Decimal("198"), 10, buyer.term.days)
    assert Decimal(order_of(buyer.order(seats="3")).net) == left + 198, "one seat for ten days, two for the next year"
    to_day(clock_file, buyer, 0)
    assert plans.of(buyer.account.company).members == 1


def test_the_bank_offers_the_kept_card_for_a_renewal(buyer: Buyer, bank: Simulator, clock_file: MovedClock) -> None:
    buyer.pays(bank, order={"keep_card": True})
    card = cards.of(buyer.account.company)
    assert card is not None
    to_day(clock_file, buyer, -5)
    buyer.sign_in()
    buyer.order(renew="1")
    form = buyer.form()
    assert form["aliascb"] == card.alias
    bank.play(form, how={"extra": {"cbenregistree": "1"}})
    assert buyer.term.prepaid
    assert cards.of(buyer.account.company).alias == card.alias  # type: ignore[union-attr]


def test_a_first_term_begins_when_its_transfer_has_come(buyer: Buyer, bank: Simulator, clock_file: MovedClock) -> None:
    reference = buyer.order()
    buyer.browser.send(f"/subscription/pay/{reference}/transfer")
    clock_file.move(days=4)
    operating.transfer_came(Operator("Chloé Martin", "relevé du jour, ligne 4"), reference, Decimal("237.60"))
    assert buyer.term.begins == days.today()
    assert order_of(reference).begins == days.today().isoformat()


def test_after_the_grace_period_all_can_be_read_and_nothing_new_be_held(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock, mailbox: Mailbox
) -> None:
    buyer.pays(bank)
    to_day(clock_file, buyer, GRACE_DAYS - 1)
    assert plans.of(buyer.account.company).meets
    to_day(clock_file, buyer, GRACE_DAYS)
    assert not plans.of(buyer.account.company).meets
    assert subjects(mailbox)[-1] == "Abonnement terminé"
    buyer.sign_in()
    assert "Lecture seule" in buyer.browser.open("/subscription").text
    assert buyer.browser.open("/meetings").status == 200
    buyer.pays(bank)
    assert plans.of(buyer.account.company).meets
    assert buyer.term.begins == days.today()


def test_a_cancelled_subscription_is_neither_debited_nor_reminded(
    buyer: Buyer, recurring: Simulator, clock_file: MovedClock, mailbox: Mailbox
) -> None:
    reference = buyer.pays(recurring, order={"keep_card": True})
    buyer.browser.open("/subscription")
    buyer.browser.send("/subscription/cancel")
    for after in (-14, -1, 0, 3):
        to_day(clock_file, buyer, after)
    assert subjects(mailbox) == ["Abonnement terminé"]
    assert len(recurring.state()["orders"][reference]["captures"]) == 1
    assert cards.of(buyer.account.company) is None, "a card is kept no longer than what it was kept for"
    assert recurring.state()["orders"][reference]["stopped"]


def test_a_trial_that_is_over_says_what_to_do(buyer: Buyer, bank: Simulator, clock_file: MovedClock) -> None:
    clock_file.move(days=31)
    buyer.sign_in()
    buyer.browser.open("/meetings/new")
    assert not plans.of(buyer.account.company).meets
    assert "Choisir une offre" in buyer.browser.open("/subscription").text
