"""Say to a learner what a result is, and not more than a level allows: what is told today must not answer tomorrow.

A class is graded under one seed, so values that one learner is shown would answer for the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from grader.report import CheckResult, ExerciseResult
from grader.reports import summary
from grader.reports.text import excerpt, single_line

Level = Literal["names", "full", "score"]
FEEDBACK: tuple[Level, ...] = ("names", "full", "score")


def shown(result: ExerciseResult, level: Level) -> ExerciseResult:
    """Return what a learner may see of a result, for any form to be drawn from.

    Parameters
    ----------
    result : ExerciseResult
    level : Level
        ``score`` leaves the points, ``names`` also the cause and the titles of the checks, ``full``
        everything. What a check says and what the code printed may hold the values that it was called with.
    """
    if level == "full":
        return result
    if level == "names":
        return replace(result, checks=tuple(_title(check) for check in result.checks), stdout="")
    return replace(result, checks=(), message=None, stdout="", line=None, cause=None)


def text(result: ExerciseResult, level: Level) -> str:
    """Return what a learner may see of a result as plain text of some lines, without anything that steers a terminal.

    Parameters
    ----------
    result : ExerciseResult
    level : Level
    """
    result = shown(result, level)
    points = f"{result.name}: {summary.points(result.score)} of {summary.points(result.max_score)} points"
    lines = [f"{points}, {summary.describe(result)}" if result.checks else points]
    lines += _indented(result.message)
    lines += _indented(summary.cause(result))
    for check in result.checks:
        if check.status not in ("passed", "skipped"):
            lines.append(f"{check.status}: {single_line(check.title)}")
            lines += _indented(check.message) + _indented(summary.own_diagnosis(result, check))
    if result.stdout.strip():
        lines += ["The code printed:", *_indented(result.stdout)]
    return "\n".join(lines) + "\n"


def _title(check: CheckResult) -> CheckResult:
    return replace(check, message=None, diagnosis=None)


def _indented(words: str | None) -> list[str]:
    return [f"    {line}" for line in excerpt(words, lines=60, characters=5000).split("\n")] if words else []
