"""``make package``: every stack of a stage as CloudFormation, and the functions' zip. Offline, without an account.

python -m infra.render prod          writes build/prod/

data.json files.json network.json mail.json door-<door>.json deployment.zip media.json compose.json turn.json site.json
alarms.json
edge.json                            the one of us-east-1
static/<version>/…                   what the bucket of static files gets
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from chalicelib.register import ROWS, STORES
from dev import words
from dev.cloud import assets
from dev.package import PackageError, package
from dev.package import template as packaged_template
from infra import alarms, composing, data, firewall, functions, mail, media, network, site, turn
from infra.cloudformation import Json
from infra.doors import DOORS
from infra.stages import STAGES, Stage

ROOT = Path(__file__).parent.parent
WEB = ROOT / "web"
PAGES = Path(__file__).parent / "pages"


def stacks(stage: Stage, packaged: Mapping[str, Json], version: str) -> dict[str, Json]:
    """The stacks by name, in the order they are deployed. ``packaged``: Chalice's template of each door that has
    something to do; ``version``: of the static files."""
    doors = {door: functions.paths(template) for door, template in packaged.items()}
    return {
        "data": data.template(STORES, ROWS),
        "files": site.files(stage),
        "network": network.template(stage),
        "mail": mail.template(stage),
        **{f"door-{door}": functions.template(stage, door, template, version) for door, template in packaged.items()},
        "media": media.template(stage),
        "compose": composing.template(stage),
        "turn": turn.template(stage),
        "edge": firewall.edge(stage, site.static_host(stage)),
        "site": site.template(stage, doors),
        "alarms": alarms.template(stage, list(packaged)),
    }


def package_doors(out: Path) -> dict[str, Json]:
    """Each door's template. The zip is one for all: the code is the same, a setting chooses the door."""
    found: dict[str, Json] = {}
    with tempfile.TemporaryDirectory() as scratch:
        root = _copied(Path(scratch) / "root")
        for door in DOORS:
            folder = Path(scratch) / door.name
            try:
                if not found:
                    shutil.move(package(door.name, folder, root), out / "deployment.zip")
                else:
                    packaged_template(door.name, folder, root)
            except PackageError as fault:
                if "neither routes nor schedules" not in str(fault):
                    raise
                continue
            found[door.name] = json.loads((folder / "sam.json").read_text())
    return found


def _copied(root: Path) -> Path:
    """What Chalice packages, as it is now: all doors get the same code, whoever edits it meanwhile. What Chalice has
    fetched before is shared."""
    words.compile_catalog()
    for name in ("chalicelib", "templates", ".chalice"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "deployments"))
    shutil.copytree(ROOT / "vendor", root / "vendor", symlinks=True)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, root / name)
    fetched = ROOT / ".chalice" / "deployments"
    fetched.mkdir(exist_ok=True)
    (root / ".chalice" / "deployments").symlink_to(fetched)
    return root


def render(stage: Stage, out: Path) -> list[Path]:
    """Writes everything into ``out``, which is emptied; gives the templates. Raises `PackageError`."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    version = assets.version(WEB)
    written = write(stacks(stage, package_doors(out), version), out)
    shutil.copytree(WEB, out / "static" / version)
    shutil.copytree(PAGES, out / "static" / "errors")
    return written


def write(templates: Mapping[str, Json], out: Path) -> list[Path]:
    """One file each."""
    files = []
    for name, template in templates.items():
        file = out / f"{name}.json"
        file.write_text(json.dumps(template, indent=2, ensure_ascii=False) + "\n")
        files.append(file)
    return files


def main(arguments: Sequence[str]) -> int:
    """0, or 1 with a line on what went wrong."""
    parser = argparse.ArgumentParser(prog="infra.render")
    parser.add_argument("stage", choices=sorted(STAGES))
    chosen = parser.parse_args(arguments).stage
    try:
        written = render(STAGES[chosen], ROOT / "build" / chosen)
    except PackageError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    sys.stdout.write("".join(f"{file.relative_to(ROOT)}\n" for file in written))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
