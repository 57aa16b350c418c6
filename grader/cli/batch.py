"""Grade a class."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.cli.progress import progress
from grader.cli.screen import count, say
from grader.course import Course, choose, choose_assignment, own_course
from grader.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from grader.classroom.jobs import Workers
    from grader.classroom.out import Out
    from grader.classroom.results import Results
    from grader.classroom.roll import Roll
    from grader.classroom.work import Kit

SHOWN = 5
SECONDS_BETWEEN_LINES = 10

_CHANGED = {
    True: "this class was graded without --locate: whoever has something wrong is graded again, to say where",
    False: "where it goes wrong is looked for, as before in this folder: --locate holds for a class",
}

FeedbackChoice = Literal["names", "full", "score"]  # those of `grader.classroom.feedback`, which is slow to import


def batch(
    source: Annotated[Path, typer.Argument(metavar="DIR|ZIP", show_default=False, help="What the class handed in.")],
    out: Annotated[Path, typer.Option(metavar="OUT", show_default=False, help="The folder for all that comes of it.")],
    assignment: Annotated[
        str | None, typer.Option(metavar="A", help="An assignment of the course, or a topic.", show_default=False)
    ] = None,
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Grade only this; may be repeated.")] = None,
    seed: Annotated[
        str | None,
        typer.Option(metavar="N|random", help="Of the checks' inputs, one for the class.", show_default=False),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Processes; as many as there are cores.", show_default=False)
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster.", show_default=False)
    ] = None,
    again: Annotated[
        list[str] | None, typer.Option(metavar="ID|all", help="Grade again what has a report; may be repeated.")
    ] = None,
    roster: Annotated[Path | None, typer.Option(metavar="CSV", help="Who is in the class.", show_default=False)] = None,
    feedback: Annotated[
        FeedbackChoice, typer.Option(help="Causes and names of checks, values as well, or scores alone.")
    ] = "names",
    locate: Annotated[
        bool, typer.Option("--locate", help="Look for where each exercise goes wrong, from now on.")
    ] = False,
) -> None:
    """Grade a class, or go on where it was left; exit status 1 if something could not be graded."""
    if assignment is not None and only:
        raise UsageError("--assignment says which exercises: leave out --only")
    if scheduler is not None and jobs is not None:
        raise UsageError("the workers of --scheduler do the work: leave out --jobs")
    if out.resolve().is_relative_to(source.resolve()):
        raise UsageError(f"{out} is in {source}, where it would be taken for a submission: name a folder elsewhere")
    course = own_course()
    chosen = choose_assignment(assignment, course) if assignment is not None else None
    exercises = choose(only, course.exercises) if only else []
    with _interruptible():
        from grader.classroom import plan
        from grader.classroom.batch import grade_class
        from grader.classroom.found import find, layout
        from grader.classroom.out import Out
        from grader.classroom.results import write_results
        from grader.classroom.roster import Roster
        from grader.grading import seeds

        place = Out(out)
        people = Roster.read(roster) if roster else None
        with place.alone():
            begun = place.read() if place.batch.exists() else None
            settled = plan.settle(place, course, chosen, exercises, seeds.read(seed) if seed else None, locate)
            if begun and begun.locate != locate:
                say(_CHANGED[locate])
            exercises = [course.find(name) for name in settled.exercises]
            handed_in = partial(find, source, course, exercises, people)
            found, regraded = handed_in(), _again(again or [], place)
            with progress(len(exercises), "asking torch once") as asked:
                kit = plan.prepare(place, settled, course, asked)
            with _workers(kit, course, jobs, scheduler) as workers, _watch(handed_in) as tell:
                roll = grade_class(found, place, settled, exercises, workers, regraded, tell)
            points = sum(exercise.points for exercise in course.counted(exercises))
            style = layout(source, course, people)
            results = write_results(place, settled, exercises, points, roll, feedback, style, people)
    gone = {*(regraded or ())} - {entry.id for entry in roll.entries}
    if gone:
        say(f"not here to be graded again: {', '.join(sorted(gone))}")
    _show(roll, results, place, points, feedback)
    if roll.not_graded:
        raise typer.Exit(1)


@contextmanager
def _interruptible() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        print("kata: interrupted; the same command goes on where this one has ended", file=sys.stderr)
        raise typer.Exit(130) from None


def _workers(kit: Kit, course: Course, jobs: int | None, scheduler: str | None) -> AbstractContextManager[Workers]:
    if scheduler is None:
        from grader.classroom.jobs import processes

        return processes(kit, jobs or os.cpu_count() or 1)
    from importlib.util import find_spec

    if find_spec("distributed") is None:
        raise UsageError("--scheduler needs Dask: pip install 'deep-learning-katas[cluster]'")
    from grader.classroom.cluster import cluster

    return cluster(scheduler, kit, course)


def _again(words: Sequence[str], out: Out) -> Sequence[str] | None:
    """Return the submissions to grade again, None for all of them."""
    if "all" in words:
        return None
    known = out.reports()
    for word in words:
        if word not in known:
            raise UnknownName("submission with a report", word, known)
    return words


@contextmanager
def _watch(find: Callable[[], Iterator[object]]) -> Iterator[Callable[[Roll], None]]:
    """Show how far it is: a bar where somebody is watching, a line now and then elsewhere."""
    if sys.stderr.isatty():
        with progress(sum(1 for _ in find()), "grading", rate=True) as advance:  # read twice: not all are held at once
            yield advance
        return
    last = time.monotonic()

    def line(roll: Roll) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            print(f"{count(len(roll.entries), 'submission')} so far, {roll.graded} graded", file=sys.stderr, flush=True)

    yield line


def _show(roll: Roll, results: Results, out: Out, most: float, feedback: str) -> None:
    """Say what came of it and where it is."""
    parts = [f"{roll.graded} graded", f"{roll.as_before} as before", f"{roll.not_graded} not graded"]
    say(f"{count(len(roll.entries), 'submission')}: {', '.join(parts)}")
    if results.scores:
        say(f"median score {median(results.scores):g} of {most:g}")
    if results.earlier:
        say(f"{count(results.earlier, 'report')} of an earlier run, of what is not here now, stay in the tables")
    if results.missing:
        say(f"{count(results.missing, 'learner')} of the roster handed in nothing")
    reasons = [f"{entry.id}: {entry.reason}" for entry in roll.entries if entry.reason is not None]
    notes = [f"{entry.id}: {note}" for entry in roll.entries for note in entry.notes]
    for title, lines in (("not graded", reasons), ("note", notes)):
        for line in lines[:SHOWN]:
            say(f"{title}: {line}")
        if len(lines) > SHOWN:
            say(f"... and {len(lines) - SHOWN} more")
    if results.unreached is not None:
        say(f"{out.returned} gives the feedback back: upload it where the submissions came from")
        if results.unreached:
            say(f"it does not reach {', '.join(results.unreached)}")
    say(f"{out.grades}, {out.not_graded}, {out.root / 'reports'}, {out.root / 'feedback'} ({feedback})")
