"""Ask torch once, under one seed, for all that the checks of an exercise compare with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from grader.checks.recording import Recorder
from grader.course import Course, Exercise
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


def record_all(
    course: Course,
    files: Mapping[str, CheckFile],
    sandbox: Sandbox,
    seed: int,
    folder: Path,
    asked: Callable[[Exercise], None] = lambda _: None,
) -> None:
    """Write the recordings of exercises to a folder, from which `grade` replays them.

    Parameters
    ----------
    course : Course
    files : mapping of str to CheckFile
        The checks of each exercise by its name, from `collect`.
    sandbox : Sandbox
    seed : int
    folder : Path
    asked : callable
        Takes each exercise once torch was asked about it.

    Raises
    ------
    GradingError
        As `record` does.
    """
    for file in files.values():
        recording = record(course, file, sandbox, seed)
        if recording is not None:
            (folder / course.recording(file.exercise).name).write_bytes(recording)
        asked(file.exercise)
