"""Write a starter repository: what a learner is handed for an assignment, with public examples that run anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from grader.classroom.leaks import refuse_leaks
from grader.course import Assignment, Course
from grader.course.stubs import stub_of
from grader.course.upkeep import Made, Written
from grader.course.workspace import MARK
from grader.errors import UsageError
from grader.sandbox.protocol.code import same_code

README = """\
# {title}

{course}: {count} to write in NumPy, {points} points in all.

| exercise | points |
|---|---|
{rows}

## Write

You need Python 3.11 or newer. Once, in this folder:

    python3 -m venv .venv
    . .venv/bin/activate
    pip install -e .

On Windows the three are `py -m venv .venv`, `.venv\\Scripts\\activate` and `pip install -e .`

Open a file: its docstring says all there is to know. Write your code where it says `raise NotImplementedError`, and
keep the names and the parameters. NumPy and Python's standard library are all that you may import; no file may import
another one.

## Check

    pytest                          # the examples of all docstrings
    pytest {first}

The examples are a beginning. What you hand in is checked with other inputs: other shapes, other types, extreme values.
Try some of your own.

## Hand in

The files in `exercises/`, under the names that they have. Each is graded by itself, so one that does not run costs no
other its points, and one in which nothing is written counts as not attempted.
"""

PROJECT = """\
[project]
name = "{name}"
version = "1"
requires-python = ">=3.11"
dependencies = ["numpy=={numpy}", "pytest=={pytest}"]

[tool.setuptools]
py-modules = []

[tool.pytest.ini_options]
testpaths = ["exercises"]
addopts = ["--doctest-modules", "--import-mode=importlib"]
"""

IGNORED = ".kata/\n.venv/\n__pycache__/\n.pytest_cache/\n*.egg-info/\nbuild/\n"

WORKFLOW = """\
# The examples of the docstrings, at every push.
name: examples

on: push

permissions: {}

concurrency:
  group: examples-${{ github.ref }}
  cancel-in-progress: true

jobs:
  examples:
    name: Examples
    runs-on: ubuntu-24.04
    timeout-minutes: 10
    permissions:
      contents: read # to check out a private repository
    steps:
      - name: Check out
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false

      - name: Set up Python
        uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"

      - name: Install
        run: python -m pip install --editable .

      - name: Run the examples
        run: python -m pytest
"""
NOT_HANDED_OUT = (".git", ".kata", ".venv")


def release(
    folder: Path, course: Course, assignment: Assignment, *, workflow: bool = False, force: bool = False
) -> Made:
    """Write a starter repository to a folder, or bring the one that is there up to date.

    Parameters
    ----------
    folder : Path
        Empty or missing.
    course : Course
    assignment : Assignment
    workflow : bool
        Whether GitHub is to run the examples at every push.
    force : bool
        Whether to write among other files as well. Files of an earlier release are brought up to date; one in which
        somebody else has written stays.

    Raises
    ------
    UsageError
        Where the folder holds something.
    CourseError
        Where the folder would hold what learners must not see; then nothing is written.
    """
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder")
    if not force and folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; --force brings an earlier release there up to date")
    files = dict(_files(course, assignment, workflow))
    refuse_leaks({path: text.encode() for path, text in files.items()}, course, assignment.exercises)
    refuse_leaks(dict(_held(folder)), course, assignment.exercises)
    stubs = {exercise.path for exercise in assignment.exercises}
    made, written = Made(), Written(folder)
    for path, text in files.items():
        if path in stubs:
            written.update(path, text, made, same_code)
        else:
            written.update(path, text, made)
    written.save()
    return made


def _files(course: Course, assignment: Assignment, workflow: bool) -> Iterator[tuple[str, str]]:
    """Yield what a learner gets: paths from the root, and texts."""
    exercises = assignment.exercises
    for exercise in exercises:
        yield exercise.path, stub_of(course, exercise)
    yield "README.md", _readme(course, assignment)
    yield "pyproject.toml", PROJECT.format(name=assignment.name, numpy=version("numpy"), pytest=version("pytest"))
    yield ".gitignore", IGNORED
    yield MARK, _mark(course, assignment)
    if workflow:
        yield ".github/workflows/examples.yml", WORKFLOW


def _readme(course: Course, assignment: Assignment) -> str:
    exercises = assignment.exercises
    return README.format(
        title=assignment.title,
        course=course.title,
        count="1 exercise" if len(exercises) == 1 else f"{len(exercises)} exercises",
        points=f"{sum(exercise.points for exercise in exercises):g}",
        rows="\n".join(f"| [{exercise.title}]({exercise.path}) | {exercise.points:g} |" for exercise in exercises),
        first=exercises[0].path,
    )


def _mark(course: Course, assignment: Assignment) -> str:
    """Return what makes the folder a workspace of `kata`, in which the solutions are not shown."""
    return (
        f"course = {json.dumps(course.title, ensure_ascii=False)}\n"
        f'assignment = "{assignment.name}"\n'
        f"exercises = {json.dumps([exercise.name for exercise in assignment.exercises])}\n"
        "solutions = false\n"
    )


def _held(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are there already, which would be handed out as well."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and relative.parts[0] not in NOT_HANDED_OUT:
            yield str(path), path.read_bytes()
