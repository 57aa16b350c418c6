"""Grade the cells of one notebook as those of the whole class: the same checks, the same seed, torch's kept answers."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from grader.checks.torch_reference import PUBLIC_SEED
from grader.classroom import feedback
from grader.classroom.feedback import Level
from grader.classroom.notebooks import explain
from grader.classroom.out import Batch, Out
from grader.classroom.work import Grader, Kit
from grader.course import own_course, write_whole
from grader.errors import GradingError
from grader.grading.collecting import checks_hash
from grader.grading.texts import Texts, decoded
from grader.report import ExerciseResult, load, render

KATA = "kata"  # the folder of ours in the folder of an nbgrader course


def grade_cells(out: Out, student: str, cells: Mapping[str, str]) -> dict[str, tuple[str, float]]:
    """Grade what a learner wrote, and keep the report.

    Parameters
    ----------
    out : Out
        The folder of the assignment.
    student : str
        By whom the notebook is.
    cells : mapping of str to str
        The text of each cell, by its name; those named like exercises count.

    Returns
    -------
    mapping of str to (str, float)
        By exercise: what the learner may be told, and which share of its points is earned.

    Raises
    ------
    GradingError
        Where grading itself fails, or must not be done.
    """
    batch = out.read()
    written = {name: cells[name] for name in batch.exercises if name in cells}
    texts = Texts({name: decoded(text.encode("utf-8", "replace")) for name, text in written.items()}, student)
    _refuse_other_checks(batch)
    _refuse_late_answers(out, batch, student, texts)
    recordings = None if batch.seed == PUBLIC_SEED else out.recordings.resolve()
    report = _grader(Kit(own_course().root, batch.exercises, batch.seed, recordings)).grade(texts)
    write_whole(out.report(student), render(report))
    level = cast(Level, batch.feedback)
    return {
        result.name: (_told(result, written.get(result.name, ""), level), result.score / result.max_score)
        for result in report.exercises
    }


def _told(result: ExerciseResult, text: str, level: Level) -> str:
    hint = None if level == "score" else explain(result, text)
    return feedback.text(result, level) + (f"    {hint}\n" if hint else "")


@cache
def _grader(kit: Kit) -> Grader:
    """Return the one grader of this process: nbgrader takes one notebook after the other."""
    grader = Grader(kit)
    atexit.register(grader.close)
    return grader


def _refuse_other_checks(batch: Batch) -> None:
    course = own_course()
    if checks_hash(course, [course.find(name) for name in batch.exercises]) != batch.checks_sha256:
        raise GradingError(
            f"the checks have changed since the class was prepared: run 'kata nbgrader {batch.assignment} --course .', "
            "then 'nbgrader autograde --force' for all"
        )


def _refuse_late_answers(out: Out, batch: Batch, student: str, texts: Texts) -> None:
    """Refuse what is new after somebody was shown values of this seed."""
    if batch.feedback != "full" or not any(Path("feedback").glob(f"*/{batch.assignment}")):
        return
    course = own_course()
    digest = texts.sha256(course.find(name) for name in batch.exercises)
    path = out.report(student)
    if not path.exists() or load(path).submission.sha256 != digest:
        raise GradingError(
            f"{student} has handed in something new after full feedback was made, which answers for others: run 'kata "
            f"nbgrader {batch.assignment} --course . --seed random', then 'nbgrader autograde --force' for all"
        )
