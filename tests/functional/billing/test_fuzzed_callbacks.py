"""Whatever arrives at the callback's address: the documented answer or a clean refusal, and no change of state."""

from typing import Any
from urllib.parse import urlencode

from chalice.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import storage
from chalicelib.billing.models import Payment
from chalicelib.gateways.monetico import seal
from dev.monetico import Simulator, simulator
from tests.functional.billing.buyers import Buyer, order_of
from tests.functional.browser import functions

PATH = "/payments/callback"
FORM = "application/x-www-form-urlencoded"
NOT_ACKNOWLEDGED = b"version=2\ncdr=1\n"
FIELDS = ("TPE", "date", "montant", "reference", "MAC", "texte-libre", "code-retour", "cvx", "authentification")

names = st.sampled_from(FIELDS) | st.text(max_size=20)
values = st.text(max_size=200) | st.sampled_from(["paiement", "payetest", "237.60EUR", "4111111111111111", "9" * 3000])
bodies = st.one_of(
    st.binary(max_size=2_000),
    st.lists(st.tuples(names, values), max_size=30).map(lambda pairs: urlencode(pairs).encode()),
    st.integers(65_000, 70_000).map(lambda size: b"MAC=" + b"a" * size),
    st.integers(190, 300).map(lambda count: "&".join(f"f{number}=1" for number in range(count)).encode()),
)
types = st.sampled_from([FORM, f"{FORM}; charset=utf-8", "text/plain", "multipart/form-data", "application/json", ""])
few = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def send(method: str, path: str, body: bytes = b"", content_type: str = FORM) -> tuple[int, bytes]:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = Client(functions()).http.request(method, path, headers=headers, body=body)
    return answer.status_code, answer.body


def refused(status: int, body: bytes) -> bool:
    """The documented body, or an error that says no more than its code."""
    return (status, body) == (200, NOT_ACKNOWLEDGED) or (400 <= status < 500 and b"error" in body.lower())


def test_no_body_changes_anything(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.order()

    @few
    @given(bodies, types)
    def posted(body: bytes, content_type: str) -> None:
        assert refused(*send("POST", PATH, body, content_type))

    posted()
    assert not buyer.subscribed()
    assert order_of(reference).state == "open"
    assert not list(storage.query(Payment, f"payment#{reference}"))


def test_no_query_changes_anything(buyer: Buyer, bank: Simulator) -> None:
    @few
    @given(st.dictionaries(names, values, max_size=10))
    def asked(fields: dict[str, str]) -> None:
        assert refused(*send("GET", f"{PATH}?{urlencode(fields)}", content_type=""))

    asked()
    assert not buyer.subscribed()


def test_one_changed_byte_of_a_good_callback_is_refused(buyer: Buyer, bank: Simulator) -> None:
    reference = buyer.pays(bank, how={"when": "never"})
    notice: dict[str, Any] = bank.state()["orders"][reference]["attempts"][0]["notice"]
    sealed = dict(notice) | {"MAC": seal(notice, simulator.KEY)}

    @few
    @given(st.sampled_from(sorted(sealed)), st.text(max_size=10))
    def changed(name: str, value: str) -> None:
        if sealed[name] != value:
            assert refused(*send("POST", PATH, urlencode({**sealed, name: value}).encode()))

    changed()
    assert refused(*send("POST", PATH, urlencode([*sealed.items(), ("montant", sealed["montant"])]).encode()))
    assert not buyer.subscribed()
    assert send("POST", PATH, urlencode(sealed).encode()) == (200, b"version=2\ncdr=0\n")
    assert buyer.subscribed()
