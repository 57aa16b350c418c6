"""Rewrite calls and arrays: functions, their arguments and options, shapes and types."""

from __future__ import annotations

import ast
from itertools import combinations

from grader.mending.nodes import (
    ROOTS,
    Rewrites,
    Scope,
    call,
    is_module,
    is_number,
    like,
    load,
    name_of,
    number,
    parsed,
    swapped,
)

REDUCTIONS = {  # and whatever else takes an axis
    "sum", "mean", "max", "min", "var", "std", "any", "all", "argmax", "argmin", "prod", "argsort", "sort", "cumsum",
    "norm", "logsumexp", "concatenate", "stack", "flip", "split", "amax", "amin", "repeat", "take", "softmax",
    "expand_dims",
}  # fmt: skip
PAIRS = (
    ("sum", "mean"), ("max", "min"), ("var", "std"), ("maximum", "minimum"), ("argmax", "argmin"), ("any", "all"),
    ("zeros", "ones"), ("zeros_like", "ones_like"), ("zeros_like", "full_like"), ("floor", "ceil"), ("floor", "round"),
    ("log", "log1p"), ("log", "log2"), ("log", "log10"), ("exp", "expm1"), ("sin", "cos"), ("tanh", "sinh"),
    ("max", "sum"), ("dot", "outer"), ("dot", "multiply"), ("dot", "matmul"), ("vstack", "hstack"), ("sqrt", "square"),
    ("eigvals", "eigvalsh"), ("normal", "uniform"), ("uniform", "random"), ("tile", "repeat"), ("sum", "prod"),
    ("abs", "sign"), ("maximum", "fmax"), ("concatenate", "stack"), ("triu", "tril"), ("median", "mean"),
    ("choice", "permutation"), ("empty_like", "zeros_like"), ("startswith", "endswith"), ("append", "extend"),
    ("nanmax", "max"), ("logical_and", "logical_or"), ("standard_normal", "normal"), ("min", "mean"),
    ("expm1", "exp"), ("exp", "exp2"), ("max", "mean"), ("floor", "trunc"), ("sqrt", "cbrt"), ("sqrt", "log"),
)  # fmt: skip
OTHERS = {name: [b if name == a else a for a, b in PAIRS if name in (a, b)] for pair in PAIRS for name in pair}


def axes(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a reduction over another axis."""
    if not isinstance(node, ast.Call) or name_of(node) not in REDUCTIONS:
        return
    keywords = [keyword for keyword in node.keywords if keyword.arg != "axis"]
    has = len(keywords) < len(node.keywords)
    if has:
        yield like(node, keywords=keywords)
    for axis in (0, 1, -1, 2, -2):
        yield like(node, keywords=[ast.keyword("axis", number(axis)), *keywords])
    for several in ("(0, 2, 3)", "(1, 2, 3)", "(2, 3)", "(0, 1)", "(1, 2)", "(-2, -1)"):
        if has:
            yield like(node, keywords=[ast.keyword("axis", parsed(several)), *keywords])
    place = 0 if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "np") != "np" else 1
    if len(node.args) > place and not has:
        before, after = node.args[:place], node.args[place + 1 :]
        yield like(node, args=before)
        yield from (like(node, args=[*before, number(axis), *after]) for axis in (0, 1, -1, 2, -2))


def options(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a reduction with or without what changes its shape or its divisor."""
    if not isinstance(node, ast.Call):
        return
    for number_, keyword in enumerate(node.keywords):
        if keyword.arg not in ("axis", None):
            yield like(node, keywords=node.keywords[:number_] + node.keywords[number_ + 1 :])
    has = {keyword.arg for keyword in node.keywords}
    wanted = {"var": ("ddof", 1), "std": ("ddof", 1)}
    if name_of(node) in REDUCTIONS and "keepdims" not in has:
        yield like(node, keywords=[*node.keywords, ast.keyword("keepdims", ast.Constant(True))])
    if name_of(node) in wanted and "ddof" not in has:
        word, value = wanted[name_of(node)]
        yield like(node, keywords=[*node.keywords, ast.keyword(word, ast.Constant(value))])


def functions(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a call of another function, its argument alone, and what it is given split over several calls."""
    if not isinstance(node, ast.Call):
        return
    for other in OTHERS.get(name_of(node), ()):
        if isinstance(node.func, ast.Attribute):
            yield like(node, func=like(node.func, attr=other))
        elif isinstance(node.func, ast.Name):
            yield like(node, func=ast.Name(other, ast.Load()))
    yield from (argument for argument in node.args[:4] if not isinstance(argument, ast.Starred))
    if isinstance(node.func, ast.Attribute) and not is_module(node.func.value):
        yield node.func.value
    if node.args and name_of(node) not in ROOTS:
        inner, *rest = node.args
        if isinstance(inner, ast.BinOp):
            left, right = like(node, args=[inner.left, *rest]), like(node, args=[inner.right, *rest])
            yield like(inner, left=left)
            yield like(inner, right=right)
            yield like(inner, left=left, right=right)


def wraps(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a function around an expression, where none is."""
    if isinstance(node, ast.Constant) or not is_number(node) or scope.counts(node):
        return
    for name in ("exp", "log", "tanh", "max", "sum", "mean", "sign"):
        yield call(f"np.{name}", node)
    yield call("np.maximum", node, ast.Constant(0))
    yield call("np.max", node)
    if isinstance(node, ast.BinOp):
        for side in ("left", "right"):
            inner = getattr(node, side)
            if isinstance(inner, ast.Call) and inner.args and name_of(inner) not in ROOTS:
                yield like(inner, args=[like(node, **{side: inner.args[0]}), *inner.args[1:]])
            if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and not inner.args:
                method = inner.func
                if not isinstance(method.value, ast.Name) or method.value.id not in ("np", "math"):
                    whole = like(node, **{side: method.value})
                    yield like(inner, func=like(method, value=whole))


def transposes(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a transpose more or less."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
        yield ast.Call(ast.Attribute(node.value, "swapaxes", ast.Load()), [number(-1), number(-2)], [])
    elif isinstance(node, ast.Name | ast.Subscript | ast.BinOp):
        yield ast.Attribute(node, "T", ast.Load())


def arguments(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield two arguments or indices exchanged."""
    if isinstance(node, ast.Call) and 2 <= len(node.args) <= 5:
        yield from (like(node, args=swapped(node.args, a, b)) for a, b in combinations(range(len(node.args)), 2))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple):
        yield from (
            like(node, slice=like(node.slice, elts=swapped(node.slice.elts, a, b)))
            for a, b in combinations(range(len(node.slice.elts)), 2)
        )


def parts(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield two parts of a tuple exchanged, or three in any other order."""
    if isinstance(node, ast.Tuple | ast.List) and 2 <= len(node.elts) <= 6 and isinstance(node.ctx, ast.Load):
        yield from (like(node, elts=swapped(node.elts, a, b)) for a, b in combinations(range(len(node.elts)), 2))
        if len(node.elts) == 3:
            first, second, third = node.elts
            yield like(node, elts=[second, third, first])
            yield like(node, elts=[third, first, second])


def types(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield another type of number."""
    if isinstance(node, ast.Name | ast.BinOp | ast.Call) and not is_module(node) and not scope.counts(node):
        for name in scope.arrays[:3]:
            dtype = ast.Attribute(load(name), "dtype", ast.Load())
            yield ast.Call(ast.Attribute(node, "astype", ast.Load()), [dtype], [])
        for word in ("float", "int"):
            yield ast.Call(ast.Attribute(node, "astype", ast.Load()), [load(word)], [])
        yield call("float", node)
        if isinstance(node, ast.Call) and name_of(node) in ("sqrt", "exp", "log", "square"):
            yield like(node, func=load(f"math.{name_of(node)}"))


def copies(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield a copy."""
    if isinstance(node, ast.Name | ast.Subscript | ast.Call) and not is_module(node):
        yield ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])
        yield call("list", node)


def indices(node: ast.expr, scope: Scope) -> Rewrites:
    """Yield another part of an array."""
    if isinstance(node, ast.Name | ast.Subscript | ast.Call) and not is_module(node):
        yield from (
            ast.Subscript(node, parsed(f"x[{index}]").slice, ast.Load())  # type: ignore[attr-defined]
            for index in ("::-1", ":, None", "..., None", "None", "0", "-1", "1:", ":-1")
        )
    if isinstance(node, ast.Slice):
        yield ast.Slice(None, node.upper, node.step)
        yield ast.Slice(node.lower, None, node.step)
        yield ast.Slice(node.lower, node.upper, None)
