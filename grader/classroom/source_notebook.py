"""Write the notebook that nbgrader makes an assignment from: for each exercise its text, its cell, its examples."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import Any

from grader.classroom.notebooks import mark
from grader.course import Assignment, Course, Exercise
from grader.reports.summary import points

CHECKS = "-checks"  # what the cell of an exercise's score is called, after the exercise

_ABOUT = """\
# {title}

Each exercise has one code cell, and all of your answer goes into it: what other cells define is not there when it is
graded. It is plain Python with NumPy and the standard library; `%magic` and `!commands` are not. Its first line says
which exercise it belongs to, so leave that where it is. The cell below it tries the examples of the docstring; more
checks run when the notebook is graded.
"""

_EXAMPLES = """\
# The examples of the docstring. The points come from more checks than these.
import doctest

finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
tests = [test for each in ({things},) for test in finder.find(each, each.__name__, globs=globals())]
failed = sum(runner.run(test).failed for test in tests)
assert not failed, "an example gives something else: see above"
### BEGIN HIDDEN TESTS
import os

assert os.environ.get("NBGRADER_EXECUTION") != "autograde", (
    "nbgrader has run this cell itself, which gives no points: nbgrader_config.py lacks the lines of 'kata nbgrader'"
)
### END HIDDEN TESTS"""


def source_notebook(course: Course, assignment: Assignment, question_points: float) -> str:
    """Return the source notebook as JSON.

    Parameters
    ----------
    course : Course
    assignment : Assignment
    question_points : float
        For each interview question, which a person grades; 0 shows them without a cell for an answer.
    """
    about = _cell("markdown", f"{assignment.name}-about", _ABOUT.format(title=assignment.title), locked=True)
    cells = [about]
    for exercise in assignment.exercises:
        cells += _exercise(course, exercise)
        for number, question in enumerate(exercise.questions, 1):
            cells += _question(exercise, number, question, question_points)
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1) + "\n"


def _exercise(course: Course, exercise: Exercise) -> Iterator[dict[str, Any]]:
    solution = course.solution(exercise).read_text("utf-8").rstrip()
    worth = f"{points(exercise.points)} point{'' if exercise.points == 1 else 's'}"
    about = f"## {exercise.title}\n\n`{exercise.name}`, {worth}"
    yield _cell("markdown", f"{exercise.name}-about", about, locked=True)
    yield _cell("code", exercise.name, mark(exercise.name) + solution, solution=True)
    examples = _EXAMPLES.format(things=", ".join(_defined(solution)))
    yield _cell("code", exercise.name + CHECKS, examples, locked=True, grade=True, points=exercise.points)


def _question(exercise: Exercise, number: int, question: str, points: float) -> Iterator[dict[str, Any]]:
    yield _cell("markdown", f"{exercise.name}-question-{number}", f"**Question.** {question}", locked=True)
    if points:
        yield _cell(
            "markdown", f"{exercise.name}-answer-{number}", "Your answer", solution=True, grade=True, points=points
        )


def _defined(solution: str) -> list[str]:
    """Return the names of what an exercise is about."""
    return [node.name for node in ast.parse(solution).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def _cell(
    kind: str,
    name: str,
    text: str,
    *,
    locked: bool = False,
    solution: bool = False,
    grade: bool = False,
    points: float | None = None,
) -> dict[str, Any]:
    """Return a cell that nbgrader knows by a name."""
    marks = {"schema_version": 3, "grade_id": name, "grade": grade, "solution": solution, "locked": locked}
    worth = {} if points is None else {"points": points}
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {
        "cell_type": kind,
        "id": name,
        "metadata": {"nbgrader": {**marks, "task": False, **worth}},
        "source": text,
        **code,
    }
