"""Begin a new exercise: a solution, its checks and its entry in course.toml; `sync` makes the stub."""

from __future__ import annotations

from grader.authoring import templates
from grader.course import Course, write_whole
from grader.course.places import table
from grader.course.reading import parse
from grader.course.tables import FILE, is_name
from grader.errors import CourseError, did_you_mean
from grader.notes.index import sync_index


def new(course: Course, topic: str, name: str) -> list[str]:
    """Write the files of a new exercise, refusing a name that is taken; return them as paths from the root."""
    topics = [topic.name for topic in course.topics]
    if topic not in topics:
        raise CourseError(f"no topic is called {topic!r}{did_you_mean(topic, topics)}")
    if not is_name(name):
        raise CourseError(f"an exercise's name is lower_snake_case, as in 'leaky_relu', not {name!r}")
    if name in topics or name in [exercise.name for exercise in course.exercises]:
        raise CourseError(f"the name {name!r} is taken")

    entry = templates.ENTRY.substitute(name=name, title=name.replace("_", " ").capitalize())
    text = _with_entry((course.root / FILE).read_text("utf-8"), topics.index(topic), entry)
    course = parse(text, course.root)
    exercise = course.find(name)
    if exercise.topic != topic:
        raise CourseError(f"{FILE}: cannot tell where topic {topic!r} ends; give each table a header of its own")
    files = [course.solution(exercise), course.checks(exercise)]
    for file in (*files, course.root / exercise.path):
        if file.exists():
            raise CourseError(f"{course.relative(file)} exists already")

    write_whole(files[0], templates.SOLUTION.substitute(name=name))
    write_whole(files[1], templates.CHECKS.substitute(name=name))
    write_whole(course.root / FILE, text)
    return [*map(course.relative, files), FILE, *sync_index(course)]


def _with_entry(text: str, topic: int, entry: str) -> str:
    """Return the text of course.toml with ``entry`` after the last exercise of the topic with this index."""
    lines = text.splitlines(keepends=True)
    end = table(text, "[[topics]]", topic)
    while end < len(lines) and (not lines[end].startswith("[") or lines[end].startswith("[[topics.exercises]]")):
        end += 1
    while not lines[end - 1].strip() or lines[end - 1].startswith("#"):  # a comment before the next table belongs to it
        end -= 1
    return "".join([*lines[:end], entry, *lines[end:]])
