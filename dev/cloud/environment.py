"""What each part of the local cloud finds in its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.cloud.keys import Keys

TABLE_PREFIX = "iboo-dev"
DOORS = "public,callback,console,schedule"
WORKER_ID = "worker-local-1"


PAYING = {
    "IBOO_MONETICO_RECURRING": "1",
    "IBOO_TRANSFER_IBAN": "FR7610278000000000000000000",
    "IBOO_TRANSFER_BIC": "CMCIFR2A",
    "IBOO_TRANSFER_HOLDER": "Iboo",
    "IBOO_PUBLISHER_FORM": "SAS au capital de 1 000 €",
    "IBOO_PUBLISHER_ADDRESS": "1 place Bellecour, 69002 Lyon",
    "IBOO_PUBLISHER_SIREN": "552 100 554 RCS Lyon",
    "IBOO_PUBLISHER_VAT": "FR96 552 100 554",
}
"""What it takes to be paid and to invoice on a laptop; the developer's own environment wins."""


class SettingError(Exception):
    """A setting of the local cloud makes no sense; the text names it."""


@dataclass(frozen=True)
class Settings:
    """The settings a developer may give. ``port``: of the public address, 0 for any free one."""

    port: int
    data: Path
    json: bool
    root: Path


def settings(environment: Mapping[str, str], root: Path) -> Settings:
    """Raises `SettingError`."""
    port = environment.get("IBOO_DEV_PORT", "8080")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise SettingError(f"IBOO_DEV_PORT is {port!r}, not a port number.")
    return Settings(
        port=int(port),
        data=root / environment.get("IBOO_DEV_DATA", ".local/data"),
        json=environment.get("IBOO_DEV_JSON") == "1",
        root=root,
    )


@dataclass(frozen=True)
class Addresses:
    """Where the parts listen, all on 127.0.0.1."""

    front: int
    smtp: int
    imap: int
    functions: int
    control: int
    composers: int
    engine_url: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.front}"

    @property
    def functions_url(self) -> str:
        return f"http://127.0.0.1:{self.functions}"

    @property
    def control_url(self) -> str:
        return f"http://127.0.0.1:{self.control}"


def of_functions(
    at: Addresses,
    keys: Keys,
    data: Path,
    assets_version: str,
    aws: Mapping[str, str],
    doors: str = DOORS,
    turn_urls: str = "",
) -> dict[str, str]:
    """For the functions and for the schedules, which run the same code behind another door. ``turn_urls``: of the
    relay, if there is one."""
    return _inherited_without_values_of(
        {
            **aws,
            "IBOO_STAGE": "dev",
            "IBOO_DOORS": doors,
            "IBOO_BASE_URL": at.url,
            "IBOO_TABLE_PREFIX": TABLE_PREFIX,
            "IBOO_ASSETS_VERSION": assets_version,
            "IBOO_CLOCK_FILE": str(data / "clock"),
            "IBOO_KEY_ENCRYPTION_KEY_FILE": str(keys.key_encryption_key),
            "IBOO_LOOKUP_KEY_FILE": str(keys.lookup_key),
            "IBOO_CSRF_KEY_FILE": str(keys.csrf_key),
            "IBOO_TICKET_PRIVATE_KEY_FILE": str(keys.ticket_private_key),
            "IBOO_PROOF_PRIVATE_KEY_FILE": str(keys.proof_private_key),
            "IBOO_POOL_SECRET_FILE": str(keys.pool_secret),
            "IBOO_COMPOSE_CLUSTER": "local",
            "IBOO_COMPOSE_SUBNETS": "local",
            "IBOO_COMPOSE_GROUP": "local",
            "AWS_ENDPOINT_URL_ECS": f"http://127.0.0.1:{at.composers}",
            "IBOO_TURN_URLS": turn_urls,
            "IBOO_TURN_SECRET_FILE": str(keys.turn_secret),
            "IBOO_MAIL_TRANSPORT": "smtp",
            "IBOO_SMTP_URL": f"smtp://127.0.0.1:{at.smtp}",
            "IBOO_ANSWERS_MAILBOX": f"imap://reunion:local@127.0.0.1:{at.imap}",
        }
    )


def of_worker(at: Addresses, keys: Keys, data: Path, aws: Mapping[str, str]) -> dict[str, str]:
    """For the media worker: the public key only, as in production, and the bucket of recordings."""
    return _inherited_without_values_of(
        {
            **aws,
            "IBOO_WORKER_RECORDINGS_BUCKET": f"{TABLE_PREFIX}-recordings",
            "IBOO_WORKER_SPOOL": str(data / "spool"),
            "IBOO_WORKER_ID": WORKER_ID,
            "IBOO_WORKER_CONTROL_PORT": str(at.control),
            "IBOO_WORKER_REPORT_URL": f"{at.functions_url}/workers/report",
            "IBOO_WORKER_TICKET_PUBLIC_KEY_FILE": str(keys.ticket_public_key),
            "IBOO_WORKER_POOL_SECRET_FILE": str(keys.pool_secret),
        }
    )


def of_composers(at: Addresses) -> dict[str, str]:
    """For what starts jobs that make files: where the functions are, and no secret."""
    return {**_inherited(), "IBOO_COMPOSE_URL": at.functions_url}


def of_relay() -> dict[str, str]:
    """For the relay, which reads a file of settings."""
    return _inherited()


def of_front(at: Addresses, data: Path, assets_version: str) -> dict[str, str]:
    """For the front, which serves web/, the mailbox, and the functions' answers."""
    return {
        **_inherited(),
        "IBOO_FRONT_FUNCTIONS": at.functions_url,
        "IBOO_FRONT_ASSETS_VERSION": assets_version,
        "IBOO_FRONT_MAIL": str(data / "mail"),
    }


def _inherited_without_values_of(given: Mapping[str, str]) -> dict[str, str]:
    """``given`` over the developer's environment; a secret given as a file is not hidden by a value found there."""
    hidden = {name.removesuffix("_FILE") for name in given if name.endswith("_FILE")}
    return {name: value for name, value in _inherited().items() if name not in hidden} | dict(given)


def _inherited() -> dict[str, str]:
    """The developer's environment without real credentials: nothing here may reach a cloud account."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "IBOO_DEV_"))} | {
        "PYTHONUNBUFFERED": "1"
    }
