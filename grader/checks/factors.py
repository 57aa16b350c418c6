"""Find what a constant factor stands for, over all calls that failed: the batch size, a hyper-parameter, ..."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from grader.checks import show
from grader.checks.closeness import RECOGNIZED
from grader.checks.diagnosis import Evidence, Hint


class Meaning(NamedTuple):
    """What a factor may be: a number of the call, which values were multiplied with, or divided by, once too often."""

    name: str
    over: bool


@dataclass(frozen=True)
class Factor:
    """How many times what is expected every value is, in one call, and what number of the call that may be.

    Attributes
    ----------
    ratio : float
    lone : bool
        Whether there is one value only.
    meanings : dict of Meaning to tuple of float and bool
        The number, and whether it is a hyper-parameter and not a size.
    """

    ratio: float
    lone: bool
    meanings: dict[Meaning, tuple[float, bool]]


def explain_factors(evidences: Sequence[Evidence]) -> dict[int, Hint]:
    """Return what to say of each piece of evidence whose values are off by a factor with a meaning.

    A meaning is believed where it holds in every call with a constant factor. A lone number can be off by anything:
    there it takes two different factors in two calls. Of several meanings that hold, none is said, unless one of them
    is a hyper-parameter and the others are sizes.
    """
    found = {i: factor for i, evidence in enumerate(evidences) if (factor := _factor(evidence))}
    factors = list(found.values())
    if not factors or len({factor.ratio < 0 for factor in factors}) > 1:
        return {}
    if all(factor.lone for factor in factors) and len({f"{factor.ratio:.6g}" for factor in factors}) < 2:
        return {}
    common = [meaning for meaning in factors[0].meanings if all(meaning in factor.meanings for factor in factors)]
    chosen = [meaning for meaning in common if factors[0].meanings[meaning][1]] or common
    if len(chosen) != 1:
        return {}
    return {
        i: Hint("factor", _sentence(factor, chosen[0], evidences[i].mismatch.part), lone=factor.lone)
        for i, factor in found.items()
    }


def _sentence(factor: Factor, meaning: Meaning, part: str) -> str:
    ratio, (value, _) = abs(factor.ratio), factor.meanings[meaning]
    size, word = (ratio, "large") if ratio > 1 else (1 / ratio, "small")
    subject = (f"{part}: it" if part else "It") if factor.lone else f"{part}: every value" if part else "Every value"
    sign = ", with the wrong sign" if factor.ratio < 0 else ""
    name = meaning.name
    if value < 1:
        name = f"1 / {name}" if name.isidentifier() else f"1 / ({name})" if name[0] == "1" else f"1 over {name}"
    return f"{subject} is {show.number(size)} times too {word}{sign}, and {show.number(size)} is {name}."


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
    meanings = {
        Meaning(name, over): (value, is_parameter)
        for value, name, is_parameter in _numbers(evidence)
        for over in (False, True)
        if math.isclose(1 / value if over else value, abs(ratio), rel_tol=RECOGNIZED.rtol)
    }
    return Factor(ratio, ratios.size == 1, meanings)


def _numbers(evidence: Evidence) -> Iterator[tuple[float, str, bool]]:
    """Yield numbers of a call with what they are: hyper-parameters and what is made of them, then sizes."""
    for position, value in enumerate((*evidence.arguments, *evidence.defaults)):
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            name = evidence.name(position)
            yield from _made_of(abs(float(value)), name)
            yield from _made_of(abs(1 - float(value)), f"1 - {name}")
    for size, name in _sizes(evidence):
        if size > 1:
            yield size, name, False


def _made_of(value: float, name: str) -> Iterator[tuple[float, str, bool]]:
    made = ((value, name), (value * value, f"the square of {name}"), (math.sqrt(value), f"the root of {name}"))
    yield from ((number, words, True) for number, words in made if number not in (0.0, 1.0) and math.isfinite(number))


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
