"""What is wrong with a course, or with a question asked of it, in one line for a person."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CourseError(Exception):
    """The course's files are not right, or cannot do what was asked; the message is one ready line."""


class UnknownExercise(CourseError, LookupError):
    """No exercise of the course has this name."""

    def __init__(self, name: str, names: Iterable[str]) -> None:
        super().__init__(f"no exercise is called {name!r}{did_you_mean(name, names)}")


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return the end of a sentence that suggests the nearest of ``words``, or nothing if none is near."""
    nearest = get_close_matches(word, list(words), n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
