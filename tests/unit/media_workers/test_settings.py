"""Settings from the environment."""

from pathlib import Path

import pytest

from media_workers.settings import PREFIX, SETTINGS, Announced, SettingError, load

VALID = {f"{PREFIX}TICKET_PUBLIC_KEY": "key", f"{PREFIX}POOL_SECRET": "s" * 32}


def test_what_is_not_given_has_its_default() -> None:
    settings = load(VALID)
    assert (settings.control_host, settings.control_port, settings.media_port) == ("127.0.0.1", 0, 0)
    assert settings.announced[0] == Announced("127.0.0.1", "127.0.0.1")
    assert settings.id.startswith("worker-")


@pytest.mark.parametrize("name", ["TICKET_PUBLIC_KEY", "POOL_SECRET"])
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingError, match=f"{PREFIX}{name} "):
        load({key: value for key, value in VALID.items() if key != PREFIX + name})


def test_keys_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the file\n", encoding="utf-8")
    given = {f"{PREFIX}TICKET_PUBLIC_KEY_FILE": str(tmp_path / "key"), f"{PREFIX}POOL_SECRET": "s" * 32}
    assert load(given).ticket_public_key == "from the file"


def test_a_file_that_cant_be_read_is_named(tmp_path: Path) -> None:
    given = {f"{PREFIX}TICKET_PUBLIC_KEY_FILE": str(tmp_path / "none"), f"{PREFIX}POOL_SECRET": "s" * 32}
    with pytest.raises(SettingError, match="TICKET_PUBLIC_KEY_FILE"):
        load(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEDIA_PORT", "70000"),
        ("CONTROL_PORT", "-1"),
        ("CAPACITY", "many"),
        ("FORWARDER", "rust"),
        ("POOL_SECRET", "short"),
    ],
)
def test_nonsense_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        load(VALID | {PREFIX + name: value})


def test_an_announced_address_may_be_bound_elsewhere() -> None:
    settings = load(VALID | {f"{PREFIX}ANNOUNCED": "203.0.113.5@10.0.0.7, 2001:db8::1"})
    assert settings.announced == (Announced("203.0.113.5", "10.0.0.7"), Announced("2001:db8::1", "2001:db8::1"))


def test_every_setting_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "media.md").read_text(encoding="utf-8")
    assert [s.name for s in SETTINGS if f"`{PREFIX}{s.name}`" not in text] == []
