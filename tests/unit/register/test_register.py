"""The register itself: sound, complete, and spoken for by code."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.register import ROWS, STORES, UnknownKind, row_of
from chalicelib.register.checks import faults
from chalicelib.register.events import Event
from chalicelib.register.model import Role
from chalicelib.register.period import period
from chalicelib.register.published import CONTRACT, INVITE, TALK
from chalicelib.register.stores import USAGE, Store

CODE = Path(__file__).parents[3] / "chalicelib"


def test_the_register_is_sound() -> None:
    assert list(faults(ROWS, STORES)) == []


def test_set_plus_recovery_over_promise_is_a_fault() -> None:
    clock = replace(TALK.clocks[0], keep=period("30d"))
    assert list(faults([replace(TALK, clocks=(clock,))], [USAGE])) == ["talk: set 30d + recovery 1d > promise 30d"]


def test_a_store_no_row_names_is_a_fault() -> None:
    debug = Store("debug_events", "table", recovery_days=0)
    assert "store debug_events: no row names it" in faults(ROWS, (*STORES, debug))


def test_what_is_processed_for_a_customer_needs_a_way_to_forward_requests() -> None:
    fault = "invite: processed for a customer, without a way to forward requests"
    assert fault in faults([replace(INVITE, contact="")], STORES)


def test_an_archive_phase_needs_an_archive_store() -> None:
    assert "contract: archive phase without an archive store" in faults([replace(CONTRACT, archive=None)], STORES)


def test_a_kind_belongs_to_one_row() -> None:
    assert "kind chat_message: declared more than once" in faults([*ROWS, replace(TALK, key="talk_again")], STORES)


def test_an_unknown_kind_has_no_row() -> None:
    with pytest.raises(UnknownKind):
        row_of("debug_event")


def test_usage_data_is_kept_twenty_eight_days_at_most() -> None:
    for row in ROWS:
        if row.store is USAGE and Role.PROCESSOR in row.roles:
            assert all(clock.keep.within(period("28d"), period("0d")) for clock in row.clocks), row.key


def emitted() -> set[str]:
    """The events some code beside the register names."""
    return {
        node.attr
        for path in CODE.rglob("*.py")
        if "register" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Event"
    }


def test_every_start_event_is_emitted_by_some_code() -> None:
    started = {clock.start.name for row in ROWS if row.store for clock in row.clocks}
    assert started <= emitted()
    assert {event.name for event in Event} == started, "an event no clock starts at"


def test_the_register_imports_nothing_of_the_rest() -> None:
    for path in (CODE / "register").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.module or "").split(".")[0] in {
                    "collections",
                    "dataclasses",
                    "enum",
                } | {
                    "datetime",
                    "typing",
                }, f"{path.name} imports {node.module}"
