"""What an operator does to a company: each act with a reason, told to who it concerns."""

from typing import Any

import pytest

from chalicelib import clock, storage
from chalicelib.accounts import actions as accounts
from chalicelib.accounts import plans, suspension, tries
from chalicelib.accounts.models import Company, Subscription
from chalicelib.billing import acts
from chalicelib.errors import TooMany
from chalicelib.fleet import actions as fleet
from chalicelib.register.stores import PEOPLE
from chalicelib.rights import officers
from chalicelib.storage import suspension as holds
from chalicelib.storage.expiry import Place
from tests.functional.browser import Seen
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, OFFER, Host, Plan, a_guest, in_
from tests.functional.operations.conftest import ROOM

WHY = "demande du client, dossier 12"
CAUSE = "Douze personnes ont signalé vos invitations comme non désirées."


def act(operator: Host, company: str, verb: str, **typed: Any) -> Seen:
    operator.browser.open(f"{ROOM}/companies/{company}")
    return operator.browser.send(f"{ROOM}/companies/{company}/{verb}", **typed)


def suspend(operator: Host, host: Host) -> Seen:
    return act(operator, host.account.company, "suspend", cause=CAUSE, suspend_reason=WHY)


def join(host: Host, plan: Plan) -> int:
    return host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status


def test_a_suspended_company_holds_no_meeting_and_invites_nobody(
    host: Host, operator: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", **in_(0))
    guest = a_guest(mailbox)
    host.enter(plan)
    assert join(host, plan) == 201
    later = host.plan("ivo@example.fr", **in_(DAY))
    assert suspend(operator, host).status == 200
    assert fleet.live_rooms() == [] and len(worker.pushed("end")) == 1
    sent = len(mailbox.mails)
    assert join(host, later) == 403
    assert host.fill_in("uta@example.fr").status == 403
    assert host.invite(later, "uta@example.fr").status == 403
    assert host.change(later, title="Autre titre").status == 403
    host.browser.open("/company")
    assert host.browser.send("/company/members", email="karim@lefevre.fr", role="member").status == 403
    assert len(mailbox.mails) == sent, "nothing goes out"
    assert guest.browser.open(guest.link).status == 200, "what is kept of a guest can still be read"
    for path in ("/meetings", later.page, "/account/data", "/company", "/company/privacy"):
        assert host.browser.open(path).status == 200, path
    assert host.cancel(later).status == 303


def test_who_administers_it_is_told_why_and_how_to_contest_it(host: Host, operator: Host, mailbox: Mailbox) -> None:
    suspend(operator, host)
    mail = mailbox.last(host.account.email)
    assert CAUSE in mail.text and "une autre personne réexamine" in mail.text
    assert mail.message["Reply-To"] == "contact@iboo.live"


def test_a_lifted_suspension_leaves_nothing_behind(
    host: Host, operator: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan(**in_(0))
    suspend(operator, host)
    assert act(operator, host.account.company, "lift", lift_reason=WHY).status == 200
    assert suspension.of(host.account.company) is None
    host.enter(plan)
    assert join(host, plan) == 201
    assert "rouvert" in mailbox.last(host.account.email).subject


def test_suspending_twice_is_one_act(host: Host, operator: Host) -> None:
    operator.browser.open(f"{ROOM}/companies/{host.account.company}")
    token = operator.browser.csrf
    typed = {"csrf": token, "cause": CAUSE, "suspend_reason": WHY}
    seen = [operator.browser.post(f"{ROOM}/companies/{host.account.company}/suspend", typed).status for _ in range(2)]
    assert seen == [200, 400] and len(acts.concerning(host.account.company)) == 1


def test_an_act_without_a_reason_or_a_cause_is_none(host: Host, operator: Host) -> None:
    company = host.account.company
    assert act(operator, company, "suspend", cause=CAUSE, suspend_reason="").status == 400
    assert act(operator, company, "suspend", cause="abus", suspend_reason=WHY).status == 400
    assert act(operator, company, "trial", days="7", trial_reason="").status == 400
    assert act(operator, company, "close", confirm=company, close_reason="").status == 400
    assert suspension.of(company) is None and acts.concerning(company) == []


@pytest.mark.parametrize("ends_in", [5, -5])
def test_a_trial_is_extended_from_its_end_or_from_now(
    ends_in: int, host: Host, operator: Host, mailbox: Mailbox
) -> None:
    item = storage.get(Subscription, f"company#{host.account.company}", "subscription")
    assert item is not None
    now = clock.now()
    storage.update(item, Subscription.until.set(now + ends_in * DAY))
    for days in ("0", "61", "sept", "-1"):
        assert act(operator, host.account.company, "trial", days=days, trial_reason=WHY).status == 400
    assert act(operator, host.account.company, "trial", days="7", trial_reason=WHY).status == 200
    again = storage.get(Subscription, item.pk, item.sk)
    assert again is not None
    assert plans.meets_until(again) == pytest.approx(now + (7 + max(0, ends_in)) * DAY, abs=60)
    assert "sans rien payer" in mailbox.last(host.account.email).text


def test_a_member_who_mistyped_too_often_may_sign_in_again(host: Host, operator: Host) -> None:
    for _try in range(5):
        tries.on_account("signin", host.account.email)
    with pytest.raises(TooMany):
        tries.on_account("signin", host.account.email)
    company = host.account.company
    assert act(operator, company, "member", email="nobody@lefevre.fr", what="unlock", member_reason=WHY).status == 400
    assert act(operator, company, "member", email=host.account.email, what="unlock", member_reason=WHY).status == 200
    tries.on_account("signin", host.account.email)


def test_a_member_without_second_factor_has_none_to_reset(host: Host, operator: Host) -> None:
    typed = {"email": host.account.email, "what": "reset_factor", "member_reason": WHY}
    assert act(operator, host.account.company, "member", **typed).status == 400


def test_a_closed_company_is_gone_with_its_people_and_its_meetings(
    host: Host, operator: Host, mailbox: Mailbox
) -> None:
    host.plan("zoe@example.fr", **in_(DAY))
    company = host.account.company
    assert act(operator, company, "close", confirm="oui", close_reason=WHY).status == 400
    assert act(operator, company, "close", confirm=company, close_reason=WHY).path == ROOM
    assert storage.get(Company, f"company#{company}", "company") is None
    assert accounts.by_email(host.account.email) is None
    assert "annul" in mailbox.last("zoe@example.fr").subject.casefold()
    assert host.browser.open("/meetings", follow=False).status == 303


def test_what_a_legal_hold_protects_is_not_closed(host: Host, operator: Host) -> None:
    company = host.account.company
    holds.hold(Place(PEOPLE, host.account.pk, host.account.sk), "case")
    assert act(operator, company, "close", confirm=company, close_reason=WHY).status == 400
    assert storage.get(Company, f"company#{company}", "company") is not None


def test_the_company_reads_what_was_done_and_others_do_not(host: Host, operator: Host, mailbox: Mailbox) -> None:
    act(operator, host.account.company, "trial", days="7", trial_reason=WHY)
    page = host.browser.open("/company/interventions")
    assert "Essai prolongé" in page.text and WHY in page.text and "Chloé" not in page.text
    assert "Essai prolongé" not in operator.browser.open("/company/interventions").text


def test_to_anybody_but_operators_there_is_nothing_here(host: Host, operator: Host) -> None:
    company = host.account.company
    host.browser.open("/company")
    token = host.browser.csrf
    for verb in ("trial", "suspend", "lift", "member", "close"):
        answer = host.browser.post(f"{ROOM}/companies/{company}/{verb}", {"csrf": token, "reason": WHY})
        assert answer.status == 404, verb
    for path in ("/requests", "/requests/abcd-12345678"):
        assert host.browser.open(ROOM + path).status == 404
    assert suspension.of(company) is None


def test_each_look_is_written_down(host: Host, operator: Host) -> None:
    operator.browser.open(f"{ROOM}/companies/{host.account.company}")
    assert f"GET {ROOM}/companies/{host.account.company}" in [one.what for one in officers.accesses()]
