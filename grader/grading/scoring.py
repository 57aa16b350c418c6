"""Turn what the checks found into points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.grading.collecting import Check


@dataclass(frozen=True)
class Points:
    """The points of an exercise: of each check what it earns and what it could, and the sum."""

    earned: tuple[float, ...]
    possible: tuple[float, ...]
    total: float


def count(points: float, checks: Sequence[Check], passed: Sequence[bool]) -> Points:
    """Share out the points of an exercise.

    The sum is ``points`` times the weight of the passed checks over the weight of all, rounded once to two decimals.
    A check pays only if every core check has passed.

    Parameters
    ----------
    points : float
        Of the exercise.
    checks : sequence of Check
    passed : sequence of bool
        Whether each of them passed.
    """
    weight = sum(check.weight for check in checks)
    core_passed = all(right for check, right in zip(checks, passed, strict=True) if check.core)
    pays = [core_passed and right for right in passed]
    possible = [round(points * check.weight / weight, 4) for check in checks]
    earned = [worth if pay else 0.0 for worth, pay in zip(possible, pays, strict=True)]
    total = points * sum(check.weight for check, pay in zip(checks, pays, strict=True) if pay) / weight
    return Points(tuple(earned), tuple(possible), round(total, 2))
