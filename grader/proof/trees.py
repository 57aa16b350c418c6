"""Compare the three trees: every exercise is in all of them, nothing else is, and what is generated is up to date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.authoring.sync import sync
from grader.checks.recording import RECORDING_BYTES
from grader.course import Course, Exercise, Problem, Workspace

KEPT = {
    "exercises": (
        "course.toml",
        "questions.toml",
        "*.md",
        "*/README.md",
        "*/*.ipynb",
        "*.svg",
        "*/*.svg",
        "figures/**/*",
        "*/figures/*",
    ),
    "solutions": ("README.md",),
    "tests": ("README.md", "equivalent_mutants.toml", "grader/**/*"),
}


def missing_files(course: Course, exercise: Exercise) -> list[str]:
    """Return the trees that lack a file of this exercise."""
    files = (course.solution(exercise), course.root / exercise.path, course.checks(exercise))
    return [course.relative(path) for path in files if not path.is_file()]


def unexpected_files(course: Course) -> Iterator[Problem]:
    """Yield what is in one of the trees but belongs to no exercise of the course."""
    expected = {
        path
        for exercise in course.exercises
        for path in (
            course.solution(exercise),
            course.root / exercise.path,
            course.checks(exercise),
            course.recording(exercise),
            course.kept(exercise),
        )
    }
    strangers: dict[str, list[str]] = {}
    for tree, patterns in KEPT.items():
        folder = course.root / tree
        kept = {path for pattern in patterns for path in folder.glob(pattern)}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path not in expected | kept and not _is_hidden(path.relative_to(folder)):
                name = path.stem.removeprefix("test_")
                strangers.setdefault(name, []).append(course.relative(path))
    for name, paths in strangers.items():
        yield Problem(name, f"not in course.toml, but there is {', '.join(paths)}")


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def stub_problems(course: Course, exercise: Exercise) -> Iterator[str]:
    """Yield a stub that is not what its solution gives."""
    for path in sync(course, Workspace(course.root), [exercise], check=True):
        yield f"{path} differs from its solution: run 'kata sync {exercise.name}'"


def recording_size_problems(course: Course, exercise: Exercise) -> Iterator[str]:
    """Yield a recording that is too large."""
    path = course.recording(exercise)
    if path.is_file() and path.stat().st_size > RECORDING_BYTES:
        size = -(-path.stat().st_size // 1024)
        yield f"the recording has {size} KB, more than {RECORDING_BYTES // 1024}: use smaller inputs"
