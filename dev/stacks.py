"""The stacks of a stage, created in the local engine as they are rendered.

The engine does not know all kinds of resource: `UNKNOWN` are left out, with what refers to them, and named. It does not
enforce rights, networks or time to live either: tests/infra/test_stacks.py holds those on the templates.
"""

import base64
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.cloudformation import Json
from infra.deploy import ORDER
from infra.stages import Stage

ACCOUNT: Final = "000000000000"
PATIENCE: Final = 120.0
UNKNOWN: Final = frozenset(
    {
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::EC2::EIP",
        "AWS::EC2::NatGateway",
        "AWS::EC2::SecurityGroupEgress",
        "AWS::EC2::SecurityGroupIngress",
        "AWS::WAFv2::WebACLAssociation",
    }
)
"""Kinds of resource that ministack 1.5 does not create."""
UNSAID: Final = re.compile(r"DkimDNSToken(Name|Value)[123]")
"""Attributes that ministack 1.5 does not give: outputs that show them are left out."""


class StackError(Exception):
    """A stack could not be created, or what was created does not work; the text says which."""


@dataclass(frozen=True)
class Fitted:
    """A template the engine can take, and what it lacks of the real one: ``name: kind``."""

    template: Json
    left_out: tuple[str, ...]


def fit(template: Json) -> Fitted:
    """Without what the engine does not know, and without what can't be without that."""
    resources: Json = dict(template["Resources"])
    gone = {name for name, found in resources.items() if found["Type"] in UNKNOWN}
    while more := {n for n, found in resources.items() if n not in gone and _refers(found, gone)}:
        gone |= more
    kept = {name: found for name, found in resources.items() if name not in gone}
    outputs = {
        name: found
        for name, found in template.get("Outputs", {}).items()
        if not _refers(found, gone) and not UNSAID.search(str(found["Value"]))
    }
    left_out = tuple(f"{name}: {resources[name]['Type']}" for name in sorted(gone))
    return Fitted({**template, "Resources": kept, "Outputs": outputs}, left_out)


def _refers(found: Any, names: set[str]) -> bool:
    if isinstance(found, list):
        return any(_refers(one, names) for one in found)
    if not isinstance(found, dict):
        return False
    for key, value in found.items():
        if key == "Ref" and value in names:
            return True
        if key == "Fn::GetAtt" and (value[0] if isinstance(value, list) else value.partition(".")[0]) in names:
            return True
        if key == "DependsOn" and names & ({value} if isinstance(value, str) else set(value)):
            return True
        if key == "Fn::Sub" and any(f"${{{name}}}" in str(value) or f"${{{name}." in str(value) for name in names):
            return True
        if _refers(value, names):
            return True
    return False


class Engine:
    """ministack with all its services, holding nothing. ``folder``: for its files."""

    def __init__(self, folder: Path, region: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._region = region
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "IBOO_"))}
        own = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": region,
            "PERSIST_STATE": "0",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "DOCKER_HOST": "unix:///nonexistent",
            "LOG_LEVEL": "ERROR",
            "STATE_DIR": str(folder / "state"),
            "S3_DATA_DIR": str(folder / "objects"),
        }
        self.process = subprocess.Popen([sys.executable, "-m", "ministack"], env=inherited | own, cwd=folder)

    def client(self, service: Any) -> Any:
        """A boto3 client of it."""
        who: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.url, region_name=self._region, **who)

    def await_start(self) -> None:
        """Raises `StackError`."""
        self._await("the engine", lambda: ask(f"{self.url}/_ministack/health")[0] == 200)

    def create(self, name: str, template: Json, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        """A stack's outputs, once it stands. Raises `StackError`."""
        formation = self.client("cloudformation")
        self.client("s3").put_object(Bucket="packages", Key=name, Body=json.dumps(template))
        formation.create_stack(
            StackName=name,
            TemplateURL=f"{self.url}/packages/{name}",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in (parameters or {}).items()],
        )

        def described() -> Any:
            return formation.describe_stacks(StackName=name)["Stacks"][0]

        self._await(name, lambda: not described()["StackStatus"].endswith("IN_PROGRESS"))
        if described()["StackStatus"] != "CREATE_COMPLETE":
            raise StackError(f"{name}: {described()['StackStatus']} {described().get('StackStatusReason', '')}")
        return {output["OutputKey"]: output["OutputValue"] for output in described().get("Outputs", [])}

    def _await(self, what: str, state: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not state():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise StackError(f"{what} does not come")
            time.sleep(0.1)


@contextmanager
def engine(region: str) -> Iterator[Engine]:
    """A running engine, gone with the block. Raises `StackError`."""
    with tempfile.TemporaryDirectory() as folder:
        made = Engine(Path(folder), region)
        try:
            made.await_start()
            yield made
        finally:
            made.process.kill()  # nothing of it is kept, and the functions it runs may be at work
            made.process.wait()


def ask(url: str, body: bytes | None = None, token: str = "") -> tuple[int, bytes]:
    """Status and body; 0 when nobody answers."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        request = urllib.request.Request(url, body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()
    except OSError:
        return 0, b""


@dataclass(frozen=True)
class Installed:
    """What stands in the engine. ``apis``: address of each door's gateway. ``keys``: the secrets by name."""

    apis: Mapping[str, str]
    keys: Mapping[str, str]
    left_out: tuple[str, ...]


def make_keys() -> dict[str, str]:
    """The secrets of docs/operations.md, made up."""
    random = {
        name: base64.b64encode(secrets.token_bytes(32)).decode()
        for name in ("key-encryption-key", "lookup-key", "csrf-key", "pool-secret", "front", "turn-secret")
    }
    ticket, proof = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = ticket.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        **random,
        "ticket-private-key": _pem(ticket),
        "ticket-public-key": public.decode(),
        "proof-private-key": _pem(proof),
        "monetico-key": " ",
        "einvoicing-secret": " ",
        "answers-mailbox": " ",
        "rights-mailbox": " ",
    }


def _pem(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def install(made: Engine, stage: Stage, templates: Mapping[str, Json], code: Path) -> Installed:
    """Creates the stacks in the order of a deployment. Raises `StackError`."""
    s3, keeper, keys = made.client("s3"), made.client("secretsmanager"), make_keys()
    s3.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": stage.region})
    s3.upload_file(str(code), "packages", "deployment.zip")
    for name, value in keys.items():
        keeper.create_secret(Name=f"{stage.prefix}/{name}", SecretString=value)
    apis: dict[str, str] = {}
    left_out: list[str] = []
    for name in (one for one in ORDER if one in templates):
        fitted = fit(_coded(templates[name]))
        left_out += [f"{name}/{one}" for one in fitted.left_out]
        outputs = made.create(f"{stage.prefix}-{name}", fitted.template, _parameters(stage, name))
        if identifier := outputs.get("RestAPIId"):
            apis[name.removeprefix("door-")] = f"{made.url}/restapis/{identifier}/api/_user_request_"
    return Installed(apis, keys, tuple(left_out))


def _coded(template: Json) -> Json:
    """With the code where `aws cloudformation package` would have put it, and patience for a busy laptop."""
    copied: Json = json.loads(json.dumps(template))
    for found in copied["Resources"].values():
        if found["Type"] == "AWS::Serverless::Function":
            found["Properties"]["CodeUri"] = {"Bucket": "packages", "Key": "deployment.zip"}
            found["Properties"]["Timeout"] = int(PATIENCE)
    return copied


def _parameters(stage: Stage, name: str) -> dict[str, str]:
    image = "iboo@sha256:" + "0" * 64
    certificate = f"arn:aws:acm:{stage.region}:{ACCOUNT}:certificate/smoke"
    given = {
        "data": {"Prefix": stage.prefix, "BucketSuffix": f"-{ACCOUNT}", "Site": stage.base_url},
        "media": {"Image": image},
        "compose": {"Image": image},
        "turn": {"Image": image, "CertificateArn": certificate},
        "site": {"CertificateArn": certificate, "FirewallArn": f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/s/1"},
        "alarms": {"AlarmEmail": "alarm@iboo.example"},
    }
    return given.get(name, {})
