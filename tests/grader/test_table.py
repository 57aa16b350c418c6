"""The tables of a class: what is written is read back, and no cell is a formula."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.table import Grade, Missing, read_grades, write_grades, write_not_graded
from grader.errors import UsageError

HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'",
    "'=x",
    'a"b',
    "a,b;c",
    "two\nlines",
    "Zoë",
    "\ud83d",
    "",
)


def grade(**changes):
    values = {"id": "ada", "name": "", "email": "", "github": "", "canvas": "", "moodle": "", "submission": "ada"}
    values |= {"attempt": 1, "late": False, "score": 1.5, "max_score": 5.0, "exercises": {"double": 1.5}}
    return Grade(**{**values, **changes})


def test_what_is_written_is_read_back(tmp_path):
    rows = [
        grade(),
        grade(id="bob", submission="", attempt=None, late=None, score=None, exercises={"double": None}),
        grade(id="eve", late=True, attempt=3, score=0.0, exercises={"double": 0.0}),
        grade(id="ian", score=1 / 3, exercises={"double": 12345.678}),
    ]
    write_grades(tmp_path / "grades.csv", rows, ["double"])
    assert read_grades(tmp_path / "grades.csv") == rows


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula_and_readers_get_the_text(tmp_path, text):
    path = tmp_path / "grades.csv"
    write_grades(path, [grade(name=text, email=text)], ["double"])
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in row)
    if text.isprintable() or text.isascii():
        assert read_grades(path)[0].name == text
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel takes it for UTF-8"


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_every_text_survives(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "every.csv"
    write_grades(path, [grade(name=text)], ["double"])
    assert read_grades(path)[0].name == text


def test_who_is_not_graded_has_a_reason(tmp_path):
    path = tmp_path / "not_graded.csv"
    write_not_graded(path, [Missing("ada", "=Ada", "a@x", "ada", "the zip is damaged, or none")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row == {
        "id": "ada", "name": "'=Ada", "email": "a@x", "submission": "ada", "reason": "the zip is damaged, or none",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "id,name\nada,Ada\n", "\0", "id," * 3, "\xff"])
def test_another_file_is_no_table_of_grades(tmp_path, text):
    path = tmp_path / "grades.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match="was not written by 'kata batch'"):
        read_grades(path)


def test_a_table_that_is_not_there_says_who_writes_it(tmp_path):
    with pytest.raises(UsageError, match=r"there is no .*grades\.csv: 'kata batch' writes it"):
        read_grades(tmp_path / "grades.csv")
