"""A network line of its own for one browser, which a test can cut, narrow to some ports, and give a new address.

A network namespace, a pair of virtual interfaces, and nftables on both ends. The product listens on loopback; inside,
loopback leads to it too, so that the page has the address it has everywhere (and counts as secure).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OUTSIDE, INSIDE, MOVED = "10.213.77.1", "10.213.77.2", "10.213.77.3"


def missing() -> str:
    """Why this machine can have no such line; empty when it can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "network namespaces need root"
    for program in ("ip", "nft", "sysctl"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    name = f"iboo-try-{os.getpid()}"
    if _run("ip", "netns", "add", name, check=False):
        return "this machine gives no network namespace"
    tried = _run("ip", "netns", "exec", name, "nft", "add", "table", "inet", "trial", check=False)
    _run("ip", "netns", "del", name)
    return "this kernel has no nftables" if tried else ""


class Line:
    """``port``: the product's, on loopback. ``owner``: the process that tests; this one."""

    def __init__(self, port: int, owner: int = 0) -> None:
        self._port = port
        self._owner = owner or os.getpid()
        self._name = f"iboo-{self._owner}"
        self._now = INSIDE
        self._near, self._far = f"ibn{self._owner}", f"ibf{self._owner}"

    def open(self) -> None:
        """Sets it up; what a killed run left in the way goes first. Raises `CalledProcessError`."""
        for owner in _left_over():
            Line(self._port, owner).close()
        name, near, far = self._name, self._near, self._far
        _run("ip", "netns", "add", name)
        _run("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", name)
        _run("ip", "address", "add", f"{OUTSIDE}/24", "dev", near)
        _run("ip", "link", "set", near, "up")
        _run("sysctl", "-qw", f"net.ipv4.conf.{near}.route_localnet=1")
        self._inside("ip", "link", "set", "lo", "up")
        self._inside("ip", "link", "set", far, "up")
        self._inside("sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1")
        self._address(self._now)
        self._nft(
            f"""table ip product {{
              chain out {{ type nat hook output priority -100;
                ip daddr 127.0.0.1 tcp dport {self._port} dnat to {OUTSIDE}; }}
              chain leave {{ type nat hook postrouting priority 100; oifname "{far}" ip saddr 127.0.0.1 masquerade; }}
            }}"""
        )
        _run(
            *("nft", "-f", "-"),
            text=f"""table ip {near} {{
              chain come {{ type nat hook prerouting priority -100;
                iifname "{near}" tcp dport {self._port} dnat to 127.0.0.1; }}
            }}""",
        )

    def close(self) -> None:
        """Takes it away; what is not there is no matter."""
        _run("ip", "netns", "del", self._name, check=False)
        _run("ip", "link", "del", self._near, check=False)
        _run("nft", "delete", "table", "ip", self._near, check=False)

    def words(self, *words: str) -> list[str]:
        """The command ``words``, on this line."""
        return ["ip", "netns", "exec", self._name, *words]

    def program(self, folder: Path, path: str) -> Path:
        """A program that runs ``path`` on this line."""
        script = folder / Path(path).name
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self._name} {path} "$@"\n')
        script.chmod(0o755)
        return script

    def processes(self) -> list[int]:
        """Everything that runs on the line."""
        words = ("ip", "netns", "pids", self._name)
        return [int(pid) for pid in subprocess.run(words, text=True, capture_output=True, check=True).stdout.split()]

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Nothing passes, and nobody is told."""
        with self._rules("drop"):
            yield

    @contextmanager
    def only_tcp(self, *ports: int) -> Iterator[None]:
        """Nothing passes but TCP to the product and to these ports."""
        allowed = ", ".join(map(str, (self._port, *ports)))
        with self._rules(f"tcp dport != {{ {allowed} }} drop; meta l4proto != tcp drop", answers=True):
            yield

    @contextmanager
    def only_udp_to(self, port: int) -> Iterator[None]:
        """TCP passes to the product alone, UDP to that port alone."""
        with self._rules(f"tcp dport != {self._port} drop; udp dport != {port} drop", answers=True):
            yield

    def turn(self) -> None:
        """Another address, as from one network to the next: what was bound to the old one is dead. A second time, the
        first one again."""
        self._inside("ip", "address", "flush", "dev", self._far)
        self._now = MOVED if self._now == INSIDE else INSIDE
        self._address(self._now)

    def _address(self, address: str) -> None:
        self._inside("ip", "address", "add", f"{address}/24", "dev", self._far)
        self._inside("ip", "route", "replace", "default", "via", OUTSIDE)

    @contextmanager
    def _rules(self, rules: str, answers: bool = False) -> Iterator[None]:
        """``answers``: what comes in passes."""
        out = "".join(f'oifname "{self._far}" {rule.strip()}\n' for rule in rules.split(";"))
        chains = f"chain out {{\ntype filter hook output priority 0;\n{out}}}\n"
        if not answers:
            chains += f'chain into {{\ntype filter hook input priority 0;\niifname "{self._far}" {rules}\n}}\n'
        self._nft(f"table inet fault {{\n{chains}}}\n")
        try:
            yield
        finally:
            self._inside("nft", "delete", "table", "inet", "fault")

    def _nft(self, text: str) -> None:
        _run("ip", "netns", "exec", self._name, "nft", "-f", "-", text=text)

    def _inside(self, *words: str) -> None:
        _run("ip", "netns", "exec", self._name, *words)


def _left_over() -> list[int]:
    """Processes that are gone and whose lines are still there: their address would be in the way."""
    names = subprocess.run(("ip", "netns", "list"), text=True, capture_output=True, check=True).stdout.split()
    owners = [int(name.removeprefix("iboo-")) for name in names if name.removeprefix("iboo-").isdigit()]
    return [owner for owner in owners if not Path(f"/proc/{owner}").exists()]


def _run(*words: str, text: str = "", check: bool = True) -> int:
    done = subprocess.run(words, input=text, text=True, capture_output=True, check=False)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.returncode
