"""The job that makes one file of a recording: a container of its own on Fargate, started by the public door when an
organiser asks, gone when the file is made. Never on a container that carries meetings.

It has **no role**: no right on any table, bucket or secret. What it reads and writes are links that the functions give
to whoever holds its token, each good for minutes (docs/recording.md, "Saving").
"""

from chalicelib.gateways.composers import CONTAINER
from infra.cloudformation import Json, get, imported, in_region, log_group, resource, stack, sub
from infra.media import IMAGE, container, start_role
from infra.network import ZONES
from infra.stages import Stage

CPU, MEMORY = "2048", "4096"
"""Two cores: one minute of nine people costs some 43 seconds of one (bench/README.md)."""


def template(stage: Stage) -> Json:
    """The stack."""
    resources = {
        "Logs": log_group(f"/{stage.prefix}/composers"),
        "Cluster": resource("AWS::ECS::Cluster", {"ClusterName": name(stage), "CapacityProviders": ["FARGATE"]}),
        "StartRole": start_role(stage, []),
        "Composer": _task(stage),
    }
    return stack("the job that makes one file of a recording", resources, parameters={"Image": IMAGE})


def name(stage: Stage) -> str:
    """Of the stack, the cluster, and the family of the task."""
    return f"{stage.prefix}-compose"


def settings(stage: Stage) -> Json:
    """What the door that starts jobs must know."""
    subnets = [imported(stage, f"media-{zone}") for zone in range(ZONES)]
    return {
        "IBOO_COMPOSE_CLUSTER": name(stage),
        "IBOO_COMPOSE_TASK": name(stage),
        "IBOO_COMPOSE_SUBNETS": {"Fn::Join": [",", subnets]},
        "IBOO_COMPOSE_GROUP": imported(stage, "composers-group"),
    }


def rights(stage: Stage) -> list[Json]:
    """What that door may: start this job, in its cluster, with the role by which ECS fetches its image."""
    account = f"{stage.region}:${{AWS::AccountId}}"
    start = {
        "Sid": "StartJobs",
        "Effect": "Allow",
        "Action": ["ecs:RunTask"],
        "Resource": [sub(f"arn:aws:ecs:{account}:task-definition/{name(stage)}:*")],
        "Condition": {"ArnEquals": {"ecs:cluster": sub(f"arn:aws:ecs:{account}:cluster/{name(stage)}")}},
    }
    # IAM itself has no region. CloudFormation makes the role's name of the stack's and the resource's.
    hand_over = {
        "Sid": "HandOverStartRole",
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": [sub(f"arn:aws:iam::${{AWS::AccountId}}:role/{name(stage)}-StartRole-*")],
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    }
    return [in_region(stage, start), hand_over]


def _task(stage: Stage) -> Json:
    functions = "https://${Api}.execute-api." + stage.region + ".amazonaws.com/api"
    composer = container(
        stage,
        CONTAINER,
        {
            "Environment": [
                {
                    "Name": "IBOO_COMPOSE_URL",
                    "Value": {"Fn::Sub": [functions, {"Api": imported(stage, "api-public")}]},
                },
            ]
        },
    )
    return resource(
        "AWS::ECS::TaskDefinition",
        {
            "Family": name(stage),
            "RequiresCompatibilities": ["FARGATE"],
            "NetworkMode": "awsvpc",
            "Cpu": CPU,
            "Memory": MEMORY,
            "RuntimePlatform": {"CpuArchitecture": "X86_64", "OperatingSystemFamily": "LINUX"},
            "ExecutionRoleArn": get("StartRole", "Arn"),
            "ContainerDefinitions": [composer],
        },
    )
