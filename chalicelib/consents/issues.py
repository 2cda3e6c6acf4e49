"""Newsletters from the first word to the last mail: written in both languages, sent to whom the law lets us write.

A letter goes into the outbox little by little, and waits while other mail waits. Counted are mails, never readers.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from chalicelib import clock, log, storage
from chalicelib.errors import Conflict, NotFound
from chalicelib.mailing import actions as mailing
from chalicelib.mailing import tallies
from chalicelib.pages import Language
from chalicelib.register import Words
from chalicelib.register.events import Event
from chalicelib.register.model import Basis
from chalicelib.storage import Changed

from . import newsletter, objections
from .models import NewsletterIssue, Subscriber
from .newsletter import Issue

LIST: Final = "newsletter_issues"
SEGMENTS: Final[Mapping[str, Basis]] = {"customers": Basis.LEGITIMATE_INTEREST, "asked": Basis.CONSENT}
"""Whom a letter may go to, by legal basis. Guests of meetings and people who asked for an offer are in none."""

PER_RUN: Final = 300
"""Mails a run of the schedule writes into the outbox, at most; it comes once a minute."""
AT_A_TIME: Final = 25
RUN_FOR: Final = 40.0
"""Seconds after which a run begins no other handful."""
LEASE: Final = 90
"""Seconds after which a run that said nothing any more is taken for dead."""


@dataclass(frozen=True)
class Draft:
    """What is written: ``body`` with an empty line between paragraphs, ``path`` of a page of ours."""

    title: Words
    body: Words
    path: str


def write(draft: Draft, operator: str) -> NewsletterIssue:
    """A new letter."""
    now = clock.now()
    identifier = secrets.token_hex(6)
    item = NewsletterIssue(f"newsletter_issue#{identifier}", "issue", operator=operator, written_at=now)
    for name, value in _fields(draft).items():
        setattr(item, name, value)
    item.list_pk, item.list_sk = LIST, f"{now:012d}#{identifier}"
    storage.create(item, {Event.RENEWED: now})
    return item


def rewrite(issue: NewsletterIssue, draft: Draft, operator: str) -> None:
    """Other words for a letter that has not begun. Raises `Conflict`."""
    if issue.state != "draft":
        raise Conflict
    now = clock.now()
    changes = [getattr(NewsletterIssue, name).set(value) for name, value in _fields(draft).items()]
    changes += [NewsletterIssue.operator.set(operator), NewsletterIssue.written_at.set(now)]
    storage.happened(issue, Event.RENEWED, now, *changes)


def find(identifier: str) -> NewsletterIssue:
    """A letter. Raises `NotFound`."""
    item = storage.get(NewsletterIssue, f"newsletter_issue#{identifier}", "issue")
    if item is None:
        raise NotFound
    return item


def every() -> list[NewsletterIssue]:
    """All letters of two years, the newest first."""
    return list(storage.listed(NewsletterIssue, LIST, newest_first=True))


def discard(issue: NewsletterIssue) -> None:
    """Throws away a letter that has not begun. Raises `Conflict`."""
    if issue.state != "draft":
        raise Conflict
    storage.delete(issue)


def as_issue(issue: NewsletterIssue) -> Issue:
    """As the mail's template takes it."""
    paragraphs = zip(_paragraphs(issue.body_fr), _paragraphs(issue.body_en), strict=True)
    return Issue(Words(issue.title_fr, issue.title_en), tuple(Words(*pair) for pair in paragraphs), issue.path)


def same_paragraphs(body: Words) -> bool:
    """Whether both languages have as many paragraphs: one who reads both must find the same letter."""
    return len(_paragraphs(body.fr)) == len(_paragraphs(body.en))


def audience() -> Counter[tuple[str, str]]:
    """How many could get a letter now, by segment and language."""
    found: Counter[tuple[str, str]] = Counter()
    for one in storage.listed(Subscriber, newsletter.LIST):
        found[_segment(one), "en" if one.language == "en" else "fr"] += 1
    return found


def send_trial(issue: NewsletterIssue, email: str) -> None:
    """Both languages to the person who writes, as everybody will get them."""
    languages: tuple[Language, ...] = ("fr", "en")
    for language in languages:
        letter = newsletter.letter_of(as_issue(issue), language, newsletter.leave_link(email), customer=True)
        mail = newsletter.to_leave(email, letter, "newsletter_trial")
        mailing.post([replace(mail, thread="")])


def begin(issue: NewsletterIssue, segments: list[str], operator: str) -> None:
    """Sends it to these segments from now on. Raises `Conflict` for one that began, `ValueError` for no segment."""
    if issue.state != "draft":
        raise Conflict
    if not segments or not set(segments) <= set(SEGMENTS):
        raise ValueError("segments")
    now = clock.now()
    changes = (
        NewsletterIssue.state.set("sending"),
        NewsletterIssue.segments.set(segments),
        NewsletterIssue.operator.set(operator),
        NewsletterIssue.begun_at.set(now),
    )
    storage.happened(issue, Event.RENEWED, now, *changes)
    tallies.open_for(issue.id)
    log.info("newsletter_begun", issue=issue.id)


def stop(issue: NewsletterIssue) -> None:
    """Nobody else is written to. What is in the outbox goes. Raises `Conflict` for one that is not under way."""
    if issue.state != "sending":
        raise Conflict
    storage.update(issue, NewsletterIssue.state.set("stopped"))


def carry_on(timer: Callable[[], float] = time.monotonic) -> int:
    """Goes on with every letter under way; the schedule's act. Returns how many mails were written."""
    begun = timer()
    left = PER_RUN
    for listed in every():
        issue = find(listed.id)
        if issue.state == "sending" and _lease(issue):
            try:
                while left > 0 and timer() - begun < RUN_FOR and not mailing.is_full():
                    written = _handful(issue, min(AT_A_TIME, left))
                    left -= written
                    if issue.state != "sending":
                        break
                storage.update(issue, NewsletterIssue.busy_until.set(0))
            except Changed:
                log.info("newsletter_interrupted", issue=issue.id)  # stopped meanwhile
    return PER_RUN - left


def _lease(issue: NewsletterIssue) -> bool:
    """Whether this run may go on with it, and no other."""
    now = clock.now()
    try:
        storage.update(issue, NewsletterIssue.busy_until.set(now + LEASE), condition=NewsletterIssue.busy_until <= now)
    except Changed:
        return False
    return True


def _handful(issue: NewsletterIssue, most: int) -> int:
    """Writes to the next few subscribers. Returns how many were looked at."""
    found = list(storage.listed(Subscriber, newsletter.LIST, since=f"{issue.cursor}\0", limit=most))
    for one in found:
        _write_to(issue, one)
    changes = [NewsletterIssue.busy_until.set(clock.now() + LEASE)]
    if found:
        changes.append(NewsletterIssue.cursor.set(found[-1].list_sk))
    if len(found) < most:
        changes.append(NewsletterIssue.state.set("sent"))
    storage.update(issue, *changes)
    return len(found)


def _write_to(issue: NewsletterIssue, one: Subscriber) -> None:
    if _segment(one) not in issue.segments:
        return
    if objections.refusal(one.email) is not None:
        tallies.count(issue.id, "skipped")
        return
    mail = newsletter.mail(as_issue(issue), one, issue.id)
    if not mailing.written(mail.thread, issue.id):  # by a run that died before it could say so
        mailing.post([mail], at_once=0)


def _segment(one: Subscriber) -> str:
    return "customers" if one.basis == Basis.LEGITIMATE_INTEREST else "asked"


def _fields(draft: Draft) -> dict[str, str]:
    return {
        "title_fr": draft.title.fr,
        "title_en": draft.title.en,
        "body_fr": draft.body.fr,
        "body_en": draft.body.en,
        "path": draft.path,
    }


def _paragraphs(body: str) -> list[str]:
    return [" ".join(part.split()) for part in body.split("\n\n") if part.strip()]
