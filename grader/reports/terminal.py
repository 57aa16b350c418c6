"""Show the report in a terminal: what a learner reads after `kata check` and `kata grade`.

Nothing of the report is read as markup, and text that the learner's code produced stands behind a bar, so that
neither a terminal nor the log of a workflow can take it for anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.report import CheckResult, ExerciseResult, Report
from grader.reports import summary
from grader.reports.layout import Part, Screen, columns
from grader.reports.text import excerpt, single_line

_MARKS = {"passed": ("✓", "green"), "not_attempted": ("○", "dim"), "skipped": ("○", "dim")}
_FAILING = ("✗", "red")


def render(report: Report, screen: Screen, *, verbose: bool = False) -> str:
    """Return the report as lines for a screen.

    With one exercise, that exercise is shown in full; with several, a table by topic, the first exercise that is not
    right in full, one line for each of the others, and the score.

    Parameters
    ----------
    report : Report
    screen : Screen
    verbose : bool
        Whether every check that failed, of every exercise, is shown in full.
    """
    page = _Page(screen, verbose)
    return _text(page.exercise(report.exercises[0]) if len(report.exercises) == 1 else page.report(report))


def render_check(check: CheckResult, exercise: ExerciseResult, screen: Screen) -> str:
    """Return all that one check of an exercise said."""
    page = _Page(screen, verbose=True)
    return _text([*page.standing(exercise), "", *page.check(check, check.diagnosis), *page.printed(exercise)])


def _text(lines: Iterator[str] | Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


class _Page:
    """The parts of what is shown, each as lines."""

    def __init__(self, screen: Screen, verbose: bool) -> None:
        self.screen = screen
        self.verbose = verbose

    def report(self, report: Report) -> Iterator[str]:
        """Yield the table by topic, what is not right yet, and the score."""
        yield from self.topics(report)
        failing = summary.failing(report)
        in_full = failing if self.verbose else failing[:1]
        for exercise in in_full:
            yield ""
            yield from self.exercise(exercise)
        if others := failing[len(in_full) :]:
            yield ""
            yield self.screen.line(("Also not right yet:", "bold"))
            yield from self.lines(others)
        yield ""
        yield from self.score(report)

    def topics(self, report: Report) -> Iterator[str]:
        """Yield the table by topic."""
        rows = [("Topic", "Solved", "Points")]
        marks: list[Part] = [" "]
        for topic in summary.topics(report):
            solved = topic.solved == topic.exercises
            marks.append(_FAILING if topic.failing else _MARKS["passed" if solved else "not_attempted"])
            points = f"{summary.points(topic.score)}/{summary.points(topic.max_score)}"
            rows.append((single_line(topic.name), f"{topic.solved} of {topic.exercises}", points))
        name, solved_, points_ = (max(map(columns, column)) for column in zip(*rows, strict=True))
        for mark, row in zip(marks, rows, strict=True):
            text = f"  {row[0]}{' ' * (name - columns(row[0]))}  {row[1]:>{solved_}}  {row[2]:>{points_}}"
            yield self.screen.cut(mark, (text, "dim" if mark == " " else ""))

    def exercise(self, exercise: ExerciseResult) -> Iterator[str]:
        """Yield how one exercise stands and what its checks said."""
        yield from self.standing(exercise)
        if exercise.message:
            yield from self.quote(exercise.message, "  ")
        if cause := summary.cause(exercise):
            yield ""
            yield from self.arrow(cause, "  ")
        telling = summary.told(exercise) if self.verbose else summary.telling(exercise)
        for check in telling:
            yield ""
            yield from self.check(check, summary.own_diagnosis(exercise, check))
        others = [check for check in exercise.checks if check not in telling]
        if others and (exercise.status == "failed" or self.verbose):
            yield ""
            yield from self.others(others)
        yield from self.printed(exercise)

    def standing(self, exercise: ExerciseResult) -> Iterator[str]:
        """Yield the name of an exercise, its points, and how it stands."""
        name, standing = single_line(exercise.name), f"  {_score(exercise)} points · {summary.describe(exercise)}"
        yield from self.screen.paragraph(_mark(exercise.status), " ", (name, "bold"), standing)

    def arrow(self, text: str, indent: str) -> Iterator[str]:
        """Yield what the mistake probably is."""
        sentence = single_line(text, characters=1000)
        yield from self.screen.paragraph(("→ ", "yellow"), (sentence, "bold yellow"), indent=indent, hang=f"{indent}  ")

    def check(self, check: CheckResult, diagnosis: str | None) -> Iterator[str]:
        """Yield one check in full: its title, its message, and what is said of it alone."""
        yield from self.title(check, "bold")
        if check.message:
            yield from self.quote(check.message, "    ")
        if diagnosis:
            yield from self.arrow(diagnosis, "    ")

    def others(self, checks: list[CheckResult]) -> Iterator[str]:
        """Yield one line for each check that is not shown in full."""
        for check in checks:
            yield from self.title(check, "dim")
        if any(check.status == "passed" and check.score < check.max_score for check in checks):
            sentence = "A passing check earns its points once the core checks pass."
            yield from self.screen.paragraph((sentence, "dim"), indent="    ")

    def title(self, check: CheckResult, style: str) -> Iterator[str]:
        """Yield whether a check passed, and its title."""
        title, name = single_line(check.title), f"  {single_line(check.name)}" if self.verbose else ""
        parts = (_mark(check.status), " ", (title, style), (name, "dim"))
        yield from self.screen.paragraph(*parts, indent="  ", hang="    ")

    def printed(self, exercise: ExerciseResult) -> Iterator[str]:
        """Yield what the learner's code printed."""
        if exercise.stdout.strip():
            yield ""
            yield self.screen.line("  ", ("Your code printed:", "dim"))
            yield from self.quote(exercise.stdout, "  ", style="dim")

    def lines(self, exercises: list[ExerciseResult]) -> Iterator[str]:
        """Yield exercises that are not right, each with the first thing that is wrong with it, on one line each."""
        names = [single_line(exercise.name) for exercise in exercises]
        scores = [_score(exercise) for exercise in exercises]
        for exercise, name, score in zip(exercises, names, scores, strict=True):
            told = summary.told(exercise)
            reason = single_line(told[0].title) if told and exercise.status == "failed" else summary.describe(exercise)
            text = f" {name:<{max(map(len, names))}}  {score:>{max(map(len, scores))}}  "
            yield self.screen.cut(_mark(exercise.status), text, (reason, "dim"))

    def score(self, report: Report) -> Iterator[str]:
        """Yield what is left and the score."""
        solved = sum(exercise.status == "passed" for exercise in report.exercises)
        yield from self.screen.paragraph(f"{solved} of {len(report.exercises)} exercises solved")
        if left := summary.not_attempted(report):
            yield from self.screen.paragraph(f"{len(left)} not attempted yet; next: {single_line(left[0].name)}")
        yield self.screen.line((f"Score {summary.total(report)}", "bold"))

    def quote(self, text: str, indent: str, *, style: str = "") -> Iterator[str]:
        """Yield text that may be the learner's, cut after a screenful, each line behind a bar."""
        bar = f"{indent}│ "
        for line in excerpt(text, lines=24, characters=2000).split("\n"):
            yield from self.screen.paragraph((line, style), indent=bar, hang=bar, indent_style="dim")


def _mark(status: str) -> tuple[str, str]:
    return _MARKS.get(status, _FAILING)


def _score(exercise: ExerciseResult) -> str:
    return f"{summary.points(exercise.score)}/{summary.points(exercise.max_score)}"
