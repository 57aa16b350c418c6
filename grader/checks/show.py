"""Write values and calls in few words, for messages that are read in a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import fill
from typing import Any

import numpy as np

SMALL = 6  # entries of an answer that are shown in full
IN_FULL = 12  # of an argument: with all of them, the call can be tried by hand
WIDTH = 66
LINE = 72
MOST_KEYS = 8


def number(value: Any) -> str:
    """Return a scalar with six significant digits."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return f"{float(value) + 0.0:.6g}"
    if isinstance(value, (complex, np.complexfloating)):
        return f"{complex(value):.6g}"
    return short(value)


def short(value: Any) -> str:
    """Return any plain value in one line of at most a terminal's width."""
    if isinstance(value, np.ndarray):
        text = array(value)
    elif isinstance(value, (bool, int, float, complex, np.generic)) and not isinstance(value, (str, bytes)):
        text = number(value)
    elif isinstance(value, (list, tuple)) and len(value) <= SMALL:
        inner = ", ".join(short(item) for item in value)
        text = f"[{inner}]" if isinstance(value, list) else f"({inner}{',' * (len(value) == 1)})"
    elif isinstance(value, (list, tuple, dict, set, frozenset)) and len(value) > SMALL:
        text = f"{type(value).__name__} of {len(value)}"
    elif isinstance(value, dict):
        text = "{" + ", ".join(f"{short(key)}: {short(item)}" for key, item in value.items()) + "}"
    elif isinstance(value, (set, frozenset)) and value:
        inner = "{" + ", ".join(short(item) for item in _in_order(value)) + "}"
        text = inner if isinstance(value, set) else f"frozenset({inner})"
    elif isinstance(value, np.random.Generator):
        text = "rng"
    elif hasattr(value, "__name__"):
        text = str(value.__name__)
    else:
        text = repr(value)
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."


def _in_order(values: Iterable[Any]) -> list[Any]:
    """Return the members of a set, which come in another order in every run, in the same one."""
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=repr)


def array(value: np.ndarray) -> str:
    """Return a small array's entries, a large one's dtype and shape."""
    return entries(value) if value.size <= SMALL else f"{value.dtype} array {shape(value.shape)}"


def entries(value: np.ndarray) -> str:
    """Return all entries of an array, in as many brackets as it has axes."""
    if value.ndim == 0:
        return number(value.item())
    return "[" + ", ".join(entries(row) for row in value) + "]"


def shape(value: tuple[int, ...]) -> str:
    """Return a shape without spaces that a line break could fall on."""
    return "(" + ", ".join(map(str, value)) + ("," if len(value) == 1 else "") + ")"


def call(name: str, arguments: tuple[Any, ...]) -> str:
    """Return a call as a learner would write it: small arguments in full, others by their dtype and shape."""
    return f"{name}({', '.join(_argument(argument) for argument in arguments)})"


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        return entries(value) if value.size <= IN_FULL else f"{value.dtype} {shape(value.shape)}"
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        return "[" + ", ".join(_argument(item) for item in value[:SMALL]) + ", ..." * (len(value) > SMALL) + "]"
    return short(value)


def keys(values: Iterable[Any]) -> str:
    """Return the first few keys of a dict."""
    names = sorted(value if isinstance(value, str) else short(value) for value in values)
    return ", ".join(names[:MOST_KEYS]) + ", ..." * (len(names) > MOST_KEYS) or "missing"


def line(word: str, text: str) -> str:
    """Return a line of a message, such as what was called, wrapped under its own text."""
    return wrapped(text, f"  {word:<10}", " " * 12)


def wrapped(text: str, first: str = "", other: str = "") -> str:
    """Return text in lines of at most `LINE` columns, with what the first and the other lines begin with."""
    return fill(
        text,
        LINE,
        initial_indent=first,
        subsequent_indent=other,
        break_long_words=False,
        break_on_hyphens=False,
    )


def index(position: tuple[int, ...]) -> str:
    """Return an index as Python writes it."""
    return "[" + ", ".join(map(str, position)) + "]"


def rows(value: np.ndarray) -> str:
    """Return all entries of an array as Python reads them, a row on each line, numbers under numbers."""
    if value.ndim == 0:
        return number(value.item())
    width = max((len(number(entry)) for entry in value.ravel()), default=0) if value.ndim > 1 else 0
    return _rows(value, width, 1)


def _rows(value: np.ndarray, width: int, depth: int) -> str:
    if value.ndim == 1:
        return "[" + ", ".join(f"{number(entry):>{width}}" for entry in value) + "]"
    separator = "," + "\n" * (value.ndim - 1) + " " * depth
    return "[" + separator.join(_rows(part, width, depth + 1) for part in value) + "]"
