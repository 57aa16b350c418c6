"""Read course.toml into a `Course`, or say in one line what is wrong with it and where."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.course.model import Assignment, Course, Exercise, Topic
from grader.course.tables import FILE, Table
from grader.errors import CourseError, did_you_mean


def load(root: Path) -> Course:
    """Return the course of the repository at ``root``, or raise `CourseError`."""
    data = (root / FILE).read_bytes()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CourseError(f"{FILE}:{line}: the file must be UTF-8") from None
    return parse(text, root)


def parse(text: str, root: Path) -> Course:
    """Return the course that ``text`` describes, or raise `CourseError`."""
    top = Table(text, _toml(text))
    top.allow("title", "topics", "assignments")
    reader = _Reader(text)
    topics = tuple(reader.topic(index, data) for index, data in enumerate(top.tables("topics")))
    _require_tracks_of_their_own_last(text, top, topics)
    course = Course(top.text("title"), root, topics, {})
    _require_earlier_prerequisites(reader.tables, course)
    return replace(course, assignments=_assignments(top, course))


def _toml(text: str) -> dict[str, Any]:
    # TOML counts "\r\n" as a line's end, but tomllib does so only when it reads a file
    text = text.replace("\r\n", "\n")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        number = place.removeprefix("line ").partition(",")[0]
        line = number if number.isdigit() else str(text.rstrip("\n").count("\n") + 1)
        raise CourseError(f"{FILE}:{line}: {message}") from None


class _Reader:
    """Reads topics and their exercises in order, remembering each exercise's table and which names are taken."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tables: list[Table] = []
        self.taken: set[str] = set()

    def topic(self, index: int, data: dict[str, Any]) -> Topic:
        table = Table(self.text, data, "[[topics]]", index)
        table.allow("name", "title", "summary", "apart", "exercises")
        name = self.new_name(table)
        exercises = tuple(self.exercise(name, item) for item in table.tables("exercises"))
        return Topic(name, table.text("title"), table.text("summary"), exercises, table.flag("apart"))

    def exercise(self, topic: str, data: dict[str, Any]) -> Exercise:
        table = Table(self.text, data, "[[topics.exercises]]", len(self.tables))
        self.tables.append(table)
        required = ("name", "title", "difficulty", "points", "prerequisites", "questions", "hints")
        table.allow(*required, "forbidden")
        return Exercise(
            name=self.new_name(table),
            topic=topic,
            title=table.text("title"),
            difficulty=table.one_of("difficulty", (1, 2, 3)),
            points=table.positive("points"),
            prerequisites=table.texts("prerequisites"),
            questions=table.texts("questions"),
            hints=table.texts("hints", at_least=1),
            forbidden=table.texts("forbidden", at_least=1) if "forbidden" in data else (),
        )

    def new_name(self, table: Table) -> str:
        name = table.name()
        if name in self.taken:
            raise table.error("name is used twice in the course", "name")
        self.taken.add(name)
        return name


def _require_tracks_of_their_own_last(text: str, top: Table, topics: Sequence[Topic]) -> None:
    """Raise where a topic of the main track comes after one that it does not count: the main track needs none of it."""
    for index, topic in enumerate(topics[1:], 1):
        if topics[index - 1].apart and not topic.apart:
            table = Table(text, top.tables("topics")[index], "[[topics]]", index)
            raise table.error(f"comes after {topics[index - 1].name!r}, which is apart: those topics come last")


def _require_earlier_prerequisites(tables: Sequence[Table], course: Course) -> None:
    """Raise unless the prerequisites of every exercise come before it, which also rules out cycles."""
    names = [exercise.name for exercise in course.exercises]
    earlier: set[str] = set()
    for table, exercise in zip(tables, course.exercises, strict=True):
        for name in exercise.prerequisites:
            if name in earlier:
                continue
            if name not in names:
                raise table.error(f"prerequisite {name!r} is no exercise{did_you_mean(name, names)}", "prerequisites")
            if name == exercise.name:
                raise table.error("is its own prerequisite", "prerequisites")
            raise table.error(f"prerequisite {name!r} comes later in the course", "prerequisites")
        earlier.add(exercise.name)


def _assignments(top: Table, course: Course) -> dict[str, Assignment]:
    assignments: dict[str, Assignment] = {}
    for index, data in enumerate(top.tables("assignments")):
        table = Table(top.source, data, "[[assignments]]", index)
        assignment = _assignment(table, course)
        if assignment.name in assignments:
            raise table.error("name is used twice", "name")
        assignments[assignment.name] = assignment
    return assignments


def _assignment(table: Table, course: Course) -> Assignment:
    table.allow("name", "title", "exercises")
    topics = [topic.name for topic in course.topics]
    name = table.name()
    if name in topics:  # a topic is an assignment already
        raise table.error("name is that of a topic", "name")
    chosen = table.texts("exercises", at_least=1)
    known = [*topics, *(exercise.name for exercise in course.exercises)]
    for word in chosen:
        if word not in known:
            raise table.error(f"no exercise or topic is called {word!r}{did_you_mean(word, known)}", "exercises")
    exercises = tuple(e for e in course.exercises if e.name in chosen or e.topic in chosen)
    return Assignment(name, table.text("title"), exercises)
