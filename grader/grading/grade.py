"""Grade one submission."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from grader import __version__
from grader.checks.recording import RecordedReferences
from grader.checks.torch_reference import PUBLIC_SEED, References, TorchMissing
from grader.course import Course, Exercise
from grader.course.stubs import stub_of
from grader.grading.collecting import Check, CheckFile, checks_hash, collect
from grader.grading.errors import GradingError
from grader.grading.naming import describe, name_mistakes
from grader.grading.report import CheckResult, CheckStatus, ExerciseResult, ExerciseStatus, Report, Run
from grader.grading.report import Submission as Submitted
from grader.grading.running import Outcome, run_check
from grader.grading.scoring import score
from grader.grading.submission import Submission, Unreadable, texts_hash
from grader.sandbox import limits
from grader.sandbox.learner import LearnerProcess, Loaded
from grader.sandbox.pipes import LearnerEnded, LearnerTimeout
from grader.sandbox.sandbox import Sandbox, SandboxError

Progress = Callable[[ExerciseResult], None]


def grade(
    submission: Submission,
    course: Course,
    sandbox: Sandbox,
    *,
    exercises: Sequence[Exercise] | None = None,
    seed: int = PUBLIC_SEED,
    checks: dict[str, CheckFile] | None = None,
    progress: Progress = lambda _: None,
) -> Report:
    """Run the hidden checks of ``exercises`` on a submission.

    Parameters
    ----------
    submission : Submission
    course : Course
    sandbox : Sandbox
    exercises : sequence of Exercise, optional
        All of the course by default.
    seed : int
        With the public seed torch's answers are replayed from recordings, with any other torch computes them.
    checks : dict, optional
        From `collect`, where they are used more than once.
    progress : callable
        Takes each exercise's result as it comes.

    Raises
    ------
    GradingError
        Where grading itself fails; a report is complete or there is none.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    exercises = course.exercises if exercises is None else exercises
    files = collect(course, exercises) if checks is None else checks
    live = seed != PUBLIC_SEED
    if live:
        _require_torch()
    results = []
    for exercise in exercises:
        references = References() if live else RecordedReferences(course.recording(exercise))
        try:
            result = grade_exercise(submission, course, sandbox, files[exercise.name], references, seed)
        except SandboxError as error:
            raise GradingError(str(error)) from None
        results.append(result)
        progress(result)
    return Report(
        course=course.title,
        submission=Submitted(submission.path, submission.commit, texts_hash(submission, exercises)),
        run=Run(
            seed=seed,
            reference="live" if live else "recorded",
            isolation=sandbox.isolation,
            grader=__version__,
            checks_sha256=checks_hash(course, exercises),
            numpy=np.__version__,
            torch=_torch_version() if live else None,
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - clock, 3),
        ),
        score=round(sum(result.score for result in results), 2),
        max_score=round(sum(result.max_score for result in results), 2),
        exercises=results,
    )


def grade_exercise(
    submission: Submission, course: Course, sandbox: Sandbox, file: CheckFile, references: References, seed: int
) -> ExerciseResult:
    """Run the checks of one exercise; raises `GradingError` or `SandboxError`."""
    clock = time.perf_counter()
    attempt = Attempt(submission, course, sandbox, file)
    try:
        result = attempt.grade(references, seed)
    finally:
        attempt.close()
    result.stdout = attempt.output
    result.score = score(file.exercise.points, file.checks, result.checks)
    result.seconds = round(time.perf_counter() - clock, 3)
    return result


class Attempt:
    """One exercise of one submission while it is being graded."""

    def __init__(self, submission: Submission, course: Course, sandbox: Sandbox, file: CheckFile) -> None:
        self._submission = submission
        self._course = course
        self._sandbox = sandbox
        self._file = file
        self._learner: LearnerProcess | None = None
        self._source: str | None = None
        self._seconds = limits.EXERCISE_SECONDS
        self.output = ""

    def grade(self, references: References, seed: int) -> ExerciseResult:
        """Load the file and run every check."""
        return self.load() or self._run(references, seed)

    def load(self) -> ExerciseResult | None:
        """Load the file; return the result if there is nothing to run."""
        try:
            self._source = self._submission.text(self._file.exercise)
        except Unreadable as error:
            return self._none("error", "error", f"{error}")
        if self._source is None:
            return self._none("not_attempted", "skipped", None)
        try:
            loaded = self._load()
        except LearnerTimeout:
            return self._none(
                "timeout", "timeout", f"Loading the file took longer than {limits.LOAD_SECONDS:g} seconds."
            )
        except LearnerEnded as error:
            return self._none("error", "error", f"The file could not be loaded: {error}.")
        if loaded.untouched:
            return self._none("not_attempted", "skipped", None)
        if loaded.forbidden:
            name, line = loaded.forbidden[0]
            text = f"Line {line} uses {name}, which this exercise asks you to do without."
            return self._none("failed", "failed", text, line)
        if loaded.failure is not None:
            failure = loaded.failure
            text = f"The file could not be loaded: {failure.kind}: {failure.text}\n\n{failure.trace}".rstrip()
            return self._none("error", "error", text, failure.line)
        return None

    def _load(self) -> Loaded:
        assert self._source is not None
        exercise = self._file.exercise
        self._learner = self._sandbox.learner(self._seconds)
        stub = stub_of(self._course, exercise)
        return self._learner.load(self._source, f"{exercise.name}.py", stub, exercise.forbidden)

    def _run(self, references: References, seed: int) -> ExerciseResult:
        outcomes: dict[str, Outcome] = {}
        for check in self._file.checks:
            outcomes[check.name] = self.check(check, references, seed)
            if outcomes[check.name].status == "timeout":
                break
        for check in self._file.checks:
            if check.name not in outcomes:
                outcomes[check.name] = Outcome("timeout", check.variants[0], "Not run: an earlier check took too long.")
        named = name_mistakes(self._file, outcomes, references, seed)
        results = []
        for check in self._file.checks:
            outcome = outcomes[check.name]
            mistake = named.get(check.name)
            diagnosis = mistake.diagnosis if mistake else describe(outcome)
            name = mistake.name if mistake else None
            results.append(CheckResult(check.name, check.title, outcome.status, 0, 0, outcome.message, diagnosis, name))
        statuses = {result.status for result in results}
        status: ExerciseStatus = (
            "passed" if statuses == {"passed"} else "timeout" if "timeout" in statuses else "failed"
        )
        line = next((line for outcome in outcomes.values() if (line := _line(outcome))), None)
        return self._result(status, results, None, line)

    def check(self, check: Check, references: References, seed: int) -> Outcome:
        """Run a check, in a new process if an earlier one has ended the last."""
        assert self._learner is not None
        if self._learner.ended:
            self.close()
            try:
                self._load()
            except LearnerTimeout as error:
                return Outcome("timeout", check.variants[0], str(error))
            except LearnerEnded as error:
                return Outcome("error", check.variants[0], str(error))
        return run_check(self._file.exercise.name, check, self._learner, references, seed)

    def _none(
        self, status: ExerciseStatus, checks: CheckStatus, message: str | None, line: int | None = None
    ) -> ExerciseResult:
        """Return a result in which no check was run."""
        results = [CheckResult(check.name, check.title, checks, 0, 0) for check in self._file.checks]
        return self._result(status, results, message, line)

    def _result(
        self, status: ExerciseStatus, checks: list[CheckResult], message: str | None, line: int | None
    ) -> ExerciseResult:
        exercise = self._file.exercise
        return ExerciseResult(exercise.name, exercise.topic, status, 0, exercise.points, 0, checks, message, line=line)

    def close(self) -> None:
        """End the learner's process and keep what it printed."""
        if self._learner is not None:
            self._learner.close()
            self._seconds = self._learner.seconds
            self.output = (self.output + self._learner.output)[: limits.OUTPUT_BYTES]
            self._learner = None


def _line(outcome: Outcome) -> int | None:
    """Return the learner's line that a failed check speaks of."""
    failure = outcome.calls[-1].observation.failure if outcome.calls and outcome.status == "failed" else None
    return failure.line if failure else None


def _torch_version() -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("torch")
    except PackageNotFoundError:
        return None


def _require_torch() -> None:
    if _torch_version() is None:
        raise GradingError(str(TorchMissing()))
