"""Compute the classical figures of a test from a matrix of scores: a row for each submission, a column for each item.

A figure that says nothing is None: with too few submissions, or where all scores are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

ENOUGH = 20  # submissions; with fewer, correlations are noise
ITEMS = 3  # of which alpha says something
BINS = 10

_SAME = 1e-9


def shares(scores: Scores, points: Sequence[float]) -> Scores:
    """Return which part of all points each submission has, between 0 and 1, shape (submissions,)."""
    return np.asarray(scores.sum(axis=1) / sum(points), float)


def distribution(parts: Scores) -> list[int]:
    """Return how many of these parts fall into each tenth; the last one includes all that is right."""
    tenths = np.minimum(np.floor(np.round(parts * BINS, 9)), BINS - 1).astype(int)
    return [int(number) for number in np.bincount(tenths, minlength=BINS)]


def difficulties(scores: Scores, points: Sequence[float]) -> list[float | None]:
    """Return the difficulty index of each item, the mean part of its points: 1 is easy, 0 is hard."""
    if not len(scores):
        return [None] * len(points)
    return [float(mean) for mean in scores.mean(axis=0) / np.asarray(points)]


def discriminations(scores: Scores) -> list[float | None]:
    """Return the item-rest correlation of each item: whether those who have it right have more of the others right."""
    rest = [np.delete(scores, item, axis=1).sum(axis=1) for item in range(scores.shape[1])]
    return [_correlation(scores[:, item], others) for item, others in enumerate(rest)]


def cronbach_alpha(scores: Scores) -> float | None:
    """Return how far the items measure one thing: 1 if they all agree, about 0 if they have nothing in common."""
    submissions, items = scores.shape
    if submissions < ENOUGH or items < ITEMS:
        return None
    whole = scores.sum(axis=1).var(ddof=1)
    if whole < _SAME:
        return None
    return float(items / (items - 1) * (1 - scores.var(axis=0, ddof=1).sum() / whole))


def _correlation(one: Scores, other: Scores) -> float | None:
    if len(one) < ENOUGH or np.ptp(one) < _SAME or np.ptp(other) < _SAME:
        return None
    return float(np.corrcoef(one, other)[0, 1])
