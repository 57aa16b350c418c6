"""Try changed texts: one after the other in one process where only that is at stake, in a fresh one where it counts."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from grader.grading.attempt import Attempt
from grader.grading.collecting import Check
from grader.grading.trial import Outcome, Trial
from grader.sandbox.ours.learner import LearnerProcess
from grader.sandbox.ours.pipes import LearnerGone
from grader.sandbox.ours.sandbox import Sandbox

Wrong = frozenset[tuple[str, int]]  # checks that fail, by name, and of the first the parts of the answer that differ
IMPORTS = {"math": "import math", "np": "import numpy as np"}
CALL_SECONDS = 1.0  # for a changed text, which may never end: many times what a call takes


class OutOfTime(Exception):
    """The search has used up its time."""


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
        failed = [check for check in trial.file.checks if outcomes[check.name].status != "passed"]
        self.failed = failed
        self._passed = [check for check in trial.file.checks if outcomes[check.name].status == "passed"]
        self.wrong: Wrong = frozenset(item for check in failed for item in _wrong(check, outcomes[check.name]))
        self.count = 0
        self._known: dict[str, Wrong | None] = {}
        self._learner: LearnerProcess | None = None

    def left(self) -> float:
        """Return how many seconds there are left."""
        return self._deadline - time.monotonic()

    def wrong_with(self, text: str) -> Wrong | None:
        """Return what is wrong with a changed text, or None if that says nothing: it breaks something, or ends badly.

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

    def _tried(self, text: str) -> Wrong | None:
        try:
            learner = self._loaded(text)
        except LearnerGone:
            return None
        if learner is None:
            return None
        first, *others = self.failed
        outcome = self._run(first, learner)
        if outcome is None:
            return None
        if outcome.status != "passed":
            left = frozenset(_wrong(first, outcome))
            before = frozenset(item for item in self.wrong if item[0] == first.name)
            return (self.wrong - before) | left if left < before else None
        wrong = set()
        for check in others:
            outcome = self._run(check, learner)
            if outcome is None:
                return None
            wrong |= set(_wrong(check, outcome))
        for check in self._passed:
            outcome = self._run(check, learner)
            if outcome is None or outcome.status != "passed":
                return None
        return frozenset(wrong)

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


def _wrong(check: Check, outcome: Outcome) -> list[tuple[str, int]]:
    """Return what an outcome says is wrong: the parts of an answer of several parts, else the check as such."""
    if outcome.status == "passed":
        return []
    mismatch = outcome.mismatch
    if mismatch is not None and len(mismatch.parts) > 1:
        parts = [(check.name, number) for number in range(len(mismatch.parts)) if mismatch.wrong(number)]
        return parts or [(check.name, 0)]
    return [(check.name, -1)]
