"""Say of what kind a change is that puts one expression in the place of another."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from grader.mending.nodes import ROOTS, name_of
from grader.report import PlaceKind


def kind_of(old: ast.expr, new: ast.expr) -> PlaceKind:
    """Return the kind of a change, where it is one of the simple ones, else ``expression``."""
    match old, new:
        case _, ast.Call(args=[inner]) if _same(old, inner):
            return "root" if name_of(new) in ROOTS else "function"
        case ast.Call(args=[inner]), _ if _same(inner, new):
            return "root" if name_of(old) in ROOTS else "function"
        case _, ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=inner) if _same(old, inner):
            return "one minus"
        case _, ast.BinOp() if _same(old, new.left) or _same(old, new.right):
            return "root" if isinstance(new.op, ast.Pow) else "missing term"
        case ast.BinOp(), _ if _same(old.left, new) or _same(old.right, new):
            return "root" if isinstance(old.op, ast.Pow) else "extra term"
        case ast.BinOp(), ast.BinOp() if _same(old.left, new.left) and _same(old.right, new.right):
            return "operator"
        case ast.BinOp(), ast.BinOp() if _same(old.left, new.right) and _same(old.right, new.left):
            return "operands"
        case ast.Compare(), ast.Compare() if _same(old.left, new.left) and len(old.ops) == 1:
            return "comparison"
        case ast.Call(), ast.Call() if name_of(old) == name_of(new):
            return _kind_of_calls(old, new)
        case ast.Call(), ast.Call() if [*map(ast.dump, old.args)] == [*map(ast.dump, new.args)]:
            return "function"
        case ast.Subscript(), ast.Subscript() if _same(old.value, new.value):
            return "index"
        case (ast.Name(), ast.Name()) | (ast.Attribute(), ast.Attribute()):
            return "name"
        case _, ast.Attribute(attr="T") if _same(old, new.value):
            return "transpose"
        case _, ast.Call(func=ast.Attribute(value=inner, attr=attr)) if _same(old, inner):
            return {"astype": "type", "copy": "copy"}.get(attr, "function")  # type: ignore[return-value]
    return "expression"


def kind_in(parents: Mapping[ast.AST, ast.AST], node: ast.AST, kind: PlaceKind) -> PlaceKind:
    """Return the kind of a change as one calls it where the expression stands: what an axis or an index is made of."""
    parent = parents[node]
    while isinstance(parent, ast.UnaryOp | ast.Tuple):
        node, parent = parent, parents[parent]
    if isinstance(parent, ast.keyword) and parent.arg == "axis":
        return "axis"
    return "index" if isinstance(parent, ast.Subscript) and parent.slice is node else kind


def _kind_of_calls(old: ast.Call, new: ast.Call) -> PlaceKind:
    """Return the kind of a change between two calls of one function."""
    mine, theirs = _given(old), _given(new)
    if sorted(mine.values()) == sorted(theirs.values()):
        return "arguments"
    differ = {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)}
    if differ <= {"axis", "keepdims"}:
        return "axis" if "axis" in differ else "option"
    if all(isinstance(name, str) for name in differ):
        return "option"
    return "expression"


def _given(call: ast.Call) -> dict[str | int | None, str]:
    """Return what a call is given, by place or by name; ``x.sum()`` is given what ``np.sum(x)`` is."""
    function = call.func
    method = isinstance(function, ast.Attribute) and getattr(function.value, "id", "") not in ("np", "math")
    arguments = [function.value, *call.args] if method and isinstance(function, ast.Attribute) else call.args
    given: dict[str | int | None, str] = {place: ast.dump(argument) for place, argument in enumerate(arguments)}
    return given | {keyword.arg: ast.dump(keyword.value) for keyword in call.keywords}


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)
