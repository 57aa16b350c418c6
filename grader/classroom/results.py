"""Write what a class gets from its reports, once all are there: the tables, and the feedback for each learner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import NamedTuple

from grader.classroom.batch import former, graded_so
from grader.classroom.feedback import Level, markdown
from grader.classroom.out import Batch, Out
from grader.classroom.returning import write_return
from grader.classroom.roll import Entry, Roll
from grader.classroom.roster import Person, Roster
from grader.classroom.table import Grade, Missing, read_grades, write_grades, write_not_graded
from grader.course import Exercise, write_whole
from grader.errors import ReportError, UsageError
from grader.report import Report, load

GIVES_AWAY: list[str] = ["score", "names", "full"]  # from the least to the most


@dataclass(frozen=True)
class Results:
    """What was written.

    Attributes
    ----------
    scores : tuple of float
        Of the submissions that have a report.
    earlier : int
        How many of them were not found this time and have the report of an earlier run.
    missing : int
        How many learners of the roster have handed in nothing.
    unreached : list of str or None
        The ids of those whom ``return.zip`` cannot reach; None where there is no such zip.
    """

    scores: tuple[float, ...]
    earlier: int
    missing: int
    unreached: list[str] | None


class Scores(NamedTuple):
    """The score of a submission, and of each exercise by its name."""

    total: float
    of: Mapping[str, float]


def write_results(
    out: Out,
    batch: Batch,
    exercises: Sequence[Exercise],
    points: float,
    roll: Roll,
    level: Level,
    layout: str = "folders",
    roster: Roster | None = None,
) -> Results:
    """Write grades.csv, not_graded.csv, the feedback, and the zip that gives it back.

    Parameters
    ----------
    out : Out
    batch : Batch
    exercises : sequence of Exercise
    points : float
        The most that a submission can have.
    roll : Roll
        What was found in this run; who was found in an earlier one keeps the row of then.
    level : Level
        How much the feedback says.
    layout : str
        Of what was handed in (see `grader.classroom.found.layout`).
    roster : Roster, optional
    """
    # before the first page is written: what is given away stays so, even if this is interrupted
    out.write(replace(batch, feedback=max(batch.feedback, level, key=GIVES_AWAY.index)))
    people = {person.id: person for person in roster.people} if roster else {}
    entries = [*roll.entries, *_earlier(out, batch, exercises, roll.entries)]
    scores: dict[str, Scores] = {}
    not_graded = []
    for entry in entries:
        report = _report(out, entry)
        if isinstance(report, Report):
            scores[entry.id] = Scores(report.score, {result.name: result.score for result in report.exercises})
            write_whole(out.feedback(entry.id), markdown(report, batch.title, level))
        else:
            out.feedback(entry.id).unlink(missing_ok=True)
            ids = entry.members or ("",)
            not_graded += [(people.get(id, Person(id)), entry.id, report) for id in ids]
    rows = list(_rows(entries, people, scores, exercises, points))
    there = {id for entry in entries for id in entry.members}
    absent = [person for person in people.values() if person.id not in there]
    not_graded += [(person, "", "nothing was handed in") for person in absent]
    write_grades(out.grades, rows, [exercise.name for exercise in exercises])
    write_not_graded(
        out.not_graded,
        [Missing(person.id, person.name, person.email, id, reason) for person, id, reason in not_graded],
    )
    pages = ((entry, out.feedback(entry.id).read_text("utf-8")) for entry in roll.entries if entry.id in scores)
    return Results(
        scores=tuple(score.total for score in scores.values()),
        earlier=len(entries) - len(roll.entries),
        missing=len(absent),
        unreached=write_return(out.returned, layout, pages, roster),
    )


def _earlier(out: Out, batch: Batch, exercises: Sequence[Exercise], found: Sequence[Entry]) -> Iterator[Entry]:
    """Yield those who have a report and are not here now: as they stand in the table, or as their report says.

    What is here under another id is not here twice: the roster may be another one, a team may have handed in anew.
    """
    here = {entry.id for entry in found}
    left = [id for id in out.reports() if id not in here]
    if not left:
        return
    members = {id for entry in found for id in entry.members}
    submissions = {report.submission for id in here if (report := former(out, id))}
    rows = _by_submission(out)
    for id in left:
        report, team = former(out, id), rows.get(id, [])
        entry = Entry(id, tuple(one for one in [row.id for row in team] or [id] if one not in members))
        if not entry.members or (report and report.submission in submissions):
            out.put_away(id)
            continue
        if team:
            entry = replace(entry, attempt=team[0].attempt, late=team[0].late)
        if not graded_so(report, batch, exercises):
            out.put_away(id)
            entry = replace(
                entry, reason="was graded under other checks or another seed, and is not here to be graded again"
            )
        yield entry


def _by_submission(out: Out) -> dict[str, list[Grade]]:
    """Return the rows of the table by the id of what was handed in."""
    rows: dict[str, list[Grade]] = {}
    with suppress(UsageError):  # there is no table yet, or somebody has changed and saved it: the reports count
        for row in read_grades(out.grades):
            rows.setdefault(row.submission, []).append(row)
    return rows


def _report(out: Out, entry: Entry) -> Report | str:
    """Return the report of a submission, or why there is none."""
    if entry.reason is not None:
        return entry.reason
    try:
        return load(out.report(entry.id))
    except ReportError as error:
        return str(error)


def _rows(
    entries: Sequence[Entry],
    people: Mapping[str, Person],
    scores: Mapping[str, Scores],
    exercises: Sequence[Exercise],
    points: float,
) -> Iterator[Grade]:
    """Yield the row of each learner: those of the roster in its order, then the others."""
    owned = {id: entry for entry in entries for id in entry.members}
    for id in [*people, *sorted(owned.keys() - people.keys())]:
        person, entry = people.get(id, Person(id)), owned.get(id)
        score = scores.get(entry.id) if entry else None
        yield Grade(
            person.id, person.name, person.email, person.github, person.canvas, person.moodle,
            submission=entry.id if entry else "",
            attempt=entry.attempt if entry else None,
            late=entry.late if entry else None,
            score=score.total if score else None,
            max_score=points,
            exercises={exercise.name: score.of.get(exercise.name) if score else None for exercise in exercises},
        )  # fmt: skip
