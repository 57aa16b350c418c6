"""Tell how far a text gets in a check: a change that gets farther may be one of two that mend it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks.closeness import Closeness, right
from grader.grading.trial import Outcome

NUMBERS = (bool, int, float, complex, np.number, np.bool_, np.ndarray)


@dataclass(frozen=True)
class Failure:
    """How a check fails.

    Attributes
    ----------
    calls : int
        How many there were before it failed.
    shaped : bool
        Whether an answer came of which something is right, a shape at least: to come to nothing is not to get farther.
    wrong : int
        Of such an answer, what is wrong: for each of its parts a bit for the shape and one for every entry.
    """

    calls: int
    shaped: bool
    wrong: int = 1

    @classmethod
    def of(cls, outcome: Outcome) -> Failure:
        """Return how an outcome failed that did not pass."""
        whole = () if outcome.mismatch is None else _wrong(*outcome.mismatch.whole)
        bits = np.concatenate([[True], *whole])  # the first: something is wrong
        if bits.all():
            return cls(len(outcome.calls), False)
        return cls(len(outcome.calls), True, int.from_bytes(np.packbits(bits).tobytes()))

    def is_farther_than(self, other: Failure) -> bool:
        """Tell whether this one comes later, or leaves less wrong and nothing that was right."""
        mine, theirs = (self.calls, self.shaped), (other.calls, other.shaped)
        return mine > theirs or (mine == theirs and self.wrong != other.wrong and not self.wrong & ~other.wrong)

    def completes(self, other: Failure) -> bool:
        """Tell whether each of two leaves right what the other leaves wrong."""
        alike = (self.calls, self.shaped) == (other.calls, other.shaped)
        return alike and (self.wrong & other.wrong).bit_count() == 1


def _wrong(actual: Any, expected: Any) -> Iterator[np.ndarray]:
    """Yield for each part whether its shape is wrong, then which of its entries are."""
    if isinstance(expected, dict):
        given = actual if isinstance(actual, dict) else {}
        for key, value in expected.items():
            yield from _wrong(given.get(key), value)
    elif isinstance(expected, list | tuple):
        same = isinstance(actual, list | tuple) and len(actual) == len(expected)
        for place, value in enumerate(expected):
            yield from _wrong(actual[place] if same else None, value)
    else:
        values, wanted = _numbers(actual), _numbers(expected)
        if values is not None and wanted is not None and values.shape == wanted.shape:
            close = Closeness(*right(wanted.dtype)).entries(values, wanted)
            yield np.concatenate([[False], ~close.ravel()])
        else:
            same = type(actual) is type(expected) and not isinstance(actual, np.ndarray) and actual == expected
            yield np.full(1 + np.size(expected), not same)


def _numbers(value: Any) -> np.ndarray | None:
    """Return a value as an array, if it is one of numbers, or a number."""
    array = np.asarray(value) if isinstance(value, NUMBERS) else None
    return array if array is not None and array.dtype.kind in "biufc" else None
