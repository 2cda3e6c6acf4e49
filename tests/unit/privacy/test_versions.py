"""The public text and its versions: what must hold before anything is deployed."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.accounts import documents
from chalicelib.accounts.documents import VERSIONS, PolicyVersion, policy_news, policy_versions
from chalicelib.pages import LANGUAGES
from chalicelib.privacy import versions
from chalicelib.register import ROWS, STORES, Words, clocks
from chalicelib.register.checks import faults as register_faults
from chalicelib.register.events import Event
from chalicelib.register.period import period
from chalicelib.register.published import TALK
from chalicelib.register.stores import USAGE, Store
from dev import words
from infra.doors import DOORS, policy

ROOT = Path(__file__).parents[3]
DAY = 86_400
ANNOUNCED = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
EFFECTIVE = ANNOUNCED + 30 * DAY


@pytest.fixture(autouse=True, scope="module")
def compiled() -> None:
    words.compile_catalog()


def present() -> dict[str, str]:
    return {language: versions.current_words(language, VERSIONS["policy"]) for language in LANGUAGES}


def a_version(number: str = "2", announced: str = "2026-11-23") -> PolicyVersion:
    texts = {language: versions.digest(text) for language, text in present().items()}
    return PolicyVersion(number, announced, Words("Quoi", "What"), texts, versions.periods(ROWS))


def talk(**changed: object) -> list[object]:
    """The register, its written messages kept otherwise."""
    clock = replace(TALK.clocks[0], **changed)  # type: ignore[arg-type]
    return [replace(TALK, clocks=(clock,)) if row is TALK else row for row in ROWS]


def faults(rows: list[object], newest: PolicyVersion) -> list[str]:
    return list(versions.faults(present(), rows, (a_version("1", "2026-01-01"), newest)))  # type: ignore[arg-type]


def test_the_public_text_is_that_of_the_newest_version() -> None:
    assert list(versions.faults(present(), ROWS, policy_versions())) == [], "run `python -m dev.policy_text`"
    assert policy_versions()[-1].version == VERSIONS["policy"]
    assert versions.periods(ROWS) == policy_versions()[-1].periods
    for version in policy_versions():
        for language in LANGUAGES:
            assert versions.digest(versions.saved_words(version.version, language)) == version.texts[language]


def test_f24_a_period_set_longer_than_promised_fails_the_build() -> None:
    found = list(register_faults(talk(keep=period("60d")), STORES))  # type: ignore[arg-type]
    assert found == ["talk: set 60d + recovery 1d > promise 30d"]


def test_f24_a_longer_promise_demands_a_new_version_of_the_policy() -> None:
    announced = replace(a_version(), texts=dict.fromkeys(LANGUAGES, "0" * 64))
    assert all("begin a new version" in fault for fault in faults(list(ROWS), announced))
    assert len(faults(list(ROWS), announced)) == len(LANGUAGES)


def test_f24_a_longer_period_needs_its_notice_and_a_date_not_before_the_end_of_it() -> None:
    longer = {"keep": period("58d"), "promise": period("60d")}
    fault = ["talk: kept longer than in version 1, before the notice of it is over"]
    assert faults(talk(**longer), a_version(announced="")) == fault
    assert faults(talk(**longer), a_version()) == fault
    early = {**longer, "before": period("28d"), "effective": EFFECTIVE - DAY}
    assert faults(talk(**early), a_version()) == fault
    assert faults(talk(**{**early, "effective": EFFECTIVE}), a_version()) == []


def test_f24_what_exists_keeps_its_old_date_and_what_begins_after_the_notice_gets_the_new_one() -> None:
    longer = {"keep": period("58d"), "promise": period("60d"), "before": period("28d"), "effective": EFFECTIVE}
    row = next(row for row in talk(**longer) if getattr(row, "key", "") == "talk")
    old, new = EFFECTIVE - 1, EFFECTIVE
    assert clocks.due(row, {Event.COLLECTED: old}) == old + 28 * DAY  # type: ignore[arg-type]
    assert clocks.due(row, {Event.COLLECTED: new}) == new + 58 * DAY  # type: ignore[arg-type]


def test_f24_a_shorter_period_holds_at_once() -> None:
    assert faults(talk(keep=period("10d")), a_version()) == []


def test_f24_a_version_is_news_for_thirty_days(monkeypatch: pytest.MonkeyPatch) -> None:
    both = (a_version("1", "2026-01-01"), a_version())
    monkeypatch.setattr(documents, "policy_versions", lambda: both)
    assert policy_news(ANNOUNCED - 1) is None
    assert policy_news(ANNOUNCED) == policy_news(EFFECTIVE - 1) == both[1]
    assert policy_news(EFFECTIVE) is None


def test_the_first_version_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "policy_versions", lambda: (a_version("1"),))
    assert policy_news(ANNOUNCED) is None


def test_a_comparison_shows_what_was_added_and_removed() -> None:
    found = versions.changes("un\ndeux\ntrois\n", "un\n2\ntrois\n")
    assert [(one.kind, one.text) for one in found] == [
        ("same", "un"),
        ("removed", "deux"),
        ("added", "2"),
        ("same", "trois"),
    ]


def test_f25_no_saved_text_speaks_of_a_french_provider() -> None:
    for version in policy_versions():
        for language, claim in (("fr", "hébergeur français"), ("en", "French provider")):
            assert claim not in versions.saved_words(version.version, language)  # type: ignore[arg-type]


def test_f25_the_functions_may_call_one_region_in_france_only() -> None:
    for door in DOORS:
        arns = [arn for statement in policy(door)["Statement"] for arn in statement["Resource"] if arn != "*"]
        assert {arn.split(":")[3] for arn in arns} <= {"eu-west-3", ""}  # buckets carry no region in their name
        assert "us-east-1" not in str(policy(door))


def test_f25_no_program_of_ours_knows_a_foreign_stun_server() -> None:
    for folder in ("chalicelib", "media_workers", "web"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".js", ".html"):
                assert not re.search(r"stuns?:[a-z0-9.-]*google|iceServers\s*:\s*\[\s*\{", path.read_text()), path


def test_f28_a_table_no_row_names_fails_the_build() -> None:
    debug = Store("debug_events", "table", recovery_days=0)
    assert "store debug_events: no row names it" in register_faults(ROWS, (*STORES, debug))
    assert USAGE in STORES
