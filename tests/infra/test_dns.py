"""The DNS records of mail: as an operator pastes them, and as a server on loopback says them."""

import json
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import dns.message
import dns.rcode
import dns.rrset
import pytest

from infra import dns as records
from infra.dns import Record, standing
from infra.stages import STAGES

OUTPUTS = {f"DkimName{number}": f"token{number}._domainkey.iboo.live" for number in (1, 2, 3)} | {
    f"DkimValue{number}": f"token{number}.dkim.amazonses.com" for number in (1, 2, 3)
}
GIVEN = {
    "IBOO_DEPLOY_MAILBOX_SPF": "include:_spf.boxes.example",
    "IBOO_DEPLOY_DMARC_REPORTS": "dmarc@iboo.live",
}
MX = ("iboo.live.", "MX", "10 mx.boxes.example.")


def wanted(policy: str = "quarantine", given: Mapping[str, str] = GIVEN) -> list[Record]:
    return records.records(STAGES["prod"], OUTPUTS, given, policy)


def stack(command: Sequence[str]) -> str:
    """The cloud's command line, as far as it is asked."""
    assert command[command.index("--stack-name") + 1] == "iboo-mail"
    return json.dumps([{"OutputKey": name, "OutputValue": value} for name, value in OUTPUTS.items()])


Publish = Callable[..., str]


@pytest.fixture
def publish() -> Iterator[Publish]:
    """Publishes records (name, kind, value) on a name server of this machine. Gives its host:port."""
    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind(("127.0.0.1", 0))
    said: dict[tuple[str, str], list[str]] = {}

    def serve() -> None:
        while True:
            try:
                content, asker = wire.recvfrom(4_096)
            except OSError:
                return
            if not content:
                return
            query = dns.message.from_wire(content)
            question = query.question[0]
            name, kind = str(question.name), dns.rdatatype.to_text(question.rdtype)
            answer = dns.message.make_response(query)
            found = said.get((name.casefold(), kind), [])
            if found:
                answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *found))
            elif not any(known == name.casefold() for known, _ in said):
                answer.set_rcode(dns.rcode.NXDOMAIN)
            wire.sendto(answer.to_wire(), asker)

    thread = threading.Thread(target=serve)
    thread.start()

    def add(*rows: tuple[str, str, str]) -> str:
        for name, kind, value in rows:
            text = f'"{value[:60]}" "{value[60:]}"' if kind == "TXT" and len(value) > 60 else f'"{value}"'
            said.setdefault((name.casefold(), kind), []).append(text if kind == "TXT" else value)
        return f"127.0.0.1:{wire.getsockname()[1]}"

    yield add
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
        last.sendto(b"", wire.getsockname())
    thread.join()
    wire.close()


def rows(found: Sequence[Record]) -> list[tuple[str, str, str]]:
    return [(f"{one.name}.", one.kind, one.value) for one in found if one.value]


def test_the_list_is_ready_to_paste(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    assert records.main(["prod"], stack) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "token1._domainkey.iboo.live.  3600  IN  CNAME  token1.dkim.amazonses.com.  ; DKIM"
    assert "mail.iboo.live.  3600  IN  MX  10 feedback-smtp.eu-west-3.amazonses.com.  ; envelope" in said[3]
    assert 'mail.iboo.live.  3600  IN  TXT  "v=spf1 include:amazonses.com -all"' in said[4]
    assert 'iboo.live.  3600  IN  TXT  "v=spf1 include:_spf.boxes.example -all"' in said[5]
    assert '"v=DMARC1; p=quarantine; adkim=s; aspf=r; rua=mailto:dmarc@iboo.live"' in said[6]
    assert said[7].startswith("; iboo.live. MX:") and len(said) == 8


def test_who_else_sends_for_the_domain_is_not_guessed() -> None:
    names = [(one.name, one.kind) for one in wanted(given={})]
    assert ("iboo.live", "TXT") not in names and ("_dmarc.iboo.live", "TXT") in names
    assert "rua" not in str(wanted(given={}))


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_has_its_own(name: str) -> None:
    made = records.records(STAGES[name], OUTPUTS, {}, "reject")
    assert {one.name for one in made if "_domainkey" not in one.name} == {
        f"{part}{STAGES[name].domain}" for part in ("", "mail.", "_dmarc.")
    }


def test_what_is_published_is_found(publish: Publish, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    at = publish(*rows(wanted()), MX, ("iboo.live.", "TXT", "some-other-proof=1"))
    assert records.main(["prod", "--check", "--resolver", at], stack) == 0
    assert records.main(["prod", "--check", "--resolver", at, "--policy", "reject"], stack) == 1


def test_each_record_that_is_missing_is_named(
    publish: Publish, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    at = publish(*rows(wanted())[1:])
    assert records.main(["prod", "--check", "--resolver", at], stack) == 1
    said = capsys.readouterr().out.splitlines()
    missing = [line for line in said if line.startswith("missing")]
    assert len(missing) == 2 and "token1._domainkey" in missing[0] and "iboo.live. MX" in missing[1]


def test_what_says_something_else_is_shown_as_found(publish: Publish, capsys: pytest.CaptureFixture[str]) -> None:
    at = publish(*rows(wanted(given={}))[:-2], MX, ("mail.iboo.live.", "TXT", "v=spf1 ?all"))
    assert records.main(["prod", "--check", "--resolver", at], stack) == 1
    said = capsys.readouterr().out
    assert "other      mail.iboo.live." in said and "found: v=spf1 ?all" in said


def test_a_server_that_does_not_answer_is_no_missing_record(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(records, "PATIENCE", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        at = f"127.0.0.1:{silent.getsockname()[1]}"
        assert records.main(["prod", "--check", "--resolver", at], stack) == 1
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {"unknown"}


def test_without_the_stack_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def none(command: Sequence[str]) -> str:
        raise subprocess.CalledProcessError(254, "aws")

    assert records.main(["prod"], none) == 1
    assert "iboo-mail" in capsys.readouterr().err


DMARC = "v=DMARC1; p=quarantine; adkim=s; aspf=r"
SPF = "v=spf1 include:amazonses.com -all"


@pytest.mark.parametrize(
    ("value", "found", "how"),
    [
        (DMARC, [DMARC], "published"),
        (DMARC, ["v=DMARC1;p=reject;adkim=s;rua=mailto:x@y.example"], "published"),
        (DMARC, ["v=DMARC1; p=none; adkim=s"], "other"),
        (DMARC, ["v=DMARC1; p=reject"], "other"),
        (DMARC, ["v=DMARC1; adkim=s"], "other"),
        (DMARC, [DMARC, DMARC], "other"),
        (DMARC, ["google-site-verification=1"], "missing"),
        (SPF, [SPF, "proof=1"], "published"),
        (SPF, [SPF, "v=spf1 -all"], "other"),
        (SPF, ["V=SPF1  include:amazonses.com -ALL"], "published"),
        (SPF, ["v=spf1 include:amazonses.com +all"], "other"),
        (SPF, [], "missing"),
    ],
)
def test_how_a_record_stands(value: str, found: list[str], how: str) -> None:
    assert standing(Record("x.example", "TXT", value, ""), found) == how
