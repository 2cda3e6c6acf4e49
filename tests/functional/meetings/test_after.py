"""After a meeting: what each person may know, the one question, the organiser's files and who hears of them."""

import csv
import io
import json
from typing import Any

import pytest

from chalicelib import clock, ledger, storage
from chalicelib.meetings import scheduling
from chalicelib.meetings.models import Participant
from chalicelib.privacy import statistics
from chalicelib.register.stores import USAGE
from chalicelib.signalling.messages import Interval, RoomReport
from chalicelib.signalling.quality import Quality
from chalicelib.storage import expiry
from chalicelib.storage.tombstones import day_of
from tests.functional.browser import Seen
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import OFFER, Guest, Host, Plan, a_guest, admitted, in_

MINUTES = 12


@pytest.fixture
def plan(host: Host) -> Plan:
    return host.plan("zoe@example.fr", "paul@example.com", **in_(0))


@pytest.fixture
def zoe(plan: Plan, mailbox: Mailbox) -> Guest:
    return admitted(plan, mailbox)


def organiser(plan: Plan) -> str:
    plan.host.enter(plan)
    return str(plan.host.browser.call("GET", plan.api("me")).json["participant"])


def meet(plan: Plan, worker: ScriptedWorker, *people: str) -> None:
    """These people were in the room for twelve minutes."""
    plan.host.enter(plan)
    assert plan.host.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    until = clock.now()
    since = until - MINUTES * 60
    said = [Interval(plan.occurrence, person, f"c-{person}", since, until, False) for person in people]
    worker.report([RoomReport(plan.occurrence, 1, len(people))], said)


def say(person: Guest | Host, plan: Plan, body: str, identifier: str = "1", reply: int = 0) -> Seen:
    return person.browser.call("POST", plan.api("chat"), {"id": identifier, "body": body, "reply": reply})


def summary(person: Guest | Host, plan: Plan) -> Any:
    answer = person.browser.call("GET", plan.api("summary"))
    assert answer.status == 200
    return answer.json


def save(plan: Plan, name: str) -> Seen:
    """Presses the button of a file on the meeting's page."""
    plan.host.browser.open(plan.page)
    return plan.host.browser.send(f"{plan.page}/files/{name}")


def end(plan: Plan) -> None:
    plan.host.enter(plan)
    assert plan.host.browser.call("POST", plan.api("end"), {}).status == 204


def test_who_was_there_sees_how_long_with_whom_and_what_is_kept(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    meet(plan, worker, organiser(plan), zoe.id(plan))
    say(zoe, plan, "Bonjour")
    end(plan)
    seen = summary(zoe, plan)
    assert (seen["seconds"], seen["own_seconds"]) == (MINUTES * 60,) * 2
    assert sorted(seen["people"]) == ["Anne Dupont", "Zoé Été"]
    assert [one["what"] for one in seen["kept"]] == [
        "Le nom que vous avez donné",
        "Vos heures d’arrivée et de départ, et la qualité de votre liaison",
        "Vos messages écrits",
    ]
    assert all(clock.now() + 27 * 86_400 < one["until"] <= clock.now() + 28 * 86_400 for one in seen["kept"])


def test_who_was_not_in_sees_nobody(plan: Plan, zoe: Guest, mailbox: Mailbox, worker: ScriptedWorker) -> None:
    meet(plan, worker, organiser(plan))
    assert (summary(zoe, plan)["people"], summary(zoe, plan)["own_seconds"]) == ([], 0)
    waits = a_guest(mailbox, "paul@example.com")
    waits.enter()
    assert waits.browser.call("GET", plan.api("summary")).status == 403


def test_a_rating_is_optional_changed_at_will_and_counted_without_anybody(
    plan: Plan, zoe: Guest, worker: ScriptedWorker
) -> None:
    assert zoe.browser.call("POST", plan.api("rating"), {"score": 5}).status == 403, "was not in"
    meet(plan, worker, organiser(plan), zoe.id(plan))
    end(plan)
    for score in (2, 4):
        assert zoe.browser.call("POST", plan.api("rating"), {"score": score}).status == 204
    assert summary(zoe, plan)["score"] == 4
    (kept,) = [item for item in expiry.scan(USAGE) if item["kind"] == "rating"]
    assert 0 < int(kept["delete_by"]) - clock.now() <= 28 * 86_400
    counted = statistics.count(expiry.scan(USAGE), day_of(clock.now()))
    assert (counted.ratings, counted.points) == (1, 4)
    assert statistics.keep(day_of(clock.now())).ratings is None, "one might be recognised"
    page = zoe.browser.open(zoe.link.replace("/i/", "/my-data/"))
    assert "Votre avis sur le son et l’image 4/5" in page.text


@pytest.mark.parametrize("score", [0, 6, "5", None, 2.5, True])
def test_a_score_is_one_to_five(plan: Plan, zoe: Guest, worker: ScriptedWorker, score: object) -> None:
    meet(plan, worker, zoe.id(plan))
    assert zoe.browser.call("POST", plan.api("rating"), {"score": score}).status == 400


def test_attendance_is_saved_as_a_table_no_name_of_which_is_a_formula(
    plan: Plan, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    zoe = a_guest(mailbox)
    zoe.enter(first_name="=SUM(A1)", name="Été")
    plan.host.decide(plan, "admit", zoe.id(plan))
    meet(plan, worker, organiser(plan), zoe.id(plan))
    answer = save(plan, "attendance.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="attendance.csv"'
    head, *rows = csv.reader(io.StringIO(answer.html.removeprefix("\ufeff")), delimiter=";")
    assert head[0] == "Personne" and sorted(row[0] for row in rows) == ["'=SUM(A1) Été", "Anne Dupont"]
    assert {row[4] for row in rows} == {str(MINUTES * 60)}
    people = json.loads(save(plan, "attendance.json").html)["people"]
    assert {person["seconds"] for person in people} == {MINUTES * 60}


def test_the_table_tells_how_each_stay_went_where_it_was_counted(
    plan: Plan, zoe: Guest, worker: ScriptedWorker
) -> None:
    meet(plan, worker, organiser(plan))
    at = clock.now() - 600
    rough, fine = Quality(1_000, 90, 400, 4, 12.6, 0.4, 0.75), Quality(500, 0, 600, 0, 0.0, 0.3)
    stays = [(at, at + 60, rough), (at + 100, at + 300, fine)]
    said = [Interval(plan.occurrence, zoe.id(plan), f"c{a}", a, b, False, how) for a, b, how in stays]
    worker.report(attendance=said)
    _, *rows = csv.reader(io.StringIO(save(plan, "attendance.csv").html.removeprefix("\ufeff")), delimiter=";")
    assert [row[5:] for row in rows if row[0] == "Zoé Été"] == [
        ["Mauvaise", "1000", "90", "400", "4", "13", "750"],
        ["Bonne", "500", "0", "600", "0", "0", "300"],
    ]
    assert [row[5:] for row in rows if row[0] == "Anne Dupont"] == [[""] * 7]
    people = {one["name"]: one["quality"] for one in json.loads(save(plan, "attendance.json").html)["people"]}
    assert people["Anne Dupont"] is None
    assert (people["Zoé Été"]["grade"], people["Zoé Été"]["up_lost"]) == ("fair", 90)


def test_messages_are_saved_as_text_and_as_data(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    meet(plan, worker, organiser(plan), zoe.id(plan))
    say(zoe, plan, "Une question ?")
    say(plan.host, plan, "Une réponse", "2", reply=1)
    text = save(plan, "chat.txt").html
    assert "Zoé Été\nUne question ?" in text and "Anne Dupont → Zoé Été\nUne réponse" in text
    assert [line["answers"] for line in json.loads(save(plan, "chat.json").html)["messages"]] == [None, 1]


def test_each_save_is_noted_told_in_the_room_and_shown_to_whom_it_concerns(
    plan: Plan, zoe: Guest, worker: ScriptedWorker
) -> None:
    meet(plan, worker, organiser(plan), zoe.id(plan))
    save(plan, "attendance.csv")
    assert worker.pushed("tell")[-1].message == {"type": "saved", "what": "attendance.csv", "by": "Anne Dupont"}
    (line,) = [one for one in ledger.of("zoe@example.fr") if one.row_key == "attendance"]
    assert (line.recipient, line.what) == ("Cabinet Lefèvre", "attendance.csv")
    assert [one.row_key for one in ledger.of("paul@example.com")].count("attendance") == 0, "was not there"
    end(plan)
    assert summary(zoe, plan)["saves"][0]["by"] == "Anne Dupont"
    assert "Présences (tableur), par Anne Dupont" in zoe.browser.open(zoe.link.replace("/i/", "/my-data/")).text
    assert "Présences (tableur)" in plan.host.browser.open(plan.page).text


def test_only_the_organiser_saves_and_only_what_there_is(plan: Plan, zoe: Guest, worker: ScriptedWorker) -> None:
    meet(plan, worker, organiser(plan), zoe.id(plan))
    zoe.browser.open(f"/m/{plan.occurrence}")
    fields = {"csrf": zoe.browser.csrf}
    assert zoe.browser.post(f"{plan.page}/files/attendance.csv", fields, follow=False).status == 401
    plan.host.browser.open(plan.page)
    token = {"csrf": plan.host.browser.csrf}
    assert plan.host.browser.post(f"{plan.page}/files/passwords.txt", token, follow=False).status == 404
    assert {line.recipient for line in ledger.of("zoe@example.fr")} == {"mail provider"}


def test_before_anybody_came_there_is_nothing_to_save(plan: Plan) -> None:
    assert not [action for action in plan.host.browser.open(plan.page).actions if "/files/" in action]


def test_messages_kept_until_the_end_are_unreadable_from_then_on(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", keep="end", **in_(0))
    zoe = admitted(plan, mailbox)
    meet(plan, worker, organiser(plan), zoe.id(plan))
    assert say(zoe, plan, "pour aujourd’hui").status == 201
    assert zoe.browser.call("GET", plan.api("chat?after=0")).json["messages"][0]["body"] == "pour aujourd’hui"
    (item,) = [one for one in expiry.scan(USAGE) if one["kind"] == "chat_message"]
    ends_at = int(scheduling.occurrence_of(plan.occurrence).ends_at)
    assert int(item["delete_by"]) <= ends_at + 12 * 3_600 + 1
    end(plan)
    assert "chat" not in " ".join(plan.host.browser.open(plan.page).actions)
    assert json.loads(file_of(plan, "chat.json"))["messages"] == []
    assert {"what": "Les messages écrits", "until": 0} in summary(zoe, plan)["kept"]


def file_of(plan: Plan, name: str) -> str:
    """What the door would hand out though no button leads there."""
    plan.host.browser.open(plan.page)
    return plan.host.browser.post(f"{plan.page}/files/{name}", {"csrf": plan.host.browser.csrf}).html


def test_what_is_kept_nowhere_is_said_to_the_worker_and_never_stored(
    host: Host, mailbox: Mailbox, worker: ScriptedWorker
) -> None:
    plan = host.plan("zoe@example.fr", keep="none", **in_(0))
    zoe = admitted(plan, mailbox)
    assert zoe.browser.call("POST", plan.api("join"), OFFER, "application/sdp").status == 201
    assert worker.joins[-1].memory_chat is True
    assert say(zoe, plan, "rien").status == 409
    assert not [one for one in expiry.scan(USAGE) if one["kind"] == "chat_message"]
    assert "Les messages écrits ne sont gardés nulle part" in zoe.browser.open(f"/m/{plan.occurrence}").text


def test_how_long_messages_are_kept_is_chosen_before_and_fixed_by_the_first_join(
    plan: Plan, zoe: Guest, worker: ScriptedWorker
) -> None:
    assert plan.host.change(plan, keep="end").status == 303
    assert scheduling.occurrence_of(plan.occurrence).keep == "end"
    meet(plan, worker, zoe.id(plan))
    plan.host.browser.open(f"{plan.page}/edit")
    assert "keep" not in plan.host.browser.page.form(f"{plan.page}/edit").fields
    assert plan.host.change(plan, keep="none", title="Autre").status == 303
    assert scheduling.occurrence_of(plan.occurrence).keep == "end"


def test_a_choice_nobody_offered_is_refused(host: Host) -> None:
    assert host.fill_in(keep="99d").status == 400


def test_a_line_answers_another(plan: Plan, zoe: Guest) -> None:
    say(zoe, plan, "Une question ?")
    assert say(zoe, plan, "La réponse", "2", reply=1).json["message"]["reply"] == 1
    assert say(zoe, plan, "x", "3", reply=-1).status == 400


def test_who_writes_too_much_is_asked_to_wait(plan: Plan, zoe: Guest) -> None:
    statuses = [say(zoe, plan, "x", str(number)).status for number in range(41)]
    assert (statuses.count(201), statuses[-1]) == (40, 429)
    assert say(plan.host, plan, "y").status == 201, "others write on"


def test_nothing_of_a_refusals_word_outlives_its_person(plan: Plan, mailbox: Mailbox) -> None:
    paul = a_guest(mailbox, "paul@example.com")
    paul.enter()
    plan.host.enter(plan)
    path = plan.api(f"participants/{paul.id(plan)}/refuse")
    plan.host.browser.call("POST", path, {"word": "Demain"})
    occurrence = scheduling.occurrence_of(plan.occurrence)
    (person,) = [one for one in storage.query(Participant, occurrence.partition, "participant#") if one.refusal]
    assert person.delete_by is not None
    assert "Mot joint au refus Demain" in paul.browser.open(paul.link.replace("/i/", "/my-data/")).text
