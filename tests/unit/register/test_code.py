"""What the code uses, the register names: tables, buckets, cookies, logs, browser storage; each has a failing case.

Found by reading the source: no table, bucket, cookie or log can come in by a string of its own.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.register import LOGS, ROWS, STORES
from chalicelib.register.checks import faults, starts_nobody_emits, strangers
from chalicelib.register.model import Basis
from chalicelib.register.published import ACCOUNT, TALK
from infra.doors import DOORS
from tests.unit.register.test_register import emitted

ROOT = Path(__file__).parents[3]
FOLDERS = ("chalicelib", "media_workers", "app.py")
COOKIES = frozenset(name for row in ROWS for name in row.cookies)
TALKS_TO_STORES = {"storage", "gateways"}
"""Folders whose modules may hold a client of AWS; everything else goes through them (`tests/unit/test_arrows.py`)."""

BY_NAME = re.compile(r"\b(TableName|Bucket|logGroupName|table_name)\s*[=:]\s*f?[\"']([^\"'{]+)")
"""A table, bucket or log group written out where it is used."""


def sources() -> Iterator[tuple[Path, str]]:
    for folder in FOLDERS:
        found = [ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*.py"))
        yield from ((path, path.read_text()) for path in found)


def named_in(source: str) -> set[str]:
    """Stores a source names by a string."""
    return {name for _, name in BY_NAME.findall(source)}


def cookies_in(source: str) -> set[str]:
    """Cookies a source speaks of: every string that looks like one of ours, or that sets one."""
    found = re.findall(r"[\"'](__(?:Host|Secure)-[\w-]+)[\"']", source)
    found += re.findall(r"Set-Cookie[\"']\]?\s*[:,=]\s*f?[\"']([\w-]+)=", source)
    found += re.findall(r"document\.cookie\s*=\s*[`\"']([\w-]+)=", source)
    return set(found)


def kept_in_browser(source: str) -> set[str]:
    """Keys of local storage that a script writes (it counts as a cookie)."""
    return set(re.findall(r"(?:local|session)Storage\.setItem\(\s*[\"'`]([\w-]+)", source))


def test_every_store_a_source_names_is_of_the_register() -> None:
    keys = {store.key for store in STORES}
    for path, source in sources():
        assert list(strangers(f"{path.name}: store", named_in(source), keys)) == []


def test_only_two_folders_can_reach_a_store_at_all() -> None:
    for path, source in sources():
        imported = {
            alias.name.split(".")[0]
            for node in ast.walk(ast.parse(source))
            for alias in (node.names if isinstance(node, ast.Import) else ())
        }
        if "boto3" in imported:
            assert TALKS_TO_STORES & set(path.parts) or "media_workers" in path.parts, path


def test_a_table_by_a_string_of_its_own_is_found() -> None:
    source = 'client.put_item(TableName="debug_events", Item={})\ns3.put_object(Bucket="dumps", Key=k, Body=b)'
    found = list(strangers("store", named_in(source), {store.key for store in STORES}))
    assert found == ["store debug_events: no row names it", "store dumps: no row names it"]


def test_every_cookie_of_the_code_and_the_pages_is_of_the_register() -> None:
    scripts = [path.read_text() for path in (ROOT / "web").rglob("*.js") if "vendor" not in path.parts]
    for source in [*(source for _, source in sources()), *scripts]:
        assert list(strangers("cookie", cookies_in(source), COOKIES)) == []


def test_a_cookie_of_its_own_is_found() -> None:
    for source in ('headers["Set-Cookie"] = "foo=1"', '"__Host-track"', "document.cookie = `foo=1`"):
        assert len(list(strangers("cookie", cookies_in(source), COOKIES))) == 1, source


def test_nothing_is_kept_in_the_browser_beside_cookies_but_what_is_listed() -> None:
    for path in (ROOT / "web").rglob("*.js"):
        if "vendor" not in path.parts:
            assert kept_in_browser(path.read_text()) <= COOKIES, path


def test_a_key_in_the_browser_of_its_own_is_found() -> None:
    assert kept_in_browser('localStorage.setItem("camera", id)') == {"camera"}


def test_every_log_of_the_stacks_is_of_the_register() -> None:
    used = {f"functions/{door.name}" for door in DOORS}
    for path in (ROOT / "infra").glob("*.py"):
        used |= set(re.findall(r'log_group\(f?"/\{stage\.prefix\}/([\w/-]+)"', path.read_text()))
    assert used <= LOGS.keys() and {"workers", "relays"} <= used
    assert list(strangers("log", {*used, "debug"}, LOGS)) == ["log debug: no row names it"]


def test_a_controllers_row_needs_a_legal_basis_and_a_processors_an_instruction() -> None:
    without = replace(ACCOUNT, clocks=(replace(ACCOUNT.clocks[0], basis=Basis.INSTRUCTION),))
    assert "account: Iboo is its controller, without a legal basis" in faults([without], STORES)
    other = replace(TALK, clocks=(replace(TALK.clocks[0], basis=Basis.LEGITIMATE_INTEREST),))
    assert "talk: processed for a customer, on another basis than its instruction" in faults([other], STORES)


def test_a_clock_whose_event_no_code_emits_is_found() -> None:
    assert list(starts_nobody_emits(ROWS, emitted())) == []
    assert "account: no code emits LAST_USE" in list(starts_nobody_emits(ROWS, emitted() - {"LAST_USE"}))


PUBLISHED = (
    *("account", "contact", "contract", "invoice", "payment", "card_on_file", "invite", "guest", "live", "recording"),
    *("talk", "attendance", "stats", "cookies", "consent", "newsletter", "suppression", "ticket", "right", "idproof"),
    *("mortem", "seclog", "breach", "disclosed", "erased", "export"),
)


@pytest.mark.parametrize("published", PUBLISHED)
def test_each_of_the_twenty_six_published_categories_has_its_row(published: str) -> None:
    (row,) = [row for row in ROWS if row.key == published]
    assert row.published and row.clocks and row.why


def test_no_other_row_counts_as_published() -> None:
    others = {row.key for row in ROWS if row.published} - set(PUBLISHED)
    assert others == {"notes"}, "notes have a row of their own beside the messages"
