"""Read an exported file, whichever of the two systems it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.classroom.gradebook import canvas, moodle
from grader.classroom.gradebook.cells import delimiter_of, rows
from grader.classroom.gradebook.exported import Exported, Table
from grader.errors import SubmissionError


def read_exported(path: Path, titles: Sequence[str]) -> Exported:
    """Read an exported file.

    Parameters
    ----------
    path : Path
    titles : sequence of str
        What the column of the assignment may be called.

    Raises
    ------
    SubmissionError
        Where it is not the file of one of these systems.
    UsageError
        Where it is not clear which column holds the grades.
    """
    data = path.read_bytes()
    if b"\0" in data:
        raise SubmissionError(f"{path} is not plain CSV: save it as 'CSV UTF-8', or export it anew")
    delimiter = delimiter_of(data)
    header, *lines = rows(data, delimiter)
    headings = tuple(cell.text for cell in header)
    table = Table(path, headings, tuple(line for line in lines if any(cell.text for cell in line)))
    if canvas.is_canvas(table):
        return Exported("canvas", data, delimiter, canvas.find_column(table, titles))
    if table.lines and moodle.is_moodle(table):
        return Exported("moodle", data, delimiter, moodle.find_column(table, titles))
    raise SubmissionError(f"{path} is neither a gradebook exported from Canvas nor a grading worksheet of Moodle")
