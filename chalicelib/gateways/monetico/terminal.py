"""The settings of one payment terminal (TPE), and what is publicly unknown about the platform."""

import re
from dataclasses import dataclass, field

from .errors import Misconfigured
from .sealing import usable_key

PAGES = "https://p.monetico-services.com"
SERVICES = "https://payment-api.e-i.com"


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """One TPE. Raises `Misconfigured` for what can't be right.

    ``tpe``: 7 letters or digits. ``societe``: the site's code. ``key``: 40 characters, a secret, the same for test and
    production. ``test``: the platform's test addresses (``/test/``); terminal, key and site are the same there.

    The rest stands here because no public source settles it:

    ``pages``, ``services``: hosts, without a trailing slash. Everybody posts payments to p.monetico-services.com; for
    the services ekyna/PayumMonetico and eileenmcnaughton/nz.co.fuzion.cmcic use payment-api.e-i.com (the only host
    seen for the status service), dansmaculotte/monetico-php uses p.monetico-services.com.

    ``refund_success``: the ``cdr`` that say a refund is done. 0 in the clients that were run against the platform
    (CiviCRM, WooCommerce), 1 in the test data of dansmaculotte/monetico-php. Any other non-negative one is `Nonsense`,
    because taking it for a refusal could lead to a second refund.

    ``seal_charset``: in which charset *they* seal characters outside ASCII of a callback. Empty: the bytes as they
    came over the wire. The kits disagree (ISO-8859-1 in Python, the page's bytes in PHP, ASCII in C#). We send ASCII
    only, but a buyer may give a stored card a name with an accent.

    ``alias_months``: how long they keep a stored card; nobody says. `None`: until its own expiry.

    ``connect_within``, ``answer_within``: seconds. A capture asks the card's bank, hence the length of the second.
    """

    tpe: str
    societe: str
    key: str = field(repr=False)
    test: bool = True
    pages: str = PAGES
    services: str = SERVICES
    refund_success: frozenset[int] = frozenset({0})
    seal_charset: str = ""
    alias_months: int | None = None
    connect_within: float = 5.0
    answer_within: float = 30.0

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9]{7}", self.tpe):
            raise Misconfigured("tpe: not 7 letters or digits")
        if not re.fullmatch(r"[\x21-\x7E]+", self.societe):
            raise Misconfigured("societe: empty, or not ASCII")
        for name, host in (("pages", self.pages), ("services", self.services)):
            if not re.fullmatch(r"https?://[^/]+(/[^/]+)*", host):
                raise Misconfigured(f"{name}: not an address without a trailing slash")
        try:
            "".encode(self.seal_charset or "ascii")
        except LookupError as fault:
            raise Misconfigured("seal_charset: unknown") from fault
        usable_key(self.key)

    @property
    def payment_page(self) -> str:
        """Where the buyer's browser posts the payment form."""
        return self._address(self.pages, "paiement")

    def service(self, name: str) -> str:
        """The address of a service, such as ``capture_paiement``."""
        return self._address(self.services, name)

    def _address(self, host: str, name: str) -> str:
        return f"{host}{'/test' if self.test else ''}/{name}.cgi"
