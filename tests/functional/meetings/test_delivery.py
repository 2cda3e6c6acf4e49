"""Whether an invitation reached its guest, as the host sees it; sending it again."""

from chalicelib.gateways.mail import MailRefused, MailUnavailable
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.rules import DELAYS
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.letters import event_of
from tests.functional.meetings.people import Host, Plan, a_guest, link_of


def state(plan: Plan) -> str:
    """The badge beside the one invitee."""
    page = plan.host.browser.open(plan.page).text
    known = ("Envoyée", "Non distribuée", "Retardée", "En cours d’envoi", "Lien révoqué")
    (found,) = [words for words in known if words in page]
    return found


def test_a_mail_that_was_taken_is_sent(host: Host, mailbox: Mailbox) -> None:
    assert state(host.plan("zoe@example.fr")) == "Envoyée"


def test_a_mail_the_carrier_refuses_is_not_delivered_and_not_tried_again(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    mailbox.fault = MailRefused("smtp 550")
    plan = host.plan("zoe@example.fr")
    assert state(plan) == "Non distribuée"
    mailbox.fault = None
    clock_file.move(days=1)
    assert mailing.send_due() == 0 and mailbox.mails == []


def test_a_carrier_that_is_away_delays_the_mail_and_loses_nothing(
    host: Host, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    mailbox.fault = MailUnavailable("timeout")
    plan = host.plan("zoe@example.fr")
    assert state(plan) == "Retardée"
    mailbox.fault = None
    clock_file.move(seconds=DELAYS[0])
    assert mailing.send_due() == 2
    assert sorted(mail.to for mail in mailbox.mails) == ["anne@lefevre.fr", "zoe@example.fr"]
    assert state(plan) == "Envoyée"


def test_an_invitation_can_be_sent_again(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    first = link_of(mailbox, "zoe@example.fr")
    uid = event_of(mailbox.last("zoe@example.fr"))["uid"]
    mailbox.empty()
    host.act(plan, "resend")
    assert [mail.to for mail in mailbox.mails] == ["zoe@example.fr"]
    assert link_of(mailbox, "zoe@example.fr") == first
    assert event_of(mailbox.last("zoe@example.fr"))["uid"] == uid


def test_sending_again_counts_as_an_invitation(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan(*(f"a{number}@example.fr" for number in range(50)))
    mailbox.empty()
    page = host.act(plan, "resend")
    assert page.status == 400 and "50 invitations" in page.text and mailbox.mails == []


def test_a_revoked_link_is_dead_and_inviting_again_gives_another(host: Host, mailbox: Mailbox) -> None:
    for again in ("resend", "paste"):
        plan = host.plan("zoe@example.fr")
        old = a_guest(mailbox)
        host.act(plan, "revoke")
        assert state(plan) == "Lien révoqué"
        assert old.browser.open(old.link).status == 404
        mailbox.empty()
        if again == "resend":
            host.act(plan, "resend")
        else:
            host.invite(plan, "zoe@example.fr")
        assert [mail.to for mail in mailbox.mails] == ["zoe@example.fr"]
        new = a_guest(mailbox)
        assert new.link != old.link
        assert new.browser.open(new.link).status == 200
        assert old.browser.open(old.link).status == 404
        assert state(plan) == "Envoyée"
