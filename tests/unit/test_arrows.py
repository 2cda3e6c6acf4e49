"""What may import what (the arrows of the house). Read from the source, so that nothing needs to be run."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("chalicelib", "media_workers", "dev", "bench", "infra", "tests", "app")
STANDARD = frozenset(sys.stdlib_module_names)

FLOORS = (
    "mailing",
    "consents",
    "accounts",
    "webhooks",
    "contact",
    "billing",
    "fleet",
    "meetings",
    "recordings",
    "privacy",
    "rights",
    "site",
    "operations",
    "api",
)
"""The domains, lowest first: each may call those below it and none above."""

PURE = (
    "*/rules.py",
    "accounts/roles.py",
    "accounts/conduct.py",
    "accounts/totp.py",
    "meetings/addresses.py",
    "meetings/times.py",
    "meetings/calendar.py",
    "meetings/series.py",
    "meetings/time_zone.py",
    "billing/money.py",
    "billing/offers.py",
    "billing/terms.py",
    "billing/vat.py",
    "billing/company_numbers.py",
    "billing/numbering.py",
    "register/*.py",
    "words.py",
    "signalling/messages.py",
    "signalling/quality.py",
    "meetings/quality.py",
)
"""Modules that read and write nothing: same values in, same values out."""

NOT_PURE = {"boto3", "botocore", "chalice", "requests", "pynamodb", "smtplib", "socket", "time", "secrets"}
OUTSIDE = {
    f"chalicelib.{name}"
    for name in ("storage", "gateways", "settings", "clock", "doors", "sessions", "ledger", "throttle", "log", "keyed")
}
"""Modules of ours through which the world comes in."""


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> set[str]:
    """Every module that a file imports, with the names it takes from it: ``chalicelib.storage.keys``."""
    return set(_imports(ast.parse(path.read_text()), path))


def _imports(tree: ast.AST, path: Path) -> Iterator[str]:
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            words = [*base, *(node.module or "").split(".")]
            yield from (".".join(filter(None, [*words, alias.name])) for alias in node.names)


def within(imported: str, *names: str) -> bool:
    """Whether an import is of one of these modules or of something in them."""
    return any(imported == name or imported.startswith(f"{name}.") for name in names)


def domain(imported: str) -> str:
    """``meetings`` for ``chalicelib.meetings.rules.Plan``."""
    return imported.split(".")[1] if within(imported, "chalicelib") and "." in imported else ""


def ours(path: Path) -> set[str]:
    return {imported for imported in imports(path) if within(imported, *OURS)}


def test_the_reading_of_imports_sees_every_form() -> None:
    source = "import a.b\nfrom c import d\nfrom . import e\nfrom .f import g\nfrom .. import h\ndef i():\n  import j"
    found = set(_imports(ast.parse(source), ROOT / "chalicelib/meetings/x.py"))
    expected = {"a.b", "c.d", "chalicelib.meetings.e", "chalicelib.meetings.f.g", "chalicelib.h", "j"}
    assert found == expected


@pytest.mark.parametrize("package", ["chalicelib/register", "chalicelib/signalling"])
def test_the_promise_and_the_contract_import_nothing_of_the_rest(package: str) -> None:
    own = package.replace("/", ".")
    for path in modules(package):
        foreign = {imported for imported in ours(path) if not within(imported, own)}
        assert not foreign, f"{path.name} imports {foreign}"


def test_the_register_needs_the_standard_library_only_and_the_contract_one_library_more() -> None:
    for package, allowed in (("chalicelib/register", STANDARD), ("chalicelib/signalling", STANDARD | {"jwt"})):
        for path in modules(package):
            foreign = {one.split(".")[0] for one in imports(path)} - allowed - {"chalicelib"}
            assert not foreign, f"{path.name} imports {foreign}"


def test_media_workers_know_of_the_functions_their_contract_only() -> None:
    for path in modules("media_workers"):
        foreign = {one for one in ours(path) if not within(one, "media_workers", "chalicelib.signalling")}
        assert not foreign, f"{path.name} imports {foreign}"


def test_the_functions_know_nothing_of_workers_developers_and_tests() -> None:
    for path in [ROOT / "app.py", *modules("chalicelib")]:
        foreign = {one for one in ours(path) if not within(one, "chalicelib")}
        assert not foreign, f"{path.name} imports {foreign}"


@pytest.mark.parametrize("pattern", PURE)
def test_rules_are_pure(pattern: str) -> None:
    found = sorted((ROOT / "chalicelib").glob(pattern))
    assert found, "nothing has this name any more"
    for path in found:
        impure = {one for one in imports(path) if one.split(".")[0] in NOT_PURE or within(one, *OUTSIDE)}
        impure |= {one for one in imports(path) if within(one, "random")} - {"random.Random"}  # chance as an argument
        assert not impure, f"{path} imports {impure}"
        assert not {one for one in ours(path) if one.split(".")[-1] in ("actions", "models", "routes")}, path


def test_what_rules_import_of_ours_is_pure_as_well() -> None:
    pure = {name_of(path) for pattern in PURE for path in (ROOT / "chalicelib").glob(pattern)}
    for pattern in PURE:
        for path in (ROOT / "chalicelib").glob(pattern):
            other = {one for one in ours(path) if not within(one, *pure, "chalicelib.errors", "chalicelib.register")}
            assert not other, f"{path} imports {other}"


def test_only_doors_and_what_hangs_on_them_know_chalice() -> None:
    knowing = {path for path in modules("chalicelib") if any(within(one, "chalice") for one in imports(path))}
    hung = {path for path in knowing if path.name == "schedules.py" or path.name.endswith("routes.py")}
    allowed = hung | {path for path in knowing if "doors" in path.parts}

    assert knowing == allowed


def test_a_door_is_called_by_the_front_and_by_no_verb() -> None:
    doors = {
        name_of(path) for path in modules("chalicelib") if any(within(one, "chalicelib.doors") for one in ours(path))
    }
    assert len(doors) > 4
    for path in modules("chalicelib"):
        if name_of(path) not in doors and not path.name.endswith("routes.py"):
            assert not {one for one in ours(path) if within(one, *doors)}, path


def test_verbs_know_nothing_of_requests() -> None:
    for path in modules("chalicelib"):
        if path.name in ("actions.py", "models.py", "scheduling.py", "invitations.py", "admission.py", "chat.py"):
            known = {one for one in imports(path) if within(one, "chalice", "chalicelib.doors") or "routes" in one}
            assert not known, f"{path} imports {known}"


def test_a_domain_calls_only_domains_below_it() -> None:
    for number, name in enumerate(FLOORS):
        above = set(FLOORS[number + 1 :])
        for path in modules(f"chalicelib/{name}"):
            climbing = {one for one in ours(path) if domain(one) in above}
            assert not climbing, f"{path} imports {climbing}"


def test_every_domain_has_its_floor() -> None:
    beside = {"register", "signalling", "storage", "gateways", "locale", "doors"}
    folders = {path.parent.name for path in (ROOT / "chalicelib").glob("*/*.py") if path.name != "__init__.py"}
    assert folders - beside == set(FLOORS)


def test_storage_stands_on_the_register_alone() -> None:
    allowed = (
        "chalicelib.storage",
        "chalicelib.register",
        "chalicelib.clock",
        "chalicelib.settings",
        "chalicelib.keyed",
    )
    for path in modules("chalicelib/storage"):
        foreign = {one for one in ours(path) if not within(one, *allowed)}
        assert not foreign, f"{path.name} imports {foreign}"


def test_gateways_know_no_domain_and_no_store() -> None:
    allowed = ("chalicelib.gateways", "chalicelib.settings", "chalicelib.signalling", "chalicelib.log")
    for path in modules("chalicelib/gateways"):
        foreign = {one for one in ours(path) if not within(one, *allowed)}
        assert not foreign, f"{path.name} imports {foreign}"


def test_only_storage_speaks_to_the_stores() -> None:
    for path in modules("chalicelib"):
        if "storage" not in path.parts and "gateways" not in path.parts:
            direct = {one for one in imports(path) if within(one, "boto3", "botocore", "pynamodb.connection")}
            assert not direct, f"{path} imports {direct}"
