"""The organiser hears how a recording has ended, whole or not."""

from chalicelib import clock, pages, settings, storage
from chalicelib.accounts.models import Account
from chalicelib.errors import NotFound
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail
from chalicelib.meetings import scheduling

from .models import Recording


def tell_organiser(recording: Recording) -> None:
    """How it ended. Nobody is written to once the account or the meeting is gone."""
    _write(recording, "recording_closed", state=recording.state, missing=int(recording.missing))


def tell_file_gone(recording: Recording) -> None:
    """A file made of it was destroyed, as somebody in it had what was recorded of them erased."""
    _write(recording, "recording_file_gone")


def _write(recording: Recording, template: str, **more: object) -> None:
    account = storage.get(Account, f"account#{recording.host}", "account")
    try:
        occurrence = scheduling.occurrence_of(recording.occurrence)
    except NotFound:
        return
    if account is None:
        return
    reader = pages.Reader(pages.pick_language(None, None, account.language), timezone=account.timezone)
    letter = pages.render_mail(
        template,
        [reader],
        heading=occurrence.title,
        delete_at=int(recording.delete_by or clock.now()),
        link_to=f"{settings.get('BASE_URL')}/recordings/{recording.id}",
        **more,
    )
    mailing.post([Mail(to=account.email, letter=letter, purpose=template, controller=recording.company)])


def tell_member(recording: Recording, organiser: Account, member: Account) -> None:
    """A mail to a colleague with whom it is shared now."""
    try:
        title = str(scheduling.occurrence_of(recording.occurrence).title)
    except NotFound:
        return
    reader = pages.Reader(pages.pick_language(None, None, member.language), timezone=member.timezone)
    letter = pages.render_mail(
        "recording_shared",
        [reader],
        heading=title,
        organiser=f"{organiser.first_name} {organiser.name}",
        began_at=int(recording.began_at or recording.asked_at),
        delete_at=int(recording.delete_by or clock.now()),
        link_to=f"{settings.get('BASE_URL')}/recordings/{recording.id}",
    )
    mailing.post([Mail(to=member.email, letter=letter, purpose="recording_shared", controller=recording.company)])
