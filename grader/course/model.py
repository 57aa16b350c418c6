"""What a course is made of, and where the files of an exercise are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.course.errors import UnknownExercise


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


@dataclass(frozen=True)
class Topic:
    """Exercises that share a folder."""

    name: str
    title: str
    summary: str
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True)
class Assignment:
    """A named choice of exercises to hand out, in the order of the course."""

    name: str
    title: str
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True)
class Course:
    """The curriculum, and the repository at ``root`` that holds it."""

    title: str
    root: Path
    topics: tuple[Topic, ...]
    assignments: dict[str, Assignment]

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """All exercises, in the order of the course."""
        return tuple(exercise for topic in self.topics for exercise in topic.exercises)

    def find(self, name: str) -> Exercise:
        """Return the exercise of this name, or raise `UnknownExercise`, which suggests the nearest."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise UnknownExercise(name, [exercise.name for exercise in self.exercises])

    def stub(self, exercise: Exercise) -> Path:
        """Return the file that a learner edits."""
        return self.root / "exercises" / exercise.topic / f"{exercise.name}.py"

    def solution(self, exercise: Exercise) -> Path:
        """Return the file with the reference answer."""
        return self.root / "solutions" / exercise.topic / f"{exercise.name}.py"

    def checks(self, exercise: Exercise) -> Path:
        """Return the file with the hidden checks."""
        return self.root / "tests" / exercise.topic / f"test_{exercise.name}.py"

    def recording(self, exercise: Exercise) -> Path:
        """Return the file with what torch answered to the checks."""
        return self.root / "tests" / "recordings" / f"{exercise.name}.rec"


def root() -> Path:
    """Return the repository's root: the folder above the ``grader`` package."""
    return Path(__file__).resolve().parents[2]
