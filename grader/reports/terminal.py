"""Show the report in a terminal: what a learner reads after `kata check` and `kata grade`.

Nothing of the report is read as markup, and text that the learner's code produced stands behind a bar, so that
neither a terminal nor the log of a workflow can take it for anything else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.report import Case, CheckResult, ExerciseResult, Place, Report
from grader.reports import summary
from grader.reports.layout import TIE, Part, Screen, columns
from grader.reports.place import where
from grader.reports.text import excerpt, single_line
from grader.reports.view import After, View, view

_MARKS = {"passed": ("✓", "green"), "not_attempted": ("○", "dim"), "skipped": ("○", "dim")}
_FAILING = ("✗", "red")
_GAINED = (f"  +{TIE}new", "green")
_LOST = (f"  -{TIE}passed{TIE}before", "red")
Search = Literal["running", "over"]
_POINTS = re.compile(r" *[~^][~^ ]*")  # what Python writes below a line to point into it


@dataclass(frozen=True)
class Ways:
    """What a reader is told to do to go on: the words to type, or the keys to press.

    Attributes
    ----------
    details : str
        To see everything.
    locate : str
        To look longer for the place where it goes wrong; ``{name}`` stands for the exercise.
    next, solution, question : str
        To go where a success can lead.
    """

    details: str = "-v"
    locate: str = "kata locate {name}"
    next: str = ""
    solution: str = "kata solution {name}"
    question: str = "kata ask {name}"


def render(
    report: Report,
    screen: Screen,
    *,
    verbose: bool = False,
    before: Collection[str] | None = None,
    after: After | None = None,
    ways: Ways = Ways(),
    search: Search | None = None,
) -> str:
    """Return the report as lines for a screen.

    With one exercise, that exercise is shown in full; with several, a table by topic, the first exercise that is not
    right in full, one line for each of the others, and the score.

    Parameters
    ----------
    report : Report
    screen : Screen
    verbose : bool
        Whether every check that failed, of every exercise, is shown in full.
    before, after
        Of one exercise alone, as in `view`.
    ways : Ways
    search : Search, optional
        How far the one is that may find the place.
    """
    page = _Page(screen, verbose, ways, search)
    if len(report.exercises) == 1:
        return _text(page.exercise(view(report.exercises[0], before, after)))
    return _text(page.report(report))


def render_check(check: CheckResult, exercise: ExerciseResult, screen: Screen) -> str:
    """Return all that one check of an exercise said."""
    page = _Page(screen, verbose=True)
    lines = [*page.standing(exercise, summary.describe(exercise)), "", *page.check(check, check.diagnosis)]
    printed = "" if check.case and check.case.printed.strip() else exercise.stdout
    return _text([*lines, *page.printed(printed)])


def render_place(found: ExerciseResult, told: ExerciseResult, screen: Screen) -> str:
    """Return where an exercise goes wrong, or where to learn it if nothing is known, for those who were told the rest.

    Parameters
    ----------
    found : ExerciseResult
        With the place, if there is one.
    told : ExerciseResult
        As it was shown before.
    screen : Screen
    """
    page = _Page(screen, verbose=False)
    lines = []
    if found.place:
        lines = ["", *page.place(found.place)]
        if told.cause and not found.cause:
            lines += page.screen.paragraph("Found by trying, and surer than the cause above.", indent="    ")
    elif not (found.cause and found.cause.misconception):  # a name says more than a place would
        lines = ["", *page.no_place(found, "over")]
    return _text(lines)


def _text(lines: Iterator[str] | Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


class _Page:
    """The parts of what is shown, each as lines."""

    def __init__(self, screen: Screen, verbose: bool, ways: Ways = Ways(), search: Search | None = None) -> None:
        self.screen = screen
        self.verbose = verbose
        self.ways = ways
        self.search = search
        self.changed: dict[str, tuple[str, str]] = {}

    def report(self, report: Report) -> Iterator[str]:
        """Yield the table by topic, what is not right yet, and the score."""
        yield from self.topics(report)
        failing = summary.failing(report)
        in_full = failing if self.verbose else failing[:1]
        for exercise in in_full:
            yield ""
            yield from self.exercise(view(exercise))
        if others := failing[len(in_full) :]:
            yield ""
            yield self.screen.line(("Also not right yet:", "bold"))
            yield from self.lines(others)
        yield ""
        yield from self.score(report)

    def topics(self, report: Report) -> Iterator[str]:
        """Yield the table by topic."""
        rows = [("Topic", "Solved", "Points", "")]
        marks: list[Part] = [" "]
        for topic in summary.topics(report):
            solved = topic.solved == topic.exercises
            marks.append(_FAILING if topic.failing else _MARKS["passed" if solved else "not_attempted"])
            more = f"  {summary.APART}" if topic.apart else ""
            rows.append((single_line(topic.name), f"{topic.solved} of {topic.exercises}", topic.points, more))
        name, solved_, points_, _ = (max(map(columns, column)) for column in zip(*rows, strict=True))
        for mark, row in zip(marks, rows, strict=True):
            text = f"  {row[0]}{' ' * (name - columns(row[0]))}  {row[1]:>{solved_}}  {row[2]:>{points_}}"
            yield self.screen.cut(mark, (text, "dim" if mark == " " else ""), (row[3], "dim"))

    def exercise(self, view: View) -> Iterator[str]:
        """Yield how one exercise stands, the cause, the smallest failing case, and the rest."""
        exercise = view.exercise
        self.changed = dict.fromkeys(view.gained, _GAINED) | dict.fromkeys(view.lost, _LOST)
        yield from self.standing(exercise, view.standing)
        if exercise.message:
            yield from self.quote(exercise.message, "  ")
        if view.cause:
            yield ""
            yield from self.arrow(view.cause, "  ", view.explains)
        if exercise.place:
            yield ""
            yield from self.place(exercise.place)
        elif self.search:
            yield ""
            yield from self.no_place(exercise, self.search)
        in_full = summary.told(exercise) if self.verbose else [view.shown] if view.shown else []
        for check in in_full:
            yield ""
            yield from self.check(check, summary.own_diagnosis(exercise, check))
        if not self.verbose:
            yield from self.printed(view.printed)
        others = [check for check in exercise.checks if check not in in_full] if self.verbose else view.others
        if view.alike and not self.verbose:
            count = f"{view.alike} more check{'s fail' if view.alike > 1 else ' fails'} in the same way."
            yield ""
            yield from self.screen.paragraph(_FAILING, " ", (count, "dim"), indent="  ", hang="    ")
        if view.more_printed and not self.verbose:
            yield from self.screen.paragraph(
                (f"Other calls printed, too: {self.ways.details} shows all.", "dim"), indent="    "
            )
        if others:
            if self.verbose or not view.alike:
                yield ""
            yield from self.others(exercise, others, view.telling)
        if self.verbose:
            yield from self.printed(exercise.stdout)
        if view.after:
            yield from self.after(view.after, exercise)

    def standing(self, exercise: ExerciseResult, standing: str) -> Iterator[str]:
        """Yield the name of an exercise, its points, and how it stands."""
        name = single_line(exercise.name)
        points = f"  {_score(exercise)} points · {standing}"
        yield from self.screen.paragraph(_mark(exercise.status), " ", (name, "bold"), points)

    def after(self, after: After, exercise: ExerciseResult) -> Iterator[str]:
        """Yield what can come next."""
        yield ""
        name = single_line(exercise.name)
        offers = [
            ("Next:", single_line(after.next), self.ways.next) if after.next else ("Next:", "everything is done", "")
        ]
        if after.solution:
            offers.append(("Compare:", "", self.ways.solution))
        if after.question:
            offers.append(("Asked in interviews:", single_line(after.question), self.ways.question))
        for label, text, way in offers:
            words = "  ".join(filter(None, (text, way.format(name=name))))
            yield from self.screen.paragraph((label, "dim"), " ", words, indent="  ", hang="    ")

    def arrow(self, text: str, indent: str, explains: str = "") -> Iterator[str]:
        """Yield what the mistake probably is."""
        parts = (("→ ", "yellow"), (single_line(text, characters=1000), "bold yellow"))
        more = (f" ({explains})", "dim") if explains else ""
        yield from self.screen.paragraph(*parts, more, indent=indent, hang=f"{indent}  ")

    def place(self, place: Place) -> Iterator[str]:
        """Yield where a small change would mend it."""
        parts = (("⌖ ", "yellow"), ("It goes wrong in ", ""), (where(place), "bold"))
        yield from self.screen.paragraph(*parts, indent="  ", hang="    ")

    def no_place(self, exercise: ExerciseResult, search: Search) -> Iterator[str]:
        """Yield what there is to say while no place is known."""
        way = self.ways.locate.format(name=single_line(exercise.name))
        said = (
            "Looking for the place ..."
            if search == "running"
            else f"No small change is found yet that mends it: {way} looks longer."
        )
        yield from self.screen.paragraph(("⌖ ", "dim"), (said, "dim"), indent="  ", hang="    ")

    def check(self, check: CheckResult, diagnosis: str | None) -> Iterator[str]:
        """Yield one check in full: its title, the case or else the message, and what is said of it alone."""
        yield from self.title(check, "bold")
        if check.case:
            yield from self.case(check.case)
        elif check.message:
            yield from self.quote(check.message, "    ")
        if diagnosis:
            yield from self.arrow(diagnosis, "    ")

    def case(self, case: Case) -> Iterator[str]:
        """Yield a call with its arguments by name, what came back and what was expected."""
        whose = f" ({case.part})" if case.part else ""
        rows = [(argument.name, argument.value) for argument in case.arguments]
        names = [name for name, _ in rows if name != case.function]  # a function that is sent along has its text first
        yield from self.quote(f"{case.function}({', '.join(names)})", "    ")
        answers = [(f"yours{whose}", case.returned), (f"{case.whose}{whose}", case.expected)]
        rows += [(label, text) for label, text in answers if text is not None]
        rows += [("printed", case.printed.rstrip())] if case.printed.strip() else []
        width = max((columns(label) for label, _ in rows), default=0)
        for label, text in rows:
            yield from self.row(label, text, width)
        if case.said:
            yield from self.quote(case.said, "    ")
        if case.source and case.kind != "raised":  # a trace has it
            yield from self.quote(f"line {case.line}: {case.source}", "    ")

    def row(self, label: str, text: str, width: int) -> Iterator[str]:
        """Yield a value behind its name, the lines of a matrix below each other; where it is wide, below its name."""
        bar, label = "    │ ", single_line(label)
        lines = excerpt(text, lines=24, characters=1000).split("\n")
        if max(map(columns, lines)) <= self.screen.width - columns(bar) - width - 2:
            for line in lines:
                head = label + " " * (width - columns(label))
                yield from self.screen.paragraph(*((head, "dim"), "  ", line), indent=bar, indent_style="dim")
                label = ""
            return
        yield from self.screen.paragraph((label, "dim"), indent=bar, indent_style="dim")
        for line in lines:  # numbers no longer stand under numbers: they are not padded either
            line = " ".join(line.split()).replace("[ ", "[")
            yield from self.screen.paragraph(line, indent=f"{bar}  ", hang=f"{bar}    ", indent_style="dim")

    def others(
        self, exercise: ExerciseResult, checks: Sequence[CheckResult], telling: Collection[str]
    ) -> Iterator[str]:
        """Yield one line for each check that is not shown in full, and a diagnosis that is new."""
        for check in checks:
            yield from self.title(check, "dim")
            if check.name in telling and (diagnosis := summary.own_diagnosis(exercise, check)):
                yield from self.arrow(diagnosis, "    ")
        if any(check.status == "passed" and check.score < check.max_score for check in checks):
            sentence = "A passing check earns its points once the core checks pass."
            yield from self.screen.paragraph((sentence, "dim"), indent="    ")

    def title(self, check: CheckResult, style: str) -> Iterator[str]:
        """Yield whether a check passed, its title, and what is new about that."""
        title, name = single_line(check.title), f"  {single_line(check.name)}" if self.verbose else ""
        changed = self.changed.get(check.name, ("", ""))
        parts = (_mark(check.status), " ", (title, style), changed, (name, "dim"))
        yield from self.screen.paragraph(*parts, indent="  ", hang="    ")

    def printed(self, text: str) -> Iterator[str]:
        """Yield what the learner's code printed."""
        if text.strip():
            yield ""
            yield self.screen.line("  ", ("Your code printed:", "dim"))
            yield from self.quote(text, "  ", style="dim")

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
        yield from self.screen.paragraph(summary.solved(report))
        if left := summary.not_attempted(report):
            yield from self.screen.paragraph(f"{len(left)} not attempted yet; next: {single_line(left[0].name)}")
        yield self.screen.line((f"Score {summary.total(report)}", "bold"))

    def quote(self, text: str, indent: str, *, style: str = "") -> Iterator[str]:
        """Yield text that may be the learner's, cut after a screenful, each line behind a bar."""
        bar, above = f"{indent}│ ", ""
        for line in excerpt(text, lines=24, characters=2000).split("\n"):
            if not (
                _POINTS.fullmatch(line) and columns(bar + above) > self.screen.width
            ):  # nothing stands below itself
                yield from self.screen.paragraph((line, style), indent=bar, hang=bar, indent_style="dim")
            above = line


def _mark(status: str) -> tuple[str, str]:
    return _MARKS.get(status, _FAILING)


def _score(exercise: ExerciseResult) -> str:
    return f"{summary.points(exercise.score)}/{summary.points(exercise.max_score)}"
