"""Rewrite one expression in every small way that learners get wrong."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from grader.mending import calls, formulas
from grader.mending.nodes import Rewrites, Scope
from grader.report import PlaceKind

REWRITES: tuple[tuple[PlaceKind, Callable[[ast.expr, Scope], Rewrites]], ...] = (
    ("comparison", formulas.comparisons),
    ("operator", formulas.operators),
    ("operands", formulas.operands),
    ("grouping", formulas.grouping),
    ("sign", formulas.signs),
    ("number", formulas.numbers),
    ("axis", calls.axes),
    ("option", calls.options),
    ("root", formulas.roots),
    ("function", calls.functions),
    ("function", calls.wraps),
    ("transpose", calls.transposes),
    ("one minus", formulas.one_minus),
    ("name", formulas.names),
    ("arguments", calls.arguments),
    ("parts", calls.parts),
    ("condition", formulas.conditions),
    ("extra term", formulas.terms_too_many),
    ("missing term", formulas.terms_missing),
    ("type", calls.types),
    ("copy", calls.copies),
    ("index", calls.indices),
)


def rewrites(node: ast.expr, scope: Scope) -> Iterator[tuple[PlaceKind, ast.expr]]:
    """Yield every small change of an expression, with its kind."""
    for kind, rewrite in REWRITES:
        for new in rewrite(node, scope):
            yield kind, new
