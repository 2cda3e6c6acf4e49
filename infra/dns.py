"""The DNS records of the domain's mail: ready to paste, and whether they are published.

python -m infra.dns prod                    shows them, as lines of a zone file
python -m infra.dns prod --check            asks the DNS for each; 1 when one is missing or says something else
python -m infra.dns prod --policy reject    once nothing is quarantined any more that is ours

The DKIM records come from the stack `mail`, which must stand. Who else sends for the domain, the host of its mailboxes,
comes from the environment: IBOO_DEPLOY_MAILBOX_SPF ("include:_spf.example.net"); where DMARC reports go:
IBOO_DEPLOY_DMARC_REPORTS (an address).
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import dns.exception
import dns.rdatatype
import dns.resolver

from infra.deploy import Ask, Deployment
from infra.mail import TOKENS, mail_from
from infra.stages import STAGES, Stage

POLICIES = ("none", "quarantine", "reject")
"""Of DMARC, from the mildest to the strictest."""
PATIENCE = 5.0
"""Seconds for one answer."""

Standing = Literal["published", "missing", "other", "unknown"]


@dataclass(frozen=True)
class Record:
    """``value``: what it should say; empty: anything, somebody else's to say. ``why``: for who reads the list."""

    name: str
    kind: Literal["CNAME", "MX", "TXT"]
    value: str
    why: str

    @property
    def line(self) -> str:
        """As a zone file has it."""
        value = f'"{self.value}"' if self.kind == "TXT" else self.value
        line = f"{self.name}.  3600  IN  {self.kind}  {value}"
        return f"{line}  ; {self.why}" if self.value else f"; {self.name}. {self.kind}: {self.why}"


def records(stage: Stage, outputs: Mapping[str, str], given: Mapping[str, str], policy: str) -> list[Record]:
    """All records of a stage's mail. ``outputs``: of the stack `mail`; ``given``: the environment. Raises
    `KeyError`."""
    envelope = mail_from(stage)
    made = [
        Record(outputs[f"DkimName{number}"], "CNAME", f"{outputs[f'DkimValue{number}']}.", "DKIM") for number in TOKENS
    ]
    made += [
        Record(envelope, "MX", f"10 feedback-smtp.{stage.region}.amazonses.com.", "envelope: reports go to SES"),
        Record(envelope, "TXT", "v=spf1 include:amazonses.com -all", "SPF of the envelope"),
    ]
    if hosts := given.get("IBOO_DEPLOY_MAILBOX_SPF", "").strip():
        made.append(Record(stage.domain, "TXT", f"v=spf1 {hosts} -all", "SPF of the mailboxes"))
    reports = given.get("IBOO_DEPLOY_DMARC_REPORTS", "").strip()
    said = f"v=DMARC1; p={policy}; adkim=s; aspf=r" + (f"; rua=mailto:{reports}" if reports else "")
    made.append(Record(f"_dmarc.{stage.domain}", "TXT", said, "DMARC"))
    made.append(Record(stage.domain, "MX", "", "the host of your mailboxes: answers to invitations come there"))
    return made


def standing(record: Record, found: Sequence[str]) -> Standing:
    """Whether what the DNS says, ``found``, is what it should say."""
    if record.kind == "TXT":
        found = [one for one in found if _tag(one) == _tag(record.value)]
    if not found:
        return "missing"
    if not record.value:
        return "published"
    if len(found) > 1:
        return "other"  # two of a kind count as none (RFC 7208, 3.2; RFC 7489, 6.6.3)
    if record.value.startswith("v=DMARC1"):
        return "published" if _is_as_strict(found[0], record.value) else "other"
    return "published" if _plain(found[0]) == _plain(record.value) else "other"


def ask(record: Record, resolver: dns.resolver.Resolver) -> list[str]:
    """What the DNS says. Raises `dns.exception.DNSException` when it does not answer."""
    try:
        answer = resolver.resolve(record.name, record.kind, lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [_text(one) for one in answer]


def check(wanted: Sequence[Record], resolver: dns.resolver.Resolver) -> Iterator[tuple[Record, Standing, list[str]]]:
    """Each record with how it stands and what was found."""
    for record in wanted:
        try:
            found = ask(record, resolver)
        except dns.exception.DNSException:
            yield record, "unknown", []
        else:
            yield record, standing(record, found), found


def outputs_of(made: Deployment, run: Ask) -> dict[str, str]:
    """What the stack `mail` says of itself."""
    command = ["aws", "cloudformation", "describe-stacks", "--region", made.region("mail")]
    command += ["--stack-name", made.name("mail"), "--query", "Stacks[0].Outputs", "--output", "json"]
    return {one["OutputKey"]: one["OutputValue"] for one in json.loads(run(command))}


def _tag(text: str) -> str:
    return text.split(";")[0].split(" ")[0].strip().casefold()


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()


def _is_as_strict(found: str, wanted: str) -> bool:
    """Another address for reports is the operator's to choose; a milder policy is not."""
    says, asks = _dmarc(found), _dmarc(wanted)
    known = says.get("p", "") in POLICIES and POLICIES.index(says["p"]) >= POLICIES.index(asks["p"])
    return known and all(says.get(name, "r") == asks[name] for name in ("adkim", "aspf"))


def _dmarc(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().casefold(): value.strip().casefold() for name, _, value in pairs if value}


def _text(found: Any) -> str:
    if found.rdtype == dns.rdatatype.TXT:
        return b"".join(found.strings).decode(errors="replace")
    return str(found)


def _resolver(given: str) -> dns.resolver.Resolver:
    """That of the machine, or ``host:port``."""
    if not given:
        return dns.resolver.Resolver()
    resolver, (host, _, port) = dns.resolver.Resolver(configure=False), given.partition(":")
    resolver.nameservers, resolver.port = [host], int(port or 53)
    return resolver


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 # a list, no shell


def main(arguments: Sequence[str], run: Ask = _run) -> int:
    """0; 1 when ``--check`` finds a record that is not as it should be, or the stack does not stand."""
    parser = argparse.ArgumentParser(prog="infra.dns")
    parser.add_argument("stage", choices=sorted(STAGES))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--policy", choices=POLICIES, default="quarantine")
    parser.add_argument("--resolver", default="", metavar="HOST:PORT")
    chosen = parser.parse_args(arguments)
    made = Deployment(STAGES[chosen.stage], Path(), os.environ)
    try:
        wanted = records(made.stage, outputs_of(made, run), os.environ, chosen.policy)
    except (KeyError, subprocess.CalledProcessError):
        sys.stderr.write(f"The stack {made.name('mail')} does not stand, or names no DKIM records.\n")
        return 1
    if not chosen.check:
        sys.stdout.writelines(f"{record.line}\n" for record in wanted)
        return 0
    amiss = False
    for record, how, found in check(wanted, _resolver(chosen.resolver)):
        amiss |= how != "published"
        sys.stdout.write(f"{how:9}  {record.line}\n")
        if how == "other":
            sys.stdout.writelines(f"{'':9}  found: {one}\n" for one in found)
    return int(amiss)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
