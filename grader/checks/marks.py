"""Mark a check: how it counts, and with which parameters it is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def core(check: F) -> F:
    """Mark a check that must pass before any other of its exercise counts.

    Without a mark, the first check of a file is the core one.

    Examples
    --------
    >>> @core
    ... def test_tanh_form(student, rng): ...
    """
    check.core = True  # type: ignore[attr-defined]
    return check


def weight(amount: float) -> Callable[[F], F]:
    """Give a check another weight than 1.

    Parameters
    ----------
    amount : float
        The share of the exercise's points that it earns, relative to the other checks.

    Examples
    --------
    >>> @weight(2)
    ... def test_tiny_gradients(student, rng): ...
    """

    def mark(check: F) -> F:
        check.weight = amount  # type: ignore[attr-defined]
        return check

    return mark


def parametrize(names: str | Sequence[str], values: Iterable[Any]) -> Callable[[F], F]:
    """Run a check once for each of ``values``; all the runs together are one check, which fails with the first of them.

    Several of them on one check multiply: the lowest varies most slowly. A `contract` takes them as a check does.

    Parameters
    ----------
    names : str or sequence of str
        The parameter's name, or the names of several.
    values : iterable
        One value for each run; where there are several names, a tuple of values.

    Examples
    --------
    >>> @parametrize("slope", [0.0, 2.0])
    ... def test_slopes(student, rng, slope): ...
    """
    keys = (names,) if isinstance(names, str) else tuple(names)
    rows = [dict(zip(keys, (value,) if isinstance(names, str) else value, strict=True)) for value in values]

    def mark(check: F) -> F:
        check.parameters = [*getattr(check, "parameters", []), rows]  # type: ignore[attr-defined]
        return check

    return mark
