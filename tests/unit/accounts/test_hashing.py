"""Passwords as they are kept."""

from argon2 import PasswordHasher, extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from chalicelib.accounts import hashing
from chalicelib.accounts.rules import LONGEST_PASSWORD

PASSWORD = "quatre chevaux bleus sur le pont"


def test_the_right_password_matches_and_no_other() -> None:
    kept = hashing.hashed(PASSWORD)
    assert hashing.matches(kept, PASSWORD)
    assert not hashing.matches(kept, PASSWORD + "s")
    assert not hashing.matches(kept, "")


def test_a_password_longer_than_any_chosen_here_matches_nothing() -> None:
    long = "x" * (LONGEST_PASSWORD + 1)
    assert not hashing.matches(hashing.hashed(long), long)


def test_the_same_password_is_never_kept_the_same() -> None:
    assert hashing.hashed(PASSWORD) != hashing.hashed(PASSWORD)


def test_argon2id_with_the_parameters_of_rfc_9106() -> None:
    kept = hashing.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert extract_parameters(kept) == RFC_9106_LOW_MEMORY


def test_an_unknown_accounts_hash_costs_what_a_known_ones_does() -> None:
    assert extract_parameters(hashing._nobodys()) == RFC_9106_LOW_MEMORY
    assert not hashing.matches(None, PASSWORD)
    assert not hashing.matches(None, "")


def test_a_hash_that_is_none_matches_nothing() -> None:
    assert not hashing.matches("plain text", "plain text")


def test_other_parameters_are_outdated() -> None:
    assert hashing.outdated(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD))
    assert not hashing.outdated(hashing.hashed(PASSWORD))
