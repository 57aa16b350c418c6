"""Say what an exported file holds: whose row is which, and the cells for the grades."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.gradebook.cells import Cell, Row
from grader.errors import SubmissionError

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Place:
    """A learner's row.

    Attributes
    ----------
    name : str
    number : str
        What the system itself calls the learner: a number in Canvas, in Moodle one for each assignment.
    words : tuple of str
        What else identifies the learner: logins, addresses, names.
    grade : Cell
    """

    name: str
    number: str
    words: tuple[str, ...]
    grade: Cell


@dataclass(frozen=True)
class Column:
    """The column of the grades; ``points`` is the cell that says what can be had, where there is one."""

    heading: str
    points: Cell | None
    places: tuple[Place, ...]

    @property
    def most(self) -> float | None:
        """The points that the file says can be had."""
        if self.points is None or not NUMBER.fullmatch(self.points.text):
            return None
        return float(self.points.text.replace(",", "."))

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers are written with a comma, as the points are."""
        return self.points is not None and "," in self.points.text


@dataclass(frozen=True)
class Exported:
    """An exported file; ``system`` is ``canvas`` or ``moodle``, ``delimiter`` what stands between cells."""

    system: str
    data: bytes
    delimiter: str
    column: Column


@dataclass(frozen=True)
class Table:
    """The lines of an exported file: the headings, and the other lines that say something."""

    path: Path
    headings: tuple[str, ...]
    lines: tuple[Row, ...]

    def cell(self, line: Row, index: int) -> Cell:
        """Return a cell of a line; raises `SubmissionError` where the line is too short."""
        if index >= len(line):
            raise SubmissionError(f"{self.path}: the row of {line[0].text!r} has too few cells: export the file anew")
        return line[index]


def words(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return what cells say."""
    return tuple(cell.text for cell in cells if cell.text)
