"""Who may watch a recording gets what a viewing needs and no more; whoever is in it can know of it."""

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib import ledger, storage
from chalicelib.privacy import own_data
from chalicelib.recordings import actions, forgetting, vault
from chalicelib.recordings.models import Recording, Track, Viewing
from chalicelib.recordings.watching import LINKS_WORK
from chalicelib.register.events import Event
from chalicelib.register.stores import EPHEMERAL
from chalicelib.storage import expiry, keys
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.meetings.people import Host, a_host, sign_in
from tests.functional.recordings.scene import GUESTS, Scene
from tests.functional.recordings.watching import begin, finish, first, links, page, ready
from tests.functional.recordings.writing import MEDIA, record_somebody

DAY = 86_400
HOUR = 3_600


def opened(viewing: dict[str, object], key: str, track: str, name: str, sealed: bytes) -> bytes:
    """As the browser opens it (web/recordings/sealed.js)."""
    nonce = b"\0" * 4 + int(name.split("-")[1]).to_bytes(8, "big")
    return AESGCM(base64.b64decode(key)).decrypt(nonce, sealed, f"{viewing['recording']}\0{track}\0{name}".encode())


def test_the_organiser_finds_it_on_the_meetings_page_and_watches_it(scene: Scene) -> None:
    recording = ready(scene)
    meeting = scene.host.browser.open(f"/meetings/{scene.plan.id}")
    assert f"/recordings/{recording}" in meeting.html and "Complet" in meeting.text and "Effacé le" in meeting.text
    shown = page(scene.host, recording)
    assert shown.status == 200 and "Point projet" in shown.text
    answer = begin(scene.host, recording)
    assert answer.status == 201
    viewing = answer.json
    assert viewing["length"] == 8_000
    (track,) = viewing["tracks"]
    assert (track["source"], track["name"]) == ("microphone", "Zoé Été")
    identifier, name = first(viewing)
    (link,) = links(scene.host, recording, viewing["viewing"], (identifier, name)).json["links"]
    sealed = requests.get(link, timeout=10)
    assert sealed.status_code == 200 and MEDIA not in sealed.content
    plain = opened(viewing, track["parts"][0]["key"], identifier, name, sealed.content)
    length = int.from_bytes(plain[:4], "big")
    assert json.loads(plain[4 : 4 + length])["codec"] == "opus" and plain[4 + length :] == MEDIA


def test_links_are_short_and_signed_and_lead_where_the_page_may_fetch(scene: Scene) -> None:
    recording = ready(scene)
    policy = page(scene.host, recording).headers["Content-Security-Policy"]
    viewing = begin(scene.host, recording).json
    answer = links(scene.host, recording, viewing["viewing"], first(viewing)).json
    (link,) = answer["links"]
    assert answer["seconds"] == LINKS_WORK <= 300
    assert parse_qs(urlsplit(link).query)["X-Amz-Expires"] == [str(LINKS_WORK)]
    allowed = next(part for part in policy.split("; ") if part.startswith("connect-src")).split()[2]
    assert link.startswith(allowed) and allowed.endswith("/recordings/"), "one bucket, and nothing beside it"
    elsewhere = scene.host.browser.open("/meetings").headers["Content-Security-Policy"]
    assert allowed not in elsewhere
    path, _, query = link.partition("?")
    old = query.replace("X-Amz-Date=20", "X-Amz-Date=19")
    assert requests.get(f"{path}?{old}", timeout=10).status_code == 403, "run out"
    assert requests.get(f"{path.rpartition('/')[0]}/0001-000001-4000-4000?{query}", timeout=10).status_code == 403


def test_keys_of_a_viewing_are_those_of_segments_and_of_nothing_above(scene: Scene) -> None:
    recording = ready(scene)
    words = begin(scene.host, recording).body.decode()
    found = scene.recording()
    tracks = [str(track.sk).partition("#")[2] for track in storage.query(Track, found.pk, "track#")]
    above = [vault.recording_owner(recording), *(vault.track_owner(recording, track) for track in tracks)]
    for owner in above:
        assert base64.b64encode(keys.open_key(owner).secret).decode() not in words


def test_the_key_of_one_part_opens_no_other(scene: Scene) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    track, name = first(viewing)
    (link,) = links(scene.host, recording, viewing["viewing"], (track, name)).json["links"]
    sealed = requests.get(link, timeout=10).content
    other = vault.segment_key(recording, track, vault.PartName(2, 1, "abc"))
    with pytest.raises(InvalidTag):
        opened(viewing, base64.b64encode(other).decode(), track, name, sealed)


def test_a_viewing_is_a_row_of_six_hours_and_gives_no_link_afterwards(scene: Scene, clock_file: MovedClock) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    row = storage.get(Viewing, f"recording#{recording}", f"viewing#{viewing['viewing']}")
    assert row is not None and row.account == scene.host.account.id
    assert int(row.delete_by or 0) - row.moments()[Event.COLLECTED.value] == 6 * HOUR
    assert viewing["until"] == int(row.delete_by or 0)
    assert [one.sk for one in own_data.of(scene.host.account)["viewing"]] == [row.sk], "in one's own copy"
    clock_file.move(hours=6)
    assert links(scene.host, recording, viewing["viewing"], first(viewing)).status == 404


def test_each_viewing_is_a_line_for_each_person_in_it_and_shown_to_them(scene: Scene) -> None:
    recording = ready(scene)
    page(scene.host, recording)
    assert not watched(GUESTS[0]), "looking at the page is no viewing"
    begin(scene.host, recording)
    begin(scene.host, recording)
    (one, two) = watched(GUESTS[0])
    assert one.row_key == two.row_key == "recording" and one.recipient == "Cabinet Lefèvre"
    assert one.controller == scene.host.account.company
    assert not watched(GUESTS[1]), "is not in it"
    zoe = scene.guests[0]
    words = zoe.browser.open(zoe.link.replace("/i/", "/my-data/")).text
    assert "Enregistrement où vous figurez, regardé 2 fois, par Cabinet Lefèvre" in words


def watched(email: str) -> list[ledger.Disclosure]:
    return [line for line in ledger.of(email) if line.what.startswith("recording watched")]


def test_nobody_else_watches_it(scene: Scene) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    other = a_host("max@autre.fr")
    assert page(other, recording).status == 404
    assert begin(other, recording).status == 404
    assert links(other, recording, viewing["viewing"], first(viewing)).status == 404
    guest = scene.guests[0].browser
    assert guest.open(f"/recordings/{recording}").path.startswith("/signin")
    assert Browser().open(f"/recordings/{recording}").path.startswith("/signin")
    assert len(watched(GUESTS[0])) == 1, "a refusal is no viewing"


def test_a_viewing_is_its_own_persons(scene: Scene) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    assert links(scene.host, recording, "another", first(viewing)).status == 404
    row = storage.get(Viewing, f"recording#{recording}", f"viewing#{viewing['viewing']}")
    assert row is not None
    storage.update(row, Viewing.account.set("somebody else"))
    assert links(scene.host, recording, viewing["viewing"], first(viewing)).status == 404


@pytest.mark.parametrize(
    "objects",
    [
        [],
        ["x"],
        [["track", "0001-000000-0-4000"]],
        [["track"]],
        [[1, 2]],
        "all",
        [["{track}", "0001-manifest-0"]],
        [["{track}", "../0001-000000-0-4000"]],
        [["{track}", "0001-000000-0-4000"]] * 201,
    ],
)
def test_links_are_given_to_segments_of_this_recording_alone(scene: Scene, objects: object) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    track, _ = first(viewing)
    written = json.loads(json.dumps(objects).replace("{track}", track))
    path = f"/api/recordings/{recording}/viewings/{viewing['viewing']}/links"
    assert scene.host.browser.call("POST", path, {"objects": written}).status == 400


def test_what_is_not_complete_yet_is_not_watched(scene: Scene) -> None:
    scene.ask()
    wanted = record_somebody(scene)
    shown = page(scene.host, wanted.recording)
    assert "pas encore complet" in shown.text and 'id="watch"' not in shown.html
    assert begin(scene.host, wanted.recording).status == 409
    assert not watched(GUESTS[0])


def test_after_28_days_nothing_plays_and_the_page_says_why(scene: Scene, clock_file: MovedClock) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    clock_file.move(seconds=28 * DAY + 1)
    again = Host(scene.host.account)
    sign_in(again)
    shown = page(again, recording)
    assert shown.status == 404 and "effacé au plus tard 28 jours après son début" in shown.text
    again.browser.open("/meetings")
    assert again.browser.call("POST", f"/api/recordings/{recording}/viewings", {}).status == 404
    assert links(again, recording, viewing["viewing"], first(viewing)).status == 404


def test_where_the_keys_are_gone_the_page_says_so_and_nothing_plays(scene: Scene) -> None:
    recording = ready(scene)
    vault.destroy(vault.recording_owner(recording))
    shown = page(scene.host, recording)
    assert "Les clés de cet enregistrement sont détruites" in shown.text and 'id="watch"' not in shown.html
    assert begin(scene.host, recording).status == 410


def test_an_erased_recording_is_not_watched_and_leaves_no_viewing(scene: Scene) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    found = actions.find(recording)
    assert found is not None
    forgetting.erase(found)
    assert page(scene.host, recording).status == 404
    assert links(scene.host, recording, viewing["viewing"], first(viewing)).status == 404
    assert list(expiry.partition(EPHEMERAL, f"recording#{recording}")) == []


def test_an_erased_persons_tracks_are_left_out_and_the_rest_plays(scene: Scene) -> None:
    recording = ready(scene)
    found = actions.find(recording)
    assert found is not None
    forgetting.erase_person(found, scene.id(scene.guests[0]))
    answer = begin(scene.host, recording)
    assert answer.status == 201 and answer.json["tracks"] == []


def test_what_is_restricted_is_not_watched(scene: Scene) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    found = scene.recording()
    storage.update(found, Recording.frozen.set(True))
    assert page(scene.host, recording).status == 404
    assert links(scene.host, recording, viewing["viewing"], first(viewing)).status == 404


def test_a_person_whose_data_are_restricted_is_not_shown(scene: Scene) -> None:
    recording = ready(scene)
    viewing = begin(scene.host, recording).json
    track = storage.get(Track, f"recording#{recording}", f"track#{first(viewing)[0]}")
    assert track is not None
    storage.update(track, Track.frozen.set(True))
    assert begin(scene.host, recording).json["tracks"] == []
    assert links(scene.host, recording, viewing["viewing"], first(viewing)).status == 400


def test_what_was_written_meanwhile_is_alongside_at_its_time(scene: Scene, clock_file: MovedClock) -> None:
    def say(client: str, body: str) -> None:
        assert scene.call(scene.guests[0], "POST", "chat", {"id": client, "body": body}).status == 201

    say("a", "avant")
    clock_file.move(seconds=10)
    scene.ask()
    wanted = record_somebody(scene)
    clock_file.move(seconds=3)
    say("b", "pendant")
    clock_file.move(seconds=60)
    say("c", "après")
    finish(scene, wanted)
    (line,) = begin(scene.host, wanted.recording).json["chat"]
    assert (line["name"], line["body"]) == ("Zoé Été", "pendant") and 3_000 <= line["at"] <= 8_000
