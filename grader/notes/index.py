"""Write exercises/README.md: the curriculum at a glance, and all questions with where each is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from grader.course import Course, Exercise, Problem, Topic, write_whole
from grader.course.milestones import offered
from grader.notes.markdown import Page, Section, read, slug

FILE = "exercises/README.md"

INTRODUCTION = """\
# The curriculum

{exercises} exercises in {topics} topics, worth {points} points. An exercise comes after all that it needs, so working
from top to bottom always works; to jump in, look at the last column first.

The name of an exercise opens the file to write in. The name of a topic opens its notes: the ideas in order, the
formulas, the trade-offs, and what an interviewer may ask, with answers. One dot marks an exercise that is done once its
formula is understood; two ask for some care with axes, edges or state; three take an evening's patience. What takes
longer counts more: an exercise is worth as many points as it has dots.
{apart}
<!-- Generated from course.toml and the notes: `kata sync` brings it up to date. -->
"""


APART = """\

After them comes a track of its own, [{title}](#{anchor}): {exercises} exercises, worth {points} points, not counted
above. There all count alike.
"""


def sync_index(course: Course, *, check: bool = False) -> list[str]:
    """Write the index if it differs from what course and notes give, or only say so if ``check``.

    Returns
    -------
    list of str
        The index as a path from the root if it differs, else nothing.
    """
    path = course.root / FILE
    text = index(course)
    if path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == text.encode():
        return []
    if not check:
        write_whole(path, text)
    return [FILE]


def index_problems(course: Course) -> Iterator[Problem]:
    """Yield an index that is not what course and notes give."""
    for path in sync_index(course, check=True):
        yield Problem(path, "differs from course.toml and the notes: run 'kata sync'")


def beside_index(course: Course) -> list[Path]:
    """Return the pages that belong to no topic: the Markdown files beside the index."""
    return sorted(path for path in (course.root / FILE).parent.glob("*.md") if path != course.root / FILE)


def index(course: Course) -> str:
    """Return the text of the index, with links relative to its folder."""
    pages = {topic.name: _page(course, topic) for topic in course.topics}
    return "\n".join(_lines(course, pages)) + "\n"


def _page(course: Course, topic: Topic) -> Page:
    path = course.note(topic)
    return read(path.read_text("utf-8")) if path.is_file() else Page()


def _lines(course: Course, pages: dict[str, Page]) -> Iterator[str]:
    apart = "".join(APART.format(title=each.title, anchor=slug(each.title), **_sizes(each)) for each in course.apart)
    yield INTRODUCTION.format(**_sizes(*course.main), topics=len(course.main), apart=apart)
    pages_beside = [
        f"[{read(path.read_text('utf-8')).sections[1].title}]({path.name})" for path in beside_index(course)
    ]
    if pages_beside:
        yield f"For every topic: {', '.join(pages_beside)}."
        yield ""
    yield "## At a glance"
    yield ""
    yield from _table(course, course.main)
    yield ""
    for topic in course.apart:
        yield f"## {topic.title}"
        yield ""
        yield from _table(course, [topic])
        yield ""
    yield from _milestones(course)
    yield "## All questions"
    yield ""
    yield "Each question leads to its answer; the exercises after it make the answer concrete."
    for topic in course.topics:
        yield from _questions(course, topic, pages)


def _milestones(course: Course) -> Iterator[str]:
    """Yield what several exercises together can be trained to do."""
    found = offered(course.exercises)
    if not found:
        return
    yield "## Milestones"
    yield ""
    yield "What you wrote, put together, works: `kata milestone NAME` trains a small system with your own functions,"
    yield "shows the curve, and says which part stops it if one does. A milestone gives no points."
    yield ""
    yield "| milestone | what it is | made of |"
    yield "|---|---|---|"
    for each in found:
        parts = ", ".join(map(_link, each.exercises(course.exercises)))
        yield f"| `{each.name}` | {_escaped(each.title)} | {parts} |"
    yield ""


def _sizes(*topics: Topic) -> dict[str, str]:
    exercises = [exercise for topic in topics for exercise in topic.exercises]
    points = sum(exercise.points for exercise in exercises)
    return {"exercises": str(len(exercises)), "points": f"{points:g}"}


def _table(course: Course, topics: Sequence[Topic]) -> Iterator[str]:
    yield "| exercise | what it is | difficulty | points | needs |"
    yield "|---|---|---|---|---|"
    for topic in topics:
        yield from _rows(course, topic)


def _rows(course: Course, topic: Topic) -> Iterator[str]:
    """Yield the rows of a topic: its name, then its exercises. A column of topics would make the table too wide."""
    yield f"| **{_notes_link(course, topic, _escaped(topic.title))}** | | | | |"
    for exercise in topic.exercises:
        needs = ", ".join(_link(course.find(name)) for name in exercise.prerequisites)
        dots = "•" * exercise.difficulty
        yield f"| {_link(exercise)} | {_escaped(exercise.title)} | {dots} | {exercise.points:g} | {needs} |"


def _questions(course: Course, topic: Topic, pages: dict[str, Page]) -> Iterator[str]:
    """Yield the questions of a topic: those of its notes, then those that only its exercises ask."""
    yield ""
    yield f"### {topic.title}"
    yield ""
    yield f"{topic.summary} {_notes_link(course, topic, 'Notes')}"
    yield ""
    for section in pages[topic.name].questions:
        target = f"{topic.name}/README.md#{section.anchor}"
        yield _entry(f"[{section.title}]({target})", exercises_of(course, topic, section))
    asked = {section.title for page in pages.values() for section in page.questions}
    more: dict[str, list[Exercise]] = {}
    for exercise in topic.exercises:
        for question in exercise.questions:
            if question not in asked:
                more.setdefault(question, []).append(exercise)
    if more:
        yield ""
        yield f"Asked by the exercises, with the {_notes_link(course, topic, 'notes')} as background:"
        yield ""
    for question, exercises in more.items():
        yield _entry(_escaped(question), exercises)


def _entry(question: str, exercises: list[Exercise]) -> str:
    return " · ".join(filter(None, (f"- {question}", ", ".join(map(_link, exercises)))))


def exercises_of(course: Course, topic: Topic, section: Section) -> list[Exercise]:
    """Return the exercises that ask this question, then the others that its answer links to."""
    stubs = {exercise.path: exercise for exercise in course.exercises}
    found = [exercise for exercise in course.exercises if section.title in exercise.questions]
    for link in section.links:
        place = _normal(PurePosixPath("exercises", topic.name, urlsplit(link.target).path))
        if place in stubs:
            found.append(stubs[place])
    return list(dict.fromkeys(found))


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def _notes_link(course: Course, topic: Topic, text: str) -> str:
    return f"[{text}]({topic.name}/README.md)" if course.note(topic).is_file() else text


def _link(exercise: Exercise) -> str:
    return f"[`{exercise.name}`]({exercise.topic}/{exercise.name}.py)"


def _escaped(text: str) -> str:
    """Return a text that Markdown, in a table too, shows as it is."""
    return re.sub(r"([\\`*_<>\[\]|$~])", r"\\\1", text)
