"""`make deploy` runs plain commands, in an order in which each finds what it takes from another."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from infra.deploy import ORDER, DeployError, Deployment, deploy, strangers
from infra.stages import EDGE_REGION, STAGES

GIVEN = {
    "IBOO_DEPLOY_WORKER_IMAGE": "w@sha256:1",
    "IBOO_DEPLOY_COMPOSE_IMAGE": "c@sha256:3",
    "IBOO_DEPLOY_TURN_IMAGE": "t@sha256:2",
    "IBOO_DEPLOY_TURN_CERTIFICATE": "arn:turn",
    "IBOO_DEPLOY_ALARM_EMAIL": "ops@example.org",
}


@pytest.fixture
def rendered(tmp_path: Path) -> Path:
    for stack in ORDER:
        (tmp_path / f"{stack}.json").write_text("{}")
    return tmp_path


def run_all(
    folder: Path, environment: dict[str, str], chosen: Sequence[str] = ORDER
) -> tuple[list[list[str]], list[str]]:
    ran: list[list[str]] = []
    said: list[str] = []

    def run(command: Sequence[str]) -> str:
        ran.append(list(command))
        return "123456789012\n" if "sts" in command else "arn:made\n"

    deploy(Deployment(STAGES["prod"], folder, environment), chosen, run, said.append)
    return ran, said


def value(command: list[str], option: str) -> str:
    return command[command.index(option) + 1]


def test_what_is_run_was_said_before(rendered: Path) -> None:
    ran, said = run_all(rendered, GIVEN)
    assert [" ".join(command) for command in ran] == said
    assert {command[0] for command in ran} == {"aws"}


def test_every_stack_goes_to_its_region_in_order(rendered: Path) -> None:
    ran, _ = run_all(rendered, GIVEN)
    deployed = [command for command in ran if command[1:3] == ["cloudformation", "deploy"]]
    assert [value(command, "--stack-name") for command in deployed] == [f"iboo-{stack}" for stack in ORDER]
    outside = [value(command, "--stack-name") for command in deployed if value(command, "--region") != "eu-west-3"]
    assert outside == ["iboo-edge"] and EDGE_REGION == "us-east-1"


def test_static_files_lie_there_before_a_page_names_them_and_none_is_deleted(rendered: Path) -> None:
    ran, _ = run_all(rendered, GIVEN)
    words = [" ".join(command) for command in ran]
    [sent] = [number for number, line in enumerate(words) if line.startswith("aws s3 sync")]
    assert "--delete" not in ran[sent]
    assert sent < min(number for number, line in enumerate(words) if "iboo-door-" in line)


def test_parameters_are_those_the_stacks_ask_for(rendered: Path) -> None:
    ran, _ = run_all(rendered, GIVEN)
    by_stack = {value(one, "--stack-name"): one for one in ran if one[1:3] == ["cloudformation", "deploy"]}
    assert by_stack["iboo-data"][-3:] == ["Prefix=iboo", "BucketSuffix=-123456789012", "Site=https://iboo.live"]
    assert by_stack["iboo-site"][-2:] == ["CertificateArn=arn:made", "FirewallArn=arn:made"]
    assert by_stack["iboo-compose"][-1] == "Image=c@sha256:3"
    assert by_stack["iboo-media"][-1] == "Image=w@sha256:1"


def test_a_store_beside_the_register_stops_the_deployment_before_anything_is_touched(rendered: Path) -> None:
    ran: list[list[str]] = []

    def run(command: Sequence[str]) -> str:
        ran.append(list(command))
        return "iboo-usage\tiboo-debug_events\tother\n" if "list-tables" in command else "files-iboo-1\n"

    with pytest.raises(DeployError, match="iboo-debug_events"):
        deploy(Deployment(STAGES["prod"], rendered, GIVEN), ORDER, run, lambda line: None)
    assert not any("deploy" in command for command in ran)


def test_a_bucket_is_known_with_its_suffix_and_other_installations_are_left_alone() -> None:
    names = ["iboo-exports-123456789012", "iboo-usage", "iboo-dumps-123456789012", "packages-iboo-1", "iboo2-x"]
    assert strangers(names, "iboo") == ["iboo-dumps-123456789012"]


def test_something_missing_is_named_before_its_stack_is_touched(rendered: Path) -> None:
    with pytest.raises(DeployError, match="IBOO_DEPLOY_WORKER_IMAGE"):
        run_all(rendered, {}, ["media"])


def test_one_stack_alone_can_be_deployed(rendered: Path) -> None:
    ran, _ = run_all(rendered, GIVEN, ["network"])
    assert [value(one, "--stack-name") for one in ran if "deploy" in one] == ["iboo-network"]
