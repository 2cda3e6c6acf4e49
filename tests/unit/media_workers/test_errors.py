"""The tree of errors."""

from pathlib import Path

from media_workers.errors import Refusal


def test_every_refusal_is_documented_with_its_status() -> None:
    text = (Path(__file__).parents[3] / "docs" / "media.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for refusal in Refusal.__subclasses__():
        assert any(f"| {refusal.status} |" in row and f"`{refusal.code}`" in row for row in rows), refusal.code
