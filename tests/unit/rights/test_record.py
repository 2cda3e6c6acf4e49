"""The record of processing and the kit are the register, nothing else."""

import csv
import io

from chalicelib.register import ROWS, Role
from chalicelib.rights.record import HEADS, as_csv, assessment_kit, of


def test_every_row_is_in_the_record_of_each_part_iboo_plays() -> None:
    for role in Role:
        named = {line["category"] for line in of(role)}
        assert named == {row.label.en for row in ROWS if role in row.roles}


def test_every_line_of_the_record_has_a_basis_a_period_and_a_purpose() -> None:
    for line in (*of(Role.CONTROLLER), *of(Role.PROCESSOR)):
        assert line.keys() == set(HEADS) and all(line.values()), line


def test_the_record_is_read_back_by_a_spreadsheet() -> None:
    lines = of(Role.CONTROLLER)
    assert list(csv.DictReader(io.StringIO(as_csv(lines).decode("utf-8-sig")))) == lines


def test_the_kit_speaks_of_the_customers_data_only() -> None:
    kit = assessment_kit("Cabinet Lefèvre", [("Courriels SAS", "France")])
    assert kit["processing"] == of(Role.PROCESSOR) and kit["controller"] == "Cabinet Lefèvre"
    assert kit["subprocessors"] == [{"name": "Courriels SAS", "place": "France"}]
