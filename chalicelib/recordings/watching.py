"""Watching a recording: who may, the keys and links of one viewing, and the line each viewing leaves.

A viewing gets segment keys, per track and part, and never what they are made from; links to sealed objects, which work
for minutes. Each is written down for everybody who is heard or seen in it, before its first key is handed out.
"""

import base64
from contextlib import suppress
from typing import Any

from chalicelib import clock, keyed, log, storage
from chalicelib.accounts.models import Account
from chalicelib.errors import BadInput, Conflict, Gone, NotFound
from chalicelib.errors import mark as _
from chalicelib.meetings import chat, lobby, saves, scheduling
from chalicelib.meetings.models import Occurrence, Participant
from chalicelib.register.events import Event
from chalicelib.storage import Frozen, keys, objects

from . import actions, reading, rules, sharing
from .models import Recording, Track, Viewing
from .reading import PartView, Timeline, TrackView

LINKS_WORK = 180
"""Seconds."""
LINKS_AT_ONCE = 200
WATCHABLE = ("ready", "incomplete")
UNKNOWN = _(
    "Cet enregistrement n’existe pas, n’est pas partagé avec vous, ou n’existe plus : un enregistrement est effacé "
    "au plus tard 28 jours après son début."
)
NOT_YET = _("Cet enregistrement n’est pas encore complet. Réessayez dans une minute.")
OVER = _("Cette lecture est terminée. Rechargez la page pour continuer.")
DESTROYED = _("Les clés de cet enregistrement sont détruites : plus personne ne peut le lire.")


def find(account: Account, recording: str) -> Recording:
    """A recording this person may watch: the organiser's own, or one that is shared with them as a member of the
    company. Raises `NotFound` for everybody else, and while it is restricted (art. 18)."""
    with suppress(Frozen):
        found = actions.find(recording) if len(recording) <= 64 else None
        if found is not None and found.state != "empty" and (is_own(account, found) or sharing.allows(found, account)):
            return found
    raise NotFound(UNKNOWN)


def own(account: Account, recording: str) -> Recording:
    """As `find`, for its organiser alone. Raises `NotFound`."""
    found = find(account, recording)
    if not is_own(account, found):
        raise NotFound(UNKNOWN)
    return found


def is_own(account: Account, recording: Recording) -> bool:
    """Whether this person organised the meeting, and still belongs to the company that answers for it."""
    return bool(recording.host == account.id and recording.company == account.company)


def is_readable(recording: Recording) -> bool:
    """Whether its key is still there."""
    try:
        keys.open_key(f"recording#{recording.id}")
    except keys.KeyDestroyed:
        return False
    return True


def begin(account: Account, recording: Recording) -> dict[str, Any]:
    """A viewing: what is played, in which order, with which keys (docs/recording.md, "Watching").

    Raises `Conflict` while segments are still on their way, `Gone` where the keys are destroyed.
    """
    if recording.state not in WATCHABLE:
        raise Conflict(NOT_YET)
    try:
        timeline = reading.timeline(recording)
    except keys.KeyDestroyed as fault:
        raise Gone(DESTROYED) from fault
    occurrence = _occurrence(recording)
    tracks, concerned = _shown(occurrence, timeline)
    viewing = Viewing(recording.pk, f"viewing#{keyed.new_id()}", recording=recording.id, account=account.id)
    viewing.list_pk, viewing.list_sk = f"viewings#{account.id}", viewing.sk
    saves.note_viewing(occurrence, account, concerned)
    storage.create(viewing, {Event.COLLECTED: clock.now()}, controller=recording.company)
    log.info("recording_watched", recording=recording.id, tracks=len(tracks))
    return {
        "viewing": viewing.id,
        "until": int(viewing.delete_by or 0),
        "recording": recording.id,
        "began_at": timeline.began_at,
        "delete_at": int(recording.delete_by or 0),
        "length": timeline.length,
        "tracks": [_track(track) for track in tracks],
        "chat": _chat(account, recording, occurrence, timeline),
    }


def links(account: Account, recording: Recording, viewing: str, wanted: Any) -> list[str]:
    """Links to sealed objects, in the order of ``wanted``: pairs of track and name. Raises `BadInput`, `NotFound`."""
    found = storage.get(Viewing, recording.pk, f"viewing#{viewing}") if len(viewing) <= 64 else None
    if found is None or found.account != account.id:
        raise NotFound(OVER)
    pairs = _pairs(wanted)
    known = {track.id for track in storage.query(Track, recording.pk, "track#")}
    if any(track not in known or rules.read_name(name, 0) is None for track, name in pairs):
        raise BadInput
    return [objects.link(reading.ROW, reading.path_of(recording.id, track) + name, LINKS_WORK) for track, name in pairs]


def viewings_of(account: str) -> list[Viewing]:
    """What this person watches, or watched within hours."""
    return list(storage.listed(Viewing, f"viewings#{account}"))


def _pairs(wanted: Any) -> list[tuple[str, str]]:
    if not isinstance(wanted, list) or not 0 < len(wanted) <= LINKS_AT_ONCE:
        raise BadInput
    pairs = []
    for one in wanted:
        match one:
            case [str(track), str(name)] if len(track) <= 64 and len(name) <= 64:
                pairs.append((track, name))
            case _:
                raise BadInput
    return pairs


def _shown(occurrence: Occurrence, timeline: Timeline) -> tuple[list[TrackView], list[Participant]]:
    """The tracks there is something of, and whose they are. Who had their data restricted is not shown."""
    people = {person.id: person for person in lobby.participants(occurrence)}
    tracks = [track for track in timeline.tracks if track.parts and track.participant in people]
    return tracks, [people[one] for one in dict.fromkeys(track.participant for track in tracks)]


def _occurrence(recording: Recording) -> Occurrence:
    with suppress(NotFound, Frozen):
        return scheduling.occurrence_of(recording.occurrence)
    raise NotFound(UNKNOWN)


def _track(track: TrackView) -> dict[str, Any]:
    return {
        "id": track.id,
        "participant": track.participant,
        "source": track.source,
        "name": track.name,
        "parts": [_part(part) for part in track.parts],
    }


def _part(part: PartView) -> dict[str, Any]:
    return {
        "number": part.number,
        "key": base64.b64encode(part.key).decode(),
        "segments": [[one.number, one.start, one.duration, one.bytes] for one in part.segments],
        "gaps": [[gap.start, gap.duration, gap.reason] for gap in part.gaps],
    }


def _chat(account: Account, recording: Recording, occurrence: Occurrence, timeline: Timeline) -> list[dict[str, Any]]:
    """What was written meanwhile, for who was there: a colleague who was not sees and hears, and reads nothing."""
    if not (is_own(account, recording) or _was_there(account, occurrence)):
        return []
    end = timeline.began_at + timeline.length // 1000
    return [
        {"at": 1000 * (line["at"] - timeline.began_at), "name": line["name"], "body": line["body"]}
        for line in chat.lines(occurrence)
        if timeline.began_at <= line["at"] <= end
    ]


def _was_there(account: Account, occurrence: Occurrence) -> bool:
    people = lobby.participants(occurrence)
    return any(person.account == account.id and person.state == "admitted" for person in people)
