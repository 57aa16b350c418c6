"""Rehearse an interview: questions and one exercise within a time, and what to read afterwards."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from grader.course import Course, Exercise, Workspace, write_whole
from grader.course.stubs import stub_of
from grader.learning.asking.again import check, put_away, stub_path, written
from grader.learning.asking.cards import Card
from grader.learning.asking.page import Page, Stopped
from grader.learning.asking.quiz import quiz
from grader.learning.asking.schedule import Rating
from grader.learning.memory import Memory
from grader.sandbox.ours.sandbox import Sandbox

FOLDER = "interview"
FOR_THE_EXERCISE = 1 / 3  # of the time
KNOWN: tuple[Rating, ...] = ("good", "easy")


@dataclass
class Interview:
    """A rehearsal, and how it went so far.

    Parameters
    ----------
    course : Course
    workspace : Workspace
    memory : Memory
    page : Page
    minutes : float
        For all of it.
    exercise : Exercise
        What is written in the end.
    """

    course: Course
    workspace: Workspace
    memory: Memory
    page: Page
    minutes: float
    exercise: Exercise
    _began: float = field(default_factory=time.monotonic)
    _ratings: dict[Card, Rating] = field(default_factory=dict)
    _outcome: str = "not begun"

    def ask(self, cards: Sequence[Card]) -> None:
        """Ask questions until the time for them is over."""
        for card in cards:
            if self._left(FOR_THE_EXERCISE) <= 0:
                return
            ratings = quiz([card], self.memory, self.page, f"{self._left():.0f} min left · ")
            self._ratings |= ratings
            if not ratings:
                return

    def write(self, sandbox: Sandbox) -> None:
        """Have the exercise written until it is right, given up, or the time is over."""
        path = stub_path(self.workspace, self.exercise, FOLDER)
        put_away(path)
        write_whole(path, stub_of(self.course, self.exercise))
        self._outcome = "not solved"
        self.page.say()
        self.page.say(
            f"{self.exercise.name}: write it in {os.path.relpath(path)}. Its docstring says all there is to know.",
            "bold",
        )
        began = time.monotonic()
        try:
            while self._left() > 0 and self._outcome != "solved":
                left = f"{max(self._left(), 1):.0f} min left"
                if self.page.read(f"Enter checks, q gives up; {left}") == "q":
                    return
                self._check(sandbox, began)
        except Stopped:
            return

    def _check(self, sandbox: Sandbox, began: float) -> None:
        """Check what is written, and say only how much of it is right: nobody gives hints in an interview."""
        texts = written(self.course, self.workspace, [self.exercise], FOLDER)
        if self.exercise not in texts:
            self.page.say("Nothing is written yet.", "yellow")
            return
        (result,) = check(self.course, self.exercise, texts[self.exercise], sandbox).exercises
        passing = sum(each.status == "passed" for each in result.checks)
        if result.status == "passed":
            self._outcome = "solved"
            self.page.say(f"Right, after {(time.monotonic() - began) / 60:.0f} min.", "green")
        else:
            self.page.say(f"Not right yet: {passing} of {len(result.checks)} checks pass.", "yellow")

    def summary(self) -> None:
        """Say what was good and what to read."""
        page, number = self.page, len(self._ratings)
        asked = "1 question" if number == 1 else f"{number} questions"
        page.say()
        page.say(f"{self.minutes - self._left():.0f} of {self.minutes:g} minutes, {asked}", "bold")
        good = [card for card, rating in self._ratings.items() if rating in KNOWN]
        for title, cards in (
            ("Known:", good),
            ("To read again:", [card for card in self._ratings if card not in good]),
        ):
            if cards:
                page.say(title, "bold")
            for card in cards:
                page.markdown(f"- {card.question}" + ("" if card in good else f" ({card.place})"))
        advice = "" if self._outcome == "solved" else f"; kata watch {self.exercise.name}"
        page.say(f"Exercise {self.exercise.name}: {self._outcome}{advice}")

    def _left(self, kept: float = 0.0) -> float:
        """Return the minutes that are left, but for a part that is kept for later."""
        return self.minutes * (1 - kept) - (time.monotonic() - self._began) / 60


def drawn(known: Sequence[Card], memory: Memory) -> list[Card]:
    """Return cards in an order of chance, those of exercises that were solved before the others."""
    solved = {card for card in known if any(memory.solved(name) is not None for name in card.exercises)}
    return sorted(random.sample(known, len(known)), key=lambda card: card not in solved)
