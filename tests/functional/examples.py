"""The programs of docs/api, as a customer has them; and the functions served over HTTP, for programs that speak it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from types import ModuleType

from chalice.config import Config
from chalice.local import LocalDevServer

from tests.functional.browser import functions

FOLDER = Path(__file__).parents[2] / "docs" / "api"


def example(name: str) -> ModuleType:
    """A module of docs/api."""
    spec = spec_from_file_location(f"docs_api_{name}", FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def served() -> Iterator[str]:
    """The functions on a port of their own; where the interface begins."""
    server = LocalDevServer(functions(), Config(chalice_stage="dev"), "127.0.0.1", 0)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server.server_address[1]}/api/v1"
    server.shutdown()
    thread.join()
    server.server.server_close()
