"""Say to a learner what a result is, and not more than a level allows: what is told today must not answer tomorrow.

A class is graded under one seed, so values that one learner is shown would answer for the others.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import Literal

from grader.report import Cause, CheckResult, ExerciseResult, Report
from grader.reports import markdown as pages
from grader.reports import summary
from grader.reports.place import sentence
from grader.reports.text import excerpt, single_line

Level = Literal["names", "full", "score"]
FEEDBACK: tuple[Level, ...] = ("names", "full", "score")
_WIDTH = 80  # of what is shown in a cell of a notebook without being cut


def shown(result: ExerciseResult, level: Level) -> ExerciseResult:
    """Return what a learner may see of a result, for any form to be drawn from.

    Parameters
    ----------
    result : ExerciseResult
    level : Level
        ``score`` leaves the points, ``names`` also the cause, the titles of the checks and what kind of thing goes
        wrong, ``full`` everything. What a check says and what the code printed may hold the values that it was called
        with, and which line goes wrong can be chosen by them.
    """
    if level == "full":
        return result
    if level == "names":
        checks = tuple(_title(check) for check in result.checks)
        line = result.line if result.message else None  # in a call, code can choose the line by what it was given
        place = result.place and replace(result.place, line=None)
        return replace(result, checks=checks, stdout="", line=line, cause=_without_values(result.cause), place=place)
    return replace(result, checks=(), message=None, stdout="", line=None, cause=None, place=None)


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
    lines += _indented(textwrap.fill(summary.cause(result) or "", _WIDTH))
    lines += _indented(textwrap.fill(sentence(result.place) if result.place else "", _WIDTH))
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
    head = f"## {_line(title)}\n\n**Score {summary.total(report)}**"
    return "\n\n".join([head, *(_part(shown(result, level)) for result in report.exercises)]) + "\n"


def _part(result: ExerciseResult) -> str:
    """Return the part of one exercise. Nearly all of it is ours: only a message may hold what a learner wrote."""
    points = f"{summary.points(result.score)} of {summary.points(result.max_score)} points"
    if not result.checks:
        return f"- `{result.name}`: {points}"
    parts = [f"- `{result.name}`: {points}, {summary.describe(result)}"]
    if result.message:
        parts.append(_fenced(excerpt(result.message, lines=40, characters=1500)))
    if cause := summary.cause(result):
        parts.append(f"> {_line(cause)}")
    if result.place:
        parts.append(f"> {_line(sentence(result.place))}")
    failing = [check for check in result.checks if check.status not in ("passed", "skipped")]
    if failing and not result.message:
        parts.append("\n".join(f"- {_line(check.title)}" for check in failing))
    return "\n\n".join([parts[0], *(textwrap.indent(part, "  ") for part in parts[1:])])


def _line(text: str) -> str:
    """Return a sentence of ours so that it reads the same with and without Markdown."""
    return re.sub(r"(?<!\s)\*|\*(?!\s)|<(?=[\w/!?])", r"\\\g<0>", single_line(text, characters=800))


def _fenced(text: str) -> str:
    """Return text as a block that nothing in it ends."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return f"{fence}text\n{text}\n{fence}"


_NO_VALUES = re.compile(  # numbers in which no input of a check has a part
    r"\b(float|int|complex)\d+\b|\b(axis|lines?) \d+( and \d+)*|\bIn \d+ of the \d+ checks|(?<![\w.])-?[012](?!\w|\.\d)"
)


def _without_values(cause: Cause | None) -> Cause | None:
    """Return a cause if it is a sentence of ours about the code; one with numbers may hold what was asked."""
    if cause is None or cause.misconception or not re.search(r"\d", _NO_VALUES.sub("", cause.sentence)):
        return cause
    return None


def _title(check: CheckResult) -> CheckResult:
    return replace(check, message=None, diagnosis=None, case=None)


def _indented(words: str | None) -> list[str]:
    return [f"    {line}" for line in excerpt(words, lines=60, characters=5000).split("\n")] if words else []
