"""Run checks one by one, for plain pytest."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest

from grader.course import load
from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt, NotRun
from grader.grading.collecting import Check, CheckFile, Variant
from grader.grading.texts import Texts, read_folder
from grader.grading.trial import Trial
from grader.report import ExerciseResult
from grader.sandbox.ours.isolation import Isolation
from grader.sandbox.ours.sandbox import Sandbox


class PlainChecks:
    """The sandbox and the learner's processes of a pytest session, started when the first check is run.

    Parameters
    ----------
    root : Path
        The repository.
    submission : Path
    seed : int
    isolation : "auto", "bubblewrap" or "process"
    """

    def __init__(self, root: Path, submission: Path, seed: int, isolation: Isolation | Literal["auto"]) -> None:
        self.course = load(root)
        self._folder = submission
        self._seed = seed
        self._isolation = isolation
        self._texts: Texts | None = None
        self._sandbox: Sandbox | None = None
        self._file: CheckFile | None = None
        self._attempt: Attempt | None = None
        self._not_run: NotRun | None = None
        self._result: ExerciseResult | None = None

    def run(self, file: CheckFile, check: Check, variant: Variant) -> None:
        """Run one variant of a check; a failure is reported as the message that a learner gets."""
        if file is not self._file:
            self._begin(file)
        assert self._attempt is not None
        if self._not_run is not None:
            if self._not_run.status == "not_attempted":
                pytest.skip("not attempted")
            pytest.fail(str(self._not_run.message), pytrace=False)
        outcome = self._attempt.run(check, variant)
        if outcome.status != "passed":
            pytest.fail("\n\n".join(filter(None, [outcome.message, self._diagnosis(check)])), pytrace=False)

    def _diagnosis(self, check: Check) -> str | None:
        """Return what `kata check` says of a failed check: its cause shows only beside all the others."""
        if self._result is None:
            assert self._attempt is not None
            self._attempt.close()  # a sandbox holds the process of one attempt at a time
            self._result = self._new_attempt().grade()
            self._load()
        return next(result.diagnosis for result in self._result.checks if result.name == check.name)

    def _begin(self, file: CheckFile) -> None:
        self._end()
        self._file = file
        self._load()

    def _load(self) -> None:
        self._attempt = self._new_attempt()
        self._not_run = self._attempt.load()

    def _new_attempt(self) -> Attempt:
        assert self._file is not None
        exercise = self._file.exercise
        self._texts = self._texts or read_folder(self._folder, self.course)
        self._sandbox = self._sandbox or Sandbox(self._isolation)
        trial = Trial.prepare(self.course, self._file, self._seed)
        return Attempt(self._texts.texts.get(exercise.name), stub_of(self.course, exercise), trial, self._sandbox)

    def _end(self) -> None:
        if self._attempt is not None:
            self._attempt.close()
        self._attempt = self._result = None

    def close(self) -> None:
        """End every process."""
        self._end()
        if self._sandbox is not None:
            self._sandbox.close()
