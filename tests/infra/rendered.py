"""The stacks as `make package` renders them, from one real packaging of all doors per test run."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.render import package_doors, stacks
from infra.stages import STAGES, Stage

Json = dict[str, Any]
VERSION = "0123456789ab"


@dataclass(frozen=True)
class Packaged:
    """What `make package` makes of the doors; ``folder`` holds deployment.zip as long as this lives."""

    doors: dict[str, Json]
    folder: "tempfile.TemporaryDirectory[str]"


@cache
def packaged() -> Packaged:
    """Once per test run."""
    folder = tempfile.TemporaryDirectory()
    return Packaged(package_doors(Path(folder.name)), folder)


def doors() -> dict[str, Json]:
    """Chalice's template of each door."""
    return packaged().doors


def code() -> Path:
    """The functions' zip."""
    return Path(packaged().folder.name) / "deployment.zip"


def templates(stage: str = "prod") -> dict[str, Json]:
    """Every stack of a stage."""
    copied = json.loads(json.dumps(stacks(STAGES[stage], doors(), VERSION)))
    assert isinstance(copied, dict)
    return copied


def resources(stage: str, kind: str) -> Iterator[tuple[str, Json]]:
    """All resources of a kind, with ``stack/name``."""
    for stack, template in templates(stage).items():
        for name, found in template["Resources"].items():
            if found["Type"] == kind:
                yield f"{stack}/{name}", found["Properties"]


def stage(name: str = "prod") -> Stage:
    """The stage itself."""
    return STAGES[name]
