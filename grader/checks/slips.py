"""Find slips that show in a learner's text alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

LOOKS_ELSEWHERE = {"locals", "vars", "eval", "exec"}  # a body with one of these may read what it does not name

MOST_CHARS = 200  # of names that somebody else has chosen


def defined_twice(source: str, name: str) -> str | None:
    """Return a sentence about a function or class that a source defines more than once at its top, or None."""
    lines = [node.lineno for node in _defined(source, name)]
    if len(lines) < 2:
        return None
    return f"{name} is defined on lines {_listed(map(str, lines))}: the last of them is what runs."


def never_used(source: str, name: str) -> str | None:
    """Return a sentence about the parameters that a function at the top of a source never reads, or None."""
    *_, last = (None, *_defined(source, name))
    if not isinstance(last, ast.FunctionDef):
        return None
    read = {name for statement in last.body for node in ast.walk(statement) for name in _read(node)}
    taken = (*last.args.posonlyargs, *last.args.args, *last.args.kwonlyargs)
    unread = [each.arg for each in taken if each.arg not in read]
    listed = _listed(unread) if unread else ""
    if not 0 < len(listed) <= MOST_CHARS or read & LOOKS_ELSEWHERE:
        return None
    return f"{name} never uses its argument{'s' if len(unread) > 1 else ''} {listed}."


def _defined(source: str, name: str) -> list[ast.FunctionDef | ast.ClassDef]:
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it was loaded, but perhaps with more room to nest
        return []
    found = (node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return [node for node in found if node.name == name]


def _read(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _listed(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last
