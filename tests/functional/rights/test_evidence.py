"""What officers hand out: the case of a hold, the file of a complaint, what was done for a person; containing all."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib import clock, gates, storage
from chalicelib.accounts.actions import by_email
from chalicelib.accounts.models import Company
from chalicelib.privacy.sweep import sweep
from chalicelib.recordings import composing, vault
from chalicelib.recordings.reading import ROW
from chalicelib.register.events import Event
from chalicelib.register.stores import HOLDS, KEYS, RECORDINGS, USAGE
from chalicelib.rights import breaches, held, holds, subprocessors
from chalicelib.signalling import composing as contract
from chalicelib.storage import expiry, objects
from tests.functional.browser import Browser
from tests.functional.conftest import MovedClock
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.fleet.worker import ScriptedWorker
from tests.functional.mailbox import Mailbox
from tests.functional.meetings.people import Host, a_host, admitted, link_of
from tests.functional.people import PASSWORD, is_signed_in, sign_up
from tests.functional.recordings.saved import ended
from tests.functional.recordings.scene import a_meeting
from tests.functional.recordings.writing import MEDIA, record_somebody

from .people import an_officer, ask_as_guest, instruct, only_request
from .test_officer import BREACH, CONTRACT, PROVIDER

__all__ = ["make_worker", "worker"]

pytestmark = pytest.mark.usefixtures("stores")

ZOE = "zoe@example.fr"
DAY = 86_400


def opened(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP, each checked against the manifest."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for one in json.loads(files["manifest.json"])["files"]:
        assert sha256(files[one["name"]]).hexdigest() == one["sha256"], one["name"]
    return files


def test_f07_a_held_recording_lies_apart_is_handed_to_the_case_and_goes_with_the_release(
    worker: ScriptedWorker, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    scene = a_meeting(worker, mailbox)
    scene.ask()
    record_somebody(scene)
    scene.call(scene.guests[0], "POST", "chat", {"id": "1", "body": "je le dis ici"})
    clock_file.move(days=10)
    places = holds.on_meeting(scene.plan.id)
    assert {place.store for place in places} == {USAGE, KEYS}
    holds.open_hold("LH-7", "Ordonnance", "TJ Paris 26/1", clock.now() + 150 * DAY, "meeting", places, "dpo")
    assert len(objects.everything(RECORDINGS)) == 3
    clock_file.move(days=20)
    holds.look_after(clock.now() + 60)
    sweep()
    assert objects.everything(RECORDINGS) == [], "the originals died on time"
    kept = len(objects.everything(HOLDS))
    assert kept >= 4, "segments, manifest, and what the track itself said"
    files = opened(held.package("LH-7"))
    media = [content for name, content in files.items() if name.endswith("0001-000000-0-4000.media")]
    assert len(media) == 1 and media[0].endswith(MEDIA), "opened with the hold's own key"
    said = json.loads(files["items.json"])["items"]
    assert "je le dis ici" in {item["data"].get("body") for item in said if item["kind"] == "chat_message"}
    clock_file.move(days=370)
    sweep()
    assert len(objects.everything(HOLDS)) == kept
    holds.release("LH-7")
    sweep()
    assert objects.everything(HOLDS) == [] and not list(expiry.partition(USAGE, f"meeting#{scene.plan.id}"))
    assert not [item for item in expiry.scan(KEYS) if "recording#" in item["pk"]], "and no key is left"
    assert "Zoé" in str([item["data"].get("name") for item in said if item["kind"] == "recording_track"])


def test_f07_a_file_made_of_a_held_recording_is_handed_over_as_well(
    worker: ScriptedWorker, mailbox: Mailbox, clock_file: MovedClock
) -> None:
    scene = ended(a_meeting(worker, mailbox))
    recording = scene.recording()
    file = composing.new_file(
        recording, what="meeting", state="ready", participants={"p"}, account="a", asked_at=1, renewed_at=1, length=1
    )
    vault.make(vault.file_owner(recording.id, file.id), int(recording.delete_by or 0), recording.company)
    storage.create(file, {Event.COLLECTED: int(recording.began_at or 0)}, controller=recording.company)
    said = contract.associated(recording.id, f"file#{file.id}", "000000")
    sealed = AESGCM(vault.file_key(recording.id, file.id)).encrypt(contract.nonce(0), b"the file itself", said)
    objects.put_raw(ROW, composing.chunk_path(file, 0), sealed)
    places = holds.on_meeting(scene.plan.id)
    holds.open_hold("LH-8", "Ordonnance", "TJ Paris 26/2", clock.now() + 150 * DAY, "meeting", places, "dpo")
    clock_file.move(days=30)
    sweep()
    assert objects.everything(RECORDINGS) == []
    files = opened(held.package("LH-8"))
    assert b"the file itself" in files.values(), "opened with the hold's own key"


def test_f01_what_was_recorded_of_a_guest_goes_with_key_and_files_when_the_customer_says_so(
    worker: ScriptedWorker, mailbox: Mailbox
) -> None:
    scene = a_meeting(worker, mailbox)
    scene.ask()
    wanted = record_somebody(scene)
    assert objects.everything(RECORDINGS)
    ask_as_guest(mailbox, ZOE, "erasure")
    assert objects.everything(RECORDINGS), "nothing goes before the customer says so"
    instruct(mailbox, "grant")
    assert objects.everything(RECORDINGS) == [] and not scene.recorded, "nor is anything more written"
    tracks = {f"key#recording#{wanted.recording}/track#{track.track}" for track in wanted.tracks}
    assert not tracks & {item["pk"] for item in expiry.scan(KEYS)}
    assert "Enregistrement de la réunion : effacé." in mailbox.last(ZOE).text.replace("\u00a0", " ").replace(
        "\u202f", " "
    )


def test_a_complaint_is_answered_with_the_whole_file(host: Host, mailbox: Mailbox) -> None:
    admitted(host.plan(ZOE), mailbox, ZOE)
    ask_as_guest(mailbox, ZOE, "erasure")
    instruct(mailbox, "grant")
    dpo = an_officer()
    request = only_request()
    dpo.browser.open(f"/console/requests/{request.id}")
    files = opened(dpo.browser.send(f"/console/requests/{request.id}/evidence").body)
    told: dict[str, Any] = json.loads(files["request.json"])
    assert told["right"] == "erasure" and told["parts"][0]["outcome"] == "granted"
    assert [step["what"] for step in told["steps"]][-1] == "closed"
    assert any(name.startswith("certificate-") for name in files)


def test_after_a_breach_each_person_concerned_has_a_file(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    breach = breaches.open_breach(BREACH, clock.now(), [host.account.company])
    breaches.tell_customers(breach)
    breaches.tell_people(breach)
    dpo = an_officer()
    dpo.browser.open(f"/console/breaches/{breach.id}")
    files = opened(dpo.browser.send("/console/evidence", email=host.account.email).body)
    assert json.loads(files["breach.json"])["told_the_person_at"]
    kept = {row["row"]: row for row in json.loads(files["person.json"])["kept"]}
    assert kept["account"]["items"] == 2 and kept["account"]["controllers"] == ["iboo"]
    dpo.browser.open(f"/console/breaches/{breach.id}")
    files = opened(dpo.browser.send("/console/evidence", email=ZOE).body)
    kept = {row["row"]: row for row in json.loads(files["person.json"])["kept"]}
    assert kept["invite"]["controllers"] == [host.account.company]
    assert ZOE not in str(kept), "facts about the data, not the data"


def test_one_act_contains_every_customer_at_once_and_only_when_it_is_written_out(host: Host, mailbox: Mailbox) -> None:
    host.plan(ZOE)
    link = link_of(mailbox, ZOE)
    other = a_host("autre@autre.fr")
    dpo = an_officer()
    breach = breaches.open_breach(BREACH, clock.now(), [])
    page = f"/console/breaches/{breach.id}"
    dpo.browser.open(page)
    assert dpo.browser.send(f"{page}/contain-all", sure="oui").status == 400
    assert is_signed_in(host.browser) and is_signed_in(other.browser)
    dpo.browser.send(f"{page}/contain-all", sure="TOUS")
    assert not is_signed_in(host.browser) and not is_signed_in(other.browser) and not is_signed_in(dpo.browser)
    assert Browser().open(link).status == 404


def test_an_account_can_be_held_with_its_company(host: Host, mailbox: Mailbox) -> None:
    dpo = an_officer()
    dpo.browser.open("/console/holds")
    hold: dict[str, Any] = {"number": "LH-9", "email": host.account.email, "reason": "Litige", "case": "26/2"}
    review = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    assert dpo.browser.send("/console/holds", **hold, review=review).status == 200
    item = expiry.read(expiry.Place(Company.store, f"company#{host.account.company}", "company"))
    assert item is not None and item["hold"] == {"LH-9"}
    said = json.loads(opened(dpo.browser.send("/console/holds/LH-9/package").body)["items.json"])["items"]
    assert {"account", "company"} <= {one["kind"] for one in said}


def test_a_subprocessor_that_ended_may_be_sent_nothing_and_objections_are_seen(host: Host, mailbox: Mailbox) -> None:
    item = subprocessors.draft(PROVIDER)
    subprocessors.announce(item, CONTRACT)
    host.browser.open("/company/privacy")
    host.browser.send(f"/company/privacy/subprocessors/{item.id}/object", words="Pas eux")
    dpo = an_officer()
    assert "Cabinet Lefèvre" in dpo.browser.open("/console/subprocessors").text
    dpo.browser.send(f"/console/subprocessors/{item.id}/end")
    assert subprocessors.find(item.id).state == "ended" and not subprocessors.may_work(PROVIDER["name"])


@pytest.mark.parametrize("role", ["controller", "processor"])
def test_the_record_of_processing_is_there_for_machines_too(host: Host, role: str) -> None:
    dpo = an_officer()
    told = dpo.browser.open(f"/console/register/{role}/json").json
    assert told["role"] == role and all(line["basis"] and line["kept"] for line in told["processing"])
    assert dpo.browser.open("/console/register/nobody/json").status == 404


def test_recording_waits_for_its_signed_assessment(
    worker: ScriptedWorker, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = a_meeting(worker, mailbox)
    monkeypatch.setenv("IBOO_STAGE", "prod")
    assert not gates.is_open("recording")
    assert scene.call(scene.host, "POST", "recording").status == 403


def test_at_the_end_of_the_contract_the_customer_takes_its_meetings_along_and_erases_them(
    worker: ScriptedWorker, mailbox: Mailbox
) -> None:
    customer = sign_up(mailbox, "anne@lefevre.fr")
    account = by_email("anne@lefevre.fr")
    assert account is not None
    host = Host(account, customer.browser)
    plan = host.plan(ZOE)
    admitted(plan, mailbox, ZOE)
    host.enter(plan)
    host.browser.call("POST", plan.api("chat"), {"id": "1", "body": "gardez ceci"})
    host.browser.open("/company/privacy")
    with zipfile.ZipFile(io.BytesIO(host.browser.send("/company/privacy/return").body)) as archive:
        items = json.loads(archive.read("meetings.json"))["items"]
    assert {"meeting", "occurrence", "invitation", "participant", "chat_message"} <= {item["kind"] for item in items}
    assert "gardez ceci" in str(items)
    host.browser.open("/company/privacy")
    assert host.browser.send("/company/privacy/erase", password="faux").status == 400
    assert list(expiry.partition(USAGE, f"meeting#{plan.id}"))
    host.browser.open("/company/privacy")
    page = host.browser.send("/company/privacy/erase", password=PASSWORD)
    assert page.path.startswith("/certificates/") and "Fin du contrat" in page.text and "clé détruite" in page.text
    assert "annul" in mailbox.last(ZOE).subject.lower(), "who was invited is told"
    left = {item["kind"] for item in expiry.scan(USAGE)}
    assert left <= {"disclosure"}, "who received what is kept for art. 19"
    assert not [item for item in expiry.scan(KEYS) if plan.id in item["pk"]]
    assert is_signed_in(host.browser), "the account goes by another act"
