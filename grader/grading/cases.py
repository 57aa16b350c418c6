"""Write out the call at which a check failed: arguments by name, what came back, what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import dedent
from typing import Any

import numpy as np

from grader.checks import show
from grader.checks.comparison import Mismatch
from grader.checks.context import Call
from grader.checks.student import LearnerSide
from grader.grading.parameters import argument_names
from grader.grading.trial import Outcome, Trial
from grader.report import Argument, Case, CaseKind, plain

IN_FULL = 20  # entries of an array that are all shown
VALUE_CHARS = 1000
PRINTED_CHARS = 2000


def case(trial: Trial, outcome: Outcome, source: str) -> Case | None:
    """Return the call at which a check failed; None where none was made.

    Parameters
    ----------
    trial : Trial
    outcome : Outcome
        Of a check that did not pass.
    source : str
        The learner's text.
    """
    if not outcome.calls:
        return None
    call, mismatch = outcome.calls[-1], outcome.mismatch
    difference = mismatch.difference if mismatch else None
    said = difference.said() if difference else _without_the_call(outcome.message or "", call)
    returned, expected = difference.entries() or (None, None) if difference else (None, None)
    if difference and not (returned and _size(difference.expected) > IN_FULL):
        returned, expected = _value(difference.actual), _value(difference.expected)
    return Case(
        function=call.name,
        arguments=tuple(_arguments(trial, call)),
        numbers=sum(map(_size, call.arguments)),
        kind=_kind(call, mismatch),
        said=_shown(said, VALUE_CHARS),
        part=_shown(mismatch.part, 100) if mismatch else "",
        returned=None if returned is None else _shown(returned, VALUE_CHARS),
        expected=None if expected is None else _shown(expected, VALUE_CHARS),
        whose="torch" if outcome.asked else "expected",
        line=outcome.line,
        source=_line(source, outcome.line),
        printed=_shown(call.observation.printed, PRINTED_CHARS),
    )


def _arguments(trial: Trial, call: Call) -> Iterable[Argument]:
    """Yield the arguments of a call; those of a function that is sent along come after its text."""
    if call.sent is not None:
        yield Argument(call.name, _shown(call.sent.content, VALUE_CHARS))
    for name, value in zip(argument_names(trial.file, call), call.arguments, strict=True):
        yield Argument(name, _shown(_value(value), VALUE_CHARS))


def _value(value: Any) -> str:
    """Return a value in full where it is small, rows under rows."""
    if isinstance(value, np.ndarray) and value.size <= IN_FULL:
        return show.rows(value) + (
            "" if value.dtype.kind in "fib" and value.dtype != np.float32 else f"  {value.dtype}"
        )
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        opening, closing = "[]" if isinstance(value, list) else "()"
        items = ",\n".join(_value(item) for item in value[: show.SMALL]) + ", ..." * (len(value) > show.SMALL)
        return opening + items.replace("\n", "\n ") + closing
    if isinstance(value, LearnerSide):
        return value.content
    return show.short(value)


def _size(value: Any) -> int:
    """Return how many numbers a value holds."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    return value.size if isinstance(value, np.ndarray) else 1


def _kind(call: Call, mismatch: Mismatch | None) -> CaseKind:
    if call.observation.failure is not None:
        return "raised"
    return mismatch.kind if mismatch and mismatch.kind != "raised" else "other"  # a refusal that did not come


def _without_the_call(message: str, call: Call) -> str:
    """Return what a message says beside which call was made."""
    called = plain(show.line("called", call.text))
    return dedent(f"{message}\n".replace(f"{called}\n", "").strip("\n"))


def _line(source: str, number: int | None) -> str:
    lines = source.split("\n")
    return _shown(lines[number - 1].strip(), 200) if number and number <= len(lines) else ""


def _shown(text: str, characters: int) -> str:
    text = plain(text[: characters + 1])
    return text if len(text) <= characters else f"{text[: characters - 4]} ..."
