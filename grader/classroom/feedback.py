"""Say to a learner what a result is, and not more than a level allows: what is told today must not answer tomorrow.

A class is graded under one seed, so values that one learner is shown would answer for the others.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Literal

from grader.report import Cause, CheckResult, ExerciseResult, Report
from grader.reports import markdown as pages
from grader.reports import summary
from grader.reports.markdown import prose
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
        checks = tuple(_title(check) for check in result.checks)
        line = result.line if result.message else None  # in a call, code can choose the line by what it was given
        return replace(result, checks=checks, stdout="", line=line, cause=_without_values(result.cause))
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


def markdown(report: Report, title: str, level: Level) -> str:
    """Return what a learner may see of a report as a page in Markdown.

    Parameters
    ----------
    report : Report
    title : str
        Of what was graded.
    level : Level
    """
    if level == "full":
        return pages.render(report)
    head = f"## {prose(title)}\n\n**Score {summary.total(report)}**\n"
    return "\n".join([head, *(_part(shown(result, level)) for result in report.exercises)])


def _part(result: ExerciseResult) -> str:
    points = f"{summary.points(result.score)} of {summary.points(result.max_score)} points"
    line = f"- **{prose(result.name)}**: {points}"
    if not result.checks:
        return line
    parts = [f"{line}, {summary.describe(result)}"]
    if result.message:
        parts.append(f"<pre>{html.escape(excerpt(result.message, lines=40, characters=1500), quote=False)}</pre>")
    if cause := summary.cause(result):
        parts.append(f"> {prose(cause, characters=800)}")
    failing = [check for check in result.checks if check.status not in ("passed", "skipped")]
    if failing and not result.message:
        parts.append("\n".join(f"- {prose(check.title)}" for check in failing))
    return "\n\n".join([parts[0], *(_nested(part) for part in parts[1:])]) + "\n"


def _nested(part: str) -> str:
    return "\n".join(f"  {line}" for line in part.split("\n"))


_NO_VALUES = re.compile(
    r"\b(float|int|complex)\d+\b|\b(axis|length|lines?) \d+( and \d+)*|\b(In )?\d+ of the \d+ checks"
)


def _without_values(cause: Cause | None) -> Cause | None:
    """Return a cause if it is a sentence of ours about the code; one with numbers may hold what was asked."""
    if cause is None or cause.misconception or not re.search(r"\d", _NO_VALUES.sub("", cause.sentence)):
        return cause
    return None


def _title(check: CheckResult) -> CheckResult:
    return replace(check, message=None, diagnosis=None)


def _indented(words: str | None) -> list[str]:
    return [f"    {line}" for line in excerpt(words, lines=60, characters=5000).split("\n")] if words else []
