"""What goes to Lambda is what runs there, compiled, and nothing else."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from dev.package import PackageError, package

ROOT = Path(__file__).parent.parent.parent
FOREIGN = ("tests", "dev", "infra", "bench", "web", "docs", "media_workers", "node_modules", "vendor", "build")
NEVER = ("aiortc", "aioice", "av", "pylibsrtp", "pytest", "mypy", "ministack", "aiosmtpd", "playwright", "pip")


@pytest.fixture(scope="module")
def zipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package("public", tmp_path_factory.mktemp("package") / "public")


@pytest.fixture(scope="module")
def names(zipped: Path) -> list[str]:
    with zipfile.ZipFile(zipped) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def unpacked(zipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def resources(zipped: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(zipped.with_name("sam.json").read_text())["Resources"]
    return found


def test_templates_and_compiled_words_are_in(names: list[str]) -> None:
    templates = (ROOT / "templates").rglob("*.*")
    assert {str(file.relative_to(ROOT)) for file in templates if file.is_file()} <= set(names)
    assert "chalicelib/locale/en/LC_MESSAGES/messages.mo" in names


def test_workers_tests_and_tools_are_out(names: list[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert not tops & {*FOREIGN, *NEVER}
    assert not [top for top in tops if top.split("-")[0].lower() in NEVER]


def test_every_module_has_bytecode_that_is_never_checked(names: list[str], zipped: Path) -> None:
    tag = f"cpython-{sys.version_info.major}{sys.version_info.minor}"
    sources = [name for name in names if name.endswith(".py")]
    assert "app.py" in sources
    with zipfile.ZipFile(zipped) as archive:
        for source in sources:
            folder, _, module = source.rpartition("/")
            compiled = f"{folder}/__pycache__/{module[:-3]}.{tag}.pyc".lstrip("/")
            assert compiled in names, compiled
            flags = int.from_bytes(archive.read(compiled)[4:8], "little")
            assert flags == 0b01, f"{compiled}: not an unchecked hash (PEP 552)"


def test_the_runtime_is_the_python_that_compiled_it(resources: dict[str, Any]) -> None:
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Serverless::Function"]
    assert {one["Runtime"] for one in functions} == {f"python{sys.version_info.major}.{sys.version_info.minor}"}


def test_the_api_stays_in_its_region(resources: dict[str, Any]) -> None:
    assert resources["RestAPI"]["Properties"]["EndpointConfiguration"] == "REGIONAL"


def test_the_template_is_sound_cloudformation(zipped: Path) -> None:
    template = str(zipped.with_name("sam.json"))
    command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", "eu-west-3", "--template", template]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_functions_keep_to_their_door(resources: dict[str, Any]) -> None:
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Serverless::Function"]
    assert {one["Environment"]["Variables"]["IBOO_DOORS"] for one in functions} == {"public"}
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    assert "/" in paths and "/workers/report" not in paths


def test_buckets_are_named_as_their_stack_names_them(resources: dict[str, Any]) -> None:
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::Function":
            suffix = resource["Properties"]["Environment"]["Variables"]["IBOO_BUCKET_SUFFIX"]
            assert suffix == {"Fn::Sub": "-${AWS::AccountId}"}


def test_it_fits_into_lambda(unpacked: Path) -> None:
    size = sum(file.stat().st_size for file in unpacked.rglob("*") if file.is_file())
    assert size < 250 * 1024 * 1024


def services_called() -> list[str]:
    """The services of AWS that the functions' code asks boto3 for."""
    code = (file.read_text() for file in (ROOT / "chalicelib").rglob("*.py"))
    found = {name for text in code for name in re.findall(r'boto3\.client\("(\w+)"', text)}
    assert {"dynamodb", "s3", "sesv2"} <= found
    return sorted(found)


def test_it_runs_on_what_is_in_it(unpacked: Path) -> None:
    program = (
        "import sys; sys.path[:0] = [sys.argv[1]]\n"
        "import app, boto3, email_validator, icalendar, zoneinfo\n"
        "from babel.dates import format_date\n"
        "from chalicelib.pages import Reader, translate, _environment\n"
        f"for name in {services_called()}: boto3.client(name, region_name='eu-west-3')\n"
        "for language in ('fr', 'en'): translate(language); _environment(language).list_templates()\n"
        "assert app.__file__.startswith(sys.argv[1])\n"
        "print(len(app.app.routes))\n"
    )
    # -I and -S: no site-packages, no current directory, no PYTHONPATH.
    command = [sys.executable, "-I", "-S", "-B", "-c", program, str(unpacked)]
    done = subprocess.run(command, env={"IBOO_DOORS": "public"}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0


def test_a_door_without_routes_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / ".chalice").mkdir(parents=True)
    (root / "app.py").write_text("from chalice import Chalice\n\napp = Chalice(app_name='empty')\n")
    (root / "requirements.txt").touch()
    stages = {"empty": {"api_gateway_stage": "api"}}
    config = {"version": "2.0", "app_name": "empty", "autogen_policy": False, "stages": stages}
    (root / ".chalice" / "config.json").write_text(json.dumps(config))
    with pytest.raises(PackageError, match="empty"):
        package("empty", tmp_path / "out", root)
