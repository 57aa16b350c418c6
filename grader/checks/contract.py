"""Turn an ordinary call into the checks of what nearly every exercise promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks import show
from grader.checks.comparison import assert_close, assert_new_arrays, assert_pure
from grader.errors import CheckError

Arguments = Callable[..., tuple[Any, ...]]
PROMISES = {
    "float32": "Returns float32 for float32.",
    "integers": "Accepts integers.",
    "views": "Accepts transposed and reversed views.",
    "pure": "Leaves its arguments and the global random state alone.",
    "new_arrays": "Returns new arrays, which share no memory with its arguments.",
}


class Contract:
    """The promises of one function, as checks; see `contract`."""

    def __init__(
        self,
        arguments: Arguments,
        expected: Callable[..., Any] | None,
        promises: Sequence[str],
        defaults: Mapping[str, Any],
        integer_positions: Sequence[int] | None,
        tolerances: Mapping[str, Any],
    ) -> None:
        vars(self).update(vars(arguments))  # marks below the contract count as those above it
        self.function = arguments.__name__
        self._arguments = arguments
        self._expected = expected
        self._promises = promises
        self._defaults = defaults
        self._integer_positions = integer_positions
        self._tolerances = tolerances
        self.parameters: list[list[dict[str, Any]]] = getattr(arguments, "parameters", [])
        self.__module__ = arguments.__module__

    @property
    def wants(self) -> tuple[str, ...]:
        """The fixtures and parameters that the arguments are made of."""
        code = self._arguments.__code__
        return code.co_varnames[: code.co_argcount]

    def checks(self) -> Iterator[Callable[..., None]]:
        """Yield a check for each promise: a function with a name and a title, of ``student`` and what it `wants`."""
        if self._defaults:
            words = ", ".join(f"{name} {show.short(value)}" for name, value in self._defaults.items())
            yield self._check("defaults", f"Uses {words} unless told otherwise.")
        for promise in self._promises:
            yield self._check(promise, PROMISES[promise])

    def _check(self, promise: str, title: str) -> Callable[..., None]:
        method = getattr(self, f"_check_{promise}")

        def check(student: Any, **values: Any) -> None:
            method(student, **values)

        check.__name__, check.__doc__ = f"test_{promise}", title
        check.__wrapped__ = self._arguments  # type: ignore[attr-defined]  # where an editor finds it
        return check

    def _check_defaults(self, student: Any, **values: Any) -> None:
        given = self._arguments(**values)[: -len(self._defaults)]
        self._agree(student, given, (*given, *self._defaults.values()))

    def _check_float32(self, student: Any, **values: Any) -> None:
        arguments = _mapped(self._arguments(**values), _to_float32)
        self._agree(student, arguments, arguments, dtype=np.float32)

    def _check_integers(self, student: Any, **values: Any) -> None:
        arguments = self._arguments(**values)
        chosen = range(len(arguments)) if self._integer_positions is None else self._integer_positions
        whole = [_mapped(value, _to_whole) if i in chosen else value for i, value in enumerate(arguments)]
        sent = [_mapped(value, _to_integers) if i in chosen else value for i, value in enumerate(whole)]
        self._agree(student, sent, whole)

    def _check_views(self, student: Any, **values: Any) -> None:
        arguments = _mapped(self._arguments(**values), view)
        self._agree(student, arguments, arguments)

    def _check_pure(self, student: Any, **values: Any) -> None:
        getattr(student, self.function)(*self._arguments(**values))
        assert_pure(student)

    def _check_new_arrays(self, student: Any, **values: Any) -> None:
        getattr(student, self.function)(*self._arguments(**values))
        assert_new_arrays(student)

    def _agree(self, student: Any, sent: Sequence[Any], meant: Sequence[Any], dtype: Any = None) -> None:
        if self._expected is None:
            raise CheckError(f"the contract of {self.function} needs a reference to compare with")
        answer = getattr(student, self.function)(*sent)
        assert_close(answer, self._expected(*meant), dtype=dtype, **self._tolerances)


def contract(
    expected: Callable[..., Any] | None,
    *promises: str,
    defaults: Mapping[str, Any] | None = None,
    integers: Sequence[int] | None = None,
    **tolerances: Any,
) -> Callable[[Arguments], Contract]:
    """Turn the arguments of an ordinary call into one check for each promise.

    The function below it is named like the learner's function and returns a tuple of arguments for it, drawn from
    ``rng`` (and ``child``, and the parameters of a `parametrize` below it). A check is called ``test_<promise>``; a
    promise that needs other inputs than the ordinary call is written as a check of its own.

    Parameters
    ----------
    expected : callable or None
        The reference, called with the same arguments; None where only "pure" and "new_arrays" are promised.
    promises : str
        ``"float32"``: float32 arrays give float32 arrays, compared with float32's tolerance. ``"integers"``: arrays of
        integers are as good as the same numbers as floats. ``"views"``: memory order, strides and direction of the
        arrays do not matter. ``"pure"``: arguments and NumPy's global random state stay as they are. ``"new_arrays"``:
        what is returned shares no memory with the arguments.
    defaults : mapping of str to object, optional
        The last parameters and their defaults, in order: one more check, ``test_defaults``, leaves them out.
    integers : sequence of int, optional
        The positions of the arguments that become integers; all arrays of floats by default.
    tolerances
        ``names``, ``rtol`` and ``atol`` of `assert_close`.

    Raises
    ------
    CheckError
        For a word that is no promise.

    Examples
    --------
    >>> @contract(expected, "float32", "integers", "views", "pure", defaults={"negative_slope": 0.01})
    ... def leaky_relu(rng):
    ...     return rng.normal(size=(6, 4)), 0.2
    """
    for promise in promises:
        if promise not in PROMISES:
            raise CheckError(f"{promise!r} is no promise: a contract knows {', '.join(PROMISES)}")
    return lambda arguments: Contract(arguments, expected, promises, defaults or {}, integers, tolerances)


def view(array: np.ndarray) -> np.ndarray:
    """Return the same numbers as a view of other memory: axes in reverse order, every second entry, backwards."""
    if array.ndim == 0:
        return array
    memory = np.zeros(tuple(2 * length for length in reversed(array.shape)), array.dtype)
    turned = memory.T[(slice(None, None, -2),) * array.ndim]
    turned[...] = array
    return turned


def _to_float32(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32) if array.dtype == np.float64 else array


def _to_whole(array: np.ndarray) -> np.ndarray:
    """Return whole numbers, most of them not 0 for numbers drawn from a standard normal distribution."""
    return np.rint(3 * array) if array.dtype.kind == "f" else array


def _to_integers(array: np.ndarray) -> np.ndarray:
    return array.astype(np.int64) if array.dtype.kind == "f" else array


def _mapped(value: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    """Return a value with every array in it changed."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(item, change) for item in value)
    if isinstance(value, dict):
        return {key: _mapped(item, change) for key, item in value.items()}
    return value
