"""Compare what a learner's function did with what is expected, and say what a learner needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from grader.checks import show
from grader.checks.closeness import EXACT, Closeness, right
from grader.checks.context import last_call
from grader.checks.student import Student, StudentFailed

MOST_ENTRIES = 3
MOST_PARTS = 4


class Mismatch(AssertionError):
    """An answer that differs from what was expected.

    Attributes
    ----------
    actual, expected : object
        The parts that differ: of a tuple's parts, the first that does.
    swapped : str or None
        The order that was expected, where a tuple has the right parts in another one.
    """

    def __init__(self, message: str, actual: Any, expected: Any) -> None:
        super().__init__(message)
        self.actual = actual
        self.expected = expected
        self.swapped: str | None = None


def assert_close(
    actual: Any,
    expected: Any,
    *,
    dtype: Any = None,
    rtol: float | None = None,
    atol: float | None = None,
    names: Sequence[str] | None = None,
) -> None:
    """Fail unless ``actual`` has the structure, shape and values of ``expected``; see tests/README.md.

    Parameters
    ----------
    actual : object
        What the learner's function returned, or a part of it.
    expected : object
        Arrays, numbers, strings, None, and tuples, lists and dicts of them.
    dtype : dtype, optional
        Asked of every array as well.
    rtol, atol : float, optional
        Instead of the tolerances of ``expected``'s dtype.
    names : sequence of str, optional
        What the parts of a tuple are called.
    """
    Comparison(dtype, rtol, atol).compare(actual, expected, "", names)


def close(actual: Any, expected: Any, closeness: Closeness) -> bool:
    """Tell whether two values agree in structure, shape and value."""
    return Comparison(None, *closeness).agrees(actual, expected)


class Comparison:
    """One comparison, part by part.

    Parameters
    ----------
    dtype, rtol, atol
        As in `assert_close`.
    """

    def __init__(self, dtype: Any, rtol: float | None, atol: float | None) -> None:
        self._dtype = None if dtype is None else np.dtype(dtype)
        self._rtol = rtol
        self._atol = atol

    def compare(self, actual: Any, expected: Any, part: str, names: Sequence[str] | None) -> None:
        """Compare one part; raises `Mismatch`."""
        if isinstance(expected, (list, tuple)):
            self._sequence(actual, expected, part, names)
        elif isinstance(expected, dict):
            self._dict(actual, expected, part)
        elif isinstance(expected, (str, bytes, set, frozenset)) or expected is None:
            if type(actual) is not type(expected) or actual != expected:
                raise self._mismatch("", actual, expected, part)
        else:
            self._numbers(actual, expected, part)

    def _sequence(self, actual: Any, expected: Sequence[Any], part: str, names: Sequence[str] | None) -> None:
        if not isinstance(actual, (list, tuple)):
            wanted = f"a {type(expected).__name__} of {len(expected)}" + (f": {', '.join(names)}" if names else "")
            raise self._mismatch(f"It should return {wanted}", actual, expected, part)
        if len(actual) != len(expected):
            raise self._mismatch(f"It returned {len(actual)} values instead of {len(expected)}", actual, expected, part)
        for i, (part_of_actual, part_of_expected) in enumerate(zip(actual, expected, strict=True)):
            name = names[i] if names else f"item {i}"
            try:
                self.compare(part_of_actual, part_of_expected, f"{name} of {part}" if part else name, None)
            except Mismatch as mismatch:
                if names and self._in_another_order(actual, expected):
                    mismatch.swapped = ", ".join(names)
                raise

    def _in_another_order(self, actual: Sequence[Any], expected: Sequence[Any]) -> bool:
        """Tell whether every part is there, each once, in whatever order; many parts are not looked at."""
        comparison = Comparison(None, self._rtol, self._atol)
        return len(expected) <= MOST_PARTS and any(
            all(map(comparison.agrees, actual, order)) for order in permutations(expected)
        )

    def agrees(self, actual: Any, expected: Any) -> bool:
        """Tell whether two values agree."""
        try:
            self.compare(actual, expected, "", None)
        except Mismatch:
            return False
        return True

    def _dict(self, actual: Any, expected: dict[Any, Any], part: str) -> None:
        if not isinstance(actual, dict):
            raise self._mismatch("It should return a dict", actual, expected, part)
        if set(actual) != set(expected):
            text = f"The keys are {show.keys(actual)}; expected are {show.keys(expected)}"
            raise self._mismatch(text, actual, expected, part)
        for key in expected:
            self.compare(actual[key], expected[key], f"{key} of {part}" if part else str(key), None)

    def _numbers(self, actual: Any, expected: Any, part: str) -> None:
        plain = isinstance(actual, (bool, int, float, complex)) and not isinstance(actual, np.generic)
        if not plain and not isinstance(actual, (np.ndarray, np.generic)):
            kind = "nothing (None)" if actual is None else f"a {type(actual).__name__}"
            asked = "an array is" if isinstance(actual, (list, tuple)) and np.ndim(expected) else "numbers are"
            raise self._mismatch(f"It returned {kind} where {asked} expected", actual, expected, part)
        values, wanted = np.asarray(actual), np.asarray(expected)
        if values.dtype.kind not in "biufcO":  # a huge integer is an object
            raise self._mismatch(f"It returned {values.dtype} where numbers are expected", actual, expected, part)
        if values.shape != wanted.shape:
            text = f"The shape is {show.shape(values.shape)}; expected is {show.shape(wanted.shape)}"
            raise self._mismatch(text, actual, expected, part)
        closeness = self._closeness(wanted.dtype)
        with np.errstate(all="ignore"):
            if "O" in (values.dtype.kind, wanted.dtype.kind) or (closeness == EXACT and values.dtype.kind in "biu"):
                same = np.asarray(values == wanted)  # isclose would round large integers
            else:
                same = closeness.entries(values, wanted)
        if not same.all():
            raise self._mismatch("", actual, expected, part, ~same)
        if self._dtype is not None and (plain or values.dtype != self._dtype):
            found = type(actual).__name__ if plain else str(values.dtype)
            text = f"The values are right, but the dtype is {found} instead of {self._dtype}"
            raise self._mismatch(text, actual, wanted.astype(self._dtype), part)

    def _closeness(self, dtype: np.dtype[Any]) -> Closeness:
        rtol, atol = right(dtype)
        return Closeness(rtol if self._rtol is None else self._rtol, atol if self._atol is None else self._atol)

    def _mismatch(
        self, summary: str, actual: Any, expected: Any, part: str, wrong: np.ndarray | None = None
    ) -> Mismatch:
        lines = [show.wrapped(f"{summary}."), ""] if summary else []
        lines += _called()
        label = f"{part}: " if part else ""
        if wrong is not None and np.ndim(expected) and np.size(expected) > show.SMALL:
            lines += _entries(np.asarray(actual), np.asarray(expected), wrong, label)
        else:
            texts = [show.short(value) for value in (actual, expected)]
            for word, text in zip(("returned", "expected"), texts, strict=True):
                lines.append(show.line(word, label + text))
            if wrong is not None and texts[0] == texts[1]:
                lines += _difference(np.asarray(actual), np.asarray(expected))
        return Mismatch("\n".join(lines), actual, expected)


def _difference(actual: np.ndarray, expected: np.ndarray) -> list[str]:
    """Return the line about numbers that look alike at the digits shown."""
    if not {actual.dtype.kind, expected.dtype.kind} <= set("fc"):
        return []
    return [show.line("", f"they differ by {show.number(np.abs(actual - expected).max())}")]


def _entries(actual: np.ndarray, expected: np.ndarray, wrong: np.ndarray, label: str) -> list[str]:
    """Return the lines about the entries that differ: the first few and the worst."""
    positions = [tuple(int(i) for i in position) for position in np.argwhere(wrong)]
    with np.errstate(all="ignore"):
        error = np.where(wrong, np.abs(np.asarray(actual, complex) - np.asarray(expected, complex)), 0.0)
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(np.nan_to_num(error, nan=np.inf)), error.shape))
    shown = positions[:MOST_ENTRIES]
    lines = []
    for word, values in (("returned", actual), ("expected", expected)):
        entries = ", ".join(f"{show.index(position)} {show.number(values[position])}" for position in shown)
        more = ", ..." if len(positions) > len(shown) else ""
        lines.append(show.line(word, f"{label}{entries}{more}"))
    count = f"{len(positions)} of {actual.size} entries differ"
    if np.isfinite(error[worst]):
        count += f", the most at {show.index(worst)}: by {show.number(error[worst])}"
    return [*lines, show.line("", count)]


def _called() -> list[str]:
    call = last_call()
    return [show.line("called", call.text)] if call else []


def assert_raises(
    exceptions: type[BaseException] | tuple[type[BaseException], ...], call: Callable[..., Any], *arguments: Any
) -> None:
    """Fail unless the learner's function raises one of ``exceptions``, judged by the names of its classes."""
    wanted = exceptions if isinstance(exceptions, tuple) else (exceptions,)
    names = " or ".join(kind.__name__ for kind in wanted)
    try:
        value = call(*arguments)
    except StudentFailed as error:
        found = error.call.observation.exception or []
        if not {kind.__name__ for kind in wanted} & set(found):
            raise StudentFailed(error.call) from None
        return
    lines = [*_called(), show.line("returned", show.short(value)), show.line("expected", f"{names} to be raised")]
    raise Mismatch("\n".join(lines), value, None)


def assert_pure(student: Student) -> None:
    """Fail if the last call changed its arguments or NumPy's global random state."""
    last = student.last
    if last.changed:
        which = " and ".join(_ordinal(position) for position in last.changed)
        raise AssertionError("\n".join([f"The call changed its {which} argument in place.", "", *_called()]))
    if last.global_random_touched:
        text = "The call used NumPy's global random state (np.random.*)."
        raise AssertionError("\n".join([text, "", *_called()]))


def assert_new_arrays(student: Student) -> None:
    """Fail if what the last call returned shares memory with its arguments."""
    if student.last.shares_memory:
        which = " and ".join(_ordinal(position) for position in student.last.shares_memory)
        text = show.wrapped(f"What it returned shares memory with its {which} argument; it should be a new array.")
        raise AssertionError("\n".join([text, "", *_called()]))


def _ordinal(position: int) -> str:
    return ("first", "second", "third", "fourth", "fifth", "sixth")[position] if position < 6 else f"{position + 1}th"


def assert_shape(answer: Any, shape: tuple[int, ...], name: str = "the answer") -> None:
    """Fail unless ``answer`` is an array of this shape, so that what follows may compute with it.

    Parameters
    ----------
    answer : object
    shape : tuple of int
    name : str
        What it is called in the message.

    Examples
    --------
    >>> assert_shape(w, (fan_out, fan_in), "the weights")
    """
    if not isinstance(answer, np.ndarray):
        raise Mismatch(
            "\n".join(
                [*_called(), show.line("returned", show.short(answer)), show.line("expected", f"{name}: an array")]
            ),
            answer,
            None,
        )
    if answer.shape != shape:
        lines = [show.line("returned", f"{name} in shape {show.shape(answer.shape)}")]
        lines.append(show.line("expected", f"shape {show.shape(shape)}"))
        raise Mismatch("\n".join([*_called(), *lines]), answer, None)


def unpack(answer: Any, *names: str) -> tuple[Any, ...]:
    """Return the parts of a tuple or list that has one for each of ``names``."""
    if not isinstance(answer, (list, tuple)) or len(answer) != len(names):
        found = f"{len(answer)} values" if isinstance(answer, (list, tuple)) else show.short(answer)
        wanted = show.wrapped(f"It should return {len(names)} values: {', '.join(names)}.")
        lines = [wanted, "", *_called(), show.line("returned", found)]
        raise Mismatch("\n".join(lines), answer, names)
    return tuple(answer)
