"""The mails about rights: one frame, always with the way to the CNIL."""

from collections.abc import Callable, Sequence

from chalicelib import pages, words
from chalicelib.mailing import actions as mailing
from chalicelib.mailing.actions import Mail
from chalicelib.pages import Language, Reader

Sentences = Callable[[Callable[[str], str], Language], Sequence[str]]
"""Given a translation and a language: the title, then the paragraphs."""


def write(
    to: str,
    language: str | None,
    sentences: Sentences,
    *,
    link: str = "",
    action: str = "",
    purpose: str = "right",
    controller: str | None = None,
) -> None:
    """Writes to ``to``, in ``language`` or, when nobody knows it, in both. ``action``: what the link's button says."""
    languages: tuple[Language, ...] = (pages.pick_language(None, None, language),) if language else pages.LANGUAGES
    said = {}
    for one in languages:
        translated = pages.translate(one)
        title, *paragraphs = sentences(translated, one)
        said[one] = {"title": title, "paragraphs": paragraphs, "action": translated(action) if action else ""}
    letter = pages.render_mail("right", [Reader(one) for one in languages], said=said, link_to=link)
    mailing.post([Mail(to=to, letter=letter, purpose=purpose, controller=controller)])


def day(at: float, language: Language) -> str:
    """A date for a sentence: "23 décembre 2026"."""
    return words.date(int(at), language, None)
