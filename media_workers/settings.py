"""Every setting of a worker: name, default, meaning. Read once from the environment, where each has the prefix.

A name that ends in ``_FILE`` names a file whose content is the value, for keys and secrets.
"""

import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "IBOO_WORKER_"
FORWARDERS = ("auto", "native", "python")


class SettingError(Exception):
    """A setting is missing or makes no sense; the text names it."""


@dataclass(frozen=True)
class Setting:
    """A setting's name (without prefix), default and meaning. No default: it must be given."""

    name: str
    default: str | None
    meaning: str


SETTINGS = (
    Setting("ID", "", "name of this worker, stays over restarts; default: a new random one"),
    Setting("CONTROL_HOST", "127.0.0.1", "address the control port listens on (private network only)"),
    Setting("CONTROL_PORT", "0", "TCP port of the control port; 0 = any, printed at start"),
    Setting("CONTROL_URL", "", "URL of the control port as the functions reach it; default: host and port"),
    Setting("MEDIA_PORT", "0", "the one UDP port of all media; 0 = any"),
    Setting(
        "ANNOUNCED",
        "",
        "addresses in answers, comma list; `public@private` announces one and binds the other; both may be announced, "
        "the private one for relays: `public@private,private`; "
        "default: 127.0.0.1 and this machine's first other address of IPv4 and of IPv6",
    ),
    Setting("REPORT_URL", "", "where reports go, e.g. http://127.0.0.1:8000/workers/report; empty: no reports"),
    Setting("TICKET_PUBLIC_KEY", None, "Ed25519 public key of tickets and orders, PEM"),
    Setting("POOL_SECRET", None, "secret that signs reports, 32 characters or more"),
    Setting("RECORDINGS_BUCKET", "", "bucket of recordings, to which this worker may add; empty: nothing is recorded"),
    Setting("SPOOL", "", "folder for segments on their way to it; default: one of its own among temporary files"),
    Setting("SPOOL_BYTES", "4000000000", "the most that folder may hold"),
    Setting("CAPACITY", "0", "forwarded packets per second at which no new room is taken; 0 = measured at start"),
    Setting("PROCESSES", "1", "worker processes, one per core; each has the next id, control port and media port"),
    Setting("COMPILED", "yes", "no = from source, even where the busiest modules are compiled"),
    Setting(
        "FORWARDER", "auto", "native, python, or auto: native where that is built (media_workers/native/README.md)"
    ),
    Setting("REVISION", "0", "of what runs here; new rooms go to workers of the highest one"),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING"),
)


@dataclass(frozen=True)
class Announced:
    """An address in answers and the local one its socket is bound to."""

    address: str
    bind: str


@dataclass(frozen=True)
class Settings:
    """The values, parsed."""

    id: str
    control_host: str
    control_port: int
    control_url: str
    media_port: int
    announced: tuple[Announced, ...]
    report_url: str
    ticket_public_key: str
    pool_secret: str
    capacity: int
    log_level: str
    processes: int = 1
    recordings_bucket: str = ""
    spool: str = ""
    spool_bytes: int = 4_000_000_000
    revision: int = 0
    forwarder: str = "auto"


def load(environment: Mapping[str, str]) -> Settings:
    """The settings in an environment. Raises `SettingError`, which names what is wrong."""
    values = {setting.name: _value(setting, environment) for setting in SETTINGS}
    if len(values["POOL_SECRET"]) < 32:
        raise SettingError(f"{PREFIX}POOL_SECRET is shorter than 32 characters")
    return Settings(
        id=values["ID"] or f"worker-{uuid.uuid4().hex[:12]}",
        control_host=values["CONTROL_HOST"],
        control_port=_number(values, "CONTROL_PORT", 65535),
        control_url=values["CONTROL_URL"],
        media_port=_number(values, "MEDIA_PORT", 65535),
        announced=_announced(values["ANNOUNCED"]),
        report_url=values["REPORT_URL"],
        ticket_public_key=values["TICKET_PUBLIC_KEY"],
        pool_secret=values["POOL_SECRET"],
        capacity=_number(values, "CAPACITY", 10_000_000),
        log_level=values["LOG_LEVEL"].upper(),
        processes=max(1, _number(values, "PROCESSES", 256)),
        recordings_bucket=values["RECORDINGS_BUCKET"],
        spool=values["SPOOL"],
        spool_bytes=_number(values, "SPOOL_BYTES", 1 << 50),
        forwarder=_one_of(values, "FORWARDER", FORWARDERS),
        revision=_number(values, "REVISION", 2**31),
    )


def _value(setting: Setting, environment: Mapping[str, str]) -> str:
    name = PREFIX + setting.name
    if name in environment:
        return environment[name]
    if path := environment.get(name + "_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as fault:
            raise SettingError(f"{name}_FILE can't be read: {fault.strerror}") from fault
    if setting.default is None:
        raise SettingError(f"{name} (or {name}_FILE) is missing: {setting.meaning}")
    return setting.default


def _number(values: Mapping[str, str], name: str, most: int) -> int:
    text = values[name]
    if not text.isascii() or not text.isdigit() or int(text) > most:
        raise SettingError(f"{PREFIX}{name} is not a number from 0 to {most}")
    return int(text)


def _one_of(values: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    if values[name] not in known:
        raise SettingError(f"{PREFIX}{name} is none of {', '.join(known)}")
    return values[name]


def _announced(text: str) -> tuple[Announced, ...]:
    if not text:
        own = [address for version in (4, 6) if (address := own_address(version))]
        return (Announced("127.0.0.1", "127.0.0.1"), *(Announced(address, address) for address in own))
    pairs = [part.strip().partition("@") for part in text.split(",") if part.strip()]
    if not pairs:
        raise SettingError(f"{PREFIX}ANNOUNCED names no address")
    return tuple(Announced(address, bind or address) for address, _, bind in pairs)


def own_address(version: int = 4) -> str:
    """The address this machine would use towards the world (IPv4 or 6), or nothing. No packet is sent."""
    # RFC 5737, RFC 3849: addresses of documentation
    family, target = (socket.AF_INET, "203.0.113.1") if version == 4 else (socket.AF_INET6, "2001:db8::1")
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 9))
            address = str(probe.getsockname()[0])
    except OSError:
        return ""
    return "" if address.startswith(("127.", "fe80")) or address == "::1" else address
