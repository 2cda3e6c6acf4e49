"""A valid terminal, order and callback; each test breaks one part."""

from datetime import UTC, datetime
from decimal import Decimal
from urllib.parse import urlencode

from chalicelib.gateways.monetico import Billing, Order, Terminal, seal

KEY = "12345678901234567890123456789012345678P0"
"""The example key of the official kits; it belongs to nobody."""

TERMINAL = Terminal(tpe="1234567", societe="iboo", key=KEY)

BILLING = Billing(address="12 rue de la République", city="Lyon", postal_code="69002", country="FR")

ORDER = Order(
    reference="IB7K2M9QX4",
    amount=Decimal("62.70"),
    at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    billing=BILLING,
    return_ok="https://iboo.live/paiement/merci",
    return_error="https://iboo.live/paiement/reprendre",
    mail="anne@example.org",
)

PAID = {
    "TPE": "1234567",
    "date": "23/11/2026_a_10:02:11",
    "montant": "62.70EUR",
    "reference": "IB7K2M9QX4",
    "texte-libre": "",
    "code-retour": "paiement",
    "cvx": "oui",
    "vld": "1229",
    "brand": "CB",
    "numauto": "949104",
    "authentification": "bnVsbAo=",
    "motifrefus": "",
    "bincb": "12345678",
    "hpancb": "74E94B03C22D786E0F2C2CADBFC1C00B004B7C45",
    "ipclient": "192.0.2.7",
    "cbmasquee": "12345678******90",
}


def sealed(fields: dict[str, str], key: str = KEY) -> bytes:
    """The body of a callback, its seal in capitals as the platform writes it."""
    return urlencode(fields | {"MAC": seal(fields, key).upper()}).encode()
