"""Who may do what, as the table says it."""

import pytest

from chalicelib.accounts import roles
from chalicelib.accounts.roles import Power, may, may_touch

MATRIX = {
    "owner": {"members", "rules", "pay", "data", "usage", "connect", "own"},
    "administrator": {"members", "rules", "pay", "data", "usage", "connect"},
    "billing": {"pay", "usage"},
    "privacy": {"data"},
    "member": set(),
}


@pytest.mark.parametrize("role", MATRIX)
@pytest.mark.parametrize("power", Power)
def test_each_role_has_the_powers_written_here_and_no_other(role: str, power: Power) -> None:
    assert may(role, power) == (power.value in MATRIX[role])


def test_every_role_is_in_the_table_with_its_name() -> None:
    assert set(MATRIX) == set(roles.ROLES) == set(roles.POWERS) == set(roles.NAMES)


def test_nobody_is_made_owner_but_by_being_handed_the_company() -> None:
    assert set(roles.GIVEN) == set(roles.ROLES) - {"owner"}


def test_an_administrator_of_before_has_an_administrators_powers() -> None:
    assert roles.known("admin") == "administrator"
    assert may("admin", Power.MEMBERS) and not may("admin", Power.OWN)


def test_a_word_nobody_knows_gives_no_power() -> None:
    assert roles.known("root") == "member"


@pytest.mark.parametrize(
    ("who", "whom"), [("owner", "administrator"), ("administrator", "administrator"), ("admin", "member")]
)
def test_who_looks_after_members_may_remove_and_change_them(who: str, whom: str) -> None:
    assert may_touch(who, whom)


@pytest.mark.parametrize(
    ("who", "whom"), [("administrator", "owner"), ("billing", "member"), ("privacy", "member"), ("member", "member")]
)
def test_nobody_touches_the_owner_and_other_roles_touch_nobody(who: str, whom: str) -> None:
    assert not may_touch(who, whom)
