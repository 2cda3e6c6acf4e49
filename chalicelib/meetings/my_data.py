"""What is kept of a guest of one meeting, said to that guest."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib import ledger
from chalicelib.errors import mark as _
from chalicelib.mailing import actions as mailing

from . import admission, book, chat, files, notes, ratings, replies, saves
from .models import Invitation, Occurrence
from .scheduling import Planned


@dataclass(frozen=True)
class Held:
    """One line: what, its content in words, when it is deleted (seconds since 1970)."""

    label: str
    value: str
    delete_at: int


def held(planned: Planned, invitation: Invitation, translate: Callable[[str], str]) -> list[Held]:
    """Everything kept under this invitation, of whichever date."""
    lines = [Held(translate(_("Adresse e-mail de l’invitation")), invitation.email, _due(invitation.delete_by))]
    if invitation.name:
        lines.append(Held(translate(_("Nom joint à l’adresse")), invitation.name, _due(invitation.delete_by)))
    delivery = mailing.delivery_of(invitation.meeting, invitation.id)
    if delivery is not None:
        words = {
            "queued": _("en cours d’envoi"),
            "sent": _("envoyée"),
            "delayed": _("retardée"),
            "delivered": _("reçue par votre messagerie"),
            "failed": _("non distribuée"),
            "complained": _("signalée comme indésirable"),
        }
        lines.append(
            Held(translate(_("Remise de l’invitation")), translate(words[delivery.state]), _due(delivery.delete_by))
        )
    for reply in replies.of_invitation(invitation):
        answers = {"accepted": _("acceptée"), "declined": _("déclinée"), "tentative": _("peut-être")}
        value = translate(answers[reply.answer])
        lines.append(Held(translate(_("Réponse de votre calendrier")), value, _due(reply.delete_by)))
    entry = book.of_address(str(planned.meeting.company), invitation.email)
    if entry is not None:
        value = translate(_("votre refus d’y figurer")) if entry.refused else f"{entry.name} {entry.email}".strip()
        lines.append(Held(translate(_("Carnet d’adresses de l’entreprise")), value, _due(entry.delete_by)))
    for occurrence in planned.dates:
        lines += _at_one_date(occurrence, invitation, translate)
    told = [line for line in ledger.of(invitation.email) if line.controller == planned.meeting.company]
    sent = [line for line in told if line.recipient == "mail provider"]
    if sent:
        last = max(_due(line.delete_by) for line in sent)
        lines.append(Held(translate(_("Courriels confiés à notre prestataire d’envoi")), str(len(sent)), last))
    return lines


def in_book(planned: Planned, invitation: Invitation) -> bool:
    """Whether the company keeps the address in its book."""
    entry = book.of_address(str(planned.meeting.company), invitation.email)
    return entry is not None and not entry.refused


def _at_one_date(occurrence: Occurrence, invitation: Invitation, translate: Callable[[str], str]) -> list[Held]:
    lines: list[Held] = []
    for person in admission.all_of_invitation(occurrence, invitation):
        lines.append(Held(translate(_("Nom donné pour entrer")), person.shown_name, _due(person.delete_by)))
        if person.recorded_until:
            label, value = translate(_("Image et voix enregistrées")), translate(_("avec votre accord"))
            lines.append(Held(label, value, int(person.recorded_until)))
        written = chat.written_by(occurrence, person)
        if written:
            last = max(_due(line.delete_by) for line in written)
            lines.append(Held(translate(_("Messages écrits")), str(len(written)), last))
        typed = notes.written_by(occurrence, person.id)
        if typed:
            last = max(_due(change.delete_by) for change in typed)
            letters = str(sum(len(change.body) for change in typed))
            lines.append(Held(translate(_("Lettres écrites dans les notes communes")), letters, last))
        if person.refusal:
            lines.append(Held(translate(_("Mot joint au refus")), person.refusal, _due(person.delete_by)))
        rated = ratings.of(occurrence, person.id)
        if rated is not None:
            label = translate(_("Votre avis sur le son et l’image"))
            lines.append(Held(label, f"{int(rated.score)}/5", _due(rated.delete_by)))
    for save in saves.of(occurrence):
        what = translate(files.label(str(save.what)))
        taken = translate(_("%(what)s, par %(name)s")) % {"what": what, "name": save.name}
        lines.append(Held(translate(_("Enregistré par l’organisateur")), taken, _due(save.delete_by)))
    watched = saves.viewings(occurrence, invitation.email)
    if watched:
        label = translate(_("Enregistrement où vous figurez, regardé"))
        times = translate(_("%(count)s fois, par %(company)s")) % {
            "count": len(watched),
            "company": watched[-1].recipient,
        }
        lines.append(Held(label, times, max(_due(line.delete_by) for line in watched)))
    return lines


def _due(delete_by: float | None) -> int:
    return int(delete_by or 0)
