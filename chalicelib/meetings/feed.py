"""A person's meetings as a calendar to subscribe to: read only, by a secret address of their account.

It says what that person's own pages say of when and what, and nobody's name or address: calendar services fetch and
keep it. Nothing of the secret is stored; switching off and renewing raise a count, and earlier addresses look like
none.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

from icalendar import Calendar, Event

from chalicelib import clock, keyed, settings, storage, throttle
from chalicelib.accounts import actions as accounts
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict, NotFound
from chalicelib.storage import Changed, Frozen

from . import organisers, scheduling
from .models import Occurrence

READS, HOUR = 60, 3_600
"""How many times an hour an account's feed is read: programs ask every quarter of an hour at most."""
TRIES = 120
"""How many times an hour one address asks for feeds, there or not: nobody finds a secret by trying."""


def url(account: Account) -> str:
    """The address, or empty while it is off."""
    return f"{settings.get('BASE_URL')}/calendar/{account.id}.{_secret(account)}.ics" if account.feed_since else ""


def turn(account: Account, on: bool) -> None:
    """Switches the feed on, or off; whichever it is, no earlier address works any more. Raises `Conflict`."""
    since = Account.feed_since.set(clock.now()) if on else Account.feed_since.remove()
    try:
        storage.update(account, Account.feed_generation.set(int(account.feed_generation) + 1), since, because="consent")
    except Changed as fault:
        raise Conflict from fault


def read(name: str, address: str) -> bytes:
    """The file of a feed's address. Raises `NotFound` for a forged, voided or restricted one: nothing tells which;
    `TooMany`."""
    throttle.hit("feed_tries", address, TRIES, HOUR)
    identifier, _dot, secret = name.removesuffix(".ics").partition(".")
    try:
        account = accounts.find(identifier) if identifier.isalnum() and name.endswith(".ics") else None
    except Frozen as fault:
        raise NotFound from fault
    if account is None or not account.feed_since or not keyed.same(secret, _secret(account)):
        raise NotFound
    throttle.hit("feed", account.id, READS, HOUR)
    return _file(account)


def _file(account: Account) -> bytes:
    domain = parseaddr(settings.get("MAIL_FROM"))[1].rpartition("@")[2]
    calendar = Calendar()
    calendar.add("prodid", "-//Iboo//Iboo//FR")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Iboo")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    for date, own in _dates(account):
        event = Event()
        event.add("uid", f"{date.id}@{domain}")
        event.add("dtstamp", datetime.fromtimestamp(clock.now(), UTC))
        event.add("dtstart", datetime.fromtimestamp(int(date.starts_at), UTC))
        event.add("dtend", datetime.fromtimestamp(int(date.ends_at), UTC))
        event.add("summary", date.title)
        event.add("url", f"{settings.get('BASE_URL')}/meetings/{date.page}")
        event.add("class", "PRIVATE")
        event.add("transp", "OPAQUE" if own else "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _dates(account: Account) -> Iterator[tuple[Occurrence, bool]]:
    """The dates that are not cancelled, and whether the person takes part: who only planned one is free then."""
    held = {role.meeting for role in organisers.listed(account) if role.cohosts}
    found = {date.id: date for date in [*scheduling.upcoming(account), *scheduling.past(account)]}
    for date in sorted(found.values(), key=lambda date: (int(date.starts_at), date.id)):
        if not date.cancelled_at:
            yield date, date.host == account.id or date.meeting in held


def _secret(account: Account) -> str:
    return keyed.link_secret("feed", account.id, int(account.feed_generation))
