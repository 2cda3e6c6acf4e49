"""The notes sent as minutes: the customer who holds the meeting takes a copy and answers for it from then on."""

from chalicelib import pages
from chalicelib.accounts.models import Account
from chalicelib.errors import Conflict
from chalicelib.errors import mark as _
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Attachment, Mail

from . import announcing, invitations, links, lobby, notes, saves, scheduling
from .models import Invitation, Occurrence

PURPOSE = "minutes"


def send(occurrence: Occurrence, account: Account, *, everybody: bool) -> None:
    """Sends the notes as they stand to the host, or to the host and everybody invited. Raises `Conflict` when nothing
    is written."""
    text = notes.text(occurrence).strip()
    if not text:
        raise Conflict(_("Les notes sont vides : il n’y a rien à envoyer."))
    invited = [item for item in invitations.of(scheduling.read(occurrence.meeting).meeting) if not item.revoked_at]
    file = Attachment("compte-rendu.txt", "text", "plain", f"{text}\n".encode())
    mails = [_to_host(occurrence, account, file, len(invited) if everybody else 0)]
    mails += [_to_guest(occurrence, account, item, file) for item in invited if everybody]
    authors = notes.authors(occurrence)
    concerned = [person for person in lobby.participants(occurrence) if person.id in authors]
    saves.record(occurrence, account, "minutes", "notes", concerned)
    mailing.post(mails)


def _to_host(occurrence: Occurrence, account: Account, file: Attachment, guests: int) -> Mail:
    reader = pages.Reader("en" if account.language == "en" else "fr", account.timezone)
    shown = announcing.shown(occurrence, account)
    letter = pages.render_mail("organiser_minutes", [reader], meeting=shown, guests=guests)
    return Mail(
        to=account.email,
        to_name=f"{account.first_name} {account.name}",
        letter=letter,
        purpose=PURPOSE,
        controller=occurrence.company,
        attachment=file,
    )


def _to_guest(occurrence: Occurrence, account: Account, invitation: Invitation, file: Attachment) -> Mail:
    both = [pages.Reader("fr"), pages.Reader("en")]
    mine = links.my_data_url(invitation)
    shown = announcing.shown(occurrence, account)
    return Mail(
        to=invitation.email,
        to_name=invitation.name,
        letter=pages.render_mail("minutes", both, meeting=shown, my_data_link=mine),
        purpose=PURPOSE,
        controller=occurrence.company,
        attachment=file,
    )
