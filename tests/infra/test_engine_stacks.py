"""The engine creates every stack from its template (dev/stacks.py names what it leaves out); people use what stands."""

import json
import time
from collections.abc import Iterator

import pytest

from chalicelib.signalling import messages, tickets
from chalicelib.signalling.messages import Report
from dev import smoke
from dev.stacks import UNKNOWN, Engine, Installed, ask, engine, fit, install
from infra.deploy import ORDER
from tests.infra.rendered import code, stage, templates


@pytest.fixture(scope="module")
def made() -> Iterator[Engine]:
    with engine(stage().region) as started:
        yield started


@pytest.fixture(scope="module")
def installed(made: Engine) -> Installed:
    return install(made, stage(), templates(), code())


def test_every_stack_stands_and_only_what_the_engine_does_not_know_is_missing(
    made: Engine, installed: Installed
) -> None:
    stacks = made.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert {one["StackName"] for one in stacks} == {f"{stage().prefix}-{name}" for name in ORDER}
    kinds = {one.rpartition(": ")[2] for one in installed.left_out}
    assert kinds <= UNKNOWN | {"AWS::EC2::Route"}, "a route without its gateway goes with it"


def test_people_use_what_stands(made: Engine, installed: Installed) -> None:
    said: list[str] = []
    smoke.smoke(made, stage(), installed, said.append)
    assert said[:5] == [
        "pages answer",
        "a company has signed up by mail",
        "a worker's reports are taken",
        "a meeting is planned, a guest is let in",
        "both hear each other, and what is written arrives",
    ]
    assert sum(line.endswith("has run") for line in said) >= 10


def test_a_report_signed_by_somebody_else_is_refused(installed: Installed) -> None:
    body = messages.dump(Report("w9", "i9", "http://10.20.0.4:8443", 20_000, 10, False, [], []))
    token = tickets.sign_report(body, "w9", installed.keys["pool-secret"] + "!", int(time.time()))
    status, answer = ask(f"{installed.apis['callback']}/workers/report", body, token)
    assert (status, json.loads(answer)["error"]["code"]) == (403, "not_allowed")


def test_what_refers_to_something_unknown_is_left_out_too() -> None:
    gate = {"Type": "AWS::EC2::NatGateway", "Properties": {}}
    route = {"Type": "AWS::EC2::Route", "Properties": {"NatGatewayId": {"Ref": "Gate"}}}
    other = {"Type": "AWS::EC2::VPC", "Properties": {"Name": {"Fn::Sub": "${AWS::StackName}"}}}
    fitted = fit({"Resources": {"Gate": gate, "Way": route, "Net": other}, "Outputs": {"O": {"Value": {"Ref": "Way"}}}})
    assert list(fitted.template["Resources"]) == ["Net"]
    assert fitted.template["Outputs"] == {}
    assert fitted.left_out == ("Gate: AWS::EC2::NatGateway", "Way: AWS::EC2::Route")
