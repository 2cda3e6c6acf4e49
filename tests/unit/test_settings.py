"""Settings: declared once, read when asked for."""

import ast
from pathlib import Path

import pytest

from chalicelib import settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.SETTINGS:
        monkeypatch.delenv(f"IBOO_{name}", raising=False)
        monkeypatch.delenv(f"IBOO_{name}_FILE", raising=False)


def test_a_default_stands_until_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.get("MAIL_TRANSPORT") == "ses"
    monkeypatch.setenv("IBOO_MAIL_TRANSPORT", "smtp")
    assert settings.get("MAIL_TRANSPORT") == "smtp"


def test_an_empty_value_is_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_PUBLISHER_NAME", "")
    assert settings.get("PUBLISHER_NAME") == ""


def test_a_secret_can_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("c2VjcmV0\n")
    monkeypatch.setenv("IBOO_LOOKUP_KEY_FILE", str(tmp_path / "key"))
    assert settings.get("LOOKUP_KEY") == "c2VjcmV0"


def test_a_missing_setting_is_named_with_its_meaning() -> None:
    with pytest.raises(settings.SettingMissing, match=r"IBOO_POOL_SECRET.*reports"):
        settings.get("POOL_SECRET")


def test_a_setting_nobody_declared_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBOO_SHOE_SIZE", "43")
    with pytest.raises(KeyError):
        settings.get("SHOE_SIZE")


def test_every_setting_says_what_it_means_and_no_secret_has_a_default() -> None:
    for name, (default, meaning) in settings.SETTINGS.items():
        assert meaning, name
        assert default is None or "(secret)" not in meaning, f"{name} has a default anybody can read"


def test_a_developers_machine_is_one_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.in_dev()
    monkeypatch.setenv("IBOO_STAGE", "prod")
    assert not settings.in_dev()


def asked_for(path: Path) -> set[str]:
    """The names that a module gives to ``settings.get``."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "settings.get"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


def test_what_the_code_asks_for_is_declared_and_what_is_declared_is_asked_for() -> None:
    code = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py")]
    asked = set().union(*map(asked_for, code))
    assert asked <= set(settings.SETTINGS)
    words = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    by_name = {name for name in settings.SETTINGS if f'"{name}"' in words}
    wider = {"STAGE", "LOOKUP_KEY", "CSRF_KEY"}  # read inside settings.py, or by a name that is an argument
    assert set(settings.SETTINGS) <= asked | by_name | wider
