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

NAMES = ("logistic", "spirals", "adding")  # in the order in which they can be reached

CONSTANTS = ("TITLE", "PARTS", "STEPS", "CURVE", "FIGURE", "AT_MOST", "AT_LEAST", "HIDDEN")


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
    threshold : float
    at_most : bool
        Whether the figure must not be above the threshold; else it must not be below.
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
    threshold: float
    at_most: bool
    hidden: tuple[str, ...]
    text: str

    def exercises(self, among: Sequence[Exercise]) -> list[Exercise]:
        """Return the parts that are among these exercises."""
        return [exercise for exercise in among if exercise.name in self.parts]

    def reached_by(self, figure: float) -> bool:
        """Tell whether a figure is good enough; nan is not."""
        return figure <= self.threshold if self.at_most else figure >= self.threshold

    def says(self, figure: float) -> str:
        """Return a figure in words."""
        return self.figure.format(figure)

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
        for statement in ast.parse(text).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name) and target.id in CONSTANTS
    }
    at_most = "AT_MOST" in found
    return Milestone(
        name=path.stem,
        title=found["TITLE"],
        parts=found["PARTS"],
        steps=found["STEPS"],
        curve=found["CURVE"],
        figure=found["FIGURE"],
        threshold=found["AT_MOST" if at_most else "AT_LEAST"],
        at_most=at_most,
        hidden=found["HIDDEN"],
        text=text,
    )
