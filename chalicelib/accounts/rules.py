"""What holds of accounts and companies. Pure."""

import math
import string
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, validate_email

from chalicelib.errors import FormErrors
from chalicelib.errors import mark as _

LONGEST_NAME: Final = 80
LONGEST_COMPANY: Final = 120
LONGEST_EMAIL: Final = 320
"""A local part of 64, the at sign, a domain of 255 (RFC 5321, 4.5.3.1)."""
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
LEAST_BITS: Final = 50
"""Of a password, where tries are limited: CNIL, délibération 2022-100."""
LEAST_SCORE: Final = 3
"""Of zxcvbn's four: 10⁸ guesses and more, counting known passwords, keyboard rows, names and dates."""
LEAST_OWN: Final = 6
"""Signs of a password that are no part of the person's name, address or company."""

VERIFY_WITHIN: Final = 24 * 3_600
RESET_WITHIN: Final = 3_600
JOIN_WITHIN: Final = 7 * 86_400


@dataclass(frozen=True)
class Plan:
    """What a company may do. ``minutes``: of one meeting; ``people``: in one meeting, the host among them.

    ``members``: of the company, or as many as are paid for. ``meets``: whether new meetings may be held.
    """

    name: str
    people: int
    minutes: int
    invitations_per_day: int
    members: int
    recording: bool = False
    meets: bool = True


TRIAL: Final = "trial"
TRIAL_DAYS: Final = 30
PLANS: Final[Mapping[str, Plan]] = {
    TRIAL: Plan(_("Offre d’essai"), people=10, minutes=60, invitations_per_day=50, members=5),
    "essential": Plan(_("Essentiel"), people=25, minutes=240, invitations_per_day=200, members=1),
    "professional": Plan(
        _("Professionnel"), people=50, minutes=720, invitations_per_day=500, members=1, recording=True
    ),
}
READ_ONLY: Final = Plan(
    _("Lecture seule"), people=10, minutes=60, invitations_per_day=0, members=5, recording=False, meets=False
)
"""When nothing is paid any more: what is there can be read. A meeting that is live goes on within these limits."""


class Checked:
    """Reads the fields of a form one by one and remembers what is wrong with them."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.errors: dict[str, str] = {}

    def text(self, field: str, missing: str, longest: int) -> str:
        """One line of text, white space made single, in Unicode's composed form."""
        typed = self._form.get(field, "")[: 4 * longest]  # composing's time grows with the square of the length
        given = unicodedata.normalize("NFC", " ".join(typed.split()))
        if not given:
            self.errors[field] = missing
        elif len(given) > longest:
            self.errors[field] = _("C’est trop long.")
        elif not given.isprintable() or _looks_like_a_link(given):
            self.errors[field] = _("Ce champ contient des signes qui n’y ont pas leur place.")
        return given

    def email(self, field: str, default: str = "") -> str:
        """An e-mail address; ``default`` when the field is empty."""
        given = self._form.get(field, "").strip() or default
        try:
            return email_address(given)
        except ValueError:
            self.errors[field] = (
                _("Cette adresse e-mail n’est pas complète ou contient une erreur.")
                if given
                else _("Indiquez une adresse e-mail.")
            )
            return given[:LONGEST_EMAIL]

    def new_password(self, field: str, about: Iterable[str]) -> str:
        """A password being chosen by a person known by the words ``about``."""
        given = self._form.get(field, "")
        if fault := password_fault(given, about):
            self.errors[field] = fault
        return given

    def accepted(self, field: str, missing: str) -> None:
        """A box that must be ticked."""
        if not self._form.get(field):
            self.errors[field] = missing

    def one_of(self, field: str, choices: Iterable[str], wrong: str) -> str:
        """One of a list."""
        given = self._form.get(field, "")
        if given not in choices:
            self.errors[field] = wrong
        return given

    def done(self) -> None:
        """Raises `FormErrors` when something is wrong."""
        if self.errors:
            raise FormErrors(self.errors)


def first_name(form: Checked) -> str:
    """The first name in a form."""
    return form.text("first_name", _("Indiquez votre prénom."), LONGEST_NAME)


def last_name(form: Checked) -> str:
    """The name in a form."""
    return form.text("name", _("Indiquez votre nom."), LONGEST_NAME)


def email_address(given: str) -> str:
    """The address as mail carriers take it: the domain in ASCII. Raises `ValueError`.

    Only its form is checked: whether it can be reached is seen by writing to it.
    """
    if len(given) > LONGEST_EMAIL:
        raise ValueError("email")
    try:
        found = validate_email(given, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as fault:
        raise ValueError("email") from fault
    return str(found.ascii_email)


def password_fault(password: str, about: Iterable[str]) -> str | None:
    """What is wrong with a new password, as a sentence; `None`: nothing. ``about``: words a stranger tries first."""
    if len(password) < SHORTEST_PASSWORD:
        return _("Ce mot de passe est trop court : 12 caractères au moins.")
    if len(password) > LONGEST_PASSWORD:
        return _("Ce mot de passe est trop long : 200 caractères au plus.")
    from zxcvbn import zxcvbn  # late: its word lists slow a cold start, and few requests choose a password

    words = {word for text in about for word in _words(text)}
    # zxcvbn's time grows with the square of the length, and it takes 72 characters at most.
    score = zxcvbn(password[:64], list(words))["score"]
    if bits(password) < LEAST_BITS or score < LEAST_SCORE or len(_without(password, words)) < LEAST_OWN:
        return _("Ce mot de passe est facile à deviner. Une phrase de quelques mots convient très bien.")
    return None


def _without(password: str, words: Iterable[str]) -> str:
    """What is left of a password when the words a stranger knows are struck out."""
    rest = _bare(password.casefold())
    for word in sorted((_bare(word.casefold()) for word in words), key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) >= 3 else rest
    return rest


def _bare(text: str) -> str:
    """``text`` without its accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _words(text: str) -> set[str]:
    """The words of a name or an address, as they stand and without their accents."""
    forms = (text, _bare(text))
    return {word for form in forms for word in (form, *form.replace("@", " ").replace(".", " ").split()) if word}


def bits(password: str) -> float:
    """Length times log2 of the alphabet the password draws from: the measure of CNIL's délibération 2022-100."""
    alphabets = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    size = sum(len(alphabet) for alphabet in alphabets if set(alphabet) & set(password))
    if set(password) - set("".join(alphabets)):
        size += 37  # the deliberation's number of special characters
    return len(password) * math.log2(size) if size else 0.0


def normal_password(password: str) -> str:
    """The same password whatever the keyboard composed it from (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _looks_like_a_link(text: str) -> bool:
    """Names go into mails to other people; links in them would be somebody's advertisement."""
    return "://" in text or "www." in text.casefold()
