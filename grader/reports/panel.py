"""Draw what a learner is shown of one exercise as HTML: the same as in a terminal, for a notebook and for a page.

All that the learner's code produced is text in a ``pre`` or a line of its own. What a terminal shows with ``-v`` is
folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from grader.report import Case, CheckResult, ExerciseResult
from grader.reports import summary
from grader.reports.elements import Html, element, join
from grader.reports.place import sentence
from grader.reports.text import excerpt, single_line
from grader.reports.view import After, View

_MARKS = {"passed": ("✓", "right", "passed"), "not_attempted": ("○", "untried", "not attempted")}
_MARKS["skipped"] = ("○", "untried", "not run")
_FAILING = ("✗", "wrong", "not right")


@cache
def style() -> str:
    """Return the style sheet of a panel, which takes its colours from what is around it."""
    return (Path(__file__).parent / "panel.css").read_text("utf-8")


def panel(view: View) -> Html:
    """Return what is shown of an exercise, as one element."""
    return element("div", *_parts(view), class_="kata")


def mark(status: str) -> Html:
    """Return the mark of an exercise or a check, which is read aloud as well."""
    sign, kind, spoken = _MARKS.get(status, _FAILING)
    return element("span", sign, class_=f"kata-mark kata-{kind}", role="img", aria_label=spoken)


def _parts(view: View) -> Iterator[Html]:
    exercise = view.exercise
    stands = element("span", f" {_score(exercise)} · {view.standing}", class_="kata-soft")
    yield element("h3", mark(exercise.status), " ", single_line(exercise.name), stands)
    if exercise.message:
        yield _quote(exercise.message)
    if view.cause:
        yield _cause(view.cause, view.explains)
    if exercise.place:
        yield _cause(sentence(exercise.place))
    if view.shown:
        yield element("p", mark(view.shown.status), " ", element("strong", single_line(view.shown.title)))
        yield from _check(view.shown, summary.own_diagnosis(exercise, view.shown))
    if view.others:
        yield element("ul", *(_other(view, check) for check in view.others))
        if any(check.status == "passed" and check.score < check.max_score for check in view.others):
            yield _aside("A passing check earns its points once the core checks pass.")
    printed = exercise.stdout if view.more_printed else view.printed
    if printed.strip():
        yield _aside("Your code printed:")
        yield _quote(printed)
    if view.after:
        yield _after(view.after, exercise)


def _other(view: View, check: CheckResult) -> Html:
    """Return a check of which the title is enough; what else it said is folded."""
    news = "new" if check.name in view.gained else "passed before" if check.name in view.lost else None
    title = join(mark(check.status), " ", single_line(check.title), element("em", " ", news) if news else None)
    told = check in summary.told(view.exercise)
    diagnosis = summary.own_diagnosis(view.exercise, check) if told or check.name in view.telling else None
    body = list(_check(check, diagnosis)) if told else []
    if not body:
        return element("li", title)
    return element("li", element("details", element("summary", title), *body))


def _check(check: CheckResult, diagnosis: str | None) -> Iterator[Html]:
    if check.case:
        yield from _case(check.case)
    elif check.message:
        yield _quote(check.message)
    if diagnosis:
        yield _cause(diagnosis)


def _case(case: Case) -> Iterator[Html]:
    """Yield a call with its arguments by name, what came back and what was expected."""
    whose = f" ({case.part})" if case.part else ""
    rows = [(argument.name, argument.value) for argument in case.arguments]
    rows += [(f"yours{whose}", case.returned or ""), (f"{case.whose}{whose}", case.expected or "")]
    rows += [("printed", case.printed.rstrip())]
    call = f"{case.function}({', '.join(argument.name for argument in case.arguments)})"
    lines = [
        element("tr", element("th", single_line(name), scope="row"), element("td", _value(value)))
        for name, value in rows
        if value.strip()
    ]
    head = element("caption", element("code", single_line(call)))
    table = element("table", head, *lines)
    yield element("div", table, class_="kata-wide", tabindex="0", role="region", aria_label="The smallest failing case")
    if case.said:
        yield _quote(case.said)
    if case.source and case.kind != "raised":  # a trace has it
        yield _quote(f"line {case.line}: {case.source}")


def _value(text: str) -> Html:
    return element("pre", excerpt(text, lines=24, characters=1000))


def _quote(text: str) -> Html:
    return element("pre", excerpt(text, lines=24, characters=2000), class_="kata-quote")


def _cause(text: str, explains: str = "") -> Html:
    more = element("span", f" ({explains})", class_="kata-soft") if explains else None
    return element("p", single_line(text, characters=1000), more, class_="kata-cause")


def _aside(text: str) -> Html:
    return element("p", text, class_="kata-soft")


def _after(after: After, exercise: ExerciseResult) -> Html:
    """Return what can come next."""
    name = single_line(exercise.name)
    offers = [("Next", join(single_line(after.next) if after.next else "everything is done"))]
    if after.solution:
        offers.append(("Compare", element("code", f"kata solution {name}")))
    if after.question:
        offers.append(
            ("Asked in interviews", join(single_line(after.question), " ", element("code", f"kata ask {name}")))
        )
    return element("dl", *(element("div", element("dt", label), element("dd", text)) for label, text in offers))


def _score(exercise: ExerciseResult) -> str:
    return f"{summary.points(exercise.score)}/{summary.points(exercise.max_score)} points"
