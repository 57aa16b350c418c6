"""Change a statement, or the order of statements, in every small way that learners get wrong."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from grader.mending.nodes import swapped
from grader.mending.order import matters
from grader.mending.source import Function, Source, Splice
from grader.report import PlaceKind

Change = tuple[PlaceKind, ast.stmt, Callable[[], tuple[Splice, ...]]]
FARTHEST = 4  # places that a statement is moved by


def changes(source: Source) -> Iterator[Change]:
    """Yield the small changes of statements: their kind, the statement where each begins, what makes the splices."""
    for function in source.functions():
        for owner in ast.walk(function):
            for field in ("body", "orelse", "finalbody"):
                body = getattr(owner, field, None)
                if isinstance(body, list) and body:
                    yield from _of_body(source, [each for each in body if not _is_text(each)], owner)


def _of_body(source: Source, body: Sequence[ast.stmt], owner: ast.AST) -> Iterator[Change]:
    for place, statement in enumerate(body):
        if not isinstance(statement, Function | ast.Import | ast.ImportFrom | ast.Pass):
            yield "extra statement", statement, lambda s=statement: (Splice(*source.span(s), "pass"),)  # type: ignore[misc]
        for other in range(place + 1, min(place + 1 + FARTHEST, len(body))):
            span = body[place : other + 1]
            if isinstance(span[-1], ast.Return) or any(isinstance(each, Function) for each in span):
                break
            if matters(source, span[1:], span[:1], owner):
                yield "order", statement, lambda s=span: (_reordered(source, [*s[1:], s[0]]),)  # type: ignore[misc]
            if other > place + 1 and matters(source, span[-1:], span[:-1], owner):
                yield "order", span[-1], lambda s=span: (_reordered(source, [s[-1], *s[:-1]]),)  # type: ignore[misc]
        yield from _of_statement(source, statement)
        if not isinstance(owner, Function):
            yield from _set_back(source, statement, owner)
        if place + 1 < len(body):
            yield from _across(source, statement, body[place + 1])
        if place:
            yield from _into_before(source, body[place - 1], statement)


def _of_statement(source: Source, statement: ast.stmt) -> Iterator[Change]:
    def whole(kind: PlaceKind, *statements: ast.stmt) -> Change:
        return kind, statement, lambda: (source.rewritten(statement, statements),)

    match statement:
        case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
            read = ast.Name(target.id, ast.Load())
            yield whole("copy", ast.Assign([target], ast.BinOp(read, op, value), lineno=statement.lineno))
            yield whole("assignment", ast.Assign([target], value, lineno=statement.lineno))
            yield from (whole("operator", like(statement, op=other())) for other in _other(op))
        case ast.AugAssign(target=target, op=op, value=value):
            yield whole("assignment", ast.Assign([target], value, lineno=statement.lineno))
            yield from (whole("operator", like(statement, op=other())) for other in _other(op))
        case ast.Assign(targets=[ast.Name() | ast.Subscript() | ast.Attribute() as target], value=value):
            yield whole("assignment", ast.AugAssign(target, ast.Add(), value))
            yield whole("assignment", ast.Return(value))
        case ast.Assign(targets=[ast.Tuple(elts=elements) as target]):
            for a, b in combinations(range(min(len(elements), 6)), 2):
                new = ast.Tuple(swapped(elements, a, b), ast.Store())
                yield "parts", statement, lambda new=new: (source.replaced(target, new),)  # type: ignore[misc]
        case ast.If(body=body, orelse=orelse):
            yield whole("condition", *body)
            if orelse:
                yield whole("condition", *orelse)
                yield whole("condition", like(statement, body=orelse, orelse=body))
        case ast.Return(value=ast.expr() as value) if isinstance(value, ast.Tuple):
            pass
        case ast.Expr(value=ast.expr() as value):
            yield whole("returned", ast.Return(value))
        case ast.Break():
            yield whole("condition", ast.Continue())
        case ast.Continue():
            yield whole("condition", ast.Break())


def _set_back(source: Source, statement: ast.stmt, owner: ast.AST) -> Iterator[Change]:
    """Yield what gives a name its first value again before a statement of a branch or loop."""
    function = source.function_of(statement)
    for first in function.body if function is not None and isinstance(owner, ast.If | ast.For | ast.While) else ():
        if not isinstance(first, ast.Assign) or first.lineno >= statement.lineno:
            continue
        target = first.targets[0]
        pairs = [(target, first.value)]
        if isinstance(target, ast.Tuple) and isinstance(first.value, ast.Tuple):
            pairs = list(zip(target.elts, first.value.elts, strict=False))
        for name, value in pairs:
            if isinstance(name, ast.Name) and isinstance(value, ast.Constant | ast.List):
                text = f"{name.id} = {ast.unparse(value)}\n{source.indent(statement)}"
                place, _ = source.span(statement)
                yield "missing statement", statement, lambda at=place, text=text: (Splice(at, at, text),)  # type: ignore[misc]


def _across(source: Source, first: ast.stmt, second: ast.stmt) -> Iterator[Change]:
    """Yield what moves a statement out of a loop or branch that comes before another, or that other one into it."""
    body = getattr(first, "body", None)
    if isinstance(first, Function) or not isinstance(body, list) or not isinstance(first, ast.stmt):
        return
    span = source.span(first)[0], source.span(second)[1]
    inner = like(first, body=[*body, second])
    yield "indentation", second, lambda: (Splice(*span, source.block([inner], source.indent(first))),)
    if len(body) > 1:
        outer = like(first, body=body[:-1])
        place = source.span(first)
        yield "indentation", body[-1], lambda: (Splice(*place, source.block([outer, body[-1]], source.indent(first))),)
        ahead = like(first, body=body[1:])
        yield "indentation", body[0], lambda: (Splice(*place, source.block([body[0], ahead], source.indent(first))),)


def _into_before(source: Source, first: ast.stmt, second: ast.stmt) -> Iterator[Change]:
    """Yield what moves a statement into the loop or branch that comes after it, at its beginning."""
    body = getattr(second, "body", None)
    if isinstance(second, Function) or not isinstance(body, list) or isinstance(first, ast.Return | Function):
        return
    span = source.span(first)[0], source.span(second)[1]
    inner = like(second, body=[first, *body])
    yield "indentation", first, lambda: (Splice(*span, source.block([inner], source.indent(first))),)


def _reordered(source: Source, statements: Sequence[ast.stmt]) -> Splice:
    spans = [source.span(statement) for statement in statements]
    start, end = min(spans)[0], max(spans)[1]
    indent = source.indent(min(statements, key=lambda statement: statement.lineno))
    return Splice(start, end, source.block(statements, indent))


def like(node: ast.stmt, **fields: object) -> ast.stmt:
    """Return a copy of a statement with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _other(op: ast.operator) -> list[type[ast.operator]]:
    return [kind for kind in (ast.Add, ast.Sub, ast.Mult, ast.Div) if not isinstance(op, kind)]


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
