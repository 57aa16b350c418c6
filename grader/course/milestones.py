"""Find the milestones: what each is stands in its file, which is never imported, so that no list needs NumPy."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.course.home import PACKAGE
from grader.course.model import Exercise

NAMES = ("logistic", "spirals", "digits", "adding", "characters", "vae")  # in the order in which they can be reached

READABLE = 1e6  # a figure beyond that is that of a training which went astray: its digits say nothing
CONSTANTS = ("TITLE", "PARTS", "STEPS", "CURVE", "FIGURE", "AT_LEAST", "AT_MOST", "DATA", "HIDDEN")


@dataclass(frozen=True)
class Milestone:
    """A small system that is trained with a learner's functions.

    Attributes
    ----------
    name, title : str
    parts : tuple of str
        The exercises whose functions it uses.
    steps : int
        How many points its curve has.
    curve : str
        What the curve shows.
    figure : str
        A format of one number: what is reached.
    at_least, at_most : float or None
        The thresholds: what the figure must not be below, and what it must not be above. At least one is given.
    data : str or None
        The file beside this one whose arrays it learns; None where it makes them by itself.
    hidden : tuple of str
        The known mistakes, as ``part.mistake``, with which the training reaches the threshold all the same.
    text : str
        The program, which is run beside the learner's code.
    """

    name: str
    title: str
    parts: tuple[str, ...]
    steps: int
    curve: str
    figure: str
    at_least: float | None
    at_most: float | None
    data: str | None
    hidden: tuple[str, ...]
    text: str

    def exercises(self, among: Sequence[Exercise]) -> list[Exercise]:
        """Return the parts that are among these exercises."""
        return [exercise for exercise in among if exercise.name in self.parts]

    def reached_by(self, figure: float) -> bool:
        """Tell whether a figure is good enough; nan is not."""
        low, high = self.at_least, self.at_most
        return (low is None or figure >= low) and (high is None or figure <= high)

    @property
    def asked(self) -> str:
        """The thresholds in words."""
        bounds = ("at least", self.at_least), ("at most", self.at_most)
        return " and ".join(f"{words} {self.number(bound)}" for words, bound in bounds if bound is not None)

    def says(self, figure: float) -> str:
        """Return a figure in words."""
        words = self.figure if abs(figure) < READABLE else re.sub("{.*}", "{:.0e}", self.figure)
        return words.format(figure)

    def number(self, figure: float) -> str:
        """Return a figure as the words have it, without them."""
        return re.sub(r".*({.*}).*", r"\1", self.figure).format(figure)


@cache
def milestones() -> tuple[Milestone, ...]:
    """Return all milestones."""
    return tuple(_read(PACKAGE / "learning" / "milestones" / f"{name}.py") for name in NAMES)


def offered(exercises: Sequence[Exercise]) -> list[Milestone]:
    """Return the milestones whose parts are all among these exercises: some of a class have a few of them only."""
    return [each for each in milestones() if len(each.exercises(exercises)) == len(each.parts)]


def _read(path: Path) -> Milestone:
    text = path.read_text("utf-8")
    found = {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(text.partition("\ndef ")[0]).body  # the rest takes the longest, and is not needed
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id in CONSTANTS
    }
    return Milestone(
        name=path.stem,
        title=found["TITLE"],
        parts=found["PARTS"],
        steps=found["STEPS"],
        curve=found["CURVE"],
        figure=found["FIGURE"],
        at_least=found.get("AT_LEAST"),
        at_most=found.get("AT_MOST"),
        data=found.get("DATA"),
        hidden=found["HIDDEN"],
        text=text,
    )
