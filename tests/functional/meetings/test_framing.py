"""Meetings within a customer's own pages: in those it names, and in no other."""

import pytest

from chalicelib.accounts import framing
from chalicelib.errors import FormErrors
from tests.functional.browser import Browser, Seen
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Guest, Host, Plan, a_guest, a_host
from tests.functional.recordings.watching import a_colleague

PAGE = "/company/programs"
SITE = "https://www.client.fr"
IN_A_FRAME = {"Sec-Fetch-Dest": "iframe"}


def allow(host: Host, sites: str = SITE) -> Seen:
    host.browser.open(PAGE)
    return host.browser.send(f"{PAGE}/frames", frames=sites)


def framed(guest: Guest) -> Guest:
    """The same guest, in a frame of another site's page."""
    guest.browser.sends = dict(IN_A_FRAME)
    return guest


def framers(page: Seen) -> str:
    """Who may frame a page, as both headers say."""
    policy = str(page.headers["Content-Security-Policy"])
    said = policy.partition("frame-ancestors ")[2].partition(";")[0]
    assert (page.headers.get("X-Frame-Options") == "DENY") == (said == "'none'")
    return said


def shared_link(plan: Plan) -> str:
    plan.host.browser.open(plan.page)
    page = plan.host.browser.send(f"{plan.page}/link", turn="on")
    return "/r/" + page.html.partition("/r/")[2].partition("\n")[0].partition("<")[0].strip()


def test_nobody_frames_anything_unless_the_company_says_so(host: Host, mailbox: Mailbox) -> None:
    host.plan("zoe@example.fr")
    guest = framed(a_guest(mailbox))
    page = guest.browser.open(guest.link)
    assert framers(page) == "'none'"
    assert all("SameSite=Lax" in cookie and "Partitioned" not in cookie for cookie in page.set_cookies)


def test_a_guests_door_and_the_room_are_framed_by_the_sites_the_company_names(host: Host, mailbox: Mailbox) -> None:
    assert "Les sites sont enregistrés" in allow(host, f"{SITE}\nhttps://intra.client.fr:8443/").text
    plan = host.plan("zoe@example.fr")
    guest = framed(a_guest(mailbox))
    door = guest.browser.open(guest.link)
    assert framers(door) == f"{SITE} https://intra.client.fr:8443"
    room = guest.enter()
    assert room.path == f"/m/{plan.occurrence}" and room.status == 200
    assert framers(room) == f"{SITE} https://intra.client.fr:8443"
    assert framers(guest.browser.open(guest.link)) == framers(door)


def test_the_shared_links_door_is_framed_too(host: Host) -> None:
    allow(host)
    link, somebody = shared_link(host.plan()), Browser()
    assert framers(somebody.open(link)) == SITE
    somebody.send(link, first_name="Zoé", name="Été")
    assert framers(somebody.page) == SITE


@pytest.mark.parametrize("path", ["/", "/signin", "/policy", "/meetings", "/company", "/developers", "/my-data/x"])
def test_no_other_page_is_framed(host: Host, path: str) -> None:
    allow(host)
    assert framers(host.browser.open(path, follow=False)) == "'none'"
    assert framers(Browser().open(path)) == "'none'"


def test_one_companys_sites_frame_no_other_companys_meetings(host: Host, mailbox: Mailbox) -> None:
    allow(host)
    a_host("paul@autre.fr").plan("zoe@example.fr")
    guest = framed(a_guest(mailbox))
    assert framers(guest.browser.open(guest.link)) == "'none'"


def test_in_a_frame_cookies_live_in_a_jar_of_the_framing_site(host: Host, mailbox: Mailbox) -> None:
    allow(host)
    host.plan("zoe@example.fr")
    guest = framed(a_guest(mailbox))
    first = guest.browser.open(guest.link).set_cookies
    guest.browser.send(guest.link, follow=False, first_name="Zoé", name="Été")
    given = [*first, *guest.browser.page.set_cookies]
    assert {cookie.partition("=")[0] for cookie in given} == {"__Host-csrf", "__Host-pass"}
    for cookie in given:
        assert "SameSite=None; Partitioned" in cookie and "Secure; HttpOnly" in cookie


def test_outside_a_frame_cookies_stay_as_they_were(host: Host, mailbox: Mailbox) -> None:
    allow(host)
    host.plan("zoe@example.fr")
    guest = a_guest(mailbox)
    assert all("SameSite=Lax" in cookie for cookie in guest.browser.open(guest.link).set_cookies)


def test_in_a_frame_what_leads_elsewhere_opens_apart(host: Host, mailbox: Mailbox) -> None:
    allow(host)
    host.plan("zoe@example.fr")
    guest = framed(a_guest(mailbox))
    page = guest.browser.open(guest.link)
    assert '<base target="_blank">' in page.html and 'target="_self"' in page.html
    assert "/signin" not in page.html and "/privacy-choices" not in page.html
    guest.browser.sends = {}
    assert "<base" not in guest.browser.open(guest.link).html


def test_a_meeting_that_is_over_says_so_in_its_frame(host: Host, mailbox: Mailbox) -> None:
    allow(host)
    plan = host.plan("zoe@example.fr")
    guest = framed(a_guest(mailbox))
    guest.enter()
    host.cancel(plan)
    page = guest.browser.open(f"/m/{plan.occurrence}")
    assert page.status == 410 and framers(page) == SITE


def test_a_form_from_another_site_is_refused_in_a_frame_as_well(host: Host, mailbox: Mailbox) -> None:
    allow(host)
    host.plan("zoe@example.fr")
    guest = framed(a_guest(mailbox))
    csrf = guest.browser.open(guest.link).form(guest.link).fields["csrf"]
    fields = {"csrf": csrf, "first_name": "Zoé", "name": "Été"}
    assert guest.browser.post(guest.link, fields, {"Sec-Fetch-Site": "cross-site"}).status == 403


@pytest.mark.parametrize(
    "site",
    [
        "http://www.client.fr",
        "https://*.client.fr",
        "https://www.client.fr/page",
        "https://www.client.fr?x",
        "https://user@www.client.fr",
        "https://client",
        "https://www.client.fr;script-src",
        "https://www.client.fr:x",
        "*",
        "'self'",
        "data:",
        "https:",
        "https://" + "a" * 300 + ".fr",
    ],
)
def test_what_is_no_site_in_https_is_refused(host: Host, site: str) -> None:
    page = allow(host, site)
    assert page.status == 400 and framing.of(host.account.company) == ()
    with pytest.raises(FormErrors):
        framing.origin(site, local=False)


def test_sites_are_taken_back_and_ten_are_enough(host: Host) -> None:
    assert allow(host, "\n".join(f"https://s{number}.client.fr" for number in range(11))).status == 400
    assert allow(host, "\n".join(f"https://s{number}.client.fr" for number in range(10))).status == 200
    assert len(framing.of(host.account.company)) == 10
    allow(host, "")
    assert framing.of(host.account.company) == ()


def test_on_a_developers_machine_its_own_pages_may_frame_and_in_production_not() -> None:
    assert framing.origin("http://localhost:9000", local=True) == "http://localhost:9000"
    with pytest.raises(FormErrors):
        framing.origin("http://localhost:9000", local=False)


def test_only_who_administers_names_sites(host: Host) -> None:
    lea = a_colleague(host)
    csrf = lea.browser.open("/company").form("/signout").fields["csrf"]
    assert lea.browser.post(f"{PAGE}/frames", {"csrf": csrf, "frames": SITE}).status == 403
    assert framing.of(host.account.company) == ()
