"""Record torch's answers, by letting the solutions be checked live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from grader.checks.recording import RECORDING_BYTES, Recording
from grader.checks.torch_reference import PUBLIC_SEED
from grader.course import Course, Exercise
from grader.errors import CheckError, GradingError
from grader.grading.collecting import collect
from grader.grading.references import record as ask_torch
from grader.sandbox.ours.sandbox import Sandbox


def record(
    course: Course,
    exercises: Sequence[Exercise],
    sandbox: Sandbox,
    *,
    check: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Bring recordings up to date with live torch, and return one line for each that was not.

    A recording that agrees with torch but for last bits is left as it is.

    Parameters
    ----------
    course : Course
    exercises : sequence of Exercise
    sandbox : Sandbox
    check : bool
        Only compare, write nothing.
    progress : callable
        Takes each exercise's name as it is done.

    Raises
    ------
    GradingError
        Where a solution does not pass its own checks, or torch is missing.
    """
    files = collect(course, exercises)
    found = []
    for exercise in exercises:
        data = ask_torch(course, files[exercise.name], sandbox, PUBLIC_SEED)
        line = _update(course, exercise, data, check)
        if line:
            found.append(line)
        progress(exercise.name)
    return found


def _update(course: Course, exercise: Exercise, data: bytes | None, check: bool) -> str | None:
    path = course.recording(exercise)
    name = course.relative(path)
    if data is None:
        if not path.exists():
            return None
        if not check:
            path.unlink()
        return f"{name}: the checks ask torch nothing, so there is nothing to record"
    if len(data) > RECORDING_BYTES:
        raise GradingError(f"{name} would have {len(data)} bytes, more than {RECORDING_BYTES}: use smaller inputs")
    reason = _difference(path, Recording(data))
    if reason and not check:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return f"{name}: {reason}" if reason else None


def _difference(path: Path, live: Recording) -> str | None:
    try:
        agrees = Recording.load(path).agrees(live)
    except CheckError as error:
        return str(error).removesuffix(": run 'kata record'")
    return None if agrees else "it differs from what torch answers now"
