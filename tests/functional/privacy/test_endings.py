"""What a customer's end sets going: the archive, the sessions."""

import pytest

from chalicelib import clock, sessions, storage
from chalicelib.accounts.models import Account, Contract
from chalicelib.privacy.sweep import sweep
from chalicelib.register.events import Event
from chalicelib.register.published import CONTRACT
from chalicelib.register.stores import CONTRACTS, PEOPLE
from chalicelib.storage import expiry
from tests.functional.conftest import MovedClock

from .things import DAY, a_customer, keys_of

pytestmark = pytest.mark.usefixtures("stores")

YEARS_3 = 3 * 365


def the_contract() -> Contract:
    (found,) = storage.query(Contract, "company#c1", "contract#")
    return found


def test_a_contract_that_ended_moves_to_the_archive_with_the_fields_of_proof_only() -> None:
    a_customer()
    sweep()
    contract = the_contract()
    storage.happened(contract, Event.TERMINATED, clock.now())
    assert sweep().outcomes["archived"] == 1
    assert (contract.pk, contract.sk) not in keys_of(PEOPLE)
    (archived,) = expiry.scan(CONTRACTS)
    fields = CONTRACT.kinds["contract"] & archived.keys()
    assert fields == {"company_name", "signatory", "signatory_email", "documents", "accepted_at"}
    assert archived["documents"][0]["sha256"] == "0" * 64


def test_the_archive_goes_before_five_years_are_over(clock_file: MovedClock) -> None:
    a_customer()
    storage.happened(the_contract(), Event.TERMINATED, clock.now())
    sweep()
    clock_file.move(days=5 * 365 - 10)
    sweep()
    assert len(list(expiry.scan(CONTRACTS))) == 1
    clock_file.move(days=5)
    sweep()
    assert list(expiry.scan(CONTRACTS)) == []


def test_a_running_contract_has_no_end(clock_file: MovedClock) -> None:
    a_customer()
    clock_file.move(days=YEARS_3 - 40)
    sweep()
    assert the_contract().delete_by is None


def test_a_customer_nobody_came_back_to_ends_with_its_contract_and_sessions(clock_file: MovedClock) -> None:
    a_customer()
    clock_file.move(days=YEARS_3 - 20)
    cookie = sessions.start("a1", "Firefox, Linux")
    sweep()
    assert sessions.find(cookie.value) is None
    assert storage.get(Account, "account#a1", "account") is None
    sweep()
    assert keys_of(PEOPLE) == set()
    (archived,) = expiry.scan(CONTRACTS)
    assert clock.now() - int(archived["events"]["terminated"]) < DAY


def test_an_account_in_use_stays(clock_file: MovedClock) -> None:
    a_customer()
    clock_file.move(days=YEARS_3 - 40)
    account = storage.get(Account, "account#a1", "account")
    assert account is not None
    storage.happened(account, Event.LAST_USE, clock.now())
    clock_file.move(days=20)
    sweep()
    assert storage.get(Account, "account#a1", "account") is not None
