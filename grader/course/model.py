"""Say what a course is made of, and where its own files are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.errors import UnknownName


@dataclass(frozen=True)
class Exercise:
    """One function or class to write; ``topic`` is the name of its topic, ``prerequisites`` are names."""

    name: str
    topic: str
    title: str
    difficulty: int
    points: float
    prerequisites: tuple[str, ...]
    questions: tuple[str, ...]
    hints: tuple[str, ...]
    forbidden: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where its file is, from the root of a repository or workspace."""
        return f"exercises/{self.topic}/{self.name}.py"


@dataclass(frozen=True)
class Topic:
    """Exercises that share a folder; ``apart`` means a track of its own, which the main one does not count."""

    name: str
    title: str
    summary: str
    exercises: tuple[Exercise, ...]
    apart: bool = False


@dataclass(frozen=True)
class Assignment:
    """A named choice of exercises to hand out, in the order of the course."""

    name: str
    title: str
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True)
class Course:
    """The curriculum, and the folder ``root`` with its solutions, checks and recordings.

    What a learner writes is not here: see `Workspace`.
    """

    title: str
    root: Path
    topics: tuple[Topic, ...]
    assignments: dict[str, Assignment]

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """All exercises, in the order of the course."""
        return tuple(exercise for topic in self.topics for exercise in topic.exercises)

    @cached_property
    def main(self) -> tuple[Topic, ...]:
        """The topics of the main track."""
        return tuple(topic for topic in self.topics if not topic.apart)

    @cached_property
    def apart(self) -> tuple[Topic, ...]:
        """The topics that are tracks of their own, which come after the main one."""
        return tuple(topic for topic in self.topics if topic.apart)

    def counted(self, exercises: Sequence[Exercise]) -> tuple[Exercise, ...]:
        """Return those of a choice that its score counts: all, but of the whole course those of the main track."""
        apart = {topic.name for topic in self.apart} if len(exercises) == len(self.exercises) else set()
        return tuple(exercise for exercise in exercises if exercise.topic not in apart)

    def find(self, name: str) -> Exercise:
        """Return the exercise of this name, or raise `UnknownName`, which suggests the nearest."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise UnknownName("exercise", name, [exercise.name for exercise in self.exercises])

    def solution(self, exercise: Exercise) -> Path:
        """Return the file with the reference answer; where the solutions are not, with what is kept of it."""
        path = self.root / "solutions" / exercise.topic / f"{exercise.name}.py"
        return path if path.is_file() or not self.kept(exercise).is_file() else self.kept(exercise)

    def kept(self, exercise: Exercise) -> Path:
        """Return the file with the solution but for its regions: from it the stub can be made without the answer."""
        return self.root / "tests" / "recordings" / f"{exercise.name}.stub"

    def checks(self, exercise: Exercise) -> Path:
        """Return the file with the hidden checks."""
        return self.root / "tests" / exercise.topic / f"test_{exercise.name}.py"

    def recording(self, exercise: Exercise) -> Path:
        """Return the file with what torch answered to the checks."""
        return self.root / "tests" / "recordings" / f"{exercise.name}.rec"

    def note(self, topic: Topic) -> Path:
        """Return the file with the notes of a topic."""
        return self.root / "exercises" / topic.name / "README.md"

    def relative(self, path: Path) -> str:
        """Return a file of the course as a path from its root."""
        return path.relative_to(self.root).as_posix()
