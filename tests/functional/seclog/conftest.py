"""A meeting that took place, a bank and a worker, for the greps."""

from tests.functional.billing.conftest import bank, callback_url, open_bank, publisher
from tests.functional.fleet.conftest import make_worker, worker
from tests.functional.privacy.test_forgetting import held

__all__ = ["bank", "callback_url", "held", "make_worker", "open_bank", "publisher", "worker"]
