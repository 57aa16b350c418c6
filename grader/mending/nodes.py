"""Build and recognize the pieces that expressions are made of."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

Rewrites = Iterator[ast.expr]
ROOTS = ("sqrt", "square", "abs", "absolute")


@dataclass(frozen=True)
class Scope:
    """What an expression can speak of.

    Attributes
    ----------
    names : sequence of str
    arrays : sequence of str
        The names that may be arrays.
    missing : sequence of str
        The names that the reference uses more often.
    sizes : bool
        Whether the reference asks for sizes more often.
    whole : collection of str
        The names that count or size something.
    """

    names: Sequence[str]
    arrays: Sequence[str]
    missing: Sequence[str]
    sizes: bool
    whole: Collection[str]

    def counts(self, node: ast.expr) -> bool:
        """Tell whether an expression counts or sizes something, so that nobody takes its root."""
        match node:
            case ast.Constant(value=value):
                return type(value) is int
            case ast.Name(id=name):
                return name in self.whole
            case ast.BinOp(op=ast.FloorDiv()):
                return True
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Mod(), right=right):
                return self.counts(left) and self.counts(right)
            case ast.Call(func=ast.Name(id="len")) | ast.Attribute(attr="size" | "ndim"):
                return True
            case ast.Subscript(value=ast.Attribute(attr="shape"), slice=place):
                return not isinstance(place, ast.Slice)
            case _:
                return False


def like(node: ast.AST, **fields: object) -> ast.expr:
    """Return a copy of an expression with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    assert isinstance(new, ast.expr)
    return new


def number(value: float) -> ast.expr:
    """Return a number as an expression."""
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def name_of(call: ast.Call) -> str:
    """Return the last part of what is called: ``sqrt`` for ``np.sqrt``."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def load(name: str) -> ast.expr:
    """Return an expression that reads a name, or an attribute such as ``np.sqrt``."""
    first, *rest = name.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for word in rest:
        node = ast.Attribute(node, word, ast.Load())
    return node


def call(name: str, *arguments: ast.expr) -> ast.expr:
    """Return a call of a function by its name."""
    return ast.Call(load(name), list(arguments), [])


def is_number(node: ast.expr) -> bool:
    """Tell whether an expression may be a number or an array."""
    kinds = ast.BinOp | ast.Name | ast.Call | ast.Attribute | ast.Subscript | ast.Constant
    return isinstance(node, kinds) and not is_module(node)


def is_module(node: ast.expr) -> bool:
    """Tell whether an expression is the name of a module."""
    return isinstance(node, ast.Name) and node.id in ("np", "math", "numpy")


def swapped(items: Sequence[ast.expr], a: int, b: int) -> list[ast.expr]:
    """Return a list with two of its items exchanged."""
    new = list(items)
    new[a], new[b] = new[b], new[a]
    return new


def parsed(text: str) -> ast.expr:
    """Return the expression that a text is."""
    return ast.parse(text, mode="eval").body
