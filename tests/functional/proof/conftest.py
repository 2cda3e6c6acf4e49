"""A meeting that took place, as the tests of forgetting hold it."""

from tests.functional.privacy.test_forgetting import held

__all__ = ["held"]
