"""The organiser hears how a recording has ended, whole or not."""

from chalicelib import clock, pages, settings, storage
from chalicelib.accounts.models import Account
from chalicelib.errors import NotFound
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail
from chalicelib.meetings import scheduling

from .models import Recording


def tell_organiser(recording: Recording) -> None:
    """A mail to who organised the meeting; nobody is written to once the account or the meeting is gone."""
    account = storage.get(Account, f"account#{recording.host}", "account")
    try:
        occurrence = scheduling.occurrence_of(recording.occurrence)
    except NotFound:
        return
    if account is None:
        return
    reader = pages.Reader(pages.pick_language(None, None, account.language), timezone=account.timezone)
    letter = pages.render_mail(
        "recording_closed",
        [reader],
        heading=occurrence.title,
        state=recording.state,
        missing=int(recording.missing),
        delete_at=int(recording.delete_by or clock.now()),
        link_to=f"{settings.get('BASE_URL')}/meetings/{recording.meeting}",
    )
    mailing.post([Mail(to=account.email, letter=letter, purpose="recording_closed", controller=recording.company)])
