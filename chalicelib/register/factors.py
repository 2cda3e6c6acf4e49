"""Rows of the second factor: what proves, beside the password, that it is you."""

from .common import NOBODY, only_clock
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
    kinds={
        "sign_in_step": frozenset({"account", "browser", "after"}),
        "factor_challenge": frozenset({"purpose"}),
        "federated_step": frozenset({"company", "browser", "nonce", "verifier"}),
    },
    why="Between password and second factor: ten minutes, in the browser that gave the password.",
)

FEDERATION = Row(
    key="federation",
    label=Words("Fournisseur d'identité d'une société", "A company's identity provider"),
    subjects=NOBODY,
    roles=frozenset({Role.CONTROLLER}),
    store=PEOPLE,
    clocks=only_clock(
        Words("connecter les membres par leur propre fournisseur", "to sign members in by their own provider"),
        Basis.CONTRACT,
        Event.LAST_USE,
        "36m - 30d",
        "36m",
        "policy §13; GDPR art. 32",
    ),
    kinds={"federation": frozenset({"issuer", "client_id", "secret", "changed_at"})},
    sealed=frozenset({"secret"}),
    why="Its address and how we name ourselves to it; with the company, as long as it.",
)

FACTORS: tuple[Row, ...] = (SECOND_FACTOR, SIGN_IN_STEP, FEDERATION)
