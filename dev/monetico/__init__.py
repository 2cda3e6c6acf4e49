"""A Monetico gateway for one machine: pages a tester clicks through, callbacks, services, a control port for tests.

Written from the protocol alone: it shares no code with `chalicelib.gateways.monetico`, so that a misreading there is
not repeated here. What no public source tells is decided in `docs/decisions/0051-simulator.md`.
"""

from dev.monetico.simulator import Simulator, SimulatorError

__all__ = ["Simulator", "SimulatorError"]
