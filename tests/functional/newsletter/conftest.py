"""A meeting with a guest, for the rule that guests are never subscribed."""

from tests.functional.privacy.test_forgetting import held

__all__ = ["held"]
