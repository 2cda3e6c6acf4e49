"""Where the bank tells what became of a payment: by POST or by GET, as it likes.

Every callback with a good seal is acknowledged and acted on; any other changes nothing.
"""

from urllib.parse import urlencode

from chalicelib import log
from chalicelib.doors import Answer, Door, Request, Text
from chalicelib.gateways.monetico import ACKNOWLEDGED, NOT_ACKNOWLEDGED, BadSeal, Nonsense, read_callback

from . import bank, settling

routes = Door(__name__)


@routes.api("/payments/callback", ["POST", "GET"], content_type="*/*", check=False)
def callback(request: Request) -> Answer:
    """A form, or a query that Chalice has decoded and that is encoded again."""
    encoded = request.body if request.method == "POST" else urlencode(request.query).encode()
    if not bank.takes_cards():
        return _said(NOT_ACKNOWLEDGED)
    terminal = bank.terminal()
    try:
        heard = read_callback(terminal, encoded)
    except BadSeal:
        log.warning("callback_seal_wrong")
        return _said(NOT_ACKNOWLEDGED)
    except Nonsense as fault:
        log.warning("callback_nonsense", why=str(fault))
        return _said(NOT_ACKNOWLEDGED)
    settling.take(heard, terminal.tpe)
    return _said(ACKNOWLEDGED)


def _said(body: str) -> Text:
    return Text(body, "text/plain", headers={"Pragma": "no-cache"})
