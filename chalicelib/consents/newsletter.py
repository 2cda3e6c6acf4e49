"""The newsletter: customers unless they refuse, everybody else by asking twice, a meeting's guests never.

Every issue can be left with one click (RFC 8058), and nothing in it tells whether it was opened.
"""

from dataclasses import dataclass
from typing import Final

from chalicelib import clock, keyed, pages, sessions, settings, storage, throttle
from chalicelib.errors import Gone
from chalicelib.errors import mark as _
from chalicelib.mailing import actions as mailing
from chalicelib.mailing import tallies
from chalicelib.mailing.actions import Mail
from chalicelib.pages import Language, Letter
from chalicelib.register import Words
from chalicelib.register.events import Event
from chalicelib.register.model import Basis
from chalicelib.storage import AlreadyThere

from . import objections, proofs
from .models import Contact, NewsletterRequest, Subscriber
from .objections import NEWSLETTER
from .rules import text_hash

BOX: Final = Words(
    "J’accepte de recevoir la lettre d’information d’Iboo, quelques fois par an. Je peux la quitter d’un clic.",
    "I agree to receive Iboo’s newsletter, a few times a year. I can leave it with one click.",
)
TOLD: Final = Words(
    "Comme client, vous recevez notre lettre d’information, quelques fois par an. Cochez pour la refuser.",
    "As a customer you receive our newsletter, a few times a year. Tick to refuse it.",
)
LIST: Final = "subscribers"
PER_ADDRESS: Final = 5
"""Requests to confirm, per address and day."""

USED_UP: Final = _("Ce lien a déjà servi ou n’est plus valable. Vous pouvez vous abonner à nouveau.")


@dataclass(frozen=True)
class Issue:
    """One newsletter in both languages: a title, its paragraphs, and a page of our own to go to."""

    title: Words
    paragraphs: tuple[Words, ...]
    path: str


def ask(email: str, language: Language) -> None:
    """Somebody wants to subscribe: a link goes to the address, and nothing else happens until it is used."""
    throttle.hit("newsletter", keyed.email_hash(email), PER_ADDRESS, 86_400)
    token = sessions.new_token()
    _request(email, language, "form", sessions.token_hash(token))
    link_to = f"{settings.get('BASE_URL')}/newsletter/{keyed.email_hash(email)}{token}"
    letter = pages.render_mail("newsletter_confirm", [pages.Reader(language)], link_to=link_to)
    mailing.post([Mail(to=email, letter=letter, purpose="newsletter_confirm")])


def ask_with_account(email: str, language: Language, wanted: bool) -> None:
    """The box of the form to register: its address is confirmed with the account (`address_confirmed`)."""
    if wanted:
        _request(email, language, "sign-up", None)
        return
    request = _pending(keyed.email_hash(email))
    if request is not None and request.channel == "sign-up":
        storage.delete(request)


def asked(token: str) -> NewsletterRequest:
    """The request a link is about. Raises `Gone`."""
    request = _pending(token[:32])
    if request is None or not keyed.same(request.token_hash or "", sessions.token_hash(token[32:])):
        raise Gone(USED_UP)
    return request


def confirm(token: str, policy_version: str) -> Subscriber:
    """The address is confirmed, its person subscribed. Raises `Gone`."""
    return _subscribe_by_consent(asked(token), policy_version)


def address_confirmed(email: str, policy_version: str) -> None:
    """An account was opened with this address: what its form asked for holds from now on."""
    request = _pending(keyed.email_hash(email))
    if request is not None and request.channel == "sign-up":
        _subscribe_by_consent(request, policy_version)


def subscribe(email: str, language: Language, channel: str, policy_version: str) -> Subscriber:
    """Subscribes by consent an address that is confirmed already: its owner is signed in."""
    now = clock.now()
    _prove(email, channel, policy_version, asked_at=now)
    return _subscribe(email, language, Basis.CONSENT, BOX)


def became_customer(email: str, language: Language, refused: bool) -> None:
    """A first paid subscription: the person was told (`TOLD`) and could refuse where the address was collected."""
    if refused:
        objections.oppose(email, "form")
    elif not objections.opposed(email):
        _subscribe(email, language, Basis.LEGITIMATE_INTEREST, TOLD)


def leave(token: str) -> None:
    """The one click of RFC 8058. A token that is none changes nothing and says so to nobody. Works for ever."""
    signed, _dot, tally = token.partition(".")
    digest = signed[:32]
    if keyed.same(signed, unsubscribe_token(digest)):
        listed = storage.get(Subscriber, f"subscriber#{digest}", "subscriber", because="consent") is not None
        objections.oppose_hash(digest, "one-click")
        if listed:
            tallies.count(tally, "left")


def unsubscribe_token(digest: str) -> str:
    """Of a link to leave: the address's keyed hash and a secret made of it. No address, nothing to guess."""
    return digest + keyed.link_secret("unsubscribe", digest)


def subscriber(email: str) -> Subscriber | None:
    """The subscription of an address. Raises `Frozen`."""
    return storage.get(Subscriber, f"subscriber#{keyed.email_hash(email)}", "subscriber")


def used(email: str) -> None:
    """The person did something themselves: what is kept to write to them lives on from here. Reading is no act."""
    digest, now = keyed.email_hash(email), clock.now()
    for item in (
        storage.get(Subscriber, f"subscriber#{digest}", "subscriber", because="storage"),
        storage.get(Contact, f"contact#{digest}", "contact", because="storage"),
    ):
        if item is not None and not item.frozen:
            storage.update(item, *storage.restamping(item, Event.LAST_USE, now), always=True)


def mail(issue: Issue, one: Subscriber, tally: str = "") -> Mail:
    """The issue as one subscriber gets it. ``tally``: under which its fate, and leaving by its link, are counted."""
    language: Language = "en" if one.language == "en" else "fr"
    letter = letter_of(issue, language, leave_link(one.email, tally), one.basis == Basis.LEGITIMATE_INTEREST)
    return to_leave(one.email, letter, "newsletter", tally)


def letter_of(issue: Issue, language: Language, leaving: str, customer: bool) -> Letter:
    """Its words. ``customer``: it is sent because the reader is one; else because they asked."""
    link_to = settings.get("BASE_URL") + issue.path
    readers = [pages.Reader(language)]
    return pages.render_mail("newsletter", readers, issue=issue, link_to=link_to, leave_link=leaving, customer=customer)


def to_leave(email: str, letter: Letter, purpose: str, tally: str = "") -> Mail:
    """A mail that can be left with one click (RFC 8058)."""
    by_mail = f"mailto:{settings.get('RIGHTS_EMAIL')}?subject=unsubscribe"
    headers = {
        "List-Unsubscribe": f"<{leave_link(email, tally)}>, <{by_mail}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    thread = objections.thread(keyed.email_hash(email))
    return Mail(to=email, letter=letter, purpose=purpose, thread=thread, tally=tally, headers=headers)


def leave_link(email: str, tally: str = "") -> str:
    """Where an address leaves the list; ``tally``: the letter it leaves by."""
    token = unsubscribe_token(keyed.email_hash(email))
    return f"{settings.get('BASE_URL')}/u/{token}{'.' if tally else ''}{tally}"


def _request(email: str, language: Language, channel: str, token_hash: str | None) -> None:
    digest, now = keyed.email_hash(email), clock.now()
    earlier = _pending(digest)
    if earlier is not None:
        storage.delete(earlier)
    item = NewsletterRequest(
        f"newsletter_request#{digest}",
        "request",
        email=email,
        language=language,
        text_hash=text_hash(_both(BOX)),
        asked_at=now,
        token_hash=token_hash,
        channel=channel,
    )
    storage.create(item, {Event.COLLECTED: now})


def _pending(digest: str) -> NewsletterRequest | None:
    return storage.get(NewsletterRequest, f"newsletter_request#{digest}", "request")


def _subscribe_by_consent(request: NewsletterRequest, policy_version: str) -> Subscriber:
    language: Language = "en" if request.language == "en" else "fr"
    _prove(request.email, request.channel, policy_version, asked_at=int(request.asked_at))
    found = _subscribe(request.email, language, Basis.CONSENT, BOX)
    storage.delete(request)
    return found


def _prove(email: str, channel: str, policy_version: str, asked_at: int) -> None:
    objections.lift(email)
    digest, now = keyed.email_hash(email), clock.now()
    proofs.record(digest, NEWSLETTER, True, _both(BOX), channel, policy_version, asked_at=asked_at, confirmed_at=now)


def _subscribe(email: str, language: Language, basis: Basis, words: Words) -> Subscriber:
    digest, now = keyed.email_hash(email), clock.now()
    item = Subscriber(
        f"subscriber#{digest}",
        "subscriber",
        email=email,
        language=language,
        basis=basis.value,
        text_hash=text_hash(_both(words)),
        since=now,
    )
    item.list_pk, item.list_sk = LIST, digest
    try:
        storage.create(item, {Event.LAST_USE: now})
    except AlreadyThere:
        used(email)
    return item


def _both(words: Words) -> str:
    return f"{words.fr}\n{words.en}"


def wrote_to_us(email: str, name: str, company: str, language: Language) -> None:
    """Somebody asked us about our offers: a commercial contact, from this act of their own on."""
    digest, now = keyed.email_hash(email), clock.now()
    if objections.opposed(email):
        return
    item = Contact(
        f"contact#{digest}", "contact", email=email, name=name or None, company=company or None, language=language
    )
    try:
        storage.create(item, {Event.LAST_USE: now})
    except AlreadyThere:
        used(email)
