"""Find the questions that the notes have to answer, and do not."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.course import Course, Problem
from grader.errors import CourseError, did_you_mean
from grader.notes.answers import depth_problems
from grader.notes.markdown import Pages

FILE = "exercises/questions.toml"


def read_questions(course: Course) -> dict[str, str]:
    """Return what must be answered, each question under its token, or raise `CourseError`; without the file, nothing.

    The file holds tables ``[[sources]]``, each with a ``title`` and a table ``questions``.
    """
    path = course.root / FILE
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{FILE}: {error}") from None
    asked: dict[str, str] = {}
    for index, source in enumerate(_tables(data), 1):
        questions = source.get("questions")
        if not (_is_text(source.get("title")) and isinstance(questions, dict)):
            raise CourseError(f"{FILE}: source {index} must have a title and a table of questions")
        for token, words in questions.items():
            if not _is_text(words) or "," in token:
                raise CourseError(f"{FILE}: {token!r} must be a token without commas and say what it asks")
            if token in asked:
                raise CourseError(f"{FILE}: {token!r} is asked by two sources")
            asked[token] = words
    return asked


def question_problems(course: Course) -> Iterator[Problem]:
    """Yield every question that no note answers, answers to questions that nobody asks, and those that lack a depth."""
    try:
        asked = read_questions(course)
    except CourseError as error:
        yield Problem(FILE, str(error).removeprefix(f"{FILE}: "))
        return
    pages = Pages()
    answered = set()
    for path in _notes(course):
        for section in pages[path].sections:
            where = f"{course.relative(path)}:{section.line}"
            for token in section.answers:
                if section not in pages[path].questions:
                    yield Problem(where, f"{token} is answered under no question, that is, no heading with ###")
                elif not section.has_text:
                    yield Problem(where, f"says that it answers {token}, but nothing follows the heading")
                elif token in asked:
                    answered.add(token)
                else:
                    yield Problem(where, f"answers {token!r}, which {FILE} does not ask{did_you_mean(token, asked)}")
        for line, reason in depth_problems(pages[path]):
            yield Problem(f"{course.relative(path)}:{line}", reason)
    for token, words in asked.items():
        if token not in answered:
            yield Problem(FILE, f"no note answers {token}: {words}")


def _tables(data: dict[str, Any]) -> list[dict[str, Any]]:
    sources = data.get("sources", [])
    if set(data) - {"sources"} or not (isinstance(sources, list) and all(isinstance(item, dict) for item in sources)):
        raise CourseError(f"{FILE}: must consist of tables with the header [[sources]]")
    return sources


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _notes(course: Course) -> list[Path]:
    return [path for topic in course.topics if (path := course.note(topic)).is_file()]
