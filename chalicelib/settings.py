"""Settings of the functions: each declared once, with its default and its meaning.

A value comes from the environment variable ``IBOO_<NAME>``, or from the file that ``IBOO_<NAME>_FILE`` names (secrets).
Values are read when asked for, so that tests and stages can change them after import.
"""

import os
from pathlib import Path


class SettingMissing(RuntimeError):
    """A setting without a default is not set."""


SETTINGS: dict[str, tuple[str | None, str]] = {
    "STAGE": ("dev", "dev or prod; some conveniences exist in dev only"),
    "DOORS": ("public,callback,console,schedule", "which doors this stage registers, separated by commas"),
    "BASE_URL": ("http://127.0.0.1:8080", "the address people type, without a trailing slash"),
    "FORWARDED_HOPS": ("1", "which entry of X-Forwarded-For, from the right, is the visitor: 1 behind the front alone"),
    "TABLE_PREFIX": ("iboo-dev", "first part of every table's and bucket's name"),
    "BUCKET_SUFFIX": ("", "last part of every bucket's name, which is unique in the world: -123456789012"),
    "ASSETS_VERSION": ("dev", "version of the static files, part of their address"),
    "CLOCK_FILE": ("", "dev only: a file holding seconds to add to the clock"),
    "KEY_ENCRYPTION_KEY": (None, "base64 of 32 bytes: wraps the keys of meetings (secret)"),
    "LOOKUP_KEY": (None, "base64 of 32 bytes: keyed hashes of e-mail addresses, personal links (secret)"),
    "CSRF_KEY": (None, "base64 of 32 bytes: tokens in forms (secret)"),
    "TICKET_PRIVATE_KEY": (None, "Ed25519 private key, PEM: signs tickets and orders for workers (secret)"),
    "PROOF_PRIVATE_KEY": (None, "Ed25519 private key, PEM: signs the day's proof of erasure (secret)"),
    "POOL_SECRET": (None, "shared with the media workers: authenticates their reports (secret)"),
    "TURN_URLS": ("", "addresses of the relays, separated by commas: turn:host:3478?transport=udp; empty: no relay"),
    "TURN_SECRET": (None, "shared with the relays; asked for only where there are some (secret)"),
    "WORKER_PATIENCE": ("0.4", "seconds to connect to a worker, and for the sign of life of one that holds a room"),
    "COMPOSE_CLUSTER": ("", "where the job that makes one file of a recording runs; empty: none can be made"),
    "COMPOSE_TASK": ("iboo-compose", "its task definition"),
    "COMPOSE_SUBNETS": ("", "where it stands, separated by commas"),
    "COMPOSE_GROUP": ("", "its security group"),
    "MAIL_TRANSPORT": ("ses", "ses or smtp"),
    "MAIL_FROM": ("Iboo <reunion@iboo.live>", "sender of every e-mail"),
    "ANSWERS_MAILBOX": (
        "",
        "imaps://user:password@host of the mailbox of MAIL_FROM; empty or a space: nobody reads it",
    ),
    "SMTP_URL": ("", "smtp://host:port, or smtps://user:password@host:port, when MAIL_TRANSPORT is smtp"),
    "MONETICO_TPE": ("", "payment terminal, 7 letters or digits; empty: nobody can pay by card"),
    "MONETICO_SOCIETE": ("", "site code given by the bank"),
    "MONETICO_KEY": (None, "key of the terminal, 40 characters; asked for only where there is one (secret)"),
    "MONETICO_TEST": ("", "1: the bank's test addresses; a test payment then pays"),
    "MONETICO_PAGES": ("https://p.monetico-services.com", "host of the payment page; public sources agree"),
    "MONETICO_SERVICES": ("https://payment-api.e-i.com", "host of capture, refund and status; public sources differ"),
    "MONETICO_REFUND_SUCCESS": ("0", "codes of a refund that is done, separated by commas; public sources say 0 or 1"),
    "MONETICO_SEAL_CHARSET": ("", "in which charset callbacks are sealed; empty: the bytes as they came"),
    "MONETICO_RECURRING": ("", "1: the terminal's contract has recurring captures, so that stored cards renew"),
    "TRANSFER_IBAN": ("", "account for bank transfers; empty: nobody can pay by transfer"),
    "TRANSFER_BIC": ("", "BIC of that account"),
    "TRANSFER_HOLDER": ("", "holder of that account"),
    "EINVOICING_URL": ("", "flow service of the e-invoicing platform (AFNOR XP Z12-013); empty: nothing is deposited"),
    "EINVOICING_TOKEN_URL": ("", "where that platform gives tokens"),
    "EINVOICING_CLIENT": ("", "our name there"),
    "EINVOICING_SECRET": (None, "our secret there; asked for only where there is a platform (secret)"),
    "VAT_CONFIRM_FIRST": ("", "1: no reverse charge before an operator found the VAT number in VIES"),
    "VAT_EXEMPT": ("", "1: the publisher is exempt as a small firm (art. 293 B du CGI)"),
    "HOSTING_PLACE": ("France (Paris)", "where the data lie; published"),
    "HOSTING_PROVIDER": ("Amazon Web Services EMEA SARL", "who hosts them; published"),
    "HOSTING_ADDRESS": ("", "address and telephone of that provider; published"),
    "HOSTING_SEAT": ("LU", "country of the provider's seat, ISO 3166; published"),
    "HOSTING_PARENT": ("US", "country of the provider's parent company, ISO 3166; published"),
    "PUBLISHER_NAME": ("Iboo", "legal name of the publisher; published"),
    "PUBLISHER_FORM": ("", "legal form and capital; published"),
    "PUBLISHER_ADDRESS": ("", "seat; published"),
    "PUBLISHER_SIREN": ("", "SIREN and register; published"),
    "PUBLISHER_VAT": ("", "VAT number; published"),
    "PUBLISHER_DIRECTOR": ("", "director of publication; published"),
    "PUBLISHER_PHONE": ("", "telephone; published"),
    "RIGHTS_EMAIL": ("rgpd@iboo.live", "where rights are exercised; published"),
    "RIGHTS_MAILBOX": (
        "",
        "imaps://user:password@host of that mailbox; empty: mails are taken in by hand",
    ),
    "CONTACT_EMAIL": ("contact@iboo.live", "general address; published"),
}


def get(name: str) -> str:
    """The value of a declared setting. Raises `SettingMissing` naming it, `KeyError` for one nobody declared."""
    default, meaning = SETTINGS[name]
    value = os.environ.get(f"IBOO_{name}")
    if value is not None:
        return value
    path = os.environ.get(f"IBOO_{name}_FILE")
    if path:
        return Path(path).read_text().strip()
    if default is None:
        raise SettingMissing(f"IBOO_{name} (or IBOO_{name}_FILE) is not set: {meaning}")
    return default


def in_dev() -> bool:
    """Whether this is a developer's machine or a test."""
    return get("STAGE") == "dev"
