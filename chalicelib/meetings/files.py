"""Files of a meeting that its organiser takes along: attendance, messages, notes."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.accounts.models import Account
from chalicelib.errors import NotFound
from chalicelib.errors import mark as _

from . import attendance, chat, lobby, notes, saves
from .models import Occurrence
from .quality import Grade, Passage

Translate = Callable[[str], str]
GRADES: dict[Grade, str] = {"good": _("Bonne"), "fair": _("Moyenne"), "poor": _("Mauvaise")}


@dataclass(frozen=True)
class File:
    """What is taken: its content, its type, and whose data it holds."""

    content: str
    content_type: str
    about: frozenset[str]
    """Participants."""


@dataclass(frozen=True)
class Kind:
    """A file one may take. ``row``: the category of data in it; ``label``: its name, to be translated."""

    row: str
    label: str
    make: Callable[[Occurrence, Translate], File]


def take(occurrence: Occurrence, account: Account, name: str, translate: Translate) -> File:
    """The file of that name, the taking of it written down first. Raises `NotFound`."""
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound
    file = kind.make(occurrence, translate)
    people = [person for person in lobby.participants(occurrence) if person.id in file.about]
    saves.record(occurrence, account, name, kind.row, people)
    return file


def label(what: str) -> str:
    """What was taken, to be translated; something of a later version by its name."""
    return BESIDE[what] if what in BESIDE else KINDS[what].label if what in KINDS else what


def _attendance_csv(occurrence: Occurrence, translate: Translate) -> File:
    columns = [_("Personne"), _("Rôle"), _("Arrivée"), _("Départ"), _("Secondes")]
    columns += [_("Liaison"), _("Paquets envoyés"), _("Perdus à l’envoi"), _("Paquets à recevoir")]
    columns += [_("Perdus à la réception"), _("Image suspendue (secondes)"), _("Mise en route (millisecondes)")]
    rows: list[list[object]] = [[translate(column) for column in columns]]
    present = attendance.of_all(occurrence)
    for one in present:
        for since, until in one.intervals:
            times = [_local(at, occurrence.timezone) for at in (since, until)]
            passage = _passage_cells(one.passage_within(since, until), translate)
            rows.append([_harmless(one.name), one.role, *times, until - since, *passage])
    out = io.StringIO()
    # A spreadsheet set to French takes the semicolon, and the mark at the start for UTF-8.
    csv.writer(out, delimiter=";").writerows(rows)
    return File("\ufeff" + out.getvalue(), "text/csv; charset=utf-8", _ids(present))


def _passage_cells(passage: Passage | None, translate: Translate) -> list[object]:
    """Whole numbers: the decimal sign of a spreadsheet follows its language."""
    if passage is None:
        return [""] * 7
    sums = passage.sums
    counts = [sums.up_packets, sums.up_lost, sums.down_packets, sums.down_lost, round(sums.paused)]
    return [translate(GRADES[passage.grade]), *counts, round(1000 * passage.media_after)]


def _attendance_json(occurrence: Occurrence, translate: Translate) -> File:
    present = attendance.of_all(occurrence)
    people = [
        {
            "name": one.name,
            "role": one.role,
            "seconds": one.seconds,
            "intervals": [[_local(at, occurrence.timezone) for at in interval] for interval in one.intervals],
            "quality": {"grade": passage.grade, **asdict(passage.sums)} if (passage := one.passage) else None,
        }
        for one in present
    ]
    return _json({"meeting": occurrence.title, "people": people}, _ids(present))


def _chat_txt(occurrence: Occurrence, translate: Translate) -> File:
    lines = chat.lines(occurrence)
    said = {line["seq"]: line for line in lines}
    written = [_line(line, said.get(line["reply"]), occurrence.timezone) for line in lines]
    return File("\n".join(written), "text/plain; charset=utf-8", _authors(lines))


def _chat_json(occurrence: Occurrence, translate: Translate) -> File:
    lines = chat.lines(occurrence)
    shown = [
        {
            "number": line["seq"],
            "at": _local(line["at"], occurrence.timezone),
            "name": line["name"],
            "text": line["body"],
            "answers": line["reply"] or None,
        }
        for line in lines
    ]
    return _json({"meeting": occurrence.title, "messages": shown}, _authors(lines))


def _notes_txt(occurrence: Occurrence, translate: Translate) -> File:
    content = notes.text(occurrence)
    return File(content, "text/plain; charset=utf-8", frozenset(notes.authors(occurrence)))


KINDS = {
    "attendance.csv": Kind("attendance", _("Présences (tableur)"), _attendance_csv),
    "attendance.json": Kind("attendance", _("Présences (JSON)"), _attendance_json),
    "chat.txt": Kind("talk", _("Messages (texte)"), _chat_txt),
    "chat.json": Kind("talk", _("Messages (JSON)"), _chat_json),
    "notes.txt": Kind("notes", _("Notes communes (texte)"), _notes_txt),
}
"""By the name they are saved under."""

BESIDE = {
    "minutes": _("Notes communes, par e-mail"),
    "recording": _("Enregistrement, en un fichier"),
    "recording_person": _("Enregistrement d’une personne, image et son"),
    "recording_voice": _("Enregistrement d’une personne, son seul"),
}
"""What is taken in other ways."""


def _json(content: Any, about: frozenset[str]) -> File:
    return File(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "application/json; charset=utf-8", about)


def _line(line: dict[str, Any], answered: dict[str, Any] | None, timezone: str) -> str:
    to = f" → {answered['name']}" if answered else ""
    return f"[{_local(line['at'], timezone)}] {line['name']}{to}\n{line['body']}\n"


def _local(at: int, timezone: str) -> str:
    return datetime.fromtimestamp(at, ZoneInfo(timezone)).isoformat()


def _harmless(name: str) -> str:
    """A name a spreadsheet does not take for a formula."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


def _ids(present: Iterable[attendance.Presence]) -> frozenset[str]:
    return frozenset(one.participant for one in present)


def _authors(lines: Iterable[dict[str, Any]]) -> frozenset[str]:
    return frozenset(line["participant"] for line in lines)
