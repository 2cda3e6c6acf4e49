"""Inviting people: what reaches each of them, and what the host gets."""

import re
from datetime import UTC, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

from chalicelib import keyed, ledger
from chalicelib.accounts.rules import PLANS, TRIAL
from tests.functional.conftest import MovedClock
from tests.functional.mailbox import Mailbox, Received
from tests.functional.meetings.letters import calendar_of, calendar_parts, event_of
from tests.functional.meetings.people import Host, a_guest, a_host, change_of_clocks, link_of

PARIS = ZoneInfo("Europe/Paris")
OUR_OWN = {"reunion@iboo.live", "contact@iboo.live"}
OF_ANSWERS = re.compile(r"reunion\+[a-z0-9.]+@iboo\.live")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def everything(mail: Received) -> str:
    """Every header and every part, decoded."""
    parts = [part.get_content() for part in mail.message.walk() if not part.is_multipart()]
    texts = [part if isinstance(part, str) else part.decode() for part in parts]
    headers = [f"{name}: {value}" for name, value in mail.message.items()]
    return "\n".join([*headers, *texts]).replace("\r\n ", "")


def test_each_guest_gets_one_mail_with_one_request(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr", "Paul Martin <paul@example.com>")
    for email in ("zoe@example.fr", "paul@example.com"):
        (mail,) = mailbox.to(email)
        assert calendar_of(mail)["method"] == "REQUEST"
        assert event_of(mail)["attendee"] == f"mailto:{email}"
        assert "List-Unsubscribe" not in mail.message, "one leaves a newsletter; an invitation is answered"
    assert "Paul Martin" in str(mailbox.last("paul@example.com").message["To"])


def test_no_guest_sees_another_address(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr", "paul@example.com")
    for email in ("zoe@example.fr", "paul@example.com"):
        raw = everything(mailbox.last(email))
        seen = {found.casefold() for found in ADDRESS.findall(raw)}
        uid = event_of(mailbox.last(email))["uid"]
        message_id = str(mailbox.last(email).message["Message-ID"]).strip("<>")
        assert {one for one in seen if not OF_ANSWERS.fullmatch(one)} - OUR_OWN - {uid, message_id} == {email}


def test_the_attached_file_is_the_same_as_the_calendar_part(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    mail = mailbox.last("zoe@example.fr")
    (attached,) = list(mail.message.iter_attachments())
    assert attached.get_filename() == "reunion.ics"
    assert attached.get_content().decode().split() == calendar_parts(mail)[0].get_content().split()


def test_the_mail_is_in_both_languages_and_says_who_where_and_what_becomes_of_it(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr", title="Comité de suivi")
    mail = mailbox.last("zoe@example.fr")
    for body in (mail.text, mail.html):
        assert "Anne Dupont" in body and "Cabinet Lefèvre" in body and "Comité de suivi" in body
        assert "vous invite" in body and "invites you" in body
        assert "/i/" in body and "/my-data/" in body
    assert "Comité de suivi" in mail.subject


def test_the_links_of_the_mail_lead_somewhere(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    mail = mailbox.last("zoe@example.fr")
    assert a_guest(mailbox).browser.open(mail.link("/i/")).status == 200
    assert a_guest(mailbox).browser.open(mail.link("/my-data/")).status == 200
    assert event_of(mail)["url"].endswith(mail.link("/i/"))


def test_each_guest_has_a_link_of_their_own(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr", "paul@example.com")
    assert link_of(mailbox, "zoe@example.fr") != link_of(mailbox, "paul@example.com")


def test_times_are_right_on_both_sides_of_a_change_of_clocks(host: Host, mailbox: Mailbox) -> None:
    change = change_of_clocks(forward=True)
    for number, day in enumerate((change - timedelta(days=1), change)):
        email = f"guest{number}@example.fr"
        host.plan(email, date=f"{day}", time="10:00", length="60")
        event = event_of(mailbox.last(email))
        assert event["dtstart"].dt.astimezone(PARIS).strftime("%Y-%m-%d %H:%M") == f"{day} 10:00"
        assert event["dtstart"].dt.astimezone(UTC).hour == 9 - number
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=1)


def test_every_kind_of_address_and_name_arrives(host: Host, mailbox: Mailbox) -> None:
    host.plan('"d\'Été, Zoé" <zoe+iboo@example.fr>', "Ωmega <omega@société.fr>", "B\0ad <bad@example.fr>")
    assert {mail.to for mail in mailbox.mails} == {
        "anne@lefevre.fr",
        "zoe+iboo@example.fr",
        "omega@xn--socit-esab.fr",
        "bad@example.fr",
    }
    mail = mailbox.last("zoe+iboo@example.fr")
    assert "Zoé d’Été" in str(mail.message["To"])
    assert event_of(mail)["attendee"] == "mailto:zoe+iboo@example.fr"
    assert event_of(mail)["attendee"].params["cn"] == "Zoé d’Été"


def test_signs_that_mean_something_in_mails_and_calendars_do_no_harm(mailbox: Mailbox, stores: object) -> None:
    host = a_host(name='D"up;ont: \\n, <x>', first_name="Anne")
    host.plan("zoe@example.fr", title="Point; a,b: \\n <b>x</b> =?utf-8?q?a?= %(title)s {{ 7 }}")
    mail = mailbox.last("zoe@example.fr")
    assert event_of(mail)["summary"] == "Point; a,b: \\n <b>x</b> =?utf-8?q?a?= %(title)s {{ 7 }}"
    assert "<b>x</b>" not in mail.html and "&lt;b&gt;x&lt;/b&gt;" in mail.html


def test_the_host_gets_one_confirmation_with_a_calendar_entry(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr", "paul@example.com")
    (mail,) = mailbox.to(host.account.email)
    assert mail.link("/meetings/") == plan.page
    assert event_of(mail)["attendee"] == f"mailto:{host.account.email}"
    assert event_of(mail)["uid"] == event_of(mailbox.last("zoe@example.fr"))["uid"]
    assert "zoe@example.fr" not in everything(mail)


def test_inviting_more_people_later_confirms_nothing_again(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan()
    mailbox.empty()
    assert host.invite(plan, "zoe@example.fr").status == 200
    assert [mail.to for mail in mailbox.mails] == ["zoe@example.fr"]


def test_inviting_the_same_person_twice_sends_nothing_new(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    mailbox.empty()
    host.invite(plan, "Zoé <ZOE@Example.FR>", "paul@example.com")
    assert [mail.to for mail in mailbox.mails] == ["paul@example.com"]
    page = host.browser.open(plan.page)
    assert page.text.casefold().count("zoe@example.fr") == 1


def test_two_clicks_at_once_invite_once(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan()
    form = dict(host.browser.open(plan.page).form(f"{plan.page}/invitations").fields, invitees="zoe@example.fr")
    start, answers = Barrier(2), []

    def click() -> None:
        start.wait()
        answers.append(host.browser.post(f"{plan.page}/invitations", form, follow=False).status)

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    assert len(mailbox.to("zoe@example.fr")) == 1
    assert host.browser.open(plan.page).text.count("zoe@example.fr") == 1


def test_no_address_and_a_wrong_one_are_told_and_nobody_is_invited(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan()
    mailbox.empty()
    for typed in ("", "zoe@example.fr, nonsense"):
        page = host.invite(plan, typed)
        assert page.status == 400 and 'id="wrong-invitees"' in page.html
        assert page.form(f"{plan.page}/invitations").fields["invitees"].strip() == typed
    assert mailbox.mails == []


def test_a_trial_invites_so_many_people_a_day_and_no_more(host: Host, mailbox: Mailbox, clock_file: MovedClock) -> None:
    allowed = PLANS[TRIAL].invitations_per_day
    plan = host.plan(*(f"a{number}@example.fr" for number in range(allowed - 1)))
    mailbox.empty()
    page = host.invite(plan, "zoe@example.fr", "paul@example.com")
    assert page.status == 400 and f"{allowed} invitations" in page.text
    assert mailbox.mails == []
    host.invite(plan, "a0@example.fr", "a1@example.fr")
    assert host.invite(plan, "zoe@example.fr").status == 200, "neither refused ones nor those invited before count"
    assert host.invite(plan, "paul@example.com").status == 400
    assert a_host("karim@ailleurs.fr").plan("lea@example.fr"), "another company has its own count"
    assert [mail.to for mail in mailbox.mails if mail.to.endswith("example.fr")] == ["zoe@example.fr", "lea@example.fr"]


def test_the_ledger_says_who_received_an_address(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    (line,) = ledger.of("zoe@example.fr")
    assert (line.recipient, line.what, line.controller) == ("mail provider", "invitation", host.account.company)
    assert line.subject_hash == keyed.email_hash("zoe@example.fr")
