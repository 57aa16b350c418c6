"""Follow every link in the project's Markdown: each leads somewhere, and the notes lead to every exercise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from grader.course import Course, Exercise, Problem
from grader.errors import did_you_mean
from grader.notes.index import beside_index
from grader.notes.markdown import Link, Page, Pages


def link_problems(course: Course) -> Iterator[Problem]:
    """Yield every link to something that is not there, math that is not closed, and topics without notes."""
    pages = Pages()
    for path in _texts(course):
        page = pages[path]
        for link in page.links:
            reason = _broken(course, path, link, pages)
            if reason:
                yield Problem(f"{course.relative(path)}:{link.line}", reason)
        for line in page.unbalanced_math:
            where = f"{course.relative(path)}:{line}"
            yield Problem(where, "has math that is not closed: an odd number of $ or $$")
    for topic in course.topics:
        path = course.note(topic)
        if not path.is_file():
            yield Problem(topic.name, f"{course.relative(path)} is missing")


def unlinked(course: Course, exercise: Exercise) -> Iterator[str]:
    """Yield the lack of a link from the notes of a topic to one of its exercises."""
    (topic,) = (topic for topic in course.topics if topic.name == exercise.topic)
    path = course.note(topic)
    if not path.is_file():
        return  # said of the topic
    wanted = (course.root / exercise.path).resolve()
    if wanted not in {_target(course, path, link.target) for link in Pages()[path].links}:
        yield f"{course.relative(path)} does not link to {exercise.name}.py"


def _texts(course: Course) -> list[Path]:
    """Return the Markdown files whose links are checked."""
    root = course.root
    found = [*sorted(root.glob("*.md")), root / "tests" / "README.md", *beside_index(course)]
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
