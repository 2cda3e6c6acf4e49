"""The gateway's process.

python -m dev.monetico            settings in the environment, dev/monetico/README.md
"""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
from aiohttp import web

from dev.monetico.control import Control
from dev.monetico.ledger import Ledger
from dev.monetico.notices import Courier
from dev.monetico.pages import Pages
from dev.monetico.request import Contract
from dev.monetico.windows import Windows


def application(contract: Contract, ledger: Ledger) -> web.Application:
    """Pages at the paths of the real gateway, services beside them, the control port under ``/_control/``."""
    made = web.Application(client_max_size=1024 * 1024)
    pages, control = Pages(contract, ledger), Control(contract, ledger)

    async def with_courier(_: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), connector=connector) as session:
            pages.courier = control.courier = Courier(contract, ledger, session)
            yield

    made.cleanup_ctx.append(with_courier)
    pages.add_routes(made)
    Windows(contract, ledger).add_routes(made)
    control.add_routes(made)
    return made


def contract(environment: Mapping[str, str]) -> Contract:
    """The terminal, from the environment; `KeyError` names what is missing."""
    return Contract(
        tpe=environment["IBOO_MONETICO_TPE"],
        societe=environment["IBOO_MONETICO_SOCIETE"],
        key=environment["IBOO_MONETICO_KEY"],
        callback=environment["IBOO_MONETICO_CALLBACK"],
        mode=environment.get("IBOO_MONETICO_MODE", "immediate"),
        refund_success=int(environment.get("IBOO_MONETICO_REFUND_SUCCESS", "0")),
    )


async def serve(environment: Mapping[str, str]) -> None:
    """Serves until SIGTERM. Says one line of JSON with its address when it answers."""
    clock = environment.get("IBOO_CLOCK_FILE")
    ledger = Ledger(Path(environment["IBOO_MONETICO_STATE"]), Path(clock) if clock else None)
    runner = web.AppRunner(application(contract(environment), ledger), access_log=None, handle_signals=False)
    await runner.setup()
    if descriptor := environment.get("IBOO_MONETICO_FD"):
        listener = socket.socket(fileno=int(descriptor))
    else:
        listener = socket.create_server(("127.0.0.1", int(environment.get("IBOO_MONETICO_PORT", "0"))))
    stop = asyncio.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await web.SockSite(runner, listener, shutdown_timeout=1.0).start()
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    try:
        asyncio.run(serve(os.environ))
    except KeyError as fault:
        sys.exit(f"{fault.args[0]} is not set (dev/monetico/README.md)")
