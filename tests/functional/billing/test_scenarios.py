"""Payments as the privacy policy promises them: evidence, the card that is kept or not, a person behind a refusal."""

from datetime import UTC, datetime

from chalicelib import clock, storage
from chalicelib.billing import cards, days, renewals
from chalicelib.billing.models import Payment
from chalicelib.consents import proofs
from chalicelib.privacy.sweep import sweep
from chalicelib.register import row_of
from chalicelib.register.stores import PAYMENTS, PEOPLE
from chalicelib.rights import decisions
from chalicelib.storage import expiry
from chalicelib.storage.items import SYSTEM
from dev.monetico import Simulator
from infra.doors import DOORS
from tests.functional.billing.buyers import Buyer, order_of
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.rights.people import an_officer

ANNE = "anne@lefevre.fr"
MORE = {"cvx": "oui", "vld": "1228", "bincb": "497010", "hpancb": "74E94B03C22D786E0F2C2CADBFC1C00B", "surprise": "x"}


def kept() -> list[expiry.Raw]:
    return list(expiry.scan(PAYMENTS))


def at(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


def test_f12_of_a_payment_only_the_evidence_is_kept_apart_and_for_six_months_less_two_days(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock, logged: list[str]
) -> None:
    clock_file.move(seconds=max(0, at("2026-11-23T09:00") - clock.now()) % (400 * 86_400))
    reference = buyer.order()
    attempt = bank.play(buyer.form(), "accepted", how={"extra": {**MORE, "noted": "4970101122334471"}})
    assert attempt["deliveries"][0]["acknowledged"], "refusing a good seal would take the money and activate nothing"
    assert buyer.subscribed()
    (evidence,) = kept()
    assert evidence.keys() - SYSTEM <= row_of("payment").kinds["payment"]
    told = f"{evidence} {' '.join(logged)}"
    for name, value in (*MORE.items(), ("noted", "4970101122334471")):
        assert value == "x" or value == "oui" or value not in told, name
    assert "card_number_in_callback" in " ".join(logged), "a Luhn-valid number raises the alarm"
    reading = [door.name for door in DOORS if PAYMENTS in (*door.stores, *door.read)]
    assert reading == ["console", "schedule"], "operators, for a reason that is kept, and the sweep"
    paid_at, due = int(evidence["events"]["collected"]), int(evidence["delete_by"])
    months = datetime.fromtimestamp(due + 2 * 86_400, UTC).date()
    start = datetime.fromtimestamp(paid_at, UTC).date()
    assert (months.year * 12 + months.month) - (start.year * 12 + start.month) == 6
    clock_file.move(seconds=due - clock.now() - 300)
    sweep()
    assert len(kept()) == 1
    clock_file.move(seconds=301)
    assert list(storage.query(Payment, f"payment#{reference}")) == []
    sweep()
    assert kept() == []


def test_f13_without_the_box_no_card_is_kept_and_the_renewal_asks_again(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock, mailbox: Mailbox
) -> None:
    reference = buyer.pays(bank)
    assert cards.of(buyer.account.company) is None and order_of(reference).alias is None
    clock_file.move(days=(buyer.term.ends - days.today()).days - 14)
    renewals.renew_due()
    assert mailbox.last(ANNE).subject == "Abonnement à payer"
    assert "/subscription/order" in mailbox.last(ANNE).text


def test_f13_with_the_box_the_wish_is_proved_and_its_withdrawal_stops_the_card_here_and_at_the_bank(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock, mailbox: Mailbox, logged: list[str]
) -> None:
    reference = buyer.pays(bank, order={"keep_card": True})
    company = buyer.account.company
    (proof,) = proofs.standing(cards.subject(company), cards.PURPOSE)
    assert proof.granted and proofs.text(proof.text_hash), "with the words that were shown"
    buyer.browser.open("/subscription")
    buyer.browser.send("/subscription/card/remove")
    assert cards.of(company) is None
    assert proofs.standing(cards.subject(company), cards.PURPOSE) == []
    assert "card_removed" in " ".join(logged)
    (act,) = [item for item in expiry.scan(PEOPLE) if item.get("act") == "delete_card_at_bank"]
    assert act["about"] == reference, "no service of the bank deletes a card: the call is an operator's, and logged"
    clock_file.move(days=(buyer.term.ends - days.today()).days - 14)
    renewals.renew_due()
    assert mailbox.last(ANNE).subject == "Abonnement à payer", "the next term is paid by a link"


def test_f27_a_payment_the_fraud_filter_refused_is_reviewed_by_a_person(
    buyer: Buyer, bank: Simulator, clock_file: MovedClock, mailbox: Mailbox
) -> None:
    reference = buyer.order()
    bank.play(buyer.form(), "refused", how={"extra": {"filtragecause": "3"}})
    assert "filtre anti-fraude" not in buyer.browser.open("/subscription").text
    page = buyer.browser.open(f"/subscription/return/{reference}")
    assert "Le paiement n’est pas fait" in page.text and "Demander à une personne" in page.text
    (link,) = [part for part in page.html.split('"') if part.startswith("/decisions/")]
    assert [part for part in buyer.browser.open(page.path).html.split('"') if part.startswith("/decisions/")] == [link]
    assert "filtre anti-fraude" in buyer.browser.open(link).text
    buyer.browser.send(link, email=ANNE, words="C’est ma carte.")
    (waiting,) = decisions.waiting()
    assert waiting.due_at
    dpo = an_officer()
    dpo.browser.open("/console/decisions")
    dpo.browser.send("/console/decisions", decision=waiting.id, outcome="overturned", answer="Carte vérifiée.")
    found = decisions.find(waiting.id)
    assert (found.human, found.outcome, found.answer) == (dpo.account.id, "overturned", "Carte vérifiée.")
    assert "Carte vérifiée." in mailbox.last(ANNE).text and "virement" in mailbox.last(ANNE).text


def test_f27_a_refusal_by_the_bank_alone_is_the_banks(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    bank.play(buyer.form(), "refused")
    assert "Demander à une personne" not in buyer.browser.open(f"/subscription/return/{reference}/error").text


def test_f27_a_payment_of_another_amount_waits_for_a_person(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()
    order = order_of(reference)
    storage.update(order, type(order).gross.set("999.00"))
    bank.play(buyer.form(), "accepted")
    assert "Demander à une personne" in buyer.browser.open(f"/subscription/return/{reference}").text
