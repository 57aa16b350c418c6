"""Measure how much of one piece of code is found in another: its nodes, and each node under its parent."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache

Feature = tuple[str, ...]
SKIPPED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
COMMUTATIVE = (ast.Add, ast.Mult)


class Features:
    """Counts the features of code; names count by themselves only where both sides know them.

    Parameters
    ----------
    known : collection of str
        The names that mean the same on both sides, such as those of parameters.
    """

    def __init__(self, known: Collection[str]) -> None:
        self._known = known
        self._counted: dict[ast.AST, Counter[Feature]] = {}

    def of(self, node: ast.AST) -> Counter[Feature]:
        """Return the features of a node and all below it."""
        if node not in self._counted:
            label = self._label(node)
            counted: Counter[Feature] = Counter([(label,)])
            for field, child in _children(node):
                for feature, number in self.of(child).items():
                    counted[feature] += number
                counted[label, field, self._label(child)] += 1
            self._counted[node] = counted
        return self._counted[node]

    def change(self, parent: ast.AST, node: ast.AST, new: ast.AST) -> dict[Feature, int]:
        """Return by how many each feature changes when ``new`` takes the place of ``node`` under ``parent``.

        What both hold is not counted, so that a small change of large code costs little.
        """
        changed: dict[Feature, int] = {}
        kept = list(_parts_of(new, self._below(node)))
        self._count(new, 1, list(kept), changed)
        self._count(node, -1, kept, changed)
        field, above = self._field(parent, node), self._label(parent)
        for each, sign in ((new, 1), (node, -1)):
            _add(changed, (above, field, self._label(each)), sign)
        return changed

    def _count(self, node: ast.AST, sign: int, kept: list[ast.AST], changed: dict[Feature, int]) -> None:
        """Count a node and all below it, but for one of each that is kept."""
        if node in kept:
            kept.remove(node)
            return
        label = self._label(node)
        _add(changed, (label,), sign)
        for field, child in _children(node):
            _add(changed, (label, field, self._label(child)), sign)
            self._count(child, sign, kept, changed)

    @cache  # noqa: B019 - the object lives as long as one search
    def _below(self, node: ast.AST) -> frozenset[ast.AST]:
        return frozenset(ast.walk(node))

    @cache  # noqa: B019
    def _field(self, parent: ast.AST, node: ast.AST) -> str:
        return next((field for field, child in _children(parent) if child is node), "")

    def _label(self, node: ast.AST) -> str:
        match node:
            case ast.Name():
                return node.id if node.id in self._known else "name"
            case ast.Constant():
                return repr(node.value)[:40] if not isinstance(node.value, str) or len(node.value) < 20 else "text"
            case ast.BinOp() | ast.UnaryOp() | ast.BoolOp() | ast.AugAssign():
                return type(node.op).__name__
            case ast.Compare():
                return "".join(type(op).__name__ for op in node.ops)
            case ast.Call():
                function = node.func
                return f"{function.attr if isinstance(function, ast.Attribute) else getattr(function, 'id', '')}()"
            case ast.Attribute():
                return f".{node.attr}"
            case ast.keyword():
                return f"{node.arg}="
            case _:
                return type(node).__name__


def _children(node: ast.AST) -> list[tuple[str, ast.AST]]:
    """Return the parts of a node by the names of their fields, in which the sides of a sum or product are alike."""
    found: list[tuple[str, ast.AST]] = []
    summed = isinstance(node, ast.BinOp) and isinstance(node.op, COMMUTATIVE)
    for field in node._fields:
        value = getattr(node, field, None)
        if field == "func" and isinstance(node, ast.Call):
            if isinstance(value, ast.Attribute) and getattr(value.value, "id", "") not in ("np", "math"):
                found.append(("args", value.value))  # x.mean() is np.mean(x)
        elif isinstance(value, list):
            found += [
                (field, child) for child in value if isinstance(child, ast.AST) and not isinstance(child, SKIPPED)
            ]
        elif isinstance(value, ast.AST) and not isinstance(value, SKIPPED):
            found.append(("side" if summed else field, value))
    return found


def _parts_of(node: ast.AST, old: frozenset[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes at and below ``node`` that are old, each as a whole."""
    if node in old:
        yield node
        return
    for _, child in _children(node):
        yield from _parts_of(child, old)


def _add(counted: dict[Feature, int], feature: Feature, number: int) -> None:
    counted[feature] = counted.get(feature, 0) + number
