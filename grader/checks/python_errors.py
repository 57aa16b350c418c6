"""Say what is behind Python's own errors, where they are classics of NumPy and do not explain themselves."""

from __future__ import annotations

import re
from typing import NamedTuple

from grader.sandbox.protocol.observation import Failure


class Classic(NamedTuple):
    """An error that learners meet: the names of its class, what its text looks like, and what it means."""

    kinds: tuple[str, ...]
    pattern: str
    meaning: str


CLASSICS = (
    Classic(
        ("ValueError",),
        r"truth value of an array .*ambiguous",
        "What takes a single value (if, and, or, not, max, min) was given a whole array: np.where chooses for each "
        "entry, np.maximum and np.minimum compare entries, & and | combine conditions.",
    ),
    Classic(
        ("TypeError",),
        r"only integer scalar arrays can be converted",
        "An axis, an index or a length has to be a whole number, and an array was given: np.max(x, axis) is the "
        "maximum of one array, np.maximum(0, x) compares entry by entry.",
    ),
    Classic(
        ("TypeError",),
        r"only (length-1|size-1|0-dimensional) arrays can be converted",
        "A function for one number was given an array: those of math and float() take single numbers. np.exp, np.sqrt "
        "and others take arrays, and np.vectorize makes any function do so.",
    ),
    Classic(
        ("ValueError",),
        r"matmul: .*mismatch in its core dimension|with remapped shapes",
        "The last axis of the left factor of @ and the last but one of the right must have the same length; with "
        "leading axes, .T turns all of them around, and swapaxes(-1, -2) the last two.",
    ),
    Classic(
        ("UFuncTypeError", "UFuncOutputCastingError", "_UFuncOutputCastingError"),
        r"Cannot cast ufunc '\w+' output from dtype\('float",
        "An array of integers cannot hold fractions, and +=, -=, *=, /= and out= keep the dtype of the array that they "
        "write into. Make a new array instead, as in x = x + y.",
    ),
    Classic(
        ("ValueError",),
        r"(assignment destination|output array) is read-only",
        "It writes into an array that it was given: make a new one, or a copy.",
    ),
    Classic(
        ("ValueError",),
        r"operands could not be broadcast together",
        "Shapes are compared from the last axis backwards: two lengths must be equal, or one of them 1 (keepdims=True, "
        "or x[:, None]).",
    ),
    Classic(
        ("BdbQuit",),
        "",
        "A breakpoint() is left in the code. Here nobody can answer it; take it out, or stop there with kata try.",
    ),
    Classic(("NameError",), r"'math' is not defined", "It is not imported: write import math at the top of the file."),
    Classic(
        ("NameError",),
        r"'(torch|F|nn)' is not defined",
        "The exercise is to write with NumPy what torch computes; the answers are compared with torch's.",
    ),
    Classic(
        ("TypeError",),
        r"unexpected keyword argument '(dim|keepdim)'",
        "That is torch's word: NumPy says axis for dim, and keepdims for keepdim.",
    ),
    Classic(
        ("AttributeError",),
        r"'numpy\.\w+' object has no attribute '(abs|exp|log|sqrt|square|tanh|sign|pow)'",
        "A tensor has it as a method; NumPy has a function: np.abs(x), np.exp(x), np.log(x), ...",
    ),
    Classic(
        ("AttributeError",),
        r"'numpy\.ndarray' object has no attribute '(unsqueeze|permute|numel|clone|float)'",
        "Tensors have it; an array has x[:, None] for unsqueeze, x.transpose for permute, x.size for numel, x.copy for "
        "clone and x.astype for float.",
    ),
    Classic(
        ("IndexError",),
        r"boolean index did not match",
        "A mask must have the shape of the array that it chooses from.",
    ),
    Classic(
        ("AttributeError",),
        r"'(float|int|list|tuple)' object has no attribute '(sum|mean|shape|T|dtype|max|copy)'",
        "It is no array here: np.asarray makes one of a number or a list, and np.sum, np.mean, ... take them all.",
    ),
)
NO_BREAK_SPACE = "\u00a0"


def explain_error(failure: Failure) -> str | None:
    """Return what is behind an exception of the learner's code, or None where it explains itself."""
    for classic in CLASSICS:
        if failure.kind in classic.kinds and re.search(classic.pattern, failure.text):
            return classic.meaning
    return None


def explain_syntax(source: str, line: int | None) -> str | None:
    """Return what is behind a syntax error at a line of the source, where it is something that cannot be seen."""
    lines = source.split("\n")
    if any(re.match(r"(<{7}|>{7}) ", text) or text == "=" * 7 for text in lines):
        number = next(i for i, text in enumerate(lines, 1) if re.match(r"<{7}|={7}|>{7}", text))
        return f"Line {number} is a mark that git leaves where two versions did not go together: choose one of them."
    text = lines[line - 1] if line and line <= len(lines) else ""
    if NO_BREAK_SPACE in text:
        column = text.index(NO_BREAK_SPACE) + 1
        return f"Line {line} has a no-break space at column {column}, as code from a web page has: type a plain space."
    if "\t" in text and " " * 4 in text:
        return f"Line {line} is indented with tabs and spaces: use spaces alone."
    return None
