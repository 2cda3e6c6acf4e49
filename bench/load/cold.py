"""A cold start of what Lambda gets: the package's own Python files, in a process that has nothing else."""

import json
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RUNS = 5
PROGRAM = """
import json, sys, time, types
sys.path[:0] = [sys.argv[1]]
began = time.perf_counter()
import app
imported = time.perf_counter()
context = {"httpMethod": "GET", "resourcePath": "/", "path": "/", "identity": {"sourceIp": "127.0.0.1"}}
event = {
    "requestContext": context, "headers": {"Host": "localhost", "Accept": "text/html"}, "body": None,
    "multiValueQueryStringParameters": None, "pathParameters": None, "stageVariables": None, "isBase64Encoded": False,
}
answer = app.app(event, types.SimpleNamespace(aws_request_id="bench"))
print(json.dumps([imported - began, time.perf_counter() - imported, answer["statusCode"]]))
"""


@dataclass(frozen=True)
class Cold:
    """Medians of so many fresh processes, milliseconds: importing the functions, and their first answer (the home
    page)."""

    runs: int
    import_ms: float
    answer_ms: float


def measure(package: Path, environment: Mapping[str, str]) -> Cold:
    """``environment``: of functions that have an engine. Raises `RuntimeError` with what the process said."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder)
        taken = [_once(folder, environment) for _ in range(RUNS)]
    imports, answers = zip(*taken, strict=True)
    return Cold(RUNS, round(1000 * statistics.median(imports)), round(1000 * statistics.median(answers)))


def _once(folder: str, environment: Mapping[str, str]) -> tuple[float, float]:
    # -I and -S: no site-packages, no current directory, no PYTHONPATH.
    command = [sys.executable, "-I", "-S", "-B", "-c", PROGRAM, folder]
    given = {**environment, "IBOO_DOORS": "public"}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    imported, answered, status = json.loads(done.stdout.splitlines()[-1])
    if status != 200:
        raise RuntimeError(f"the home page answered {status}")
    return imported, answered
