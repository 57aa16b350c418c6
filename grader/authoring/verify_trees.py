"""Whether every exercise is in all three trees, nothing else is, and what is generated is up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader.authoring.sync import sync
from grader.checks.recording import RECORDING_BYTES
from grader.course import Course, Exercise

Problem = tuple[str, str]  # what it is about, and the reason

KEPT = {
    "exercises": (
        "course.toml",
        "questions.toml",
        "README.md",
        "*/README.md",
        "*.svg",
        "*/*.svg",
        "figures/*",
        "*/figures/*",
    ),
    "solutions": ("README.md",),
    "tests": ("README.md", "equivalent_mutants.toml", "grader/**/*"),
}


def missing_files(course: Course, exercise: Exercise) -> list[str]:
    """Return the trees that lack a file of this exercise."""
    files = (course.solution(exercise), course.stub(exercise), course.checks(exercise))
    return [path.relative_to(course.root).as_posix() for path in files if not path.is_file()]


def unexpected_files(course: Course) -> Iterator[Problem]:
    """Yield what is in one of the trees but belongs to no exercise of the course."""
    expected = {
        path
        for exercise in course.exercises
        for path in (
            course.solution(exercise),
            course.stub(exercise),
            course.checks(exercise),
            course.recording(exercise),
        )
    }
    strangers: dict[str, list[str]] = {}
    for tree, patterns in KEPT.items():
        folder = course.root / tree
        kept = {path for pattern in patterns for path in folder.glob(pattern)}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path not in expected | kept and not _is_hidden(path.relative_to(folder)):
                name = path.stem.removeprefix("test_")
                strangers.setdefault(name, []).append(path.relative_to(course.root).as_posix())
    for name, paths in strangers.items():
        yield name, f"not in course.toml, but there is {', '.join(paths)}"


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def stub_problems(course: Course, exercise: Exercise) -> Iterator[str]:
    """Yield a stub that is not what its solution gives."""
    topics = tuple(
        replace(topic, exercises=(exercise,)) if topic.name == exercise.topic else replace(topic, exercises=())
        for topic in course.topics
    )
    for path in sync(replace(course, topics=topics), check=True):
        yield f"{path} differs from its solution: run 'kata sync'"


def recording_size_problems(course: Course, exercise: Exercise) -> Iterator[str]:
    """Yield a recording that is too large."""
    path = course.recording(exercise)
    if path.is_file() and path.stat().st_size > RECORDING_BYTES:
        size = -(-path.stat().st_size // 1024)
        yield f"the recording has {size} KB, more than {RECORDING_BYTES // 1024}: use smaller inputs"
