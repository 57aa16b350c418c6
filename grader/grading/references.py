"""Ask torch once, under one seed, for all that the checks of an exercise compare with."""

from __future__ import annotations

from grader.checks.recording import Recorder
from grader.course import Course
from grader.course.stubs import stub_of
from grader.errors import GradingError
from grader.grading.attempt import Attempt
from grader.grading.collecting import CheckFile
from grader.grading.trial import Trial
from grader.sandbox.ours.sandbox import Sandbox


def record(course: Course, file: CheckFile, sandbox: Sandbox, seed: int) -> bytes | None:
    """Return a recording of what torch answers while the solution is checked, or None if nothing is asked.

    Inputs never depend on a learner's answers, so the recording fits every other submission under the same seed.

    Raises
    ------
    GradingError
        Where the solution does not pass its own checks, or torch is missing.
    """
    exercise = file.exercise
    recorder = Recorder()
    solution = course.solution(exercise).read_text("utf-8")
    result = Attempt(solution, stub_of(course, exercise), Trial(file, seed, recorder), sandbox).grade()
    if result.status != "passed":
        failed = next((check.name for check in result.checks if check.status != "passed"), result.status)
        raise GradingError(f"the solution of {exercise.name} does not pass {failed}: nothing was recorded for it")
    return recorder.recording()
