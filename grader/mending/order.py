"""Tell whether the order of statements matters: a change of order that changes nothing, or cannot run, is not tried."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.mending.nodes import is_module
from grader.mending.source import Source, parameters


def matters(source: Source, ahead: Sequence[ast.stmt], behind: Sequence[ast.stmt], owner: ast.AST) -> bool:
    """Tell whether it makes a difference, and no error, to move statements before those that stand before them now.

    Parameters
    ----------
    source : Source
    ahead, behind : sequence of statements
        Of one function, in the order that is tried.
    owner : ast.AST
        The function, branch or loop in whose body they stand.
    """
    read, made = set(_read(ahead)), set(_made(behind))
    if not read & made and not set(_made(ahead)) & {*_read(behind), *made}:
        return False
    function = source.function_of(behind[0])
    assert function is not None
    before = [statement for statement in function.body if statement.lineno < behind[0].lineno]
    return isinstance(owner, ast.For | ast.While) or read & made <= {*_made(before), *parameters(function)}


def _read(statements: Sequence[ast.stmt]) -> Iterator[str]:
    for node in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id


def _made(statements: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements give a value, or whose value they may change in its place."""
    for node in (node for statement in statements for node in ast.walk(statement)):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as base)) if not is_module(base):
                yield name
