"""How much a company may invite: a trial that misses too often stops; an operator allows more."""

from typing import Any

import pytest

from chalicelib import automated, storage
from chalicelib.accounts import plans
from chalicelib.accounts.models import Subscription
from chalicelib.billing import acts
from chalicelib.mailing import deliveries, misses
from chalicelib.mailing.models import Delivery
from chalicelib.mailing.rules import State
from chalicelib.meetings import limits
from chalicelib.rights import decisions
from tests.functional.browser import Seen
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, Plan
from tests.functional.operations.conftest import ROOM

WHY = "un colloque annoncé par téléphone"
HALTED = "n’ont trouvé personne"


def bounce(plan: Plan, state: State = "failed") -> None:
    """What was sent comes back, all of it."""
    for delivery in storage.query(Delivery, f"meeting#{plan.id}", "delivery#"):
        assert deliveries.reported(str(delivery.mail), state, "unknown")


def guessed(host: Host, number: int = limits.MISSES) -> Plan:
    """A meeting with so many people of whom none exists."""
    plan = host.plan(*(f"guess{each}@example.fr" for each in range(number)))
    bounce(plan)
    return plan


def allow(operator: Host, host: Host, **typed: Any) -> Seen:
    company = host.account.company
    operator.browser.open(f"{ROOM}/companies/{company}")
    given = {"invitations": "300", "invite_days": "7", "invite_reason": WHY, **typed}
    return operator.browser.send(f"{ROOM}/companies/{company}/invitations", True, **given)


def test_a_trial_that_misses_too_often_invites_nobody_more_that_day(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = guessed(host)
    mailbox.empty()
    page = host.invite(plan, "zoe@example.fr")
    assert page.status == 400 and HALTED in page.text and "contact@iboo.live" in page.text
    assert "zoe@example.fr" in page.html, "nothing typed is lost"
    refused = host.fill_in("zoe@example.fr", title="Autre réunion")
    assert refused.status == 400 and HALTED in refused.text and mailbox.mails == []
    host.plan(title="Sans invité")
    clock_file.move(days=1, seconds=1)
    host.plan("zoe@example.fr")
    assert mailbox.to("zoe@example.fr")


def test_fewer_misses_and_mere_delays_stop_nobody(host: Host, mailbox: Mailbox) -> None:
    guessed(host, limits.MISSES - 1)
    plan = host.plan(*(f"late{each}@example.fr" for each in range(limits.MISSES)))
    for delivery in storage.query(Delivery, f"meeting#{plan.id}", "delivery#"):
        assert deliveries.reported(str(delivery.mail), "delayed", "away")
        assert deliveries.reported(str(delivery.mail), "failed", "full")
    assert host.invite(plan, "zoe@example.fr").status == 200 and mailbox.to("zoe@example.fr")


def test_somebody_who_calls_it_unwanted_weighs_as_much_as_five_and_counts_once(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("ada@example.fr")
    bounce(plan, "complained")
    (delivery,) = storage.query(Delivery, f"meeting#{plan.id}", "delivery#")
    deliveries.reported(str(delivery.mail), "complained", "spam")
    assert misses.of(host.account.company).tries == misses.UNWANTED


def test_the_refusal_leads_to_a_person_whose_yes_lifts_it(host: Host, mailbox: Mailbox) -> None:
    plan = guessed(host)
    page = host.invite(plan, "zoe@example.fr")
    assert "Demander à une personne" in page.text and "/decisions/" in page.html
    decision = automated.refused(
        "invitations_halted", host.account.company, *[misses.of(host.account.company).counter] * 2
    )
    assert str(decision.counter).startswith("throttle#mail_misses#")
    decisions.ask(decision, "anne@lefevre.fr", "Un annuaire périmé.", "fr")
    decisions.answer(decision, "Chloé Martin", decisions.OVERTURNED, "Vu.")
    assert host.invite(plan, "zoe@example.fr").status == 200 and mailbox.to("zoe@example.fr")


def test_a_customer_is_not_stopped(host: Host, mailbox: Mailbox) -> None:
    plan = guessed(host)
    item = storage.get(Subscription, f"company#{host.account.company}", "subscription")
    assert item is not None
    storage.update(item, Subscription.plan.set("professional"))
    assert host.invite(plan, "zoe@example.fr").status == 200 and mailbox.to("zoe@example.fr")


def test_an_operator_allows_more_with_a_reason_and_for_some_days(
    host: Host, operator: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    plan = guessed(host, 50)
    assert host.invite(plan, "zoe@example.fr").status == 400
    assert allow(operator, host).status == 200
    (line,) = [one for one in acts.concerning(host.account.company) if one.act == "allow_invitations"]
    assert (line.reason, line.outcome) == (WHY, "300")
    assert plans.of(host.account.company).invitations_per_day == 300
    bounce(host.plan(*(f"again{each}@example.fr" for each in range(60))))
    assert host.invite(plan, "zoe@example.fr").status == 200, "looked at: not stopped while it lasts"
    clock_file.move(days=7, seconds=1)
    assert plans.of(host.account.company).invitations_per_day == 50
    assert plans.is_watched(host.account.company)


@pytest.mark.parametrize(
    "typed",
    [
        {"invitations": "0"},
        {"invitations": "2001"},
        {"invitations": "viele"},
        {"invite_days": "31"},
        {"invite_days": ""},
        {"invite_reason": "bref"},
    ],
)
def test_without_sense_or_reason_nothing_is_allowed(
    host: Host, operator: Host, mailbox: Mailbox, typed: dict[str, str]
) -> None:
    assert allow(operator, host, **typed).status == 400
    assert plans.of(host.account.company).invitations_per_day == 50


def test_nobody_else_allows_anything(host: Host, mailbox: Mailbox) -> None:
    host.browser.open("/meetings/new")
    path = f"{ROOM}/companies/{host.account.company}/invitations"
    body = "invitations=300&invite_days=7&invite_reason=un+colloque+de+plus"
    answer = host.browser.call("POST", path, body, "application/x-www-form-urlencoded")
    assert answer.status in (303, 403, 404)
    assert plans.of(host.account.company).invitations_per_day == 50
