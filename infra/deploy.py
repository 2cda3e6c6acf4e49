"""``make deploy``: shows each command of the AWS command line, then runs it; stops at the first that fails.

    python -m infra.deploy prod             what build/prod/ holds, all stacks in order
    python -m infra.deploy prod --show      only shows the commands
    python -m infra.deploy prod site        one stack alone, or some

What differs per account comes from the environment: IBOO_DEPLOY_WORKER_IMAGE, IBOO_DEPLOY_COMPOSE_IMAGE and
IBOO_DEPLOY_TURN_IMAGE (by digest), IBOO_DEPLOY_TURN_CERTIFICATE, IBOO_DEPLOY_REGIONAL_CERTIFICATE (front "static"),
IBOO_DEPLOY_ALARM_EMAIL, IBOO_DEPLOY_SECRETS_OF (another value reads the secrets anew).
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.register import STORES
from infra.stages import EDGE_REGION, STAGES, Stage

ROOT = Path(__file__).parent.parent
ORDER = (
    *("data", "files", "network", "mail", "door-callback", "door-public", "door-console", "door-schedule"),
    *("media", "compose", "turn", "edge", "site", "alarms"),
)
"""What another stack takes from comes first. The door that workers report to precedes the workers."""

Ask = Callable[[Sequence[str]], str]
"""Runs a command and gives its output. Raises `subprocess.CalledProcessError`."""


class DeployError(Exception):
    """Something is missing; the text names it."""


@dataclass(frozen=True)
class Deployment:
    """A stage, its rendered templates in ``folder``, what the environment says."""

    stage: Stage
    folder: Path
    environment: Mapping[str, str]

    def given(self, name: str, default: str | None = None) -> str:
        """Raises `DeployError`."""
        value = self.environment.get(f"IBOO_DEPLOY_{name}", default)
        if value is None:
            raise DeployError(f"IBOO_DEPLOY_{name} is not set (docs/operations.md, first deployment)")
        return value

    def region(self, stack: str) -> str:
        """Where a stack stands."""
        return EDGE_REGION if stack == "edge" else self.stage.region

    def name(self, stack: str) -> str:
        """What CloudFormation calls it."""
        return f"{self.stage.prefix}-{stack}"

    def packages(self, account: str) -> str:
        """The bucket of packages, and of templates too long for a call."""
        return f"packages-{self.stage.prefix}-{account}"


def deploy(made: Deployment, chosen: Sequence[str], run: Ask, say: Callable[[str], None]) -> None:
    """Brings the chosen stacks up to date, static files before the pages that name them.

    Raises `DeployError`, `CalledProcessError`."""

    def shown(command: Sequence[str]) -> str:
        say(" ".join(command))
        return run(command).strip()

    there = [stack for stack in ORDER if stack in chosen and (made.folder / f"{stack}.json").exists()]
    account = shown(["aws", "sts", "get-caller-identity", "--query", "Account", "--output", "text"])
    _require_no_stranger(made, shown)
    for stack in there:
        template = made.folder / f"{stack}.json"
        if stack.startswith("door-"):
            template = _uploaded(made, stack, account, shown)
        shown(_deploy(made, stack, template, account, _parameters(made, stack, account, shown)))
        if stack == "files":
            _send_files(made, account, shown)


def strangers(names: Iterable[str], prefix: str) -> list[str]:
    """Which of these tables and buckets stand under the installation's prefix though no row of the register names
    them."""
    known = {f"{prefix}-{store.key}" for store in STORES}
    own = sorted(name for name in names if name.startswith(f"{prefix}-"))
    return [name for name in own if name not in known and name.rpartition("-")[0] not in known]


def _require_no_stranger(made: Deployment, shown: Ask) -> None:
    region = ["--region", made.stage.region, "--output", "text", "--query"]
    tables = shown(["aws", "dynamodb", "list-tables", *region, "TableNames"])
    buckets = shown(["aws", "s3api", "list-buckets", *region, "Buckets[].Name"])
    if found := strangers([*tables.split(), *buckets.split()], made.stage.prefix):
        raise DeployError(f"no row of the register names {', '.join(found)}: name it there, or empty and delete it")


def _uploaded(made: Deployment, stack: str, account: str, shown: Ask) -> Path:
    """The zip goes to the bucket of packages under a name made of its content: earlier ones stay for rolling back."""
    out = made.folder / f"{stack}.uploaded.json"
    command = ["aws", "cloudformation", "package", "--region", made.stage.region]
    command += ["--s3-bucket", made.packages(account)]
    source = str(made.folder / f"{stack}.json")
    shown([*command, "--template-file", source, "--use-json", "--output-template-file", str(out)])
    return out


def _deploy(made: Deployment, stack: str, template: Path, account: str, parameters: Mapping[str, str]) -> list[str]:
    command = ["aws", "cloudformation", "deploy", "--region", made.region(stack), "--stack-name", made.name(stack)]
    command += ["--template-file", str(template), "--no-fail-on-empty-changeset"]
    command += ["--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    if stack.startswith("door-"):
        command += ["--s3-bucket", made.packages(account)]
    if parameters:
        command += ["--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())]
    return command


def _parameters(made: Deployment, stack: str, account: str, shown: Ask) -> dict[str, str]:
    if stack == "data":
        return {"Prefix": made.stage.prefix, "BucketSuffix": f"-{account}", "Site": made.stage.base_url}
    if stack.startswith("door-"):
        return {"SecretsOf": made.given("SECRETS_OF", "1")}
    if stack == "media":
        return {"Image": made.given("WORKER_IMAGE")}
    if stack == "compose":
        return {"Image": made.given("COMPOSE_IMAGE")}
    if stack == "turn":
        return {"Image": made.given("TURN_IMAGE"), "CertificateArn": made.given("TURN_CERTIFICATE")}
    if stack == "alarms":
        return {"AlarmEmail": made.given("ALARM_EMAIL")}
    if stack == "site":
        edge = {name: _output(made, "edge", name, shown) for name in ("CertificateArn", "FirewallArn")}
        own = {"RegionalCertificateArn": made.given("REGIONAL_CERTIFICATE")} if made.stage.front == "static" else {}
        return edge | own
    return {}


def _output(made: Deployment, stack: str, name: str, shown: Ask) -> str:
    command = ["aws", "cloudformation", "describe-stacks", "--region", made.region(stack)]
    query = f"Stacks[0].Outputs[?OutputKey=='{name}'].OutputValue"
    return shown([*command, "--stack-name", made.name(stack), "--query", query, "--output", "text"])


def _send_files(made: Deployment, account: str, shown: Ask) -> None:
    """Nothing is deleted: a page that is open asks for the files of its own version. The CDN keeps nothing of them that
    could go stale: the version is part of the address."""
    bucket = f"s3://files-{made.stage.prefix}-{account}/static"
    shown(["aws", "s3", "sync", "--region", made.stage.region, str(made.folder / "static"), bucket])


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 # a list, no shell


def _only_shown(command: Sequence[str]) -> str:
    return "<account>" if "sts" in command else "<output>"


def main(arguments: Sequence[str]) -> int:
    """0, or 1 with a line on what is missing or failed."""
    parser = argparse.ArgumentParser(prog="infra.deploy")
    parser.add_argument("stage", choices=sorted(STAGES))
    parser.add_argument("stacks", nargs="*", choices=[[], *ORDER], metavar="stack", help=", ".join(ORDER))
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args(arguments)
    made = Deployment(STAGES[chosen.stage], ROOT / "build" / chosen.stage, os.environ)

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    try:
        deploy(made, chosen.stacks or ORDER, _only_shown if chosen.show else _run, say)
    except DeployError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except subprocess.CalledProcessError as fault:
        sys.stderr.write(f"Stopped: status {fault.returncode}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
