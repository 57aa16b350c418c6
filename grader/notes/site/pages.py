"""Write the pages: the curriculum, a page for the notes of each topic, one for each exercise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.course import Course, Exercise, Topic, write_whole
from grader.course.stubs import stub_of
from grader.notes.index import beside_index
from grader.notes.markdown import slug
from grader.notes.site.markup import Section, sections

_HERE = Path(__file__).parent
MARK = '<meta name="generator" content="kata site">'


@dataclass(frozen=True)
class Site:
    """What the pages show.

    Attributes
    ----------
    course : Course
    states : mapping of str to str
        How far the learner is, by the names of their exercises: ``done``, ``attempted`` or ``not attempted``.
    """

    course: Course
    states: Mapping[str, str]

    def write(self, folder: Path) -> int:
        """Write all pages to a folder and return how many there are; what else is there stays."""
        count = 0
        for path, text in self._files():
            write_whole(folder / path, text)
            count += path.endswith(".html")
        return count

    def progress(self, exercises: Sequence[Exercise]) -> tuple[int, int]:
        """Return how many of some exercises are done, and how many of them are there to be done."""
        own = [self.states[exercise.name] for exercise in exercises if exercise.name in self.states]
        return own.count("done"), len(own)

    def questions(self, topic: Topic) -> list[Section]:
        """Return the sections of a topic's notes that ask something."""
        return [section for section in self._notes[topic.name] if section.level == 3]

    def questions_of(self, exercise: Exercise) -> list[tuple[Topic, Section]]:
        """Return the questions of the notes that an exercise practises, with the topics that answer them."""
        known = {section.title: (topic, section) for topic in self.course.topics for section in self.questions(topic)}
        titles = (Markup.escape(question) for question in exercise.questions)
        return [known[title] for title in titles if title in known]

    @cached_property
    def _notes(self) -> dict[str, list[Section]]:
        return {topic.name: self._note(topic) for topic in self.course.topics}

    def _note(self, topic: Topic) -> list[Section]:
        path = self.course.note(topic)
        return sections(path.read_text("utf-8"), topic.name) if path.is_file() else []

    def _files(self) -> Iterator[tuple[str, str]]:
        """Yield the path of each file from the folder, and its text."""
        course = self.course
        yield "style.css", (_HERE / "style.css").read_text("utf-8")
        for figure in sorted((course.root / "exercises" / "figures").glob("*.svg")):
            yield f"figures/{figure.name}", figure.read_text("utf-8")
        beside = {path.stem: sections(path.read_text("utf-8")) for path in beside_index(course)}
        extra = {name: parts for name, parts in beside.items() if parts}
        script = Markup((_HERE / "search.js").read_text("utf-8"))
        yield "index.html", self._page("index", up="", script=script, extra=extra)
        for name, parts in extra.items():
            yield f"{name}.html", self._page("topic", up="", topic=None, parts=parts, before=None, after=None)
        around = [None, *course.topics, None]
        for before, topic, after in zip(around, course.topics, around[2:], strict=False):
            parts = self._notes[topic.name]
            page = self._page("topic", up="../", topic=topic, parts=parts, before=before, after=after)
            yield f"{topic.name}/index.html", page
            for exercise in topic.exercises:
                stub = stub_of(course, exercise)
                page = self._page("exercise", up="../", topic=topic, exercise=exercise, stub=stub)
                yield f"{topic.name}/{exercise.name}.html", page

    def _page(self, template: str, **values: object) -> str:
        return self._templates.get_template(f"{template}.html.j2").render(site=self, course=self.course, **values)

    @cached_property
    def _templates(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(_HERE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["mark"] = Markup(MARK)
        environment.filters["slug"] = slug
        return environment
