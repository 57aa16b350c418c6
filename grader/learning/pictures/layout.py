"""Decide what part of the numbers a picture shows, whatever a learner's are."""

from __future__ import annotations

import numpy as np

FARTHEST = 1.0  # how far past torch's the picture follows yours, in heights of torch's


def limits(mine: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """Return the lowest and the highest number shown: all of torch's, and as much of yours as leaves those visible."""
    theirs = other[np.isfinite(other)]
    low, high = (float(theirs.min()), float(theirs.max())) if theirs.size else (0.0, 1.0)
    height = high - low or max(abs(high), 1.0)
    yours = np.clip(mine[np.isfinite(mine)], low - FARTHEST * height, high + FARTHEST * height)
    low, high = yours.min(initial=low), yours.max(initial=high)
    margin = 0.06 * (high - low or height)
    return low - margin, high + margin


def within(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return numbers that can be drawn: what is far outside is moved just outside, where it is not seen."""
    return np.asarray(np.clip(values, low - (high - low), high + (high - low)))
