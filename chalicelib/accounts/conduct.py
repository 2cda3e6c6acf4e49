"""What a company decides for all its meetings: stricter than Iboo's own rules, never looser. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, validate_email

from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

from .rules import Checked

LOBBY: Final[Mapping[str, str]] = {
    "host": _("Qui organise décide dans la salle"),
    "always": _("Tout le monde attend d’être admis, toujours"),
    "company": _("Les collègues entrent sans attendre"),
    "invited": _("Les invités et les collègues entrent sans attendre"),
}
KEEP: Final[Mapping[str, str]] = {
    "28d": _("Qui organise choisit"),
    "end": _("Effacés à la fin de la réunion au plus tard"),
    "none": _("Jamais gardés"),
}
"""From the longest to the shortest; a meeting may keep shorter than its company says."""
JOINERS: Final[Mapping[str, str]] = {
    "all": _("Toute personne invitée, et les collègues si la salle leur est ouverte"),
    "invited": _("Seulement qui est invité à son adresse"),
    "domains": _("Seulement les collègues et les adresses de certains domaines"),
    "members": _("Seulement les collègues"),
}
LONGEST_DAYS: Final = 28
"""What is set for everybody (promised: 30)."""
MOST_DOMAINS: Final = 50


@dataclass(frozen=True)
class Conduct:
    """A company's rules. ``lobby``, ``keep``, ``joiners``: keys of the tables above. ``days``: what its meetings leave
    is kept so long after each clock's start. ``domains``: whose addresses may be invited where ``joiners`` says so.
    ``second_factor``: whether every member needs one to sign in."""

    recording: bool = True
    lobby: str = "host"
    keep: str = "28d"
    days: int = LONGEST_DAYS
    joiners: str = "all"
    domains: tuple[str, ...] = ()
    second_factor: bool = False


def read(form: Mapping[str, str]) -> Conduct:
    """The rules in a form. Raises `FormErrors`."""
    check = Checked(form)
    wrong = _("Choisissez une des possibilités.")
    lobby = check.one_of("lobby", LOBBY, wrong)
    keep = check.one_of("keep", KEEP, wrong)
    joiners = check.one_of("joiners", JOINERS, wrong)
    given = form.get("days", "")
    days = int(given) if given.isascii() and given.isdigit() and len(given) <= 2 else 0
    if not 1 <= days <= LONGEST_DAYS:
        check.errors["days"] = _(
            "Indiquez un nombre de jours, de 1 à 28 : plus court que notre promesse, jamais plus long."
        )
    domains: tuple[str, ...] = ()
    if joiners == "domains":
        domains = _domains(form.get("domains", ""), check.errors)
    check.done()
    return Conduct(bool(form.get("recording")), lobby, keep, days, joiners, domains, bool(form.get("second_factor")))


def keepings(conduct: Conduct) -> tuple[str, ...]:
    """How long a meeting's messages may be kept, longest first."""
    every = tuple(KEEP)
    return every[every.index(conduct.keep) :]


def may_join(conduct: Conduct, email: str, colleagues: Iterable[str]) -> bool:
    """Whether somebody invited at this address may come. ``colleagues``: the members' addresses."""
    if conduct.joiners in ("all", "invited"):
        return True
    if email.casefold() in {one.casefold() for one in colleagues}:
        return True
    return conduct.joiners == "domains" and email.rpartition("@")[2].casefold() in conduct.domains


def uninvited_colleagues(conduct: Conduct) -> bool:
    """Whether a colleague may come in without a personal invitation where the host opens the room to them."""
    return conduct.joiners != "invited"


def require_allowed(conduct: Conduct, emails: Iterable[str], colleagues: Iterable[str]) -> None:
    """Raises `FormErrors` naming the addresses that the company's rules don't let in."""
    known = list(colleagues)
    refused = [email for email in emails if not may_join(conduct, email, known)]
    if refused:
        sentence = _("Les règles de votre entreprise ne permettent pas d’inviter : %(addresses)s")
        raise FormErrors({"invitees": sentence}, addresses=", ".join(refused[:5]))


def _domains(text: str, errors: dict[str, str]) -> tuple[str, ...]:
    words = [word.strip("@").casefold() for word in text.replace(",", " ").replace(";", " ").split()]
    try:
        found = {
            validate_email(f"a@{word}", check_deliverability=False).ascii_domain for word in words[: MOST_DOMAINS + 1]
        }
    except EmailNotValidError:
        errors["domains"] = _("Un de ces domaines n’en est pas un. Exemple : client.fr")
        return ()
    if not found or len(words) > MOST_DOMAINS:
        errors["domains"] = _("Indiquez de 1 à 50 domaines, comme client.fr.")
    return tuple(sorted(found))
