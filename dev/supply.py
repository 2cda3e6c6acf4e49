"""What we ship that is not ours, and what must not be shipped.

python -m dev.supply secrets   fails on anything in the repository that looks like a key or a password
python -m dev.supply list      build/sbom/<part>.json: what each part runs on (CycloneDX 1.6), valid by its schema
python -m dev.supply audit     fails on a known weakness in any of it; says what could not be looked up
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings
from packageurl import PackageURL
from packaging.requirements import Requirement

ROOT: Final = Path(__file__).parent.parent
OUT: Final = ROOT / "build" / "sbom"
PARTS: Final[Mapping[str, str]] = {
    "functions": "requirements.txt",
    "worker": "media_workers/requirements.txt",
    "composer": "media_workers/compose/requirements.txt",
}
VENDORED: Final = "web"
"""The part that browsers get: files made by `dev.vendored`, each with its name and version in the first line."""

KEYS: Final = (
    *("ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "GitHubTokenDetector", "GitLabTokenDetector"),
    *("JwtTokenDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector", "PypiTokenDetector"),
    *("SendGridDetector", "SlackDetector", "StripeDetector", "TwilioKeyDetector"),
)
"""What has an unmistakable form: looked for everywhere."""
WORDS: Final = ("BasicAuthDetector", "KeywordDetector")
"""What is only likely: looked for outside tests, which are full of invented ones."""
NO_SOURCE: Final = ("package-lock.json", ".po", ".woff2", ".svg", "web/vendor/yjs.js", ".png", ".pdf", ".xsd")
INVENTED: Final = ("tests/", "dev/samples", "bench/")
KNOWN: Final[Mapping[tuple[str, str], str]] = {
    ("chalicelib/gateways/mailbox.py", "Basic Auth Credentials"): "the form of an address, in a docstring",
    ("chalicelib/settings.py", "Basic Auth Credentials"): "the form of an address, in a setting's meaning",
    ("docs/operations.md", "Basic Auth Credentials"): "the form of an address",
    ("dev/cloud/environment.py", "Basic Auth Credentials"): "what the local mailbox takes for a password",
    ("dev/cloud/client.py", "Secret Keyword"): "what the local engine takes for a key",
    ("dev/engine_server.py", "Secret Keyword"): "what the local engine takes for a key",
}
"""Places that only look like it: file and kind, and why."""
ACCEPTED: Final[Mapping[str, str]] = {}
"""Weaknesses we know of and live with: identifier, and why."""

PATIENCE: Final = 90.0
"""Seconds in which the list of known weaknesses is asked."""

Json = dict[str, Any]


def secrets(files: Iterable[str], root: Path = ROOT) -> list[str]:
    """``file:line: kind`` of whatever looks like a secret in these files and is not `KNOWN`."""
    files = [name for name in files if not name.endswith(NO_SOURCE)]
    ours = [name for name in files if not name.startswith(INVENTED)]
    found = {**_scan(files, KEYS, root), **_scan(ours, WORDS, root)}
    return sorted(line for line, place in found.items() if place not in KNOWN)


def _scan(files: Iterable[str], plugins: Sequence[str], root: Path) -> dict[str, tuple[str, str]]:
    with transient_settings({"plugins_used": [{"name": name} for name in plugins]}):
        found = SecretsCollection(root=str(root))
        for name in files:
            found.scan_file(name)
        return {f"{name}:{one.line_number}: {one.type}": (name, one.type) for name, one in found}


def listing(part: str) -> Bom:
    """What a part runs on: what its requirements name, and all those need, as installed here."""
    bom = Bom()
    if part == VENDORED:
        bom.components.update(_component("npm", name, version) for name, version in _vendored())
        return bom
    found: dict[str, Component] = {}
    for wanted in _required(ROOT / PARTS[part]):
        _gather(wanted, found)
    bom.components.update(found.values())
    for name, component in found.items():
        bom.register_dependency(component, [found[_plain(need.name)] for need in _needs(Requirement(name))])
    return bom


def written(bom: Bom) -> str:
    """The document, the same for the same parts."""
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    for changing in ("serialNumber", "metadata"):
        document.pop(changing, None)
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _gather(wanted: Requirement, found: dict[str, Component]) -> None:
    name = _plain(wanted.name)
    if name in found and not wanted.extras:
        return
    if name not in found:
        found[name] = _component("pypi", name, distribution(name).version)
    for need in _needs(wanted):
        _gather(need, found)


def _needs(wanted: Requirement) -> list[Requirement]:
    """What an installed distribution needs here, with the extras asked for."""
    needs = [Requirement(line) for line in distribution(wanted.name).requires or []]
    extras = ("", *wanted.extras)
    return [one for one in needs if not one.marker or any(one.marker.evaluate({"extra": extra}) for extra in extras)]


def _component(kind: str, name: str, version: str) -> Component:
    purl = PackageURL(kind, None, name, version)
    return Component(name=name, version=version, purl=purl, bom_ref=str(purl), type=ComponentType.LIBRARY)


def fault(document: str) -> str:
    """What is wrong with a CycloneDX document; empty when it is valid."""
    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(document)
    return str(found) if found else ""


def weaknesses(report: Json) -> tuple[list[str], list[str]]:
    """Of pip-audit's report: the known weaknesses we have not accepted, and what could not be looked up."""
    bad, unknown = [], []
    for one in report["dependencies"]:
        if "skip_reason" in one:
            unknown.append(one["name"])
        bad += [
            f"{one['name']} {one['version']}: {weak['id']}"
            for weak in one.get("vulns", [])
            if weak["id"] not in ACCEPTED
        ]
    return bad, unknown


def _required(file: Path) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in file.read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def _plain(name: str) -> str:
    """A distribution's name, normalised (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _vendored() -> list[tuple[str, str]]:
    """Name and version of what is in files that `dev.vendored` made."""
    firsts = (file.read_text().partition("\n")[0] for file in sorted((ROOT / "web" / "vendor").glob("*.js")))
    return [found for first in firsts for found in re.findall(r"([a-z][\w-]*) (\d+\.\d+\.\d+)", first)]


def main(arguments: Sequence[str]) -> int:
    """0 when there is nothing to mend; 2 for a wrong command."""
    verb = arguments[0] if len(arguments) == 1 else ""
    if verb not in ("secrets", "list", "audit"):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    return {"secrets": _secrets, "list": _list, "audit": _audit}[verb]()


def _secrets() -> int:
    words = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(words, text=True, capture_output=True, check=True).stdout.splitlines()
    found = secrets(name for name in files if (ROOT / name).is_file())
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


def _list() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    for part in (*PARTS, VENDORED):
        bom = listing(part)
        document = written(bom)
        if wrong := fault(document):
            sys.stderr.write(f"{part}: {wrong}\n")
            return 1
        (OUT / f"{part}.json").write_text(document)
        sys.stdout.write(f"{part}: {len(bom.components)} components\n")
    return 0


def _audit() -> int:
    names = sorted({f"{one.name}=={one.version}" for part in PARTS for one in listing(part).components})
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "shipped.txt").write_text("\n".join(names) + "\n")
    words = ["pip_audit", "-r", str(OUT / "shipped.txt"), "--no-deps", "--disable-pip", "-f", "json"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", *words], text=True, capture_output=True, check=False, timeout=PATIENCE
        )
        bad, unknown = weaknesses(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        sys.stdout.write("Nobody could be asked about known weaknesses: no answer from the registry.\n")
        return 0
    if unknown:
        sys.stdout.write(f"{len(unknown)} of {len(names)} are unknown to who keeps the list of weaknesses.\n")
    sys.stdout.writelines(f"{line}\n" for line in bad)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
