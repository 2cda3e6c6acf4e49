"""Calling the organiser who is not there while somebody waits: by mail, once per date."""

from chalicelib import clock, pages, settings, storage
from chalicelib.accounts.models import Account
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail
from chalicelib.storage import Changed

from . import announcing, lobby
from .models import Occurrence, Participant

BEFORE = 5 * 60
"""Seconds before the start from which somebody who waits is worth a mail."""
AFTER = 20
"""Seconds somebody has waited: the organiser may be at the door already."""


def call_host(occurrence: Occurrence, waits: Participant) -> bool:
    """Tells the organiser that somebody waits, if nobody is there to see it and it is time. Whether it was told now.

    Who waits is not named: the carrier of the mail has no need of it.
    """
    now = clock.now()
    due = now >= int(occurrence.starts_at) - BEFORE and now - int(waits.asked_at) >= AFTER
    if not due or occurrence.host_told_at or lobby.hosted(occurrence):
        return False
    host = storage.get(Account, f"account#{occurrence.host}", "account")
    if host is None:
        return False
    try:
        storage.update(occurrence, Occurrence.host_told_at.set(now))
    except Changed:
        return False  # somebody else's question this instant
    mailing.post([_mail(occurrence, host)])
    return True


def _mail(occurrence: Occurrence, host: Account) -> Mail:
    reader = pages.Reader(pages.pick_language(None, None, host.language), host.timezone)
    link = f"{settings.get('BASE_URL')}/m/{occurrence.id}"
    letter = pages.render_mail(
        "someone_waits",
        [reader],
        meeting=announcing.shown(occurrence, host),
        link_to=link,
        my_data_link="",
    )
    return Mail(
        to=host.email,
        to_name=f"{host.first_name} {host.name}",
        letter=letter,
        purpose="someone_waits",
        controller=occurrence.company,
        thread=f"{occurrence.meeting}/host/waiting",
        useful_for=3_600,
    )
