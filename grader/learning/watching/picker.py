"""Pick an exercise from a list by typing a part of its name."""

from __future__ import annotations

from collections.abc import Sequence

from grader.course import Exercise
from grader.learning.memory import Memory
from grader.reports.layout import Part

_MARKS: dict[str | None, Part] = {"passed": ("✓", "green"), None: ("○", "dim")}


class Picker:
    """A list that gets shorter with every letter.

    Parameters
    ----------
    exercises : sequence of Exercise
    memory : Memory
        Of how the last check of each went.
    current : Exercise
        Where the choice begins.
    """

    def __init__(self, exercises: Sequence[Exercise], memory: Memory, current: Exercise) -> None:
        self._exercises = exercises
        self._memory = memory
        self._word = ""
        self._chosen = current

    @property
    def bar(self) -> str:
        """What was typed, and what can be."""
        return f"Go to: {self._word}_   type to search, up and down to choose, Enter to go, Esc to stay"

    def press(self, key: str) -> None:
        """Take a key that is neither Enter nor Escape."""
        left = self._left()
        if key in ("up", "down") and left:
            place = left.index(self._chosen) + (1 if key == "down" else -1)
            self._chosen = left[max(0, min(place, len(left) - 1))]
        elif key == "backspace":
            self._word = self._word[:-1]
        elif len(key) == 1 and len(self._word) < 40:
            self._word += "_" if key == " " else key.lower()
        if self._chosen not in (left := self._left()) and left:
            self._chosen = left[0]

    @property
    def chosen(self) -> Exercise | None:
        """The exercise that is chosen; None where none is left."""
        return self._chosen if self._chosen in self._left() else None

    def lines(self, rows: int) -> list[Sequence[Part]]:
        """Return the exercises around the one that is chosen, as many as there are rows."""
        left = self._left()
        place = left.index(self._chosen) if self._chosen in left else 0
        first = max(0, min(place - rows // 2, len(left) - rows))
        width = max((len(exercise.name) for exercise in left), default=0)
        return [self._line(exercise, width) for exercise in left[first : first + rows]]

    def _line(self, exercise: Exercise, width: int) -> Sequence[Part]:
        chosen = exercise == self._chosen
        mark = _MARKS.get(self._memory.last(exercise.name), ("✗", "red"))
        name = (f"{exercise.name:{width}}", "bold" if chosen else "")
        return ("> " if chosen else "  ", mark, " ", name, "  ", (exercise.topic, "dim"))

    def _left(self) -> list[Exercise]:
        starting = [each for each in self._exercises if each.name.startswith(self._word)]
        return starting + [
            each for each in self._exercises if self._word in f"{each.topic}/{each.name}" and each not in starting
        ]
