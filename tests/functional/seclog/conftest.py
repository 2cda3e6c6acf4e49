"""A meeting that took place, for the greps."""

from tests.functional.privacy.test_forgetting import held

__all__ = ["held"]
