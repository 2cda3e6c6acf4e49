"""Every kind of paper is PDF/A-3b, by the validator of the PDF association's members (veraPDF)."""

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from tests.functional.billing.papers import PAPERS, file

JAR = Path(__file__).parents[3] / ".venv/share/verapdf/greenfield-apps-1.28.2.jar"
"""Put there by dev/setup.sh."""
VERAPDF = ["java", "-cp", str(JAR), "org.verapdf.apps.GreenfieldCliWrapper", "--flavour", "3b", "--format", "text"]


def without_output_intent(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    del writer.root_object[NameObject("/OutputIntents")]
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Name of the paper → PASS or FAIL: one run for all, Java takes its time to start."""
    folder = tmp_path_factory.mktemp("papers")
    for name, paper in PAPERS.items():
        (folder / f"{name}.pdf").write_bytes(file(paper))
    (folder / "spoilt.pdf").write_bytes(without_output_intent(file(PAPERS["france"])))
    papers = sorted(str(path) for path in folder.glob("*.pdf"))
    said = subprocess.run([*VERAPDF, *papers], capture_output=True, text=True, check=False, timeout=300).stdout
    lines = (line.split() for line in said.splitlines() if line.startswith(("PASS", "FAIL")))
    yield {Path(line[1]).stem: line[0] for line in lines}


@pytest.mark.parametrize("name", PAPERS)
def test_the_validator_finds_no_fault(verdicts: dict[str, str], name: str) -> None:
    assert verdicts.get(name) == "PASS", verdicts


def test_the_validator_does_find_faults(verdicts: dict[str, str]) -> None:
    assert verdicts.get("spoilt") == "FAIL", verdicts
