"""Try changed texts: one after the other in one process where only that is at stake, in a fresh one where it counts."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from grader.grading.attempt import Attempt
from grader.grading.collecting import Check
from grader.grading.trial import Outcome, Trial
from grader.mending.progress import Failure
from grader.sandbox.ours.learner import LearnerProcess
from grader.sandbox.ours.pipes import LearnerGone
from grader.sandbox.ours.sandbox import Sandbox

IMPORTS = {"math": "import math", "np": "import numpy as np"}
CALL_SECONDS = 1.0  # for a changed text, which may never end: many times what a call takes


class OutOfTime(Exception):
    """The search has used up its time."""


@dataclass(frozen=True)
class Left:
    """What is still wrong with a changed text that gets farther than the learner's.

    Attributes
    ----------
    failure : Failure or None
        Of the check that failed first, unless it passes now.
    checks : frozenset of str
        The others that fail, where the first passes.
    """

    failure: Failure | None
    checks: frozenset[str] = frozenset()

    def completes(self, other: Left) -> bool:
        """Tell whether each of two changes mends what the other leaves wrong."""
        if self.failure is None or other.failure is None:
            return False
        return self.failure.completes(other.failure)


MENDED = Left(None)


class Tries:
    """Runs changed texts against the checks of an exercise.

    Parameters
    ----------
    text, stub : str
        The learner's, and what they started from.
    trial : Trial
    outcomes : mapping of str to Outcome
        What the learner's own text does in each check.
    sandbox : Sandbox
    seconds : float
        For the search.
    """

    def __init__(
        self,
        text: str,
        stub: str,
        trial: Trial,
        outcomes: Mapping[str, Outcome],
        sandbox: Sandbox,
        seconds: float,
    ) -> None:
        self._trial = trial
        self._sandbox = sandbox
        self._stub = stub
        # a change may bring in what the text has never spoken of; what it speaks of, it has to import itself
        missing = [line for name, line in IMPORTS.items() if not re.search(rf"\b{name}\b", text)]
        self._imports = "".join(f"\n{line}" for line in missing)
        self._deadline = time.monotonic() + seconds
        self._outcomes = outcomes
        self._failed = [check for check in trial.file.checks if outcomes[check.name].status != "passed"]
        self._passed = [check for check in trial.file.checks if outcomes[check.name].status == "passed"]
        self._before = Failure.of(outcomes[self._failed[0].name])
        self.count = 0
        self._known: dict[str, Left | None] = {}
        self._learner: LearnerProcess | None = None

    def left(self) -> float:
        """Return how many seconds there are left."""
        return self._deadline - time.monotonic()

    def left_by(self, text: str) -> Left | None:
        """Return what a changed text leaves wrong, or None where it gets no farther.

        Raises
        ------
        OutOfTime
        """
        if text not in self._known:
            if self.left() <= 0:
                raise OutOfTime
            self.count += 1
            self._known[text] = self._tried(text)
        return self._known[text]

    def _tried(self, text: str) -> Left | None:
        try:
            learner = self._loaded(text)
        except LearnerGone:
            return None
        if learner is None:
            return None
        first, *others = self._failed
        outcome = self._run(first, learner)
        if outcome is None:
            return None
        if outcome.status != "passed":
            failure = Failure.of(outcome)
            return Left(failure) if failure.is_farther_than(self._before) else None
        failing = set()
        for check in others:
            outcome = self._run(check, learner)
            if outcome is None:
                return None
            if outcome.status != "passed":
                failing.add(check.name)
        for check in self._passed:
            outcome = self._run(check, learner)
            if outcome is None or outcome.status != "passed":
                return None
        return Left(None, frozenset(failing))

    def _run(self, check: Check, learner: LearnerProcess) -> Outcome | None:
        """Run a check, that of its variants first in which the learner's text fails."""
        learner.seconds = min(CALL_SECONDS, max(self.left(), 0.01))
        variant = self._outcomes[check.name].variant
        outcome = self._trial.run_variant(check, variant, learner)
        if outcome.status == "passed" and len(check.variants) > 1:
            outcome = self._trial.run(check, learner)
        return None if learner.ended else outcome

    def _loaded(self, text: str) -> LearnerProcess | None:
        if self._learner is None or self._learner.ended:
            self.close()
            self._learner = self._sandbox.learner(CALL_SECONDS)
        self._learner.seconds = CALL_SECONDS
        exercise = self._trial.file.exercise
        loaded = self._learner.load(text + self._imports, f"{exercise.name}.py", None, exercise.forbidden)
        return None if loaded.look.used or loaded.failure is not None else self._learner

    def mends(self, text: str) -> bool:
        """Tell whether a changed text passes every check in a process of its own."""
        self.close()
        seconds = max(self.left(), CALL_SECONDS)
        attempt = Attempt(text + self._imports, self._stub, self._trial, self._sandbox, seconds)
        try:
            return attempt.load() is None and all(
                attempt.run(check).status == "passed" for check in self._trial.file.checks
            )
        finally:
            attempt.close()

    def close(self) -> None:
        """End the process in which texts are tried."""
        if self._learner is not None:
            self._learner.close()
            self._learner = None
