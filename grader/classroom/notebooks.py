"""Read a notebook that was handed in: which of its cells is the answer to an exercise.

A notebook of `kata nbgrader` marks the cell of an exercise three times: by nbgrader's ``grade_id``, by the cell's own
``id``, and by its first line (`mark`). An editor may lose the first two and a learner the third; then the cell that
defines what the exercise is called is the one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence

from grader.errors import SubmissionError
from grader.grading.texts import Unreadable, decoded
from grader.report import ExerciseResult

NOTEBOOK_BYTES = 8 * 1024 * 1024  # pictures in its outputs make a notebook large
_MARK = re.compile(r"# (\w+): ")
_NO_PYTHON = re.compile(r"^[ \t]*[%!]", re.MULTILINE)
_DEFINES = re.compile(r"^(?:async )?(?:def|class) (\w+)", re.MULTILINE)


def mark(name: str) -> str:
    """Return the first line of the cell that an exercise is to be written in."""
    return f"# {name}: all of your answer goes into this cell\n"


def answers(notebook: bytes, names: Collection[str]) -> Mapping[str, str | Unreadable]:
    """Return what a notebook holds as the answers to exercises.

    Parameters
    ----------
    notebook : bytes
        A file that somebody handed in.
    names : collection of str
        Of exercises.

    Returns
    -------
    mapping of str to str or Unreadable
        By name; an exercise without a cell is missing.

    Raises
    ------
    SubmissionError
        Where this is no notebook.
    """
    cells = _cells(notebook)
    found = answer_cells(cells, names)
    return {name: decoded(source(cells[i]).encode("utf-8", "replace")) for name, i in found.items()}


def answer_cells(cells: Sequence[object], names: Collection[str]) -> dict[str, int]:
    """Return where the answers to exercises are among the cells of a notebook.

    Of several cells for one exercise, one that defines something counts before one that does not, one that is marked
    before one that is not, and the last before the others, since its definition is the one that a kernel is left with.
    """
    best: dict[str, tuple[bool, int, int]] = {}
    for i, cell in enumerate(cells):
        name, strength = _claim(cell, names)
        if name is not None:
            rank = (_DEFINES.search(source(cell)) is not None, strength, i)
            best[name] = max(rank, best.get(name, rank))
    return {name: best[name][-1] for name in names if name in best}


def explain(result: ExerciseResult, text: str) -> str | None:
    """Return what a notebook has to do with an error of its cell, or None where that is nothing.

    Parameters
    ----------
    result : ExerciseResult
    text : str
        Of the cell.
    """
    messages = [result.message, *(check.message for check in result.checks)]
    if result.status == "error" and _NO_PYTHON.search(text):
        return "A line that begins with % or ! is for notebooks and no Python: take it out of this cell."
    if any(message and "NameError: " in message for message in messages):
        return "Only this cell is graded: what other cells define or import is not there."
    return None


def source(cell: object) -> str:
    """Return the text of a cell, whatever somebody has put in its place; empty where it is none."""
    text = cell.get("source") if isinstance(cell, Mapping) else None
    lines = text if isinstance(text, list) else [text]
    return "".join(line for line in lines if isinstance(line, str))


def grade_id(cell: object) -> str | None:
    """Return nbgrader's name of a cell, whatever somebody has put in its place."""
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, Mapping) else None
    return cell if isinstance(cell, str) else None


def cell_id(cell: object) -> str | None:
    """Return the notebook's own name of a cell, whatever somebody has put in its place."""
    name = cell.get("id") if isinstance(cell, Mapping) else None
    return name if isinstance(name, str) else None


def _claim(cell: object, names: Collection[str]) -> tuple[str | None, int]:
    """Return whose answer a cell says it is, and how much that is worth."""
    first_line = _MARK.match(source(cell))
    marks = (grade_id(cell), cell_id(cell), first_line[1] if first_line else None)
    for strength, word in zip((4, 3, 2), marks, strict=True):
        if word in names:
            return word, strength
    is_code = isinstance(cell, Mapping) and cell.get("cell_type") == "code"
    defined = _DEFINES.findall(source(cell)) if is_code else []
    return next((word for word in defined if word in names), None), 1


def _cells(notebook: bytes) -> list[object]:
    if len(notebook) > NOTEBOOK_BYTES:
        raise SubmissionError(
            f"the notebook is larger than {NOTEBOOK_BYTES >> 20} MB: clear its outputs and hand it in again"
        )
    try:
        data = json.loads(notebook)
    except (ValueError, RecursionError):
        raise SubmissionError("the notebook is not JSON: it is damaged, or something else") from None
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(cells, list):
        raise SubmissionError("this is no notebook that Jupyter writes today: it has no list of cells")
    return cells
