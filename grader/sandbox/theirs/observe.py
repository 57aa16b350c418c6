"""Call a function and note what it did besides returning a value."""

from __future__ import annotations

import ctypes
import struct
import traceback
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.sandbox.protocol.limits import LIMITS, Limits
from grader.sandbox.protocol.messages import MOST_WARNINGS
from grader.sandbox.protocol.observation import Failure, Observation

MT19937_BYTES = 624 * 4 + 4  # the words of the state and the position in them


def observe(
    function: Callable[..., Any], arguments: Sequence[Any], filename: str, limits: Limits = LIMITS
) -> Observation:
    """Call ``function`` and return what was observed; an exception is an observation, not an error.

    Parameters
    ----------
    function : callable
    arguments : sequence
        Positional arguments.
    filename : str
        The learner's file, whose frames a failure's trace keeps.
    limits : Limits
    """
    before = [_freeze(argument) for argument in arguments]
    random_before = _global_random_state()
    result = Observation()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result.value = function(*arguments)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are a learner's failures as well
            result.failure = describe(error, filename, limits)
    result.warnings = [str(warning.message)[: limits.text_chars] for warning in caught[:MOST_WARNINGS]]
    result.global_random_touched = _global_random_state() != random_before
    if result.global_random_touched:
        _forget_spare_normal()
    result.changed = [i for i, argument in enumerate(arguments) if _freeze(argument) != before[i]]
    given = [_arrays(argument) for argument in arguments]
    answers = _arrays(result.value) if any(given) else []
    result.shares_memory = [
        i for i, arrays in enumerate(given) if any(np.may_share_memory(a, b) for a in arrays for b in answers)
    ]
    return result


def describe(error: BaseException, filename: str, limits: Limits = LIMITS) -> Failure:
    """Return an exception as data, its trace cut to the frames of ``filename``."""
    types = [kind.__name__[:100] for kind in type(error).__mro__ if kind not in (BaseException, object)]
    try:
        text = str(error)[: limits.text_chars]
    except BaseException as second:
        text = f"(its message could not be made: {type(second).__name__})"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == filename]
    line, shown = frames[-1].lineno if frames else None, traceback.format_list(frames[-6:])
    if isinstance(error, SyntaxError) and error.filename == filename:
        line, shown = error.lineno, traceback.format_exception_only(error)[:-1]  # the line, and a caret under it
    trace = "".join(shown)[: limits.text_chars]
    return Failure(types, text, trace, line)


def _global_random_state() -> tuple[int, bytes]:
    """Return what any draw from NumPy's global random state changes; a tenth of the time of ``np.random.get_state``."""
    generator: Any = np.random.get_bit_generator()  # type: ignore[attr-defined]
    if not isinstance(generator, np.random.MT19937):  # somebody has put another one in its place
        return id(generator), b""
    return id(generator), ctypes.string_at(generator.ctypes.state_address, MT19937_BYTES)


def _forget_spare_normal() -> None:
    """Drop the second of two normal numbers that were drawn together, which could be taken without a trace."""
    state: Any = np.random.get_state(legacy=True)
    if state[0] == "MT19937":
        np.random.set_state((*state[:3], 0, 0.0))


def _freeze(value: Any, depth: int = 0) -> Any:
    """Return something that equals itself later only if ``value`` was not changed meanwhile."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, float):
        return struct.pack("d", value)
    if isinstance(value, complex):
        return struct.pack("dd", value.real, value.imag)
    if depth > 8:
        return None
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, *(_freeze(item, depth + 1) for item in value))
    if isinstance(value, dict):
        return [(key, _freeze(item, depth + 1)) for key, item in value.items()]
    if isinstance(value, (set, frozenset)):
        return sorted(map(repr, value))
    return value if isinstance(value, (int, str, bytes)) else None


def _arrays(value: Any, depth: int = 0) -> list[np.ndarray]:
    """Return the arrays in a value made of containers."""
    if isinstance(value, np.ndarray):
        return [value]
    if depth > 8:
        return []
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        held = [item for item in value if isinstance(item, (np.ndarray, list, tuple, dict))]
        return [array for item in held for array in _arrays(item, depth + 1)]
    return []
