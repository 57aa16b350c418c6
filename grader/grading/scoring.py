"""Turn the results of checks into a score."""

from __future__ import annotations

from collections.abc import Sequence

from grader.grading.collecting import Check
from grader.grading.report import CheckResult


def score(points: float, checks: Sequence[Check], results: Sequence[CheckResult]) -> float:
    """Set every check's score and maximum, and return the exercise's score.

    The score is ``points`` times the weight of the passed checks over the weight of all, rounded once to two decimals.
    A check pays only if every core check has passed.

    Parameters
    ----------
    points : float
    checks : sequence of Check
    results : sequence of CheckResult
        One for each check, in the same order.
    """
    total = sum(check.weight for check in checks)
    core_passed = all(result.status == "passed" for check, result in zip(checks, results, strict=True) if check.core)
    earned = 0.0
    for check, result in zip(checks, results, strict=True):
        pays = core_passed and result.status == "passed"
        result.max_score = round(points * check.weight / total, 4)
        result.score = result.max_score if pays else 0.0
        earned += check.weight * pays
    return round(points * earned / total, 2)
