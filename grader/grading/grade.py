"""Grade one submission: its texts in, a report out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from grader import __version__
from grader.checks.torch_reference import PUBLIC_SEED
from grader.course import Course, Exercise
from grader.course.stubs import stub_of
from grader.errors import TorchMissing
from grader.grading.attempt import Attempt
from grader.grading.budget import Clock
from grader.grading.class_memory import ClassMemory
from grader.grading.collecting import CheckFile, checks_hash, collect
from grader.grading.side_by_side import one_by_one, pays, side_by_side
from grader.grading.texts import Texts
from grader.grading.trial import Trial
from grader.report import ExerciseResult, Report, Run, Submission
from grader.sandbox.ours.sandbox import Sandbox

Progress = Callable[[ExerciseResult], None]


def grade(
    texts: Texts,
    course: Course,
    sandbox: Sandbox,
    *,
    exercises: Sequence[Exercise] | None = None,
    seed: int = PUBLIC_SEED,
    recordings: Path | None = None,
    checks: Mapping[str, CheckFile] | None = None,
    memory: ClassMemory | None = None,
    jobs: int = 1,
    progress: Progress = lambda _: None,
) -> Report:
    """Run the hidden checks of ``exercises`` on a submission.

    Parameters
    ----------
    texts : Texts
        What was submitted.
    course : Course
    sandbox : Sandbox
    exercises : sequence of Exercise, optional
        All of the course by default, where the score leaves out the tracks apart.
    seed : int
        With the public seed torch's answers are replayed from the course's recordings, with any other torch computes
        them, unless they were recorded.
    recordings : Path, optional
        A folder of recordings that were made under this seed.
    checks : mapping of str to CheckFile, optional
        From `collect`, where they are used more than once.
    memory : ClassMemory, optional
        What was found while others of the same class were graded, with these ``checks`` and ``recordings``.
    jobs : int
        How many processes may work on it: with more than one, a fork of this one takes its share of a long list.
    progress : callable
        Takes each exercise's result as it comes, in the order of the exercises.

    Raises
    ------
    GradingError
        Where grading itself fails; a report is complete or there is none.
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    exercises = course.exercises if exercises is None else exercises
    files = collect(course, exercises) if checks is None else checks
    live = seed != PUBLIC_SEED and recordings is None
    torch_version = _torch_version() if live else None
    stubs = [stub_of(course, exercise) for exercise in exercises]
    handed_in = [texts.texts.get(exercise.name) for exercise in exercises]
    time_left = Clock(sandbox.limits, len(exercises))

    def work(number: int, sandbox: Sandbox) -> ExerciseResult:
        text, file = handed_in[number], files[exercises[number].name]

        def attempt(trial: Trial) -> ExerciseResult:
            return Attempt(text, stubs[number], trial, sandbox, time_left.seconds(number)).grade()

        if memory is None:
            return attempt(Trial.prepare(course, file, seed, recordings))
        trial = memory.trial(course, file, seed, recordings)
        return memory.result(trial, text, sandbox) or memory.keep(attempt(trial), trial, text, sandbox)

    attempted = sum(text not in (None, stub) for text, stub in zip(handed_in, stubs, strict=True))
    share_out = side_by_side if jobs > 1 and pays(attempted) else one_by_one
    if live and share_out is side_by_side:
        with suppress(ImportError):  # of which the check that asks for torch says more
            import torch  # noqa: F401 - once, and not in each of two processes
    counted = {exercise.name for exercise in course.counted(exercises)}
    results = []
    for result in share_out(work, len(exercises), sandbox):
        result = replace(result, apart=result.name not in counted)
        results.append(result)
        progress(result)
    scored = [result for result in results if not result.apart]
    return Report(
        course=course.title,
        submission=Submission(texts.path, texts.commit, texts.sha256(exercises)),
        run=Run(
            seed=seed,
            reference="live" if live else "recorded",
            isolation=sandbox.isolation,
            grader=__version__,
            checks_sha256=checks_hash(course, exercises),
            numpy=np.__version__,
            torch=torch_version,
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.perf_counter() - clock, 3),
        ),
        score=round(sum(result.score for result in scored), 2),
        max_score=round(sum(result.max_score for result in scored), 2),
        exercises=tuple(results),
    )


def _torch_version() -> str:
    """Return the version of torch without importing it; raises `TorchMissing`."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("torch")
    except PackageNotFoundError:
        raise TorchMissing from None
