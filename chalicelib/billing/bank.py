"""The payment terminal of this installation."""

from chalicelib import settings
from chalicelib.gateways.monetico import Services, Terminal


def takes_cards() -> bool:
    """Whether there is a terminal at all."""
    return bool(settings.get("MONETICO_TPE"))


def terminal() -> Terminal:
    """The terminal of the settings. Raises `chalicelib.gateways.monetico.Misconfigured`."""
    return Terminal(
        tpe=settings.get("MONETICO_TPE"),
        societe=settings.get("MONETICO_SOCIETE"),
        key=settings.get("MONETICO_KEY"),
        test=settings.get("MONETICO_TEST") == "1",
        pages=settings.get("MONETICO_PAGES"),
        services=settings.get("MONETICO_SERVICES"),
        refund_success=frozenset(int(code) for code in settings.get("MONETICO_REFUND_SUCCESS").split(",")),
        seal_charset=settings.get("MONETICO_SEAL_CHARSET"),
    )


def services() -> Services:
    """The services behind it."""
    return Services(terminal())


def takes_transfers() -> bool:
    """Whether there is an account for transfers."""
    return bool(settings.get("TRANSFER_IBAN"))


def renews_by_itself() -> bool:
    """Whether a stored card can be debited without its holder: recurring captures are a matter of contract."""
    return takes_cards() and settings.get("MONETICO_RECURRING") == "1"
