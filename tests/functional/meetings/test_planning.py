"""Planning a meeting."""

from datetime import timedelta

import pytest

from dev.engine import Engine
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import DAY, Host, a_host, change_of_clocks, in_


def test_a_planned_meeting_is_among_the_upcoming_ones(host: Host) -> None:
    plan = host.plan(title="Point <b>projet</b> & co")
    page = host.browser.open("/meetings")
    assert f'href="{plan.page}"' in page.html
    assert "Point &lt;b&gt;projet&lt;/b&gt; &amp; co" in page.html


def test_the_page_of_a_meeting_says_when_it_is_and_when_it_is_deleted(host: Host) -> None:
    day = change_of_clocks(forward=True)
    page = host.browser.open(host.plan(date=f"{day}", time="10:00", length="45").page)
    assert f"{day.day} mars à 10 h · 45 min" in page.text
    assert f"supprimée le {(day + timedelta(days=28)).day} avril {day.year}" in page.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 121}, "title"),
        ({"date": ""}, "date"),
        ({"date": "hier"}, "date"),
        ({"date": "2020-01-01"}, "date"),
        ({"date": "2099-01-01"}, "date"),
        ({"date": "9999-12-31", "time": "23:59", "timezone": "America/New_York"}, "date"),
        ({"time": "25:00"}, "date"),
        ({"length": "1"}, "length"),
        ({"length": "9" * 5000}, "length"),
        ({"timezone": "Europe/Nowhere"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"invitees": "zoe@example.fr, pas une adresse"}, "invitees"),
        ({"invitees": "\n".join(f"a{n}@example.fr" for n in range(101))}, "invitees"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_stays(
    host: Host, mailbox: Mailbox, wrong: dict[str, str], field: str
) -> None:
    kept = {"title": "Comité de suivi", "invitees": "zoe@example.fr"}
    page = host.fill_in(**{**kept, **wrong})
    assert page.status == 400
    assert f'id="wrong-{field}"' in page.html
    form = page.form("/meetings/new").fields
    typed = {name: value for name, value in {**kept, **wrong}.items() if name not in ("length", "timezone")}
    assert {name: form[name].strip() for name in typed} == typed
    assert not mailbox.mails
    assert "Aucune réunion à venir" in host.browser.open("/meetings").text


def test_a_time_that_clocks_skip_is_refused(host: Host) -> None:
    page = host.fill_in(date=f"{change_of_clocks(forward=True)}", time="02:30")
    assert page.status == 400 and 'id="wrong-time"' in page.html


def test_the_errors_are_in_the_readers_language(stores: Engine) -> None:
    page = a_host(language="en").fill_in(title="", date="2020-01-01")
    assert 'id="wrong-title"' in page.html and 'id="wrong-date"' in page.html
    assert "Cette date" not in page.text and "Donnez un objet" not in page.text


def test_of_a_time_that_comes_twice_the_first_is_planned(host: Host, mailbox: Mailbox) -> None:
    day = change_of_clocks(forward=False)
    host.plan("zoe@example.fr", date=f"{day}", time="02:30")
    assert f"DTSTART:{day:%Y%m%d}T003000Z".encode() in mailbox.last("zoe@example.fr").message.as_bytes()


def test_a_meeting_now_begins_at_once_and_invites_nobody(host: Host, mailbox: Mailbox) -> None:
    host.browser.open("/meetings")
    room = host.browser.send("/meetings/now")
    assert room.status == 200 and room.path.startswith("/m/")
    assert [mail.to for mail in mailbox.mails] == [host.account.email]


def test_a_meeting_that_is_over_is_among_the_past_ones(host: Host) -> None:
    plan = host.plan(**in_(0))
    host.enter(plan)
    assert host.browser.call("POST", plan.api("end")).status == 204
    page = host.browser.open("/meetings")
    assert "Passées" in page.text and f'href="{plan.page}"' in page.html.partition("Passées")[2]
    assert f'href="/m/{plan.occurrence}"' not in page.html, "nothing to join"


def test_who_is_not_signed_in_is_sent_to_sign_in(host: Host) -> None:
    plan = host.plan()
    host.browser.cookies.clear()
    for path in ("/meetings", "/meetings/new", plan.page, f"{plan.page}/edit", f"{plan.page}/cancel"):
        answer = host.browser.open(path, follow=False)
        assert (answer.status, answer.headers["Location"]) == (303, f"/signin?next={path}")


def test_the_meetings_of_others_look_like_none(host: Host, mailbox: Mailbox) -> None:
    plan = host.plan("zoe@example.fr")
    host.browser.open(plan.page)
    actions = [action for action in host.browser.page.actions if action.startswith(plan.page)]
    other = a_host("karim@ailleurs.fr")
    seen = {other.browser.open(path).status for path in (plan.page, f"{plan.page}/edit", f"{plan.page}/cancel")}
    assert seen == {404}
    other.browser.open("/meetings/new")
    token = other.browser.page.form("/meetings/new").fields["csrf"]
    for action in (*actions, f"{plan.page}/edit", f"{plan.page}/cancel"):
        assert other.browser.post(action, {"csrf": token, "invitees": "x@example.fr"}).status == 404, action
    assert mailbox.to("x@example.fr") == []
    assert plan.id not in other.browser.open("/meetings").html


def test_a_form_without_its_token_changes_nothing(host: Host) -> None:
    fields = {**in_(DAY), "title": "Forged", "length": "60"}
    assert host.browser.post("/meetings/new", fields).status == 403
    assert "Forged" not in host.browser.open("/meetings").text
