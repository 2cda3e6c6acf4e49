"""What holds of recordings. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.register.model import Words

SOURCES: Final = ("microphone", "camera", "screen", "screen_sound")
"""What of a person is recorded, each as a track of its own."""

DEAD_AFTER: Final = 60
"""Seconds without a renewal after which a recording is not running any more."""

LONGEST_FILE: Final = 6 * 3_600_000
"""Milliseconds of a recording that is made into one file."""

MOST_IN_FILE: Final = 50
"""People."""
MOST_SEGMENTS: Final = 100_000
"""Named in a job's brief: two megabytes of it."""
MOST_CHUNKS: Final = 8_192
"""Of four megabytes each."""

QUESTION: Final = Words(
    "L’organisateur souhaite enregistrer cette réunion. Acceptez-vous que votre image, votre voix et l’écran que "
    "vous partagez soient enregistrés\u202f? L’enregistrement est chiffré\u202f; l’organisateur et les personnes "
    "de son entreprise avec qui il le partage peuvent le revoir\u202f; il est effacé 28 jours après son début. "
    "Vous pouvez refuser, et changer d’avis à tout moment\u202f: rien de vous n’est alors plus enregistré. Refuser "
    "ne change rien à votre place dans la réunion. Si vous y avez fait entrer un encodeur, votre réponse vaut aussi "
    "pour ce qu’il diffuse.",
    "The organiser would like to record this meeting. Do you agree that your image, your voice and the screen you "
    "share are recorded? The recording is encrypted; the organiser and the people of the same company it is shared "
    "with can watch it; it is erased 28 days after its beginning. You can refuse, and change your mind at any "
    "time: nothing of you is recorded any more then. Refusing changes nothing about your place in the meeting. If "
    "you have let an encoder in, your answer holds for what it sends as well.",
)
"""What everybody is asked. Changing a word changes its version."""

_NAME = re.compile(r"(\d{4})-(\d{6})-(\d+)-(\d+)")


def question() -> str:
    """The words in both languages, as the proof keeps them."""
    return json.dumps({"fr": QUESTION.fr, "en": QUESTION.en}, ensure_ascii=False, sort_keys=True)


def version() -> str:
    """Of the words: 16 hex digits."""
    return hashlib.sha256(question().encode()).hexdigest()[:16]


@dataclass(frozen=True, order=True)
class Segment:
    """A stored segment. ``start``, ``duration``: milliseconds of the timeline; ``bytes`` of the object."""

    number: int
    start: int
    duration: int
    bytes: int
    object: str


@dataclass(frozen=True)
class Gap:
    """A stretch without media, milliseconds of the timeline. ``reason``: docs/recording.md."""

    start: int
    duration: int
    reason: str


def read_name(name: str, size: int) -> Segment | None:
    """The segment an object is, by its name without path; `None` for a manifest."""
    found = _NAME.fullmatch(name)
    return found and Segment(int(found[2]), int(found[3]), int(found[4]), size, name)


def gaps_between(segments: Iterable[Segment]) -> Iterator[Gap]:
    """What lies between segments in order; of a part whose manifest is missing nobody knows why."""
    before: Segment | None = None
    for segment in segments:
        if before is not None and segment.start > before.start + before.duration + 1:
            yield Gap(before.start + before.duration, segment.start - before.start - before.duration, "loss")
        before = segment


@dataclass(frozen=True)
class Answer:
    """Somebody's decision. ``at``: milliseconds since 1970."""

    participant: str
    granted: bool
    at: int


def standing(answers: Iterable[Answer]) -> dict[str, bool]:
    """Participant → whether they agree now: the last word counts."""
    return {one.participant: one.granted for one in sorted(answers, key=lambda one: one.at)}
