"""Copies of personal data that lie outside our own stores, where no census can count: what is stated of each, and when
somebody last checked that it is so. Shown on the public page of retention.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from chalicelib.register import Words

VALID_DAYS: Final = 365
"""How long a statement counts as checked."""


@dataclass(frozen=True)
class Statement:
    """``stated``: the day, ISO 8601, on which it was said. ``checked``: on which ``how`` was last verified, by a test
    of what is deployed or in writing; empty: not yet, and the page says so."""

    place: Words
    what: Words
    how: Words
    checked: str
    stated: str = "2026-11-29"

    @property
    def checked_at(self) -> int:
        """Noon UTC of that day, seconds; 0: not yet."""
        return _noon(self.checked)

    @property
    def stated_at(self) -> int:
        """The same of when it was said."""
        return _noon(self.stated)

    def is_current(self, now: int) -> bool:
        """Whether it was checked within a year."""
        if not self.checked:
            return False
        return (datetime.fromtimestamp(now, UTC).date() - date.fromisoformat(self.checked)).days <= VALID_DAYS


def _noon(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T12:00+00:00").timestamp()) if day else 0


STATEMENTS: Final[tuple[Statement, ...]] = (
    Statement(
        Words("Prestataire d'envoi des courriels", "E-mail provider"),
        Words("journaux d'envoi : adresse, heure, résultat", "sending logs: address, time, result"),
        Words(
            "Ni suivi ni pixel. Ce qu'il signale d'un courriel passe sans être stocké : nous n'en gardons qu'un mot. "
            "La durée de ses propres journaux est à confirmer par écrit.",
            "No tracking, no pixel. What it reports of an e-mail passes through and is not stored: we keep one word of "
            "it. How long its own logs last is to be confirmed in writing.",
        ),
        "",
    ),
    Statement(
        Words("Prestataire d'envoi des courriels", "E-mail provider"),
        Words("liste des adresses en erreur", "list of addresses in error"),
        Words(
            "Nos envois n'y inscrivent rien ; la liste du compte doit être désactivée aussi. L'état de remise est chez "
            "nous, et part avec la réunion.",
            "Our sending enters nothing there; the account's own list must be off too. The state of delivery is with "
            "us and goes with the meeting.",
        ),
        "",
    ),
    Statement(
        Words("Hébergeur de nos boîtes aux lettres", "Host of our mailboxes"),
        Words("réponses aux invitations, jusqu'à leur lecture", "answers to invitations, until they are read"),
        Words(
            "Lues chaque minute et supprimées aussitôt. Celle qu'un programme ne sait pas lire y attend une personne ; "
            "la durée des sauvegardes de l'hébergeur est à confirmer par écrit.",
            "Read every minute and deleted at once. One that a program cannot read waits there for a person; how long "
            "the host's backups last is to be confirmed in writing.",
        ),
        "",
    ),
    Statement(
        Words("Réseau de diffusion (CDN)", "Content delivery network (CDN)"),
        Words("adresses IP des visiteurs", "visitors' IP addresses"),
        Words(
            "Journaux d'accès coupés, pages et API jamais mises en cache.",
            "Access logs off, pages and API never cached.",
        ),
        "2026-11-29",  # tests/infra/test_stacks.py: gateways and the front log no request
    ),
    Statement(
        Words("Relais TURN", "TURN relay"),
        Words("adresses IP des participants", "participants' IP addresses"),
        Words(
            "Ni journal ni liste : il voit l'adresse le temps de l'appel. Ses identifiants ne portent aucun nom.",
            "No log and no list: it sees the address while the call lasts. Its credentials carry no name.",
        ),
        "2026-11-29",  # infra/turn.py: no log, no database
    ),
    Statement(
        Words("Journaux techniques (hébergeur)", "Technical logs (hosting provider)"),
        Words("sans nom, adresse ni courriel", "without a name, an address or an e-mail"),
        Words(
            "Effacés par l'hébergeur au bout de quatorze jours ; le recensement vérifie ce réglage chaque nuit.",
            "Deleted by the hosting provider after fourteen days; the census checks that setting every night.",
        ),
        "2026-11-29",
    ),
    Statement(
        Words("Monetico Paiement (Crédit Mutuel)", "Monetico Paiement (Crédit Mutuel)"),
        Words("carte et paiement, responsable distinct", "card and payment, a controller of its own"),
        Words("Selon sa propre notice ; Iboo n'y a pas accès.", "According to its own notice; Iboo has no access."),
        "",
    ),
)
