"""Settle how a class is graded, once for a folder OUT, and ask torch once for all that its checks compare with."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from grader import __version__
from grader.checks.torch_reference import PUBLIC_SEED
from grader.classroom.out import Batch, Out
from grader.classroom.work import Kit
from grader.course import Assignment, Course, Exercise, choose_assignment
from grader.errors import TorchMissing, UsageError
from grader.grading import seeds
from grader.grading.collecting import checks_hash, collect
from grader.grading.references import record_all
from grader.sandbox.ours.sandbox import Sandbox

UNFINISHED = ".recordings."


def settle(
    out: Out,
    course: Course,
    assignment: Assignment | None = None,
    only: Sequence[Exercise] = (),
    seed: int | None = None,
    locate: bool = False,
) -> Batch:
    """Return how the class is graded: where nothing else is asked for, as it was before in this folder.

    Parameters
    ----------
    out : Out
    course : Course
    assignment : Assignment, optional
    only : sequence of Exercise
        Those that are graded, where no assignment is named; without either all of the course.
    seed : int, optional
        Drawn where the folder has none yet.
    locate : bool
        Whether to look for where an exercise goes wrong, from now on.

    Raises
    ------
    UsageError
        Where the folder holds another class, or something else.
    """
    former = out.read() if out.batch.exists() else None
    if former is None:
        _refuse_what_is_not_ours(out.root)
    elif assignment is None and not only:
        assignment = choose_assignment(former.assignment, course) if former.assignment else None
        only = [] if assignment else [course.find(name) for name in former.exercises]
    wanted = assignment.exercises if assignment else only
    exercises = [exercise for exercise in course.exercises if not wanted or exercise in wanted]
    if seed is None:
        seed = former.seed if former else seeds.draw()
    batch = Batch(
        course=course.title,
        assignment=assignment.name if assignment else None,
        title=assignment.title if assignment else course.title,
        exercises=tuple(exercise.name for exercise in exercises),
        seed=seed,
        checks_sha256=checks_hash(course, exercises),
        grader=__version__,
        numpy=np.__version__,
        feedback=former.feedback if former and former.seed == seed else "score",  # as good as nothing was given away
        locate=locate or (former is not None and former.locate),
    )
    if former is not None and (former.assignment or former.exercises) != (batch.assignment or batch.exercises):
        raise UsageError(f"{out.root} holds {_about(former)}, not {_about(batch)}: name another folder")
    return batch


def prepare(out: Out, batch: Batch, course: Course, asked: Callable[[Exercise], None] = lambda _: None) -> Kit:
    """Write down how the class is graded, have torch's answers recorded, and return what it is graded with.

    Parameters
    ----------
    out : Out
    batch : Batch
    course : Course
    asked : callable
        Takes each exercise once torch was asked about it.

    Raises
    ------
    UsageError
        Where torch has to be asked and is not installed.
    """
    former = out.read() if out.batch.exists() else None
    live = batch.seed != PUBLIC_SEED
    if former is None or replace(former, locate=batch.locate) != batch or out.recordings.is_dir() != live:
        out.root.mkdir(parents=True, exist_ok=True)
        with _recorded(out, batch, course, asked) if live else _nothing() as recordings:
            # whenever this is interrupted, what stands in the folder was recorded for what batch.json says
            _remove(out.recordings)
            out.write(batch)
            if recordings is not None:
                recordings.rename(out.recordings)
    else:
        out.write(batch)
    return Kit(course.root, batch.exercises, batch.seed, out.recordings if live else None, batch.locate)


@contextmanager
def _recorded(out: Out, batch: Batch, course: Course, asked: Callable[[Exercise], None]) -> Iterator[Path | None]:
    """Make a folder with what torch answers under the seed."""
    if find_spec("torch") is None:
        raise UsageError(
            f"{TorchMissing()}. A class is graded under a seed of its own; --seed 0 needs no torch, for practice: its "
            "answers can be looked up"
        )
    files = collect(course, [course.find(name) for name in batch.exercises])
    for left in out.root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(dir=out.root, prefix=UNFINISHED))
    try:
        with Sandbox("bubblewrap") as sandbox:
            record_all(course, files, sandbox, batch.seed, folder, asked)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _nothing() -> Iterator[Path | None]:
    yield None


def _remove(folder: Path) -> None:
    """Take a folder away at once: half of it is never there."""
    if folder.exists():
        shutil.rmtree(folder.rename(folder.with_name(f"{UNFINISHED}{folder.stat().st_mtime_ns}")))


def _refuse_what_is_not_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder to write the class's results to")
    if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise UsageError(f"{folder} holds something else than results of 'kata batch': name another folder")


def _about(batch: Batch) -> str:
    if batch.assignment:
        return batch.assignment
    return f"{len(batch.exercises)} exercises" if len(batch.exercises) > 3 else ", ".join(batch.exercises)
