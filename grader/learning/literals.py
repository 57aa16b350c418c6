"""Write values as Python text that gives them back, every digit of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.checks.student import LearnerSide

MOST_NUMBERS = 10_000
PLAIN_DTYPES = ("float64", "int64", "bool")  # those that np.array gives by itself


class Unwritable(Exception):
    """A value that no text gives back, and why."""


def literal(value: Any, states: Mapping[int, Any], indent: int = 0) -> str:
    """Return Python text that gives a value, with ``np`` for NumPy; raises `Unwritable`.

    Parameters
    ----------
    value : object
        What a check passes: plain data, arrays, generators, functions sent along (whose names are written).
    states : mapping of int to object
        By the identity of each generator: the state that it has when it is passed.
    indent : int
        The column in which the text begins: the rows of an array stand below each other.
    """
    if isinstance(value, np.ndarray):
        return _array(value, indent)
    if isinstance(value, np.generic):
        return f"np.{value.dtype.name}({_number(value.item())})"
    if isinstance(value, np.random.Generator):
        return _generator(states.get(id(value)))
    if isinstance(value, LearnerSide):
        return value.__name__
    if isinstance(value, dict):
        items = (f"{literal(key, states)}: {literal(item, states)}" for key, item in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return _container(value, [literal(item, states) for item in value])
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return _number(value)
    raise Unwritable(f"it takes a {type(value).__name__}")


def _number(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, complex):  # -0j is read as minus 0j, whose real part is -0, too
        return f"complex({_number(value.real)}, {_number(value.imag)})"
    return repr(value)


def _container(value: Any, items: list[str]) -> str:
    inner = ", ".join(items)
    match value:
        case list():
            return f"[{inner}]"
        case tuple():
            return f"({inner}{',' * (len(items) == 1)})"
        case frozenset():
            return f"frozenset([{inner}])"
        case _:
            return f"set([{inner}])"


def _array(value: np.ndarray, indent: int) -> str:
    if value.size > MOST_NUMBERS:
        raise Unwritable(f"it takes an array of {value.size} numbers")
    dtype = "" if value.dtype.name in PLAIN_DTYPES and value.size else f', dtype="{value.dtype.str}"'
    if value.size == 0:
        return f"np.zeros({value.shape}{dtype})"
    return f"np.array({_entries(value, indent + len('np.array('))}{dtype})"


def _entries(value: np.ndarray, indent: int) -> str:
    """Return the entries of an array, each row on a line of its own."""
    if value.ndim == 0:
        return _number(value.item())
    separator = ", " if value.ndim == 1 else ",\n" + " " * (indent + 1)
    return "[" + separator.join(_entries(part, indent + 1) for part in value) + "]"


def _generator(state: Any) -> str:
    if not isinstance(state, dict) or state.get("bit_generator") != "PCG64":
        raise Unwritable("it takes a generator whose state is not known")
    inner = state["state"]
    return f"generator({inner['state']}, {inner['inc']}, {state['has_uint32']}, {state['uinteger']})"
