"""Find what a constant factor stands for, over all calls that failed: the batch size, a hyper-parameter, ..."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import show
from grader.checks.closeness import RECOGNIZED
from grader.checks.diagnosis import Evidence, Hint


@dataclass(frozen=True)
class Factor:
    """How many times too large or too small every value is, in one call, and what number of the call that may be.

    ``meanings`` has the number's place in the call, such as ``the value of lr``, which is the same in other calls.
    """

    size: float
    word: str
    negative: bool
    lone: bool
    meanings: dict[str, bool]  # whether each is of a hyper-parameter, and not of a size


def explain_factors(evidences: Sequence[Evidence]) -> dict[int, Hint]:
    """Return what to say of each piece of evidence whose values are off by a factor with a meaning.

    A meaning is believed where it holds in every call with a constant factor. A lone number can be off by anything:
    there it takes two different factors in two calls. Of several meanings that hold, none is said, unless one of them
    is a hyper-parameter and the others are sizes.
    """
    found = {i: factor for i, evidence in enumerate(evidences) if (factor := _factor(evidence))}
    if not found:
        return {}
    factors = list(found.values())
    if len({(factor.word, factor.negative) for factor in factors}) > 1:
        return {}
    if all(factor.lone for factor in factors) and len({f"{factor.size:.6g}" for factor in factors}) < 2:
        return {}
    common = [name for name in factors[0].meanings if all(name in factor.meanings for factor in factors)]
    chosen = [name for name in common if factors[0].meanings[name]] or common
    if len(chosen) != 1:
        return {}
    return {i: Hint("factor", _sentence(factor, chosen[0]), lone=factor.lone) for i, factor in found.items()}


def _sentence(factor: Factor, meaning: str) -> str:
    size = show.number(factor.size)
    subject = "It" if factor.lone else "Every value"
    sign = ", with the wrong sign" if factor.negative else ""
    return f"{subject} is {size} times too {factor.word}{sign}, and {size} is {meaning}."


def _factor(evidence: Evidence) -> Factor | None:
    numbers = evidence.numbers
    if numbers is None or evidence.mismatch.kind != "value":
        return None
    actual, expected = numbers
    if actual.shape != expected.shape or actual.dtype.kind not in "iuf" or expected.dtype.kind not in "iuf":
        return None
    with np.errstate(all="ignore"):
        zero = np.abs(expected) < 1e-300
        if zero.all() or np.abs(actual[zero]).max(initial=0) > 1e-12:
            return None
        ratios = np.asarray(actual[~zero] / expected[~zero]).ravel()
        ratio = float(ratios[0])
        if not math.isfinite(ratio) or not np.allclose(ratios, ratio, rtol=RECOGNIZED.rtol, atol=0):
            return None
    if abs(ratio) < 1e-12 or math.isclose(abs(ratio), 1, rel_tol=RECOGNIZED.rtol):
        return None
    size, word = (abs(ratio), "large") if abs(ratio) > 1 else (1 / abs(ratio), "small")
    meanings = {
        name: is_parameter
        for value, name, is_parameter in _meanings(evidence)
        if math.isclose(value, size, rel_tol=RECOGNIZED.rtol)
    }
    return Factor(size, word, ratio < 0, ratios.size == 1, meanings)


def _meanings(evidence: Evidence) -> Iterator[tuple[float, str, bool]]:
    """Yield numbers of a call with what they are: hyper-parameters and what is made of them, then sizes."""
    parameters = [
        (float(value), evidence.name(position))
        for position, value in enumerate(evidence.arguments)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    ]
    for value, name in parameters:
        yield from _made_of(abs(value), name)
        yield from _made_of(abs(1 - value), f"1 - {name}")
    for value, name in _sizes(evidence):
        if value > 1:
            yield value, name, False


def _made_of(value: float, name: str) -> Iterator[tuple[float, str, bool]]:
    if value in (0.0, 1.0):
        return
    yield value, name, True
    yield 1 / value, f"1 / {name}" if name.isidentifier() else f"1 / ({name})", True
    yield value * value, f"the square of {name}", True
    yield 1 / value**2, f"1 over the square of {name}", True
    yield math.sqrt(value), f"the root of {name}", True
    yield 1 / math.sqrt(value), f"1 over the root of {name}", True


def _sizes(evidence: Evidence) -> Iterator[tuple[float, str]]:
    arrays = _arrays(evidence)
    if not arrays:
        return
    name, first = arrays[0]
    yield first.shape[0], f"the length of the first axis of {name}" if first.ndim > 1 else f"the length of {name}"
    for axis in range(1, first.ndim):
        yield first.shape[axis], f"the length of axis {axis} of {name}"
    if first.ndim > 1:
        yield first.size, f"the number of entries of {name}"


def _arrays(evidence: Evidence) -> list[tuple[str, np.ndarray]]:
    found: list[tuple[str, np.ndarray]] = []
    for position, value in enumerate(evidence.arguments):
        first: Any = value[0] if isinstance(value, (list, tuple)) and value else value
        if isinstance(first, np.ndarray) and first.ndim:
            found.append((evidence.name(position), first))
    return found
