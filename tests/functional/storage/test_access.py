"""Create, read, update, delete on a real engine."""

import pytest
from pynamodb.attributes import UnicodeAttribute

from chalicelib import clock, storage
from chalicelib.ledger import Disclosure
from chalicelib.register import UnknownKind
from chalicelib.register.events import Event
from chalicelib.storage import expiry, keys
from chalicelib.storage.sealing import Unreadable
from dev.engine import Engine
from tests.functional.conftest import MovedClock

pytestmark = pytest.mark.usefixtures("stores")


def a_line(sk: str = "1") -> Disclosure:
    return Disclosure("disclosures#x", sk, row_key="invite", subject_hash="x", recipient="mail", what="w", at=1)


def created(sk: str = "1", limit: int | None = None) -> Disclosure:
    line = a_line(sk)
    storage.create(line, {Event.COLLECTED: clock.now()}, controller="c1", limit=limit)
    return line


def read(sk: str = "1") -> Disclosure | None:
    return storage.get(Disclosure, "disclosures#x", sk)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UnknownKind):

        class DebugEvent(storage.Usage, discriminator="debug_event"):
            """No row names it."""


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(storage.Refused, match="shoe_size"):

        class Line(storage.Usage, discriminator="disclosure"):
            """A field the row does not list."""

            shoe_size = UnicodeAttribute()


def test_a_kind_in_the_wrong_store_is_refused() -> None:
    with pytest.raises(storage.Refused, match="keeps it in"):

        class Line(storage.People, discriminator="disclosure"):
            """Usage data among accounts."""


def test_delete_by_is_set_at_write() -> None:
    now = clock.now()
    line = created()
    assert line.delete_by == line.ttl == line.act_at
    assert abs(int(line.delete_by or 0) - (now + 28 * 86_400)) <= 2
    assert (line.hat, line.controller) == ("processor", "c1")


def test_an_item_may_be_kept_shorter_than_its_row() -> None:
    assert (created("short", limit=60).delete_by or 0) - clock.now() <= 60
    assert (created("long", limit=10**9).delete_by or 0) - clock.now() <= 28 * 86_400


def test_an_item_is_invisible_the_second_it_expires(clock_file: MovedClock) -> None:
    line = created()
    clock_file.move(seconds=int(line.delete_by or 0) - clock.now() - 2)
    assert read() is not None
    clock_file.move(seconds=2)
    assert read() is None
    assert list(storage.query(Disclosure, "disclosures#x")) == []


def test_the_same_key_twice_is_refused() -> None:
    created()
    with pytest.raises(storage.AlreadyThere):
        created()


def test_an_update_of_what_changed_meanwhile_is_refused() -> None:
    line = created()
    other = read()
    assert other is not None
    storage.update(other, Disclosure.what.set("other"))
    with pytest.raises(storage.Changed):
        storage.update(line, Disclosure.what.set("mine"))
    again = read()
    assert again is not None and again.what == "other"


def test_an_update_does_not_bring_a_deleted_item_back() -> None:
    line = created()
    storage.delete(line)
    with pytest.raises(storage.Changed):
        storage.update(line, Disclosure.what.set("ghost"), always=True)
    assert read() is None


def test_an_event_restamps_the_item() -> None:
    line = created()
    before = int(line.delete_by or 0)
    storage.happened(line, Event.COLLECTED, clock.now() - 3600)
    again = read()
    assert again is not None and again.delete_by == again.ttl == again.act_at
    assert before - 3602 <= int(again.delete_by or 0) <= before - 3598


def test_what_is_held_is_not_deleted() -> None:
    line = created()
    storage.update(line, Disclosure.hold.set({"LH-7"}))
    with pytest.raises(storage.Held):
        storage.delete(line)
    assert read() is not None


def test_what_is_frozen_is_neither_shown_nor_changed() -> None:
    line = created()
    storage.update(line, Disclosure.frozen.set(True))
    with pytest.raises(storage.Frozen):
        read()
    with pytest.raises(storage.Frozen):
        storage.update(line, Disclosure.what.set("used"))
    assert list(storage.query(Disclosure, "disclosures#x")) == []
    assert storage.get(Disclosure, "disclosures#x", "1", because="legal claim") is not None


def test_a_transaction_writes_all_or_nothing() -> None:
    created("1")
    with pytest.raises(storage.Changed), storage.Transaction() as write:
        write.create(a_line("2"), {Event.COLLECTED: clock.now()}, controller="c1")
        write.create(a_line("1"), {Event.COLLECTED: clock.now()}, controller="c1")
    assert read("2") is None


def test_processor_data_needs_a_controller_where_iboo_is_processor_only() -> None:
    from chalicelib.meetings.models import Meeting

    meeting = Meeting(
        "meeting#m", "meeting", title="t", host="a", company="c", timezone="UTC", sequence=0, created_at=1
    )
    with pytest.raises(storage.Refused, match="controller"):
        storage.create(meeting, {Event.MEETING_END: clock.now()})


def test_content_is_sealed_and_opens_with_its_key_only(stores: Engine) -> None:
    from chalicelib.meetings.models import ChatMessage

    key = keys.key_for("occurrence#o", clock.now() + 60, "c1")
    message = ChatMessage("occurrence#o", "chat#1", occurrence="o", seq=1, participant="p", client_id="i", said_at=1)
    message.name, message.body = "Anne Dupont", "bonjour"
    storage.create(message, {Event.COLLECTED: clock.now()}, controller="c1", key=key)
    raw = str(list(expiry.scan(ChatMessage.store)))
    assert "bonjour" not in raw and "Anne" not in raw
    opened = storage.get(ChatMessage, "occurrence#o", "chat#1", key=key)
    assert opened is not None and (opened.body, opened.name) == ("bonjour", "Anne Dupont")
    other = keys.key_for("occurrence#other", clock.now() + 60, "c1")
    with pytest.raises(Unreadable):
        storage.get(ChatMessage, "occurrence#o", "chat#1", key=other)


def test_a_key_lives_until_the_last_thing_it_protects(clock_file: MovedClock) -> None:
    now = clock.now()
    first = keys.key_for("occurrence#o", now + 100, "c1")
    assert keys.key_for("occurrence#o", now + 500, "c1").secret == first.secret
    assert keys.key_for("occurrence#o", now + 200, "c1").secret == first.secret
    clock_file.move(seconds=499)
    assert keys.open_key("occurrence#o").secret == first.secret
    clock_file.move(seconds=3)
    with pytest.raises(keys.KeyDestroyed):
        keys.open_key("occurrence#o")


def test_what_is_not_seen_does_not_count_against_a_limit(clock_file: MovedClock) -> None:
    created("1", limit=10)
    created("2", limit=10)
    created("3")
    clock_file.move(seconds=10)
    assert [line.sk for line in storage.query(Disclosure, "disclosures#x", limit=1)] == ["3"]
    assert [line.sk for line in storage.query(Disclosure, "disclosures#x", newest_first=True, limit=2)] == ["3"]
