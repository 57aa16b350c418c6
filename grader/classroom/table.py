"""Write and read the tables of a class: grades.csv, one row for each learner, and not_graded.csv.

A spreadsheet takes a cell for a formula by its first character. A text that begins with one, or with the quote itself,
gets a quote in front of it; `read_grades` takes exactly that away again. Without the mark at the beginning of the file
Excel reads letters beyond ASCII wrongly.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from grader.course import write_whole
from grader.errors import UsageError

FORMULA = tuple("=+-@\t\r'")
MARK = "\ufeff"


@dataclass(frozen=True)
class Grade:
    """A row of grades.csv.

    Attributes
    ----------
    id, name, email, github, canvas, moodle : str
        The learner, as in the roster; without one only ``id``.
    submission : str
        The id of what was handed in, which is the name of its report; empty for nothing. A team has one together.
    attempt : int or None
    late : bool or None
    score : float or None
        None for nothing handed in, and for what could not be graded.
    max_score : float
    exercises : mapping of str to float or None
        The score of each.
    """

    id: str
    name: str
    email: str
    github: str
    canvas: str
    moodle: str
    submission: str
    attempt: int | None
    late: bool | None
    score: float | None
    max_score: float
    exercises: Mapping[str, float | None]


@dataclass(frozen=True)
class Missing:
    """A row of not_graded.csv: who has no report, and why."""

    id: str
    name: str
    email: str
    submission: str
    reason: str


COLUMNS = tuple(field.name for field in fields(Grade) if field.name != "exercises")


def write_grades(path: Path, grades: Iterable[Grade], exercises: Sequence[str]) -> None:
    """Write a row for each learner, with a column for each exercise after the others."""
    rows = [
        [getattr(grade, column) for column in COLUMNS] + [grade.exercises.get(name) for name in exercises]
        for grade in grades
    ]
    write_table(path, [*COLUMNS, *exercises], rows)


def write_not_graded(path: Path, rows: Iterable[Missing]) -> None:
    """Write a row for each learner without a report."""
    columns = [field.name for field in fields(Missing)]
    write_table(path, columns, [[getattr(row, column) for column in columns] for row in rows])


def read_grades(path: Path) -> list[Grade]:
    """Return the rows of a grades.csv; raises `UsageError` where it is none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ())[: len(COLUMNS)] != COLUMNS:
                raise ValueError("other columns")
            return [_grade(row) for row in rows]
    except FileNotFoundError:
        raise UsageError(f"there is no {path}: 'kata batch' writes it") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error):
        raise UsageError(f"{path} cannot be read: it was not written by 'kata batch'") from None


def _grade(row: Mapping[str, str]) -> Grade:
    texts = {column: _plain(row[column]) for column in COLUMNS[:7]}
    return Grade(
        **texts,
        attempt=int(row["attempt"]) if row["attempt"] else None,
        late={"yes": True, "no": False, "": None}[row["late"]],
        score=_number(row["score"]),
        max_score=float(row["max_score"]),
        exercises={name: _number(cell) for name, cell in row.items() if name not in COLUMNS},
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table of cells that no spreadsheet takes for formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    write_whole(path, MARK + text.getvalue())


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if value == round(value, 2) and abs(value) < 10_000 else repr(value)
    text = str(value).encode("utf-8", "backslashreplace").decode()  # a name may hold half of a character
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") else cell
