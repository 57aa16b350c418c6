"""Tell whether two texts hold the same code, which is how a file that nobody has written in yet is known."""

from __future__ import annotations

import ast
from typing import Any

TO_BE_WRITTEN = "NotImplementedError"


def same_code(text: str, other: str) -> bool:
    """Tell whether two texts have the same syntax tree, whatever their layout, comments and docstrings.

    The parameters of a function that does nothing but raise NotImplementedError do not count either: a function that is
    still to be written may have been given others meanwhile. A tool's ``raise NotImplementedError()`` is one, too.
    """
    if text == other:
        return True
    if TO_BE_WRITTEN in other and TO_BE_WRITTEN not in text and text.isascii():
        return False  # nearly every answer, whose tree need not be made; other letters may be written in several ways
    try:
        return _same(ast.parse(text), ast.parse(other))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _same(one: Any, other: Any) -> bool:
    """Tell whether two syntax trees, or parts of them, mean the same; the first difference ends it."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, ast.AST):
        parts, others = _parts(one), _parts(other)
        return parts.keys() == others.keys() and all(_same(parts[name], others[name]) for name in parts)
    return bool(one == other)


def _parts(node: ast.AST) -> dict[str, Any]:
    """Return the parts of a node that count."""
    parts = dict(ast.iter_fields(node))
    if isinstance(node, ast.Raise) and ast.dump(node) == _CALLED:
        parts["exc"] = ast.Name(TO_BE_WRITTEN, ast.Load())
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        if ast.get_docstring(node, clean=False) is not None:
            parts["body"] = node.body[1:]
        if isinstance(node, ast.FunctionDef) and _to_be_written(parts["body"]):
            del parts["args"], parts["returns"]
    return parts


def _to_be_written(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Raise) and ast.dump(body[0]) in (_RAISED, _CALLED)


_RAISED = ast.dump(ast.parse(f"raise {TO_BE_WRITTEN}").body[0])
_CALLED = ast.dump(ast.parse(f"raise {TO_BE_WRITTEN}()").body[0])
