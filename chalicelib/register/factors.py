"""Rows of the second factor: what proves, beside the password, that it is you."""

from .events import Event
from .model import Basis, Clock, Role, Row, Words
from .period import period
from .published import MEMBERS
from .stores import EPHEMERAL, PEOPLE

_PROTECT = Words("protéger votre compte", "to protect your account")

SECOND_FACTOR = Row(
    key="second_factor",
    label=Words("Second facteur", "Second factor"),
    subjects=MEMBERS,
    roles=frozenset({Role.CONTROLLER}),
    store=PEOPLE,
    clocks=(
        Clock(
            _PROTECT,
            Basis.LEGITIMATE_INTEREST,
            Event.LAST_USE,
            period("36m - 30d"),
            period("36m"),
            "policy §13; GDPR art. 32",
        ),
    ),
    kinds={
        "authenticator": frozenset({"secret", "created_at", "confirmed_at", "last_step"}),
        "passkey": frozenset({"name", "credential", "public_key", "sign_count", "made_at", "used_at"}),
        "recovery_code": frozenset({"made_at"}),
    },
    sealed=frozenset({"secret"}),
    why="With the account, as long as it; removed by the person, or reset by who administers the company.",
)

SIGN_IN_STEP = Row(
    key="sign_in_step",
    label=Words("Connexion en cours", "Signing in"),
    subjects=MEMBERS,
    roles=frozenset({Role.CONTROLLER}),
    store=EPHEMERAL,
    clocks=(
        Clock(_PROTECT, Basis.CONTRACT, Event.COLLECTED, period("10min"), period("1d"), "policy §13; GDPR art. 32"),
    ),
    kinds={"sign_in_step": frozenset({"account", "browser", "after"}), "factor_challenge": frozenset({"purpose"})},
    why="Between password and second factor: ten minutes, in the browser that gave the password.",
)

FACTORS: tuple[Row, ...] = (SECOND_FACTOR, SIGN_IN_STEP)
