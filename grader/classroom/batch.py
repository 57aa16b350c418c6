"""Grade a class: for each submission that comes there is a report afterwards, or the reason why there is none.

Every report is written as soon as it is there, and as a whole. So a run may be ended at any moment, and the next one
grades what is still to do: what is new, what has changed, and all if the checks, the seed or the grader have.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait

from grader.classroom.jobs import Workers
from grader.classroom.likeness import render_forms
from grader.classroom.out import Batch, Out
from grader.classroom.roll import Roll
from grader.classroom.submission import Handed, NotGraded
from grader.classroom.work import Graded
from grader.course import Exercise, write_whole
from grader.errors import GradingError, ReportError, UsageError
from grader.report import Report, load, render

Tell = Callable[[Roll], None]


def grade_class(
    found: Iterable[Handed | NotGraded],
    out: Out,
    batch: Batch,
    exercises: Sequence[Exercise],
    workers: Workers,
    again: Collection[str] | None = (),
    tell: Tell = lambda _: None,
) -> Roll:
    """Write the reports of a class.

    Parameters
    ----------
    found : iterable of Handed or NotGraded
        Taken one by one: never are the texts of more in memory than are being graded.
    out : Out
    batch : Batch
        As it was prepared (see `grader.classroom.plan`).
    exercises : sequence of Exercise
        Those of the batch.
    workers : Workers
    again : collection of str or None
        The ids of those that are graded again although their report still holds; None for all.
    tell : callable
        Takes the account after each submission.

    Raises
    ------
    UsageError
        Where something new came after the full feedback was given away.
    GradingError
        Where nothing more can be graded.
    """
    roll = Roll()

    def to_grade() -> Iterator[Handed]:
        for item in found:
            if isinstance(item, NotGraded):
                out.put_away(item.id)  # what is there of an earlier attempt: the last one counts
                roll.refuse(item)
            elif again is not None and item.id not in again and _holds(out, item, batch, exercises):
                roll.keep(item)
            else:
                _must_not_answer_with_feedback(out, item, batch, exercises)
                yield item
                continue
            tell(roll)

    for handed, future in _share_out(to_grade(), workers):
        try:
            graded = future.result()
        except GradingError as error:
            out.put_away(handed.id)
            roll.fail(handed, str(error))
        else:
            _write(out, handed.id, graded, batch)
            roll.grade(handed)
        tell(roll)
    return roll


def _share_out(tasks: Iterable[Handed], workers: Workers) -> Iterator[tuple[Handed, Future[Graded]]]:
    """Yield each task with what came of it, as soon as it is done."""
    waiting: dict[Future[Graded], Handed] = {}

    def done(most: int) -> Iterator[tuple[Handed, Future[Graded]]]:
        while len(waiting) > most:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                yield waiting.pop(future), future

    for handed in tasks:
        waiting[workers.submit(handed.texts)] = handed
        yield from done(workers.ahead - 1)
    yield from done(0)


def former(out: Out, id: str) -> Report | None:
    """Return the report of a submission by an earlier run, where there is one that can be read."""
    try:
        return load(out.report(id))
    except ReportError:
        return None


def graded_so(report: Report | None, batch: Batch, exercises: Sequence[Exercise]) -> bool:
    """Tell whether there is a report, made as those of this batch are."""
    return (
        report is not None
        and (report.run.checks_sha256, report.run.seed) == (batch.checks_sha256, batch.seed)
        and (report.run.grader, report.run.numpy) == (batch.grader, batch.numpy)
        and [(result.name, result.max_score) for result in report.exercises]
        == [(exercise.name, exercise.points) for exercise in exercises]
    )


def _holds(out: Out, handed: Handed, batch: Batch, exercises: Sequence[Exercise]) -> bool:
    """Tell whether the report of an earlier run is what this one would come to."""
    report = former(out, handed.id)
    return graded_so(report, batch, exercises) and _is_about(report, handed, exercises) and _is_located(report, batch)


def _is_located(report: Report | None, batch: Batch) -> bool:
    """Tell whether there was nothing to look for, or whoever was to look for it has."""
    return report is not None and (
        report.run.located or not batch.locate or not any(result.mendable for result in report.exercises)
    )


def _is_about(report: Report | None, handed: Handed, exercises: Sequence[Exercise]) -> bool:
    return report is not None and report.submission.sha256 == handed.texts.sha256(exercises)


def _must_not_answer_with_feedback(out: Out, handed: Handed, batch: Batch, exercises: Sequence[Exercise]) -> None:
    """Refuse a text that may hold what the feedback of others has given away."""
    if batch.feedback == "full" and not _is_about(former(out, handed.id), handed, exercises):
        raise UsageError(
            f"{handed.id} is new or has changed since the full feedback was written, which gives answers away: "
            "--seed random grades the whole class under a new seed"
        )


def _write(out: Out, id: str, graded: Graded, batch: Batch) -> None:
    if graded.report.run.checks_sha256 != batch.checks_sha256:
        raise GradingError("the checks have changed while the class was graded: run it again, and all are graded anew")
    out.keep_former(id)
    write_whole(out.forms(id), render_forms(graded.forms))
    write_whole(out.report(id), render(graded.report))
