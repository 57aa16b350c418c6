"""Compare what a learner's function did with what is expected, and say what a learner needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, Literal

import numpy as np

from grader.checks import show
from grader.checks.closeness import EXACT, Closeness, right
from grader.checks.context import current, last_call
from grader.checks.student import Student, StudentFailed

MOST_ENTRIES = 3
MOST_PARTS = 4


Kind = Literal["structure", "shape", "value", "dtype", "raised"]


@dataclass(frozen=True)
class Part:
    """A part of what was returned, with what was expected in its place.

    Attributes
    ----------
    name : str
        ``w``, ``item 1``, ``weight of item 0``; empty for the answer as a whole.
    actual, expected : object
    """

    name: str
    actual: Any
    expected: Any


class Mismatch(AssertionError):
    """An answer that differs from what was expected.

    Attributes
    ----------
    kind : str
        What differs first: the structure, the shape, the values, or the dtype alone.
    actual, expected : object
        The part that differs: of a tuple's parts, the first that does.
    part : str
        What that part is called; empty for the answer as a whole.
    parts : tuple of Part
        All that was compared, where that is a tuple of as many parts as expected; else the answer as the only one.
    swapped : str or None
        The order that was expected, where a tuple has the right parts in another one.
    difference : Difference or None
        Where two values were compared: what the message is made of.
    whole : tuple of object
        All that was compared, and what was expected.
    """

    def __init__(
        self,
        message: str,
        kind: Kind,
        actual: Any,
        expected: Any,
        parts: tuple[Part, ...] = (),
        swapped: str | None = None,
        part: str = "",
        difference: Difference | None = None,
        whole: tuple[Any, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.difference = difference
        self.part = part
        self.kind = kind
        self.actual = actual
        self.expected = expected
        self.parts = parts or (Part("", actual, expected),)
        self.swapped = swapped
        self.whole = whole or (actual, expected)

    def wrong(self, number: int) -> bool:
        """Tell whether a part differs from what was expected, by the usual tolerances."""
        part = self.parts[number]
        return not Comparison(None, None, None).agrees(part.actual, part.expected)


def assert_close(
    actual: Any,
    expected: Any,
    *,
    dtype: Any = None,
    rtol: float | None = None,
    atol: float | None = None,
    names: Sequence[str] | None = None,
) -> None:
    """Fail unless ``actual`` has the structure, shape and values of ``expected``.

    Nothing is broadcast. A list stands for a tuple, a Python number or a NumPy scalar for an array without axes; nan is
    close to nan. Integers and booleans must be equal.

    Parameters
    ----------
    actual : object
        What the learner's function returned, or a part of it.
    expected : object
        Arrays, numbers, strings, None, and tuples, lists and dicts of them.
    dtype : dtype, optional
        Asked of every array as well.
    rtol, atol : float, optional
        Instead of the tolerances of ``expected``'s dtype (float64: 1e-9 and 1e-12; float32: 1e-5 and 1e-6).
    names : sequence of str, optional
        What the parts of a tuple are called.

    Raises
    ------
    Mismatch
        With the call, the first entries that differ, and where the largest error is.

    Examples
    --------
    >>> assert_close(student.momentum_step(w, g, v, 0.1), expected(w, g, v, 0.1), names=("w", "velocity"))
    """
    comparison = Comparison(dtype, rtol, atol)
    difference = comparison.difference(actual, expected, names)
    if difference is None:
        return
    parts: tuple[Part, ...] = ()
    swapped = None
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)) and len(actual) == len(expected):
        words = names or [f"item {i}" for i in range(len(expected))]
        parts = tuple(map(Part, words, actual, expected))
        if names and difference.kind != "dtype" and _in_another_order(comparison, actual, expected):
            swapped = ", ".join(names)
    raise Mismatch(
        difference.message(),
        difference.kind,
        difference.actual,
        difference.expected,
        parts,
        swapped,
        difference.part,
        difference,
        (actual, expected),
    )


def _in_another_order(comparison: Comparison, actual: Sequence[Any], expected: Sequence[Any]) -> bool:
    """Tell whether every part is there, each once, but in another order; many parts are not looked at."""
    return len(expected) <= MOST_PARTS and any(
        all(comparison.agrees(part, expected[place]) for part, place in zip(actual, order, strict=True))
        for order in permutations(range(len(expected)))
        if order != tuple(range(len(expected)))
    )


def close(actual: Any, expected: Any, closeness: Closeness) -> bool:
    """Tell whether two values agree in structure, shape and value."""
    return Comparison(None, *closeness).agrees(actual, expected)


class Difference(Exception):
    """The first difference between two values; the words for it are made only where somebody reads them."""

    def __init__(
        self, kind: Kind, summary: str, actual: Any, expected: Any, part: str, wrong: np.ndarray | None = None
    ) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.actual = actual
        self.expected = expected
        self._summary = summary
        self.part = part
        self._wrong = wrong

    def message(self) -> str:
        """Return what a learner reads: the call, what came back, what was expected."""
        lines = [show.wrapped(f"{self._summary}."), ""] if self._summary else []
        lines += _called()
        label = f"{self.part}: " if self.part else ""
        entries = self.entries()
        texts = entries or (show.short(self.actual), show.short(self.expected))
        for word, text in zip(("returned", "expected"), texts, strict=True):
            lines.append(show.line(word, label + text))
        if entries:
            lines.append(show.line("", self._count()))
        elif self._wrong is not None and texts[0] == texts[1]:
            lines += _distance(np.asarray(self.actual), np.asarray(self.expected))
        return "\n".join(lines)

    def said(self) -> str:
        """Return in words what differs."""
        return self._summary or ("" if self._wrong is None or not self._wrong.ndim else self._count())

    def entries(self) -> tuple[str, str] | None:
        """Return the first entries that differ, as returned and as expected, of an array too large to be shown."""
        if self._wrong is None or not self._wrong.ndim or self._wrong.size <= show.SMALL:
            return None
        return _entries(self.actual, self._wrong), _entries(self.expected, self._wrong)

    def _count(self) -> str:
        assert self._wrong is not None
        return _count(np.asarray(self.actual), np.asarray(self.expected), self._wrong)


class Comparison:
    """How two values are compared.

    Parameters
    ----------
    dtype, rtol, atol
        As in `assert_close`.
    """

    def __init__(self, dtype: Any, rtol: float | None, atol: float | None) -> None:
        self._dtype = None if dtype is None else np.dtype(dtype)
        self._rtol = rtol
        self._atol = atol

    def difference(self, actual: Any, expected: Any, names: Sequence[str] | None = None) -> Difference | None:
        """Return the first difference, or None."""
        try:
            self._compare(actual, expected, "", names)
        except Difference as difference:
            return difference
        return None

    def agrees(self, actual: Any, expected: Any) -> bool:
        """Tell whether two values agree."""
        return self.difference(actual, expected) is None

    def _compare(self, actual: Any, expected: Any, part: str, names: Sequence[str] | None = None) -> None:
        if isinstance(expected, (list, tuple)):
            self._sequence(actual, expected, part, names)
        elif isinstance(expected, dict):
            self._dict(actual, expected, part)
        elif isinstance(expected, (str, bytes, set, frozenset)) or expected is None:
            if (
                isinstance(expected, str)
                and isinstance(actual, np.ndarray)
                and actual.dtype.kind == "U"
                and not actual.ndim
            ):
                actual = str(actual)  # np.select and np.where give a text as an array without axes
            if type(actual) is not type(expected) or actual != expected:
                raise Difference("value", "", actual, expected, part)
        else:
            self._numbers(actual, expected, part)

    def _sequence(self, actual: Any, expected: Sequence[Any], part: str, names: Sequence[str] | None) -> None:
        if not isinstance(actual, (list, tuple)):
            wanted = f"a {type(expected).__name__} of {len(expected)}" + (f": {', '.join(names)}" if names else "")
            raise Difference("structure", f"It should return {wanted}", actual, expected, part)
        if len(actual) != len(expected):
            text = f"It returned {len(actual)} values instead of {len(expected)}"
            raise Difference("structure", text, actual, expected, part)
        for i, (value, wanted) in enumerate(zip(actual, expected, strict=True)):
            name = names[i] if names else f"item {i}"
            self._compare(value, wanted, f"{name} of {part}" if part else name)

    def _dict(self, actual: Any, expected: dict[Any, Any], part: str) -> None:
        if not isinstance(actual, dict):
            raise Difference("structure", "It should return a dict", actual, expected, part)
        if set(actual) != set(expected):
            text = f"The keys are {show.keys(actual)}; expected are {show.keys(expected)}"
            raise Difference("structure", text, actual, expected, part)
        for key in expected:
            self._compare(actual[key], expected[key], f"{key} of {part}" if part else str(key))

    def _numbers(self, actual: Any, expected: Any, part: str) -> None:
        plain = isinstance(actual, (bool, int, float, complex)) and not isinstance(actual, np.generic)
        if not plain and not isinstance(actual, (np.ndarray, np.generic)):
            kind = "nothing (None)" if actual is None else f"a {type(actual).__name__}"
            asked = "an array is" if isinstance(actual, (list, tuple)) and np.ndim(expected) else "numbers are"
            raise Difference("structure", f"It returned {kind} where {asked} expected", actual, expected, part)
        values, wanted = np.asarray(actual), np.asarray(expected)
        if values.dtype.kind not in "biufcO":  # a huge integer is an object
            text = f"It returned {values.dtype} where numbers are expected"
            raise Difference("structure", text, actual, expected, part)
        if values.shape != wanted.shape:
            text = f"The shape is {show.shape(values.shape)}; expected is {show.shape(wanted.shape)}"
            raise Difference("shape", text, actual, expected, part)
        closeness = self._closeness(wanted.dtype)
        if "O" in (values.dtype.kind, wanted.dtype.kind) or (closeness == EXACT and values.dtype.kind in "biu"):
            same = np.asarray(values == wanted)  # isclose would round large integers
        else:
            same = closeness.entries(values, wanted)
        if not same.all():
            raise Difference("value", "", actual, expected, part, ~same)
        if self._dtype is not None and (plain or values.dtype != self._dtype):
            found = type(actual).__name__ if plain else str(values.dtype)
            text = f"The values are right, but the dtype is {found} instead of {self._dtype}"
            raise Difference("dtype", text, actual, wanted.astype(self._dtype), part)

    def _closeness(self, dtype: np.dtype[Any]) -> Closeness:
        rtol, atol = right(dtype)
        return Closeness(rtol if self._rtol is None else self._rtol, atol if self._atol is None else self._atol)


def _distance(actual: np.ndarray, expected: np.ndarray) -> list[str]:
    """Return the line about numbers that look alike at the digits shown."""
    if not {actual.dtype.kind, expected.dtype.kind} <= set("fc"):
        return []
    return [show.line("", f"they differ by {show.number(np.abs(actual - expected).max())}")]


def _entries(values: Any, wrong: np.ndarray) -> str:
    """Return the first few entries where something differs."""
    values, positions = np.asarray(values), np.argwhere(wrong)
    shown = [tuple(map(int, position)) for position in positions[:MOST_ENTRIES]]
    text = ", ".join(f"{show.index(position)} {show.number(values[position])}" for position in shown)
    return text + ", ..." * (len(positions) > len(shown))


def _count(actual: np.ndarray, expected: np.ndarray, wrong: np.ndarray) -> str:
    """Say how many entries differ, and where the largest error is."""
    with np.errstate(all="ignore"):
        error = np.where(wrong, np.abs(np.asarray(actual, complex) - np.asarray(expected, complex)), 0.0)
    worst = tuple(int(i) for i in np.unravel_index(np.argmax(np.nan_to_num(error, nan=np.inf)), error.shape))
    count = f"{int(wrong.sum())} of {actual.size} entries differ"
    if np.isfinite(error[worst]):
        count += f", the most at {show.index(worst)}: by {show.number(error[worst])}"
    return count


def _called() -> list[str]:
    call = last_call()
    return [show.line("called", call.text)] if call else []


def assert_raises(
    exceptions: type[BaseException] | tuple[type[BaseException], ...], call: Callable[..., Any], *arguments: Any
) -> None:
    """Fail unless the learner's function raises one of ``exceptions``, judged by the names of its classes.

    Parameters
    ----------
    exceptions : exception class, or tuple of them
        A class that derives from one of them will do.
    call : callable
        ``student.f``.
    arguments
        Of the call.

    Raises
    ------
    Mismatch
        Where it returns something.
    StudentFailed
        Where it raises something else.

    Examples
    --------
    >>> assert_raises(ValueError, student.gelu, x, "relu")
    """
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
    raise Mismatch("\n".join(lines), "raised", value, None)


def assert_pure(student: Student) -> None:
    """Fail if the last call changed its arguments or NumPy's global random state.

    It is observed on the learner's side, where code that attacks could lie about it.

    Parameters
    ----------
    student : Student
        After a call.

    Examples
    --------
    >>> student.relu(x)
    >>> assert_pure(student)
    """
    last = student.last
    if last.changed:
        text = show.wrapped(f"The call changed its {_which(last.changed)} in place.")
        raise AssertionError("\n".join([text, "", *_called()]))
    if last.global_random_touched:
        text = "The call used NumPy's global random state (np.random.*)."
        raise AssertionError("\n".join([text, "", *_called()]))


def assert_new_arrays(student: Student) -> None:
    """Fail if what the last call returned shares memory with its arguments.

    Parameters
    ----------
    student : Student
        After a call.

    Examples
    --------
    >>> student.relu(x)
    >>> assert_new_arrays(student)
    """
    if student.last.shares_memory:
        which = _which(student.last.shares_memory)
        text = show.wrapped(f"What it returned shares memory with its {which}; it should be a new array.")
        raise AssertionError("\n".join([text, "", *_called()]))


def _which(positions: Sequence[int]) -> str:
    """Return which arguments of the last call these are: by their names, where all are known."""
    context = current()
    names = context.names(context.calls[-1])
    if max(positions) < len(names):
        word = "argument" if len(positions) == 1 else "arguments"
        return f"{word} {' and '.join(names[position] for position in positions)}"
    return f"{' and '.join(map(_ordinal, positions))} argument"


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
        lines = [show.line("returned", show.short(answer)), show.line("expected", f"{name}: an array")]
        raise Mismatch("\n".join([*_called(), *lines]), "structure", answer, None)
    if answer.shape != shape:
        lines = [show.line("returned", f"{name} in shape {show.shape(answer.shape)}")]
        lines.append(show.line("expected", f"shape {show.shape(shape)}"))
        raise Mismatch("\n".join([*_called(), *lines]), "shape", answer, None)


def unpack(answer: Any, *names: str) -> tuple[Any, ...]:
    """Return the parts of a tuple or list that has one for each of ``names``.

    Parameters
    ----------
    answer : object
        What the learner's function returned.
    names : str
        What its parts are called in the message.

    Returns
    -------
    tuple

    Raises
    ------
    Mismatch
        For anything else.

    Examples
    --------
    >>> y, mask = unpack(student.dropout(x, 0.2, True, child), "y", "mask")
    """
    if not isinstance(answer, (list, tuple)) or len(answer) != len(names):
        found = f"{len(answer)} values" if isinstance(answer, (list, tuple)) else show.short(answer)
        wanted = show.wrapped(f"It should return {len(names)} values: {', '.join(names)}.")
        lines = [wanted, "", *_called(), show.line("returned", found)]
        raise Mismatch("\n".join(lines), "structure", answer, names)
    return tuple(answer)
