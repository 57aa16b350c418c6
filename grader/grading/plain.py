"""Checks run one by one, for plain pytest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.checks.recording import RecordedReferences
from grader.checks.torch_reference import PUBLIC_SEED, References
from grader.course import load
from grader.grading.collecting import Check, CheckFile, Variant
from grader.grading.grade import Attempt
from grader.grading.naming import describe, name_mistakes
from grader.grading.submission import Folder
from grader.sandbox.sandbox import Sandbox


class PlainChecks:
    """The sandbox and the learner's processes of a pytest session, started when the first check is run.

    Parameters
    ----------
    root : Path
        The repository.
    submission : Path
    seed : int
    isolation : str
    """

    def __init__(self, root: Path, submission: Path, seed: int, isolation: Any) -> None:
        self.course = load(root)
        self._folder = submission
        self._seed = seed
        self._isolation = isolation
        self._sandbox: Sandbox | None = None
        self._name = ""
        self._attempt: Attempt | None = None
        self._unrun: Any = None
        self._references = References()

    def run(self, file: CheckFile, check: Check, variant: Variant) -> None:
        """Run one variant of a check; a failure is reported as the message that a learner gets."""
        if file.exercise.name != self._name:
            self._begin(file)
        assert self._attempt is not None
        if self._unrun is not None:
            if self._unrun.status == "not_attempted":
                pytest.skip("not attempted")
            pytest.fail(self._unrun.message, pytrace=False)
        check = replace(check, variants=(variant,))
        outcome = self._attempt.check(check, self._references, self._seed)
        if outcome.status == "passed":
            return
        alone = replace(file, checks=(check,))
        named = {} if file.statistic else name_mistakes(alone, {check.name: outcome}, self._references, self._seed)
        diagnosis = named[check.name].diagnosis if check.name in named else describe(outcome)
        pytest.fail("\n\n".join(filter(None, [outcome.message, diagnosis])), pytrace=False)

    def _begin(self, file: CheckFile) -> None:
        self._end()
        exercise = file.exercise
        self._sandbox = self._sandbox or Sandbox(self._isolation)
        self._name = exercise.name
        self._attempt = Attempt(Folder(self._folder, self.course), self.course, self._sandbox, file)
        live = self._seed != PUBLIC_SEED
        self._references = References() if live else RecordedReferences(self.course.recording(exercise))
        self._unrun = self._attempt.load()

    def _end(self) -> None:
        if self._attempt is not None:
            self._attempt.close()
            self._attempt = None

    def close(self) -> None:
        """End every process."""
        self._end()
        if self._sandbox is not None:
            self._sandbox.close()
