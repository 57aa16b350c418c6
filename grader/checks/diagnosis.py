"""Recognize a common slip from the numbers alone: what came back, what was expected, what was passed.

A rule would rather be silent than wrong: what it says must be so, and not be a coincidence.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from grader.checks import show
from grader.checks.closeness import RECOGNIZED, RIGHT_FLOAT32, ROUGHLY, SINGLE_PRECISION, right
from grader.checks.comparison import Mismatch
from grader.checks.context import Call

FEWEST = 3  # entries of either kind that make a pattern
MOST_NUMBERS = 1_000_000  # a wrong answer may be of any size; looking at it closely may not take long


@dataclass(frozen=True)
class Evidence:
    """A failed comparison, and the call that was made before it.

    Attributes
    ----------
    mismatch : Mismatch
    call : Call
    parameters : tuple of str
        The names of the arguments, as far as they are known.
    defaults : tuple
        The values of the parameters after those that were passed.
    """

    mismatch: Mismatch
    call: Call
    parameters: tuple[str, ...]
    defaults: tuple[Any, ...] = ()

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What was passed."""
        return self.call.arguments

    def name(self, position: int) -> str:
        """Return what an argument is called."""
        return self.parameters[position] if position < len(self.parameters) else f"argument {position + 1}"

    @property
    def numbers(self) -> tuple[np.ndarray, np.ndarray] | None:
        """What came back and what was expected, where both are numbers and not too many to be looked at."""
        actual, expected = self.mismatch.actual, self.mismatch.expected
        if not _is_numeric(actual) or not _is_numeric(expected):
            return None
        actual, expected = np.asarray(actual), np.asarray(expected)
        if not 0 < actual.size <= MOST_NUMBERS or not 0 < expected.size <= MOST_NUMBERS:
            return None
        return actual, expected


class Hint(NamedTuple):
    """What a rule says of one check; two checks in which the same rule speaks may have the same cause.

    Attributes
    ----------
    rule : str
    sentence : str
    fact : bool
        Whether it is a fact about this check, whatever the others say. Numbers in one check alone can be a coincidence.
    lone : bool
        Whether it is about a single number, with which a coincidence is easy.
    everywhere : bool
        Whether it is a cause only where every failed check shows it.
    """

    rule: str
    sentence: str
    fact: bool = False
    lone: bool = False
    everywhere: bool = False


def diagnose(evidence: Evidence) -> Hint | None:
    """Return what one failed comparison shows, or None where nothing is recognized."""
    mismatch, observed = evidence.mismatch, evidence.call.observation
    if mismatch.kind == "raised":
        return None
    if observed.value is None and mismatch.expected is not None:
        return Hint("none", "The function returned None: did you forget a return?", fact=True)
    if mismatch.swapped:
        return Hint(
            "swapped", f"The values are right, but in another order: expected is {mismatch.swapped}.", fact=True
        )
    numbers = evidence.numbers
    if numbers is None:
        return None
    actual, expected = numbers
    rules = _DTYPE_RULES if mismatch.kind == "dtype" else _VALUE_RULES
    if actual.shape != expected.shape:
        rules = _SHAPE_RULES if max(actual.size, expected.size) > 1 else ()  # a lone number fits any shape
    with np.errstate(all="ignore"):
        for rule in rules:
            sentence = rule(actual, expected, evidence)
            if sentence:
                part = evidence.mismatch.part
                said = f"{part}: {sentence[0].lower()}{sentence[1:]}" if part and rule is not _changed else sentence
                return Hint(rule.__name__, said, rule in _FACTS, actual.size == 1, rule is _where)
    return None


def _is_numeric(value: Any) -> bool:
    """Tell whether a value is a number or numbers that an array can hold, which a huge integer is not."""
    return isinstance(value, (int, float, complex, np.generic, np.ndarray)) and np.asarray(value).dtype.kind in "biufc"


def _same(actual: np.ndarray, expected: np.ndarray) -> bool:
    return actual.shape == expected.shape and bool(RECOGNIZED.scaled(_scale(expected)).all(actual, expected))


def _scale(values: np.ndarray) -> float:
    """Return the largest finite magnitude, so that small numbers are not all taken for the same."""
    return float(np.abs(values, where=np.isfinite(values), out=np.zeros(values.shape)).max(initial=0.0))


# --- another shape ------------------------------------------------------------------------------------------------


def _transposed_shape(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.ndim != expected.ndim or actual.ndim < 2 or actual.size != expected.size:
        return None
    for axes in itertools.permutations(range(actual.ndim)):
        if axes != tuple(range(actual.ndim)) and _same(actual.transpose(axes), expected):
            return "It is the transpose of what is expected." if actual.ndim == 2 else "The axes are in another order."
    return None


def _extra_axis(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if not _same(actual.squeeze(), expected.squeeze()):
        return None
    if actual.ndim > expected.ndim:
        return "The values are right, but the shape has an extra axis of length 1."
    if actual.ndim < expected.ndim:
        return (
            "The values are right, but an axis of length 1 is missing (keepdims=True keeps that of a sum, mean or max)."
        )
    return "The values are right, but an axis of length 1 is in another place."


def _reshaped(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    return "The values are right, but laid out in another shape." if _same(actual.ravel(), expected.ravel()) else None


def _broadcast(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    """See whether a column met a row, so that every pair was computed: the diagonal is the answer."""
    n = expected.size
    if (
        n > 1
        and actual.shape == (n, n)
        and expected.shape in ((n,), (n, 1), (1, n))
        and _same(np.diag(actual), expected.ravel())
    ):
        return f"Broadcasting made {n} values into ({n}, {n}): an array of shape ({n}, 1) met one of shape ({n},)."
    return None


def _not_reduced(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.ndim <= expected.ndim or actual.ndim > 4:
        return None
    for count in range(1, actual.ndim + 1):
        for axes in itertools.combinations(range(actual.ndim), count):
            names = _axes(axes, actual.ndim)
            if _same(actual.sum(axes), expected):
                return f"It is not summed over {names} yet: the sum of your values over it is what is expected."
            if _same(actual.mean(axes), expected):
                return f"It is not averaged over {names} yet: the mean of your values over it is what is expected."
    return None


def _reduced_too_far(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.ndim >= expected.ndim or expected.ndim > 4:
        return None
    for count in range(1, expected.ndim + 1):
        for axes in itertools.combinations(range(expected.ndim), count):
            names = _axes(axes, expected.ndim)
            if _same(expected.sum(axes), actual):
                return f"It is summed over {names}, which should be kept."
            if _same(expected.mean(axes), actual):
                return f"It is averaged over {names}, which should be kept."
    return None


def _axes(axes: tuple[int, ...], ndim: int) -> str:
    if len(axes) == ndim:
        return "all axes"
    return f"axis {axes[0]}" if len(axes) == 1 else f"axes {', '.join(map(str, axes))}"


REDUCTIONS: dict[str, Callable[..., np.ndarray]] = {
    "sum": np.sum,
    "mean": np.mean,
    "largest value": np.max,
    "smallest value": np.min,
    "standard deviation": np.std,
    "variance": np.var,
    "position of the largest value": np.argmax,
}


def _reduced_over_wrong_axis(actual: np.ndarray, expected: np.ndarray, evidence: Evidence) -> str | None:
    """See whether one is an argument reduced over one axis, and the other the same argument over another axis."""
    for position, argument in enumerate(evidence.arguments):
        if not isinstance(argument, np.ndarray) or argument.dtype.kind not in "iuf":
            continue
        if not 2 <= argument.ndim <= 4 or argument.size == 0:
            continue
        returned, wanted = actual.squeeze(), expected.squeeze()
        for words, reduce in REDUCTIONS.items():
            reduced = [np.squeeze(reduce(argument, axis=axis)) for axis in range(argument.ndim)]
            taken = [axis for axis, values in enumerate(reduced) if values.size > 1 and _same(values, returned)]
            asked = [axis for axis, values in enumerate(reduced) if values.size > 1 and _same(values, wanted)]
            if taken and asked and not set(taken) & set(asked):
                return (
                    f"The wrong axis: it is the {words} of {evidence.name(position)} over axis {taken[0]}, "
                    f"expected is the one over axis {asked[0]}."
                )
    return None


# --- the same shape, other values ---------------------------------------------------------------------------------


def _changed(_actual: np.ndarray, _expected: np.ndarray, evidence: Evidence) -> str | None:
    changed = evidence.call.observation.changed
    if not changed:
        return None
    names = " and ".join(evidence.name(position) for position in changed)
    return f"The call changed {names} in place; an argument must stay as it is."


def _not_finite(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    new = ~np.isfinite(actual) & np.isfinite(expected)
    if not new.any():
        return None
    rest_right = ROUGHLY.all(actual[~new], expected[~new])
    start = "Right elsewhere, but" if rest_right and not new.all() else "The answer holds"
    if np.isnan(actual[new]).any():
        kind = "nan" if np.isnan(actual[new]).all() else "nan and inf"
        cause = (
            "look for inf / inf (exp of a large number), inf - inf, 0 * inf, 0 / 0, the "
            "mean of an empty array, the log or root of a number below 0"
        )
    elif (actual[new] == -np.inf).all():
        kind, cause = "-inf", "look for log of 0, or for a padding or mask of -inf that reached the answer"
    else:
        kind, cause = "inf", "look for an overflow (exp of a large number), a division by 0 or the log of 0"
    return f"{start} {kind} where a finite number is expected: {cause}."


def _truth(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.dtype.kind != "b" or expected.dtype.kind == "b":
        return None
    return "It holds True and False where numbers are expected: is a comparison returned as it is?"


def _returned_argument(actual: np.ndarray, _expected: np.ndarray, evidence: Evidence) -> str | None:
    """See whether the answer is an argument as it came in: just one of them, and not constant."""
    if actual.size < 2 or np.all(actual == actual.ravel()[0]):
        return None
    equal = [
        position
        for position, argument in enumerate(evidence.arguments)
        if isinstance(argument, np.ndarray) and argument.ndim and _same(actual, argument)
    ]
    return f"It is {evidence.name(equal[0])}, unchanged." if len(equal) == 1 else None


def _exchanged(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    """See whether two values have changed places, as in an answer of zeros and ones."""
    if actual.dtype.kind == "b" or expected.dtype.kind == "b":
        return None
    values = np.unique(expected)
    if len(values) != 2 or not np.isfinite(values).all() or not _same(actual, values.sum() - expected):
        return None
    low, high = (show.number(value) for value in values)
    return f"{low} and {high} are exchanged."


def _sign(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.dtype.kind == "b":
        differs = expected.dtype.kind == "b" and actual.size > 1 and _same(~actual, expected)
        return "Every value is the opposite: True where False is expected, False where True is." if differs else None
    if _same(-actual, expected):
        return "Every value has the wrong sign." if actual.size > 1 else "It has the wrong sign."
    if actual.size > 2 and _same(np.abs(actual), np.abs(expected)):
        return "The magnitudes are right, but some signs are wrong."
    return None


def _transpose(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.ndim >= 2 and _same(actual.swapaxes(-1, -2), expected):
        return "It is the transpose of what is expected."
    return None


def _cut_to_integers(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if (
        actual.dtype.kind not in "iu"
        or actual.ndim == 0
        or expected.dtype.kind != "f"
        or _same(np.rint(expected), expected)
    ):
        return None
    if len(np.unique(actual)) < 3:  # a few small numbers are cut to anything
        return None
    if any(_same(actual, cut(expected)) for cut in (np.trunc, np.floor, np.rint)):
        return "The values are cut to whole numbers: an array of integers, or //, keeps no fractions."
    return None


def _missing_keepdims(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    """See whether the row that belongs to an entry's column was taken for the one that belongs to its row.

    For a square array ``x / s`` runs without ``keepdims``, and is off by ``s[i] / s[j]``; ``x - s`` by ``s[i] - s[j]``.
    """
    if actual.ndim != 2 or actual.shape[0] != actual.shape[1] or len(actual) < 3 or actual.dtype.kind != "f":
        return None
    if not np.allclose(np.diag(actual), np.diag(expected), rtol=RECOGNIZED.rtol, atol=1e-12):
        return None
    ratio, difference = actual / expected, actual - expected
    off_by_ratio = np.allclose(ratio, np.outer(ratio[:, 0], ratio[0]), rtol=RECOGNIZED.rtol, atol=0)
    off_by_difference = np.allclose(
        difference, np.add.outer(difference[:, 0], difference[0]), rtol=RECOGNIZED.rtol, atol=1e-9
    )
    if off_by_ratio or off_by_difference:
        cause = "what belongs to a row met the columns"
        return f"Only the diagonal is right: {cause}. Does a sum, mean or max need keepdims=True?"
    return None


def _reversed(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if len(np.unique(expected)) < 3:  # in any order
        return None
    for axis in range(actual.ndim):
        if actual.shape[axis] > 1 and _same(np.flip(actual, axis), expected):
            return f"The values are right, but in reversed order along axis {axis}."
    return None


def _other_order(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.dtype.kind not in "iuf" or actual.size < 4 or len(np.unique(expected)) < 3:
        return None
    if _same(np.sort(actual, axis=None), np.sort(expected, axis=None)):
        return "The values are right, but in another order."
    return None


def _wrong_axis(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    """See whether each is normalized (to sum 1, or to mean 0) along an axis of its own."""
    if actual.ndim < 2 or actual.dtype.kind != "f":
        return None
    tests: tuple[tuple[str, Callable[[np.ndarray, int], np.ndarray], float], ...] = (
        ("sums to 1", lambda values, axis: values.sum(axis), 1.0),
        ("has mean 0", lambda values, axis: values.mean(axis), 0.0),
    )
    for words, reduce, goal in tests:
        axes = [
            {axis for axis in range(actual.ndim) if np.allclose(reduce(values, axis), goal, atol=1e-5)}
            for values in (actual, expected)
        ]
        if axes[0] and axes[1] and not axes[0] & axes[1]:
            return (
                f"The wrong axis: your answer {words} along axis {min(axes[0])}, it should along axis {min(axes[1])}."
            )
    return None


def _dtype(actual: np.ndarray, expected: np.ndarray, _: Evidence) -> str | None:
    if actual.dtype == np.float64 and expected.dtype == np.float32 and RIGHT_FLOAT32.all(actual, expected):
        cause = "a float64 array, or a NumPy scalar such as np.sqrt(2.0); math.sqrt(2.0) and plain numbers do not"
        return f"float32 became float64 on the way: {cause}."
    return None


def _single_precision(actual: np.ndarray, expected: np.ndarray, evidence: Evidence) -> str | None:
    """See whether every entry is right to about seven digits; of what was an argument before, its change must be."""
    if expected.dtype != np.float64 or not SINGLE_PRECISION.all(actual, expected):
        return None
    for argument in evidence.arguments:
        if isinstance(argument, np.ndarray) and argument.shape == expected.shape and argument.dtype.kind in "iuf":
            change = expected - argument
            if _scale(change) < 0.5 * _scale(expected) and not SINGLE_PRECISION.all(actual - argument, change):
                return None
    return "Right to about seven digits: something is computed in float32, or a small constant differs."


def _where(actual: np.ndarray, expected: np.ndarray, evidence: Evidence) -> str | None:
    """See whether the wrong entries are just those at which an argument is negative, or positive."""
    wrong = ~right(expected.dtype).entries(actual, expected)
    if not FEWEST <= wrong.sum() <= wrong.size - FEWEST:
        return None
    found = [
        f"{evidence.name(position)} is {words}"
        for position, argument in enumerate(evidence.arguments)
        if isinstance(argument, np.ndarray) and argument.shape == wrong.shape and argument.dtype.kind in "iuf"
        for words, there in (("negative", argument < 0), ("positive", argument > 0))
        if np.array_equal(there, wrong)
    ]
    return f"Wrong exactly where {found[0]}." if len(found) == 1 else None


Rule = Callable[[np.ndarray, np.ndarray, Evidence], str | None]

_DTYPE_RULES: tuple[Rule, ...] = (_dtype,)
_SHAPE_RULES: tuple[Rule, ...] = (
    _transposed_shape,
    _extra_axis,
    _broadcast,
    _not_reduced,
    _reduced_too_far,
    _reduced_over_wrong_axis,
    _reshaped,
)
_FACTS = {_dtype, _extra_axis, _reshaped, _truth, _changed, _not_finite}
_VALUE_RULES: tuple[Rule, ...] = (
    _truth,
    _changed,
    _not_finite,
    _single_precision,
    _cut_to_integers,
    _sign,
    _exchanged,
    _transpose,
    _reduced_over_wrong_axis,
    _missing_keepdims,
    _returned_argument,
    _reversed,
    _wrong_axis,
    _other_order,
    _where,
)
