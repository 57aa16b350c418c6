"""Marks that decide how a check counts."""

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., None])


def core(check: F) -> F:
    """Mark a check that must pass before any other of its exercise counts."""
    check.core = True  # type: ignore[attr-defined]
    return check


def weight(amount: float) -> Callable[[F], F]:
    """Give a check another weight than 1."""

    def mark(check: F) -> F:
        check.weight = amount  # type: ignore[attr-defined]
        return check

    return mark
