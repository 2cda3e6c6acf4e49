"""The state machine of requests, and what an erasure does to a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Conflict
from chalicelib.register import ROWS, clocks, row_of
from chalicelib.register.events import Event
from chalicelib.register.model import Basis
from chalicelib.rights.rules import FOLLOWS, RUNNING, Outcome, State, alert_level, fate, follow, outcome_of

NOW = 1_795_424_400


def test_every_state_leads_to_the_end_and_none_back() -> None:
    def reached(state: State, seen: frozenset[State]) -> frozenset[State]:
        assert state not in seen, "a loop"
        return frozenset({state}).union(*(reached(after, seen | {state}) for after in FOLLOWS[state]))

    for state in State:
        assert State.CLOSED in reached(state, frozenset())


@given(st.sampled_from(State), st.sampled_from(State))
def test_no_other_move_is_possible(before: State, after: State) -> None:
    if after in FOLLOWS[before]:
        assert follow(before, after) is after
    else:
        with pytest.raises(Conflict):
            follow(before, after)


@pytest.mark.parametrize(
    ("passed", "level"), [(0, 0), (49, 0), (50, 50), (74, 50), (75, 75), (90, 90), (100, 90), (101, 100)]
)
def test_alerts_come_once_their_share_of_the_time_has_passed(passed: int, level: int) -> None:
    assert alert_level(0, 100, passed) == level


def test_parts_that_end_differently_make_a_partly_granted_whole() -> None:
    assert outcome_of([Outcome.GRANTED, Outcome.GRANTED]) is Outcome.GRANTED
    assert outcome_of([Outcome.REFUSED]) is Outcome.REFUSED
    assert outcome_of([Outcome.GRANTED, Outcome.REFUSED]) is outcome_of([Outcome.PARTLY]) is Outcome.PARTLY


def test_the_account_waits_for_the_end_of_its_contract_and_then_goes() -> None:
    account, events = row_of("account"), {Event.LAST_USE.value: NOW}
    assert fate(account, events, running=True, held=False).ground == RUNNING
    assert fate(account, events, running=False, held=False).erased


def test_the_proof_of_a_contract_is_kept_until_its_own_date() -> None:
    kept = fate(row_of("contract"), {Event.TERMINATED: NOW}, running=False, held=False)
    assert not kept.erased and kept.ground
    assert kept.until == clocks.due(row_of("contract"), {Event.TERMINATED: NOW})


@given(st.sampled_from(ROWS), st.booleans())
def test_nothing_a_duty_keeps_is_erased_and_nothing_kept_lacks_its_ground(row: object, running: bool) -> None:
    found = next(one for one in ROWS if one is row)
    events = {clock.start.value: NOW for clock in found.clocks}
    outcome = fate(found, events, running=running, held=False)
    if any(clock.basis is Basis.LEGAL_DUTY for clock in found.clocks):
        assert not outcome.erased
    assert outcome.erased or outcome.ground
    held = fate(found, events, running=running, held=True)
    assert not held.erased and held.ground
