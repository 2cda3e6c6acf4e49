"""Everybody is asked; only who agreed is recorded, and only as long as they do."""

from chalicelib import storage
from chalicelib.accounts.models import Subscription
from chalicelib.consents import proofs
from chalicelib.meetings import scheduling
from chalicelib.recordings import actions, rules
from chalicelib.recordings.models import Decision
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import a_guest
from tests.functional.recordings.scene import LATE, Scene


def test_everybody_in_the_room_is_told_that_the_host_asks(scene: Scene) -> None:
    recording = scene.ask()
    assert (scene.wanted.recording, scene.wanted.state, scene.wanted.tracks) == (recording, "asking", [])
    asked = scene.call(scene.guests[0], "GET", "recording").json
    assert asked["text"]["words"] == rules.QUESTION.fr and asked["answer"] is None


def test_only_who_agreed_is_recorded(scene: Scene) -> None:
    scene.ask()
    zoe, luc = scene.guests
    assert scene.answer(zoe, True).status == 204
    assert scene.answer(luc, False).status == 204
    assert scene.wanted.state == "running"
    assert scene.recorded == {scene.id(zoe)}, "the host has not answered, Luc refused"
    assert {track.source for track in scene.wanted.tracks} == set(rules.SOURCES)
    assert len({track.key for track in scene.wanted.tracks}) == 4, "each track under a key of its own"


def test_answers_at_the_same_moment_all_count(scene: Scene) -> None:
    """Each reads the recording before the other has written."""
    scene.ask()
    zoe, luc = scene.guests
    occurrence = scheduling.occurrence_of(scene.plan.occurrence)
    stale = actions.current(occurrence)
    assert stale is not None
    scene.answer(zoe, True)
    storage.update(stale, always=True)  # what Luc's refusal writes, on what it read before
    scene.answer(luc, False)
    assert scene.recording().state == "running" and scene.recorded == {scene.id(zoe)}


def test_withdrawing_takes_effect_at_once_and_agreeing_again_goes_on(scene: Scene) -> None:
    scene.ask()
    zoe = scene.guests[0]
    scene.answer(zoe, True)
    before = scene.wanted
    scene.answer(zoe, False)
    assert scene.recorded == set() and scene.wanted.version > before.version
    scene.answer(zoe, True)
    assert scene.wanted.tracks == before.tracks and scene.wanted.part == before.part


def test_each_decision_is_a_row_with_who_what_text_and_when(scene: Scene) -> None:
    recording = scene.ask()
    zoe = scene.guests[0]
    for agreed in (True, False):
        scene.answer(zoe, agreed)
    rows = list(storage.query(Decision, f"recording#{recording}", "consent#"))
    assert [(row.participant, bool(row.granted)) for row in rows] == [(scene.id(zoe), True), (scene.id(zoe), False)]
    assert all(proofs.text(row.text_hash) == rules.question() for row in rows), "the words can be shown again"
    assert rows[0].decided_at <= rows[1].decided_at


def test_the_host_sees_the_tally_and_nobody_elses_answer(scene: Scene) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    scene.answer(scene.guests[1], False)
    assert scene.call(scene.host, "GET", "recording").json["tally"] == {"agreed": 1, "refused": 1}
    seen = scene.call(scene.guests[0], "GET", "recording")
    assert "tally" not in seen.json and scene.id(scene.guests[1]) not in seen.text


def test_who_comes_later_is_asked_before_going_in(scene: Scene, mailbox: Mailbox) -> None:
    scene.ask()
    mia = a_guest(mailbox, LATE)
    mia.enter("Mia", "Roux")
    assert mia.me(scene.plan).json["recording"] == {"id": scene.recording().id, "answered": False}
    scene.host.decide(scene.plan, "admit", mia.id(scene.plan))
    refused = scene.join(mia)
    assert (refused.status, refused.json["error"]["code"]) == (403, "recording_question")
    assert scene.answer(mia, False).status == 204
    assert scene.join(mia).status == 201, "a refusal lets in as well as an agreement"


def test_who_was_inside_comes_back_without_having_answered(scene: Scene) -> None:
    scene.worker.attended(scene.plan.occurrence, scene.id(scene.guests[0]))
    scene.ask()
    assert scene.join(scene.guests[0]).status == 201


def test_an_answer_to_another_question_counts_for_nothing(scene: Scene) -> None:
    recording = scene.ask()
    for body in (
        {"recording": "another", "agreed": True, "text": rules.version()},
        {"recording": recording, "agreed": True, "text": "earlier words"},
    ):
        assert scene.call(scene.guests[0], "POST", "recording/answer", body).status == 409
    assert scene.call(scene.guests[0], "POST", "recording/answer", {"agreed": "yes"}).status == 400
    assert not list(storage.query(Decision, f"recording#{recording}", "consent#"))


def test_a_guests_data_page_tells_that_they_were_recorded_and_until_when(scene: Scene) -> None:
    scene.ask()
    zoe, luc = scene.guests
    scene.answer(zoe, True)
    scene.answer(luc, False)
    said = "Image et voix enregistrées"
    for guest, recorded in ((zoe, True), (luc, False)):
        page = guest.browser.open(guest.link.replace("/i/", "/my-data/"))
        assert (said in page.text) is recorded


def test_a_guest_can_neither_ask_nor_stop(scene: Scene) -> None:
    scene.ask()
    for verb in ("recording", "recording/stop"):
        assert scene.call(scene.guests[0], "POST", verb, {}).status == 403
    assert actions.of_occurrence(scene.plan.occurrence)[-1].state == "asking"


def test_a_plan_without_recording_asks_nobody(scene: Scene) -> None:
    subscription = storage.get(Subscription, f"company#{scene.host.account.company}", "subscription")
    assert subscription is not None
    storage.update(subscription, Subscription.plan.set("essential"))
    answer = scene.call(scene.host, "POST", "recording", {})
    assert (answer.status, answer.json["error"]["code"]) == (403, "plan_without_recording")
    assert not scene.worker.pushed("record")


def test_a_second_recording_waits_for_the_first_to_end(scene: Scene) -> None:
    scene.ask()
    answer = scene.call(scene.host, "POST", "recording", {})
    assert (answer.status, answer.json["error"]["code"]) == (409, "recording_runs")


def test_the_worker_is_told_to_stop_when_the_host_stops(scene: Scene, worker: ScriptedWorker) -> None:
    scene.ask()
    scene.answer(scene.guests[0], True)
    assert scene.call(scene.host, "POST", "recording/stop", {}).status == 204
    assert (scene.wanted.state, scene.wanted.tracks) == ("stopped", [])
    assert scene.call(scene.guests[0], "GET", "recording").status == 404


def test_no_meeting_is_recorded_where_the_companys_rules_forbid_it(scene: Scene) -> None:
    scene.host.browser.open("/company/rules")
    scene.host.browser.send("/company/rules", recording=False)
    answer = scene.call(scene.host, "POST", "recording")
    assert answer.status == 403 and answer.json["error"]["message"].startswith("Les règles de votre entreprise")
