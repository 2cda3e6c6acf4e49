"""Which forwarder the workers of tests have: ``TESTED_FORWARDER=native pytest tests/media tests/browser``."""

import os
import re
import urllib.request

TESTED = os.environ.get("TESTED_FORWARDER", "python")
SETTING = {"IBOO_WORKER_FORWARDER": TESTED}
"""Of a worker in a process of its own."""


def at_work(control: str) -> str:
    """The forwarder a worker says that it has. ``control``: URL of its control port."""
    with urllib.request.urlopen(f"{control}/metrics", timeout=30) as answer:
        found = re.search(r'^iboo_worker_info\{forwarder="(\w+)"\} 1$', answer.read().decode(), re.M)
    assert found, "the worker says what it is"
    return found[1]
