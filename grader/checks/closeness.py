"""Name every closeness that numbers are judged by.

``actual`` is close to ``expected`` where ``abs(actual - expected) <= atol + rtol * abs(expected)``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Closeness(NamedTuple):
    """A relative and an absolute tolerance."""

    rtol: float
    atol: float

    def entries(self, actual: Any, expected: Any) -> np.ndarray:
        """Return for each entry whether it is close; nan is close to nan."""
        with np.errstate(all="ignore"):
            if _same_floats(actual, expected):
                most = self.atol + self.rtol * np.abs(expected)
                near = np.abs(actual - expected) <= most
                if near.all() and np.isfinite(most).all():  # as nearly always: a third of the time of np.isclose
                    return np.asarray(near)
            return np.asarray(np.isclose(actual, expected, rtol=self.rtol, atol=self.atol, equal_nan=True))

    def all(self, actual: Any, expected: Any) -> bool:
        """Tell whether all entries are close."""
        return bool(self.entries(actual, expected).all())

    def scaled(self, scale: float) -> Closeness:
        """Return the closeness whose absolute tolerance is relative to ``scale``."""
        return Closeness(self.rtol, self.atol * scale)


def _same_floats(actual: Any, expected: Any) -> bool:
    return (
        isinstance(actual, np.ndarray)
        and isinstance(expected, np.ndarray)
        and actual.dtype == expected.dtype
        and actual.dtype.char in "fd"
    )


EXACT = Closeness(0.0, 0.0)
# A learner's answer is right.
RIGHT = Closeness(1e-9, 1e-12)
RIGHT_FLOAT32 = Closeness(1e-5, 1e-6)
# A learner's answer is that of a known mistake.
ALIKE = Closeness(1e-7, 1e-10)
ALIKE_FLOAT32 = Closeness(1e-4, 1e-6)
# Arguments are those of a recording, last bits of another machine aside.
RECORDED = Closeness(1e-6, 0.0)
# Numbers show a known slip, such as a transpose; the absolute tolerance is relative to the largest of them.
RECOGNIZED = Closeness(1e-6, 1e-9)
# Right, entry by entry, but for what float32 cannot hold.
SINGLE_PRECISION = Closeness(3e-6, 0.0)
# Right wherever the answer is finite.
ROUGHLY = Closeness(1e-4, 1e-6)


def right(dtype: np.dtype[Any]) -> Closeness:
    """Return how close an answer must be to an expected value of this dtype."""
    if dtype.kind in "biu":
        return EXACT
    return RIGHT_FLOAT32 if dtype.itemsize <= (8 if dtype.kind == "c" else 4) else RIGHT
