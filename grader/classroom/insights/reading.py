"""Find the sections of the lecture notes that belong to an exercise."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from grader.course import Course, Exercise
from grader.notes.index import exercises_of
from grader.notes.markdown import Page, read


class Note(NamedTuple):
    """A question that the notes answer, and where: a path from the root of the course, with an anchor."""

    title: str
    place: str


def notes_of(course: Course, exercise: Exercise) -> list[Note]:
    """Return the questions that an exercise makes concrete, in the order of the notes of its topic."""
    (topic,) = (topic for topic in course.topics if topic.name == exercise.topic)
    path = course.note(topic)
    if not path.is_file():
        return []
    return [
        Note(section.title, f"{course.relative(path)}#{section.anchor}")
        for section in _page(path).questions
        if exercise in exercises_of(course, topic, section)
    ]


@cache
def _page(path: Path) -> Page:
    return read(path.read_text("utf-8"))
