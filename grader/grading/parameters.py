"""Name the arguments of a call, as the solution has them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from grader.checks.context import Call

if TYPE_CHECKING:
    from grader.grading.collecting import CheckFile


def parameters(file: CheckFile, function: str) -> Mapping[str, inspect.Parameter]:
    """Return the parameters of a function of the exercise by name, as the solution has them."""
    try:
        return _parameters(getattr(file.solution(), function))
    except (AttributeError, TypeError, ValueError):  # a function that is sent along, or one that nobody has
        return {}


@cache
def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def known_names(file: CheckFile, call: Call) -> Sequence[str]:
    """Return the names of the first arguments of a call, of as many as are known."""
    names = list(parameters(file, call.name))
    if call.sent is not None:
        names = list(inspect.signature(call.sent.__wrapped__).parameters)[1:]  # the first is the learner's module
    return names[: len(call.arguments)]


def argument_names(file: CheckFile, call: Call) -> Sequence[str]:
    """Return the name of each argument of a call; one whose name nobody knows is called by its place."""
    known = known_names(file, call)
    return [*known, *(f"argument {i + 1}" for i in range(len(known), len(call.arguments)))]
