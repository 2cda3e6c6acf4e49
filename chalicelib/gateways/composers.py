"""Starting a container of its own that makes one file of a recording: Amazon ECS, RunTask. On a laptop something plays
ECS (`dev.cloud.composers`).

Retry rule: none here; who pressed presses again.
"""

from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import settings

CONTAINER = "composer"
"""Its name in the task definition (infra/composing.py)."""


class ComposerError(Exception):
    """No container will start."""


def start(file: str, token: str) -> None:
    """Starts the job for ``file`` (``<recording>.<file>``); ``token`` lets it fetch its brief, once and within minutes:
    what a container is started with can be read by whoever may look at the account. Raises `ComposerError`."""
    if not settings.get("COMPOSE_CLUSTER"):
        raise ComposerError("this installation has no place for such jobs")
    given = {"IBOO_COMPOSE_FILE": file, "IBOO_COMPOSE_TOKEN": token}
    environment = [{"name": name, "value": value} for name, value in given.items()]
    network = {
        "subnets": settings.get("COMPOSE_SUBNETS").split(","),
        "securityGroups": [settings.get("COMPOSE_GROUP")],
        "assignPublicIp": "ENABLED",
    }
    try:
        answer = _client().run_task(
            cluster=settings.get("COMPOSE_CLUSTER"),
            taskDefinition=settings.get("COMPOSE_TASK"),
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": network},
            overrides={"containerOverrides": [{"name": CONTAINER, "environment": environment}]},
        )
    except (BotoCoreError, ClientError) as fault:
        raise ComposerError(type(fault).__name__) from fault
    if not answer.get("tasks"):
        raise ComposerError(str((answer.get("failures") or [{}])[0].get("reason", "no task")))


@lru_cache(maxsize=1)
def _client() -> Any:
    once = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 2})
    return boto3.client("ecs", config=once)
