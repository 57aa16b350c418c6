"""Whether the notes answer every question that they have to, and whether every link in the project leads somewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from grader.authoring.notes_markdown import Link, Page, Pages
from grader.authoring.verify_trees import Problem
from grader.course import Course, CourseError, Topic
from grader.course.errors import did_you_mean

FILE = "exercises/questions.toml"


def note(course: Course, topic: Topic) -> Path:
    """Return the file with the notes of a topic."""
    return course.root / "exercises" / topic.name / "README.md"


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
    """Yield every question that no note answers, and every answer in the notes to a question that nobody asks."""
    try:
        asked = read_questions(course)
    except CourseError as error:
        yield FILE, str(error).removeprefix(f"{FILE}: ")
        return
    pages = Pages()
    answered = set()
    for path in _notes(course):
        for section in pages[path].sections:
            where = f"{_name(course, path)}:{section.line}"
            for token in section.answers:
                if section not in pages[path].questions:
                    yield where, f"{token} is answered under no question, that is, no heading with ###"
                elif not section.has_text:
                    yield where, f"says that it answers {token}, but nothing follows the heading"
                elif token in asked:
                    answered.add(token)
                else:
                    yield where, f"answers {token!r}, which {FILE} does not ask{did_you_mean(token, asked)}"
    for token, words in asked.items():
        if token not in answered:
            yield FILE, f"no note answers {token}: {words}"


def link_problems(course: Course) -> Iterator[Problem]:
    """Yield every link to something that is not there, topics and exercises that no note explains, and open math."""
    pages = Pages()
    for path in _texts(course):
        page = pages[path]
        for link in page.links:
            reason = _broken(course, path, link, pages)
            if reason:
                yield f"{_name(course, path)}:{link.line}", reason
        for line in page.unbalanced_math:
            yield f"{_name(course, path)}:{line}", "has math that is not closed: an odd number of $ or $$"
    for topic in course.topics:
        path = note(course, topic)
        if not path.is_file():
            yield topic.name, f"{_name(course, path)} is missing"
            continue
        linked = {_target(course, path, link.target) for link in pages[path].links}
        for exercise in topic.exercises:
            if course.stub(exercise).resolve() not in linked:
                yield exercise.name, f"{_name(course, path)} does not link to {exercise.name}.py"


def _tables(data: dict[str, Any]) -> list[dict[str, Any]]:
    sources = data.get("sources", [])
    if set(data) - {"sources"} or not (isinstance(sources, list) and all(isinstance(item, dict) for item in sources)):
        raise CourseError(f"{FILE}: must consist of tables with the header [[sources]]")
    return sources


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _notes(course: Course) -> list[Path]:
    return [path for topic in course.topics if (path := note(course, topic)).is_file()]


def _texts(course: Course) -> list[Path]:
    """Return the Markdown files whose links are checked."""
    root = course.root
    found = [root / "README.md", root / "tests" / "README.md"]
    for folder in ("exercises", "grader"):
        found += sorted((root / folder).rglob("README.md"))
    return [path for path in found if path.is_file()]


def _broken(course: Course, path: Path, link: Link, pages: dict[Path, Page]) -> str:
    """Return what is wrong with a link within the project, or nothing."""
    parts = urlsplit(link.target)
    if parts.scheme or parts.netloc:
        return ""
    target = _target(course, path, link.target)
    if not target.is_relative_to(course.root.resolve()):
        return f"links to {link.target}, which is outside the project"
    if not target.exists():
        return f"links to {link.target}, which does not exist"
    anchor = unquote(parts.fragment)
    if target.suffix == ".md" and anchor and anchor not in pages[target].anchors:
        return f"links to {link.target}, but no heading has this anchor{did_you_mean(anchor, pages[target].anchors)}"
    return ""


def _target(course: Course, path: Path, target: str) -> Path:
    """Return the file or folder that a link in a file points to; a leading slash is the root, as on GitHub."""
    place = unquote(urlsplit(target).path)
    if not place:
        return path.resolve()
    start = course.root if place.startswith("/") else path.parent
    return (start / place.lstrip("/")).resolve()


def _name(course: Course, path: Path) -> str:
    return path.relative_to(course.root).as_posix()
