"""``make package``: the functions behind one door, as CloudFormation and a zip, without a cloud account.

    python -m dev.package public build/package/public

Chalice's zip holds no bytecode and Lambda's code directory is read-only, so that every cold start would compile
everything again (922–1,663 ms against 381–483 ms, docs/decisions/0003). The bytecode is added here, unchecked: its
source lies beside it and never changes.
"""

import argparse
import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from dev import words

ROOT = Path(__file__).parent.parent
REGION = "eu-west-3"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip knows: the same content gives the same zip."""


TOOLS = (
    *("_distutils_hack", "blessed", "click", "distutils-precedence.pth", "editor", "inquirer", "jinxed", "pip"),
    *("pkg_resources", "readchar", "runs", "setuptools", "wcwidth", "wheel", "xmod"),
)
"""What Chalice's command line needs and its run time does not."""

AWS_SERVICES = ("dynamodb", "ecs", "kms", "logs", "s3", "ses", "sesv2", "sts")
LOCALES = ("en", "fr", "root")


class PackageError(Exception):
    """The package can't be made; the text says why."""


def package(door: str, out: Path, root: Path = ROOT) -> Path:
    """Writes ``sam.json`` and ``deployment.zip`` into ``out`` and gives the zip's path. Raises `PackageError`."""
    template(door, out, root)
    finished = out / "deployment.zip"
    with tempfile.TemporaryDirectory() as scratch:
        unpacked = Path(scratch) / "package"
        with zipfile.ZipFile(finished) as archive:
            archive.extractall(unpacked)
        _prune(unpacked)
        _compile(unpacked)
        _zip(unpacked, finished)
    return finished


def template(door: str, out: Path, root: Path = ROOT) -> Path:
    """Writes ``sam.json`` and gives its path; the zip beside it is Chalice's, not finished. Raises `PackageError`."""
    words.compile_catalog()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    _chalice_package(door, out, root)
    _name_buckets(out / "sam.json")
    return out / "sam.json"


def _chalice_package(door: str, out: Path, root: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "IBOO_"))}
    chalice = [sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*chalice, "package", "--stage", door, str(out)],
        cwd=root,
        env=environment | {"AWS_DEFAULT_REGION": REGION},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PackageError(f"chalice package failed:\n{done.stdout}{done.stderr}")
    if not (out / "deployment.zip").exists():
        raise PackageError(f"The door {door} has neither routes nor schedules: nothing to package.")


def _name_buckets(template: Path) -> None:
    """Buckets carry the account's number in their name, which is known when the template is deployed."""
    content = json.loads(template.read_text())
    for resource in content["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            variables = resource["Properties"]["Environment"]["Variables"]
            variables["IBOO_BUCKET_SUFFIX"] = {"Fn::Sub": "-${AWS::AccountId}"}
    template.write_text(json.dumps(content, indent=2) + "\n")


def _prune(folder: Path) -> None:
    """Takes out what never runs in a function: a third of the size, and of the time to fetch it at a cold start."""
    unused = [found for name in TOOLS for found in (folder / name, *folder.glob(f"{name}-*.dist-info"))]
    services = (folder / "botocore" / "data").iterdir()
    unused += [found for found in services if found.is_dir() and found.name not in AWS_SERVICES]
    locales = (folder / "babel" / "locale-data").glob("*.dat")
    unused += [found for found in locales if found.stem.split("_")[0] not in LOCALES]
    unused += [*(folder / "chalicelib" / "locale").rglob("*.po"), *folder.rglob("__pycache__")]
    for found in unused:
        if found.is_dir():
            shutil.rmtree(found)
        else:
            found.unlink(missing_ok=True)


def _compile(folder: Path) -> None:
    """Paths inside the bytecode are those of Lambda, so that tracebacks read well."""
    compiled = compileall.compile_dir(
        folder,
        quiet=1,
        force=True,
        workers=0,
        stripdir=str(folder),
        prependdir="/var/task",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        raise PackageError("Some module of the package does not compile.")


def _zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(found for found in folder.rglob("*") if found.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(folder)), EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def main(arguments: Sequence[str]) -> int:
    """0, or 1 with a line on what went wrong."""
    parser = argparse.ArgumentParser(prog="dev.package")
    parser.add_argument("door", help="a stage of .chalice/config.json")
    parser.add_argument("out", type=Path)
    chosen = parser.parse_args(arguments)
    try:
        made = package(chosen.door, chosen.out.absolute())
    except PackageError as fault:
        print(fault, file=sys.stderr)
        return 1
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB; template: {made.with_name('sam.json')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
