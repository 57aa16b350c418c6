"""Rewrite what formulas are made of: operators, numbers, names, conditions."""

from __future__ import annotations

import ast

from grader.mending.nodes import ROOTS, Rewrites, Scope, call, is_module, is_number, like, load, name_of, number

NUMBER_OPERATORS: tuple[type[ast.operator], ...] = (ast.Add, ast.Sub, ast.Mult, ast.Div)
OTHER_OPERATORS = {ast.Pow: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv, ast.MatMult: ast.Mult}
COMPARISONS: tuple[type[ast.cmpop], ...] = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)


def comparisons(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield another comparison, or its sides exchanged."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        if type(node.ops[0]) in COMPARISONS:
            yield from (like(node, ops=[kind()]) for kind in COMPARISONS if kind is not type(node.ops[0]))
        elif isinstance(node.ops[0], ast.Is | ast.IsNot):
            yield like(node, ops=[ast.IsNot() if isinstance(node.ops[0], ast.Is) else ast.Is()])
        yield like(node, left=node.comparators[0], comparators=[node.left])
        if isinstance(node.left, ast.BinOp) and isinstance(node.comparators[0], ast.Constant):
            yield like(node, left=node.left.left)


def operators(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield another operator."""
    if isinstance(node, ast.BinOp):
        if type(node.op) in NUMBER_OPERATORS:
            yield from (like(node, op=kind()) for kind in NUMBER_OPERATORS if kind is not type(node.op))
            if isinstance(node.op, ast.Mult):
                yield like(node, op=ast.MatMult())
                yield like(node, op=ast.Pow())
            if isinstance(node.op, ast.Div):
                yield like(node, op=ast.FloorDiv())
        elif type(node.op) in OTHER_OPERATORS:
            yield like(node, op=OTHER_OPERATORS[type(node.op)]())
        elif isinstance(node.op, ast.BitAnd | ast.BitOr):
            yield like(node, op=ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd())


def operands(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield the two sides exchanged, or what the two products of a sum begin or end with: ``b * x + a * y``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow | ast.FloorDiv):
        yield like(node, left=node.right, right=node.left)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        for place in (0, -1):
            one, other = (_factors(side)[place] for side in (node.left, node.right))
            if one is not node.left and other is not node.right:
                yield like(node, left=_with(node.left, one, other), right=_with(node.right, other, one))


def _factors(node: ast.expr) -> list[ast.expr]:
    """Return what is multiplied or divided, from left to right."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        return [*_factors(node.left), node.right]
    return [node]


def _with(product: ast.expr, factor: ast.expr, other: ast.expr) -> ast.expr:
    """Return a product with another factor in the place of one."""
    if product is factor:
        return other
    assert isinstance(product, ast.BinOp)
    if product.right is factor:
        return like(product, right=other)
    return like(product, left=_with(product.left, factor, other))


def grouping(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield ``a op (b op c)`` for ``(a op b) op c`` and the other way round."""
    if not isinstance(node, ast.BinOp):
        return
    if isinstance(node.left, ast.BinOp):
        inner = node.left
        yield like(inner, right=like(node, left=inner.right))
    if isinstance(node.right, ast.BinOp):
        inner = node.right
        yield like(inner, left=like(node, right=inner.left))
    if isinstance(node.left, ast.UnaryOp):
        yield like(node.left, operand=like(node, left=node.left.operand))


def signs(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield the other sign."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield node.operand
    elif is_number(node):
        yield ast.UnaryOp(ast.USub(), node)


def numbers(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield another number, or one more or less of what counts something."""
    if scope.counts(node) and not isinstance(node, ast.Constant):
        yield from (ast.BinOp(node, kind(), ast.Constant(1)) for kind in (ast.Add, ast.Sub))
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool) or not isinstance(node.value, int | float):
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield ast.Constant(not node.value)
        return
    value = node.value
    if abs(value) > 1e100:
        return
    others: list[float] = [value + 1, value - 1, 0, 1, 2, 0.5, -1, -value, value * 2, value / 2, 3, value * 3]
    if value:
        others += [1 / value, value / 3, value * 10, value / 10]
    seen: set[str] = {repr(value)}
    for other in others:
        if repr(other) not in seen:
            seen.add(repr(other))
            yield number(other)
    yield from (load(f"np.{name}") for name in ("inf", "pi"))
    yield ast.UnaryOp(ast.USub(), load("np.inf"))


def roots(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a root, a square or an absolute value more or less, or around something else."""
    if isinstance(node, ast.Call) and name_of(node) in ROOTS and len(node.args) == 1:
        yield node.args[0]
        inner = node.args[0]
        if isinstance(inner, ast.BinOp):
            yield like(inner, left=like(node, args=[inner.left]))
            yield like(inner, right=like(node, args=[inner.right]))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        yield node.left
    if isinstance(node, ast.BinOp):
        for side, other in (("left", node.right), ("right", node.left)):
            inner = getattr(node, side)
            if isinstance(inner, ast.Call) and name_of(inner) in ROOTS and len(inner.args) == 1:
                yield like(inner, args=[like(node, **{side: inner.args[0]})])
            if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
                yield like(inner, left=like(node, **{side: inner.left}))
            del other
    if is_number(node) and not isinstance(node, ast.Constant) and not scope.counts(node):
        yield ast.BinOp(node, ast.Pow(), ast.Constant(2))
        yield call("np.sqrt", node)
        yield call("np.abs", node)


def one_minus(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield one minus an expression, or the expression."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and getattr(node.left, "value", None) == 1:
        yield node.right
    elif is_number(node) and not isinstance(node, ast.Constant):
        yield ast.BinOp(ast.Constant(1), ast.Sub(), node)


def names(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield another name, in the place of a name or a number."""
    if isinstance(node, ast.Name) and node.id not in ("np", "math"):
        yield from (ast.Name(name, ast.Load()) for name in scope.names if name != node.id)
    elif isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant):
        yield from (ast.Name(name, ast.Load()) for name in scope.names)
    elif isinstance(node, ast.Subscript):
        yield node.value


def conditions(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield the opposite, a part, or the other branch of a condition."""
    if isinstance(node, ast.IfExp):
        yield like(node, body=node.orelse, orelse=node.body)
        yield from (node.body, node.orelse)
    if isinstance(node, ast.BoolOp):
        yield like(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        yield from node.values
        if isinstance(node.op, ast.Or) and len(node.values) == 2:
            first, second = node.values
            yield ast.IfExp(ast.Compare(first, [ast.Is()], [ast.Constant(None)]), second, first)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand
    elif isinstance(node, ast.Compare | ast.BoolOp | ast.Name | ast.Call) and not is_module(node):
        yield ast.UnaryOp(ast.Not(), node)
        if isinstance(node, ast.Name):
            yield ast.UnaryOp(ast.Invert(), node)
            yield ast.Compare(node, [ast.IsNot()], [ast.Constant(None)])


def terms_too_many(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield one side of a formula alone."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)


def terms_missing(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a formula with one more term."""
    if not isinstance(node, ast.BinOp | ast.Call | ast.Name) or is_module(node):
        return
    terms: list[ast.expr] = [load(name) for name in scope.missing]
    for term in terms:
        for kind in NUMBER_OPERATORS:
            yield ast.BinOp(node, kind(), term)
    for name in scope.arrays if scope.sizes else ():
        shape = ast.Attribute(load(name), "shape", ast.Load())
        sizes = [ast.Subscript(shape, number(place), ast.Load()) for place in (0, -1)]
        for size in (ast.Attribute(load(name), "size", ast.Load()), *sizes):
            yield ast.BinOp(node, ast.Div(), size)
            yield ast.BinOp(node, ast.Mult(), size)
    yield from (ast.BinOp(term, ast.Sub(), node) for term in terms[: len(scope.missing)])
    for value in (2, 0.5, 1):
        yield ast.BinOp(ast.Constant(value), ast.Mult() if value != 1 else ast.Add(), node)
    yield ast.BinOp(node, ast.Sub(), ast.Constant(1))
