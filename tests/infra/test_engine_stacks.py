"""The engine creates the stacks of data and of the callback door from their templates; the packaged function answers.

The engine knows no NAT gateway, no WAF and no CDN: the other stacks are held by test_stacks.py alone.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.signalling import messages, tickets
from chalicelib.signalling.messages import Report
from infra.functions import SECRETS
from tests.infra.rendered import Json, code, stage, templates

POOL_SECRET = "a-secret-of-the-pool-for-this-test"
ACCOUNT = "000000000000"


class Engine:
    """ministack with all its services, holding nothing."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "IBOO_"))}
        own = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": stage().region,
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
        who: Any = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.url, region_name=stage().region, **who)

    def await_start(self) -> None:
        self._await(lambda: ask(f"{self.url}/_ministack/health")[0] == 200)

    def create(self, name: str, template: Json, parameters: dict[str, str] | None = None) -> dict[str, str]:
        """A stack's outputs, once it stands."""
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

        self._await(lambda: not described()["StackStatus"].endswith("IN_PROGRESS"))
        assert described()["StackStatus"] == "CREATE_COMPLETE", described()
        return {output["OutputKey"]: output["OutputValue"] for output in described().get("Outputs", [])}

    def _await(self, state: Any) -> None:
        deadline = time.monotonic() + 60
        while not state():
            assert time.monotonic() < deadline and self.process.poll() is None
            time.sleep(0.1)


def ask(url: str, body: bytes | None = None, token: str = "") -> tuple[int, bytes]:
    """Status and body; 0 when nobody answers."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read()
    except OSError:
        return 0, b""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = Engine(tmp_path_factory.mktemp("engine"))
    try:
        made.await_start()
        yield made
    finally:
        made.process.terminate()
        made.process.wait(30)


@pytest.fixture(scope="module")
def api(engine: Engine) -> str:
    """The address of the callback door's API, its stacks created as they are rendered, its code uploaded."""
    s3, keeper = engine.client("s3"), engine.client("secretsmanager")
    s3.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": stage().region})
    s3.upload_file(str(code()), "packages", "deployment.zip")
    for name in SECRETS["callback"]:
        value = POOL_SECRET if name == "POOL_SECRET" else "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
        keeper.create_secret(Name=f"iboo/{name.lower().replace('_', '-')}", SecretString=value)
    rendered = templates()
    engine.create("iboo-data", rendered["data"], {"Prefix": "iboo", "BucketSuffix": f"-{ACCOUNT}"})
    for resource in rendered["door-callback"]["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":  # as `aws cloudformation package` writes it
            resource["Properties"]["CodeUri"] = {"Bucket": "packages", "Key": "deployment.zip"}
    identifier = engine.create("iboo-door-callback", rendered["door-callback"])["RestAPIId"]
    return f"{engine.url}/restapis/{identifier}/api/_user_request_"


def test_a_workers_report_is_taken_by_the_packaged_function_and_stored(api: str, engine: Engine) -> None:
    body = messages.dump(Report("w1", "i1", "http://10.20.0.4:8443", 20_000, 10, False, [], []))
    token = tickets.sign_report(body, "w1", POOL_SECRET, int(time.time()))
    assert ask(f"{api}/workers/report", body, token) == (200, b'{"commands": []}')
    found = engine.client("dynamodb").scan(TableName="iboo-ephemeral")["Items"]
    assert [item["pk"]["S"] for item in found] == ["worker#w1"]


def test_a_report_signed_by_somebody_else_is_refused(api: str) -> None:
    body = messages.dump(Report("w1", "i1", "http://10.20.0.4:8443", 20_000, 10, False, [], []))
    token = tickets.sign_report(body, "w1", POOL_SECRET + "!", int(time.time()))
    assert ask(f"{api}/workers/report", body, token)[0] == 403


def test_an_address_of_no_route_is_not_found(api: str) -> None:
    status, body = ask(f"{api}/nowhere")
    assert (status, json.loads(body)["error"]["code"]) == (404, "not_found")
