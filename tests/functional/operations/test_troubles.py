"""What went wrong for a company's people, as an operator sees it: causes and counts, neither titles nor addresses."""

from chalicelib.billing import acts
from chalicelib.gateways.mail import MailRefused
from chalicelib.meetings import troubles
from chalicelib.privacy.sweep import sweep
from chalicelib.register.stores import USAGE
from chalicelib.storage import expiry
from tests.functional.browser import Seen
from tests.functional.conftest import MovedClock
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Host, Plan, in_
from tests.functional.operations.conftest import ROOM

WHY = "l’hôte a appelé, dossier 14"


def page_of(operator: Host, host: Host) -> Seen:
    return operator.browser.open(f"{ROOM}/companies/{host.account.company}")


def join(host: Host, plan: Plan) -> int:
    host.enter(plan)
    return host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status


def test_an_invitation_that_did_not_arrive_is_seen_and_sent_again(host: Host, operator: Host, mailbox: Mailbox) -> None:
    mailbox.fault = MailRefused("smtp 552")
    plan = host.plan("zoe@client.example")
    mailbox.fault = None
    page = page_of(operator, host)
    assert "@client.example" in page.text and "boîte pleine" in page.text
    assert "zoe@" not in page.html and "Point projet" not in page.html
    where = f"{ROOM}/companies/{host.account.company}/resend"
    assert operator.browser.send(where, resend_reason="").status == 400 and mailbox.to("zoe@client.example") == []
    assert operator.browser.send(where, resend_reason=WHY).status == 200
    assert mailbox.last("zoe@client.example").link("/i/")
    assert "@client.example" not in page_of(operator, host).text
    (line,) = acts.concerning(host.account.company)
    assert (line.act, line.about) == ("resend", plan.id)


def test_another_companys_invitation_is_not_sent_from_this_page(host: Host, operator: Host, mailbox: Mailbox) -> None:
    mailbox.fault = MailRefused("smtp 552")
    host.plan("zoe@client.example")
    theirs = operator.plan("ivo@client.example")
    mailbox.fault = None
    page_of(operator, host)
    where = f"{ROOM}/companies/{host.account.company}/resend"
    for which in (f"{theirs.id}/aaaaaaaaaaaaaaaa", "nonsense", ""):
        assert operator.browser.send(where, which=which, resend_reason=WHY).status == 400
    assert mailbox.mails == [] and acts.concerning(host.account.company) == []


def test_entries_that_fail_are_counted_by_day_and_cause(
    host: Host, operator: Host, worker: ScriptedWorker, clock_file: MovedClock
) -> None:
    plan = host.plan(**in_(0))
    assert join(host, plan) == 201
    assert troubles.of(host.account.company) == []
    worker.refusal = (503, "at_capacity")
    assert [join(host, plan) for _ in range(2)] == [503, 503]
    worker.refusal = (409, "room_full")
    assert join(host, plan) == 409
    counted = {one.code: int(one.times) for one in troubles.of(host.account.company)}
    assert counted == {"no_worker": 2, "room_full": 1}
    page = page_of(operator, host)
    assert "aucun serveur de réunion libre" in page.text and "réunion pleine" in page.text
    clock_file.move(days=28, seconds=1)
    sweep()
    assert not [item for item in expiry.scan(USAGE) if item["kind"] == "join_trouble"]
