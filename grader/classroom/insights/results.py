"""Read what a batch found, as a matrix of scores and with all that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from grader.classroom.insights.figures import Scores
from grader.classroom.likeness import Form, read_forms
from grader.classroom.out import Batch, Out
from grader.classroom.table import Grade, read_grades
from grader.errors import ReportError
from grader.report import ExerciseResult, Report, load


@dataclass(frozen=True)
class Results:
    """The results of a class.

    Attributes
    ----------
    batch : Batch
    reports : mapping of str to Report
        By the id of the submission.
    grades : sequence of Grade
        A row for each learner.
    forms : mapping of str to mapping of str to Form
        Of the exercises of each submission.
    """

    batch: Batch
    reports: Mapping[str, Report]
    grades: Sequence[Grade]
    forms: Mapping[str, Mapping[str, Form]]

    @cached_property
    def scores(self) -> Scores:
        """The points of each submission in each exercise, shape (submissions, exercises)."""
        rows = [[result.score for result in report.exercises] for report in self.reports.values()]
        return np.array(rows, float).reshape(len(rows), len(self.batch.exercises))

    def of(self, index: int) -> dict[str, ExerciseResult]:
        """Return what each submission has of one exercise."""
        return {id: report.exercises[index] for id, report in self.reports.items()}


def read_results(folder: Path) -> Results:
    """Read the folder that a batch has written.

    Raises
    ------
    UsageError
        Where it is none.
    ReportError
        Where one of its reports cannot be read, or is of other exercises.
    """
    out = Out(folder)
    batch = out.read()
    reports = {id: load(path) for id, path in out.reports().items()}
    for id, report in reports.items():
        if tuple(result.name for result in report.exercises) != batch.exercises:
            raise ReportError(f"{out.report(id)} is not of the exercises of {out.batch}: run 'kata batch' again")
    forms = {id: read_forms(out.forms(id)) for id in reports}
    return Results(batch, reports, read_grades(out.grades) if out.grades.exists() else _rows(reports), forms)


def _rows(reports: Mapping[str, Report]) -> list[Grade]:
    """Return rows for those who have a report, where there is no table: the folder is of an nbgrader course."""
    return [
        Grade(id, "", "", "", "", "", id, None, None, report.score, report.max_score, {})
        for id, report in reports.items()
    ]
