"""Show the report in a terminal: what a learner reads after `kata check` and `kata grade`.

Nothing of the report is read as markup, and text that the learner's code produced stands behind a bar, so that
neither a terminal nor the log of a workflow can take it for anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from grader.report import CheckResult, ExerciseResult, Report
from grader.reports import summary
from grader.reports.text import excerpt, single_line

if TYPE_CHECKING:
    from rich.console import Console

_MARKS = {"passed": ("✓", "green"), "not_attempted": ("○", "dim"), "skipped": ("○", "dim")}
_FAILING = ("✗", "red")
_ASCII = str.maketrans({"✓": "+", "✗": "x", "○": "o", "│": "|", "→": ">", "…": "...", "·": "-"})
_NARROWEST = 30


def render(report: Report, console: Console, *, details: bool = True) -> None:
    """Print the report.

    Parameters
    ----------
    report : Report
        With one exercise, that exercise is shown in full; with several, a table by topic, the first exercise
        that is not right in full, one line for each of the others, and the score.
    console : rich.console.Console
        Where to print.
    details : bool
        Whether to show what the checks said.
    """
    page = _Page(console)
    if len(report.exercises) == 1:
        page.exercise(report.exercises[0], details=details)
        return
    page.topics(report)
    failing = summary.failing(report)
    if failing and details:
        page.blank()
        page.exercise(failing[0], details=True)
        failing = failing[1:]
    if failing:
        page.blank()
        page.paragraph(("Also not right yet:" if details else "Not right yet:", "bold"))
        page.lines(failing)
    page.blank()
    page.score(report)


class _Page:
    """Lines on a console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.plain = console.options.ascii_only

    def topics(self, report: Report) -> None:
        """Print the table by topic."""
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column("")
        table.add_column("Topic", no_wrap=True, overflow="crop" if self.plain else "ellipsis")
        table.add_column("Solved", justify="right", no_wrap=True)
        table.add_column("Points", justify="right", no_wrap=True)
        for topic in summary.topics(report):
            solved = topic.solved == topic.exercises
            mark, style = _FAILING if topic.failing else _MARKS["passed" if solved else "not_attempted"]
            table.add_row(
                self.text((mark, style)),
                self.text(single_line(topic.name)),
                self.text(f"{topic.solved} of {topic.exercises}"),
                self.text(f"{summary.points(topic.score)}/{summary.points(topic.max_score)}"),
            )
        self.console.print(table)

    def exercise(self, exercise: ExerciseResult, *, details: bool) -> None:
        """Print how one exercise stands and, with ``details``, what its checks said."""
        self.paragraph(
            _mark(exercise.status),
            " ",
            (single_line(exercise.name), "bold"),
            f"  {_score(exercise)} points · {summary.describe(exercise)}",
        )
        if not details:
            return
        if exercise.message:
            self.quote(exercise.message, "  ")
        if cause := summary.cause(exercise):
            self.blank()
            self.arrow(cause, "  ")
        telling = summary.telling(exercise)
        for check in telling:
            self.blank()
            self.check(check, summary.own_diagnosis(exercise, check))
        others = [check for check in exercise.checks if check not in telling]
        if exercise.status == "failed" and others:
            self.blank()
            self.others(others)
        if exercise.stdout.strip():
            self.blank()
            self.paragraph(("Your code printed:", "dim"), indent="  ")
            self.quote(exercise.stdout, "  ", style="dim")

    def arrow(self, text: str, indent: str) -> None:
        """Print what the mistake probably is."""
        sentence = single_line(text, characters=1000)
        self.paragraph(("→ ", "yellow"), (sentence, "bold yellow"), indent=indent, hang=f"{indent}  ")

    def check(self, check: CheckResult, diagnosis: str | None) -> None:
        """Print one check that failed: its title, its message, and what is said of it alone."""
        self.paragraph(_mark(check.status), " ", (single_line(check.title), "bold"), indent="  ", hang="    ")
        if check.message:
            self.quote(check.message, "    ")
        if diagnosis:
            self.arrow(diagnosis, "    ")

    def others(self, checks: list[CheckResult]) -> None:
        """Print one line for each check that is not shown in full."""
        for check in checks:
            self.paragraph(_mark(check.status), " ", (single_line(check.title), "dim"), indent="  ", hang="    ")
        if any(check.status == "passed" and check.score < check.max_score for check in checks):
            self.paragraph(("A passing check earns its points once the core checks pass.", "dim"), indent="    ")

    def lines(self, exercises: list[ExerciseResult]) -> None:
        """Print exercises that are not right, each with the first thing that is wrong with it, on one line each."""
        names = [single_line(exercise.name) for exercise in exercises]
        scores = [_score(exercise) for exercise in exercises]
        for exercise, name, score in zip(exercises, names, scores, strict=True):
            told = summary.told(exercise)
            reason = single_line(told[0].title) if told and exercise.status == "failed" else summary.describe(exercise)
            columns = f" {name:<{max(map(len, names))}}  {score:>{max(map(len, scores))}}  "
            line = self.text(_mark(exercise.status), columns, (reason, "dim"))
            line.truncate(self.console.width, overflow="crop" if self.plain else "ellipsis")
            line.rstrip()
            self.console.print(line, soft_wrap=True)

    def score(self, report: Report) -> None:
        """Print what is left and the score."""
        solved = sum(exercise.status == "passed" for exercise in report.exercises)
        self.paragraph(f"{solved} of {len(report.exercises)} exercises solved")
        left = summary.not_attempted(report)
        if left:
            self.paragraph(f"{len(left)} not attempted yet; next: {single_line(left[0].name)}")
        self.paragraph((f"Score {summary.total(report)}", "bold"))

    def quote(self, text: str, indent: str, *, style: str = "") -> None:
        """Print text that may be the learner's, cut after a screenful, each line behind a bar."""
        bar = f"{indent}│ "
        for line in excerpt(text, lines=24, characters=2000).split("\n"):
            self.paragraph((line, style), indent=bar, hang=bar, indent_style="dim")

    def paragraph(
        self, *parts: str | tuple[str, str], indent: str = "", hang: str = "", indent_style: str = ""
    ) -> None:
        """Print parts of text, each perhaps with a style, wrapped; ``hang`` begins every line but the first."""
        hang = hang or indent
        width = max(self.console.width - max(len(indent), len(hang)), _NARROWEST)
        for number, line in enumerate(self.text(*parts).wrap(self.console, width)):
            start = self.text((hang if number else indent, indent_style))
            line.rstrip()
            self.console.print(start + line, soft_wrap=True)

    def blank(self) -> None:
        """Print an empty line."""
        self.console.print()

    def text(self, *parts: str | tuple[str, str]) -> Text:
        """Return parts of text as one, in what characters the console has."""
        whole = Text()
        for part in parts:
            content, style = part if isinstance(part, tuple) else (part, "")
            if self.plain:
                content = content.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")
            whole.append(content, style)
        return whole


def _mark(status: str) -> tuple[str, str]:
    return _MARKS.get(status, _FAILING)


def _score(exercise: ExerciseResult) -> str:
    return f"{summary.points(exercise.score)}/{summary.points(exercise.max_score)}"
