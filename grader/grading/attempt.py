"""Grade one exercise of one submission."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal

from grader.checks.python_errors import explain_syntax
from grader.errors import CheckError, GradingError
from grader.grading.budget import EXERCISE_CPU_SECONDS, LEAST_CPU_SECONDS, Exhausted, bounded
from grader.grading.cases import case
from grader.grading.causes import Findings, find_causes
from grader.grading.collecting import Check, Variant
from grader.grading.scoring import count
from grader.grading.texts import Unreadable
from grader.grading.trial import Outcome, Trial
from grader.report import Case, Cause, CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, plain, unsound
from grader.sandbox.ours.learner import LearnerProcess, Loaded
from grader.sandbox.ours.pipes import OUTPUT_CUT, LearnerEnded, LearnerTimeout
from grader.sandbox.ours.sandbox import Sandbox


@dataclass(frozen=True)
class NotRun:
    """Why no check of an exercise can be run."""

    status: Literal["failed", "not_attempted", "error", "timeout"]
    message: str | None = None
    line: int | None = None


class Attempt:
    """One exercise of one submission: its text, and the process in which its code is called.

    Parameters
    ----------
    text : str, Unreadable or None
        What was submitted; None for nothing.
    stub : str
        The text that the learner started from.
    trial : Trial
    sandbox : Sandbox
    seconds : float, optional
        How much time the learner's code may use; by default all that an exercise may.
    """

    def __init__(
        self,
        text: str | Unreadable | None,
        stub: str,
        trial: Trial,
        sandbox: Sandbox,
        seconds: float | None = None,
    ) -> None:
        self._text = text
        self._stub = stub
        self._trial = trial
        self._sandbox = sandbox
        self._seconds = sandbox.limits.exercise_seconds if seconds is None else seconds
        # a submission that has used its own time up does not go on with ours
        self._our_seconds = min(EXERCISE_CPU_SECONDS, max(LEAST_CPU_SECONDS, self._seconds))
        self._learner: LearnerProcess | None = None
        self._clock = time.perf_counter()
        self._output = ""

    def grade(self) -> ExerciseResult:
        """Load the text, run every check and end the process; raises `GradingError` where grading itself fails."""
        try:
            not_run = self.load()
            if not_run is None:
                with bounded(self._our_seconds):
                    result = self._checked()
            else:
                self.close()  # what it printed until then belongs to the result
                result = self._not_run(not_run)
        except Exhausted:  # between two checks: as if every check had gone too far
            result = self._not_run(NotRun("error", "What it answers is too large to be looked at."))
        finally:
            self.close()
        if reason := unsound(result):  # one exercise must not keep the report of all from being read
            return self._not_run(NotRun("error", f"Its result cannot be reported: {reason}."))
        return result

    def load(self) -> NotRun | None:
        """Load the text; return why there is nothing to check, if there is not."""
        if self._text is None or self._text == self._stub:
            return NotRun("not_attempted")
        if isinstance(self._text, Unreadable):
            return NotRun("error", self._text.reason)
        try:
            loaded = self._load(self._text)
        except LearnerTimeout as error:
            limit = self._sandbox.limits.load_seconds
            where = f" It was in line {error.line}." if error.line else ""
            return NotRun("timeout", f"Loading the file took longer than {limit:g} seconds.{where}", error.line)
        except LearnerEnded as error:
            return NotRun("error", f"The file could not be loaded: {error}.")
        if loaded.look.same:
            return NotRun("not_attempted")
        if loaded.look.used:
            name, line = loaded.look.used[0]
            return NotRun("failed", f"Line {line} uses {name}, which this exercise asks you to do without.", line)
        if loaded.failure is not None:
            failure = loaded.failure
            parts = [f"The file could not be loaded: {failure.kind}: {failure.text}", failure.trace.rstrip()]
            if "SyntaxError" in failure.types:
                parts.append(explain_syntax(self._text, failure.line) or "")
            return NotRun("error", "\n\n".join(filter(None, parts)), failure.line)
        return None

    def _load(self, text: str) -> Loaded:
        exercise = self._trial.file.exercise
        self._learner = self._sandbox.learner(self._seconds)
        return self._learner.load(text, f"{exercise.name}.py", self._stub, exercise.forbidden)

    @property
    def learner(self) -> LearnerProcess:
        """The process in which the text was loaded, for calls that are no check's."""
        if self._learner is None:
            raise GradingError("an attempt is loaded before its functions are called")
        return self._learner

    def run(self, check: Check, variant: Variant | None = None) -> Outcome:
        """Run a check, or one of its variants, in a new process if an earlier one has ended the last."""
        if self._learner is None or not isinstance(self._text, str):
            raise CheckError("an attempt is loaded before a check of it is run")
        if self._learner.ended:
            self.close()
            try:
                self._load(self._text)
            except LearnerTimeout as error:
                return Outcome("timeout", check.variants[0], str(error))
            except LearnerEnded as error:
                return Outcome("error", check.variants[0], str(error))
        if variant is not None:
            return self._trial.run_variant(check, variant, self._learner)
        return self._trial.run(check, self._learner)

    def _checked(self) -> ExerciseResult:
        checks = self._trial.file.checks
        outcomes: dict[str, Outcome] = {}
        for check in checks:
            outcomes[check.name] = self.run(check)
            if outcomes[check.name].status == "timeout":
                break
        for check in checks:
            if check.name not in outcomes:
                outcomes[check.name] = Outcome("timeout", check.variants[0], "Not run: an earlier check took too long.")
        self.close()
        assert isinstance(self._text, str)
        try:
            findings = find_causes(self._trial, outcomes, self._text)
        except GradingError:
            raise
        except (Exhausted, Exception):
            findings = Findings()  # an answer so odd that looking for a cause fails: the other exercises still count
        points = count(
            self._trial.file.exercise.points, checks, [outcomes[check.name].status == "passed" for check in checks]
        )
        results = [
            CheckResult(
                name=check.name,
                title=check.title,
                status=outcomes[check.name].status,
                score=earned,
                max_score=possible,
                message=outcomes[check.name].message,
                diagnosis=findings.sentences.get(check.name),
                misconception=findings.named.get(check.name),
                case=self._case(outcomes[check.name]),
            )
            for check, earned, possible in zip(checks, points.earned, points.possible, strict=True)
        ]
        line = next((outcome.line for outcome in outcomes.values() if outcome.line), None)
        return self._result(_status(results), points.total, results, None, line, findings.cause)

    def _case(self, outcome: Outcome) -> Case | None:
        if outcome.status == "passed":
            return None
        assert isinstance(self._text, str)
        try:
            return case(self._trial, outcome, self._text)
        except (Exhausted, Exception):
            return None  # an answer so odd that it cannot be written out: the message says what there is to say

    def _not_run(self, reason: NotRun) -> ExerciseResult:
        status: CheckStatus = "skipped" if reason.status == "not_attempted" else reason.status
        checks = self._trial.file.checks
        points = count(self._trial.file.exercise.points, checks, [False] * len(checks))
        results = [
            CheckResult(check.name, check.title, status, 0.0, possible, None, None, None)
            for check, possible in zip(checks, points.possible, strict=True)
        ]
        return self._result(reason.status, 0.0, results, reason.message, reason.line)

    def _result(
        self,
        status: ExerciseStatus,
        score: float,
        checks: list[CheckResult],
        message: str | None,
        line: int | None,
        cause: Cause | None = None,
    ) -> ExerciseResult:
        exercise = self._trial.file.exercise
        return ExerciseResult(
            name=exercise.name,
            topic=exercise.topic,
            status=status,
            score=score,
            max_score=exercise.points,
            seconds=round(time.perf_counter() - self._clock, 3),
            checks=tuple(checks),
            message=message and plain(message),
            stdout=self._output,
            line=line,
            cause=cause,
        )

    def close(self) -> None:
        """End the learner's process and keep what it printed."""
        if self._learner is not None:
            self._learner.close()
            self._seconds = self._learner.seconds
            output, most = self._output + plain(self._learner.output), self._sandbox.limits.output_bytes
            self._output = output if len(output) <= most else output[:most] + OUTPUT_CUT
            self._learner = None


def _status(checks: list[CheckResult]) -> ExerciseStatus:
    statuses = {check.status for check in checks}
    return "passed" if statuses == {"passed"} else "timeout" if "timeout" in statuses else "failed"
