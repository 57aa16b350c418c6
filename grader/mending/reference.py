"""Say what the reference computes, as expressions and statements in a learner's own names."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence

from grader.mending.counterparts import counterparts
from grader.mending.source import Function, parameters

Bindings = dict[str, ast.expr | None]  # what a name stands for; None where it cannot be said in one expression
MOST_NODES = 60


def expressions(reference: Function, learner: Function, names: Sequence[str]) -> Iterator[ast.expr]:
    """Yield each expression of a function of the reference as one that uses only names of the learner's.

    A name that the learner does not have is replaced by what it stands for.

    Parameters
    ----------
    reference, learner : function definitions
        Which do the same; their parameters mean the same in the same order.
    names : sequence of str
        What the learner's code can speak of.
    """
    renamed = dict(zip(parameters(reference), parameters(learner), strict=False))
    seen: set[str] = set()
    known = frozenset(names)
    own = _own_words(learner)
    alike = counterparts(reference, learner)
    ways = ((known, renamed), (frozenset[str](), renamed), (frozenset(alike), renamed | alike))
    for expression, bindings in _evaluated(reference.body, {}):
        for keep, words in ways:
            said = _said(expression, bindings, words, keep, known, own)
            if said is None or sum(1 for _ in ast.walk(said)) > MOST_NODES:
                continue
            for part in ast.walk(said):
                if not isinstance(part, ast.expr) or isinstance(part, ast.Constant | ast.Name | ast.Slice):
                    continue
                text = ast.dump(part)
                if text not in seen and not isinstance(getattr(part, "ctx", None), ast.Store):
                    seen.add(text)
                    yield part


def statements(reference: Function, learner: Function, names: Sequence[str]) -> Iterator[ast.stmt]:
    """Yield the statements of the reference that the learner's code could lack: guards, and changes of a name.

    One that computes a name anew is none of them: it would hide what is wrong before it.
    """
    renamed = dict(zip(parameters(reference), parameters(learner), strict=False))
    renamed |= counterparts(reference, learner)
    known = frozenset(names)
    for statement in ast.walk(reference):
        if not isinstance(statement, ast.If | ast.For | ast.AugAssign):
            continue
        if not isinstance(statement, ast.AugAssign) and not isinstance(_last(statement), ast.Raise):
            continue
        made = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and _stores(node)}
        renaming = _Inlined({}, renamed, known, known | made, {})
        said = renaming.visit(copy.deepcopy(statement))
        if not renaming.unknown and sum(1 for _ in ast.walk(said)) <= MOST_NODES:
            yield said


def _last(statement: ast.stmt) -> ast.stmt:
    """Return what a statement comes to at its end: the last one inside of it."""
    body = getattr(statement, "body", None)
    return _last(body[-1]) if body else statement


def _own_words(learner: Function) -> dict[str, str]:
    """Return the learner's names by what they stand for, so that the reference can be said in them."""
    bindings: Bindings = {}
    for _ in _evaluated(learner.body, bindings):
        pass
    return {ast.dump(value): name for name, value in bindings.items() if value is not None}


def _evaluated(body: Sequence[ast.stmt], bindings: Bindings) -> Iterator[tuple[ast.expr, Bindings]]:
    """Yield the expressions of statements in order, each with what names stand for there; updates ``bindings``."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name))], value=value):
                yield value, dict(bindings)
                bindings[name] = None  # it is changed in its place
            case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=name)), value=value):
                yield value, dict(bindings)
                bindings[name] = None
            case ast.Assign(targets=[target], value=value):
                yield value, dict(bindings)
                _bind(target, value, bindings)
            case ast.AugAssign(target=ast.Name() as target, op=op, value=value):
                whole = ast.BinOp(ast.Name(target.id, ast.Load()), op, value)
                yield whole, dict(bindings)
                _bind(target, whole, bindings)
            case ast.Return(value=ast.expr() as value):
                yield value, dict(bindings)
            case ast.If():
                yield statement.test, dict(bindings)
                first, second = dict(bindings), dict(bindings)
                yield from _evaluated(statement.body, first)
                yield from _evaluated(statement.orelse, second)
                _join(statement, first, second, bindings)
            case ast.For() | ast.While() | ast.With():
                names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and _stores(node)}
                bindings.update(dict.fromkeys(names))
                yield from (
                    (node, dict(bindings)) for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr)
                )
                yield from _evaluated(statement.body, bindings if isinstance(statement, ast.With) else dict(bindings))
            case ast.Expr(value=value) if not isinstance(value, ast.Constant):
                yield value, dict(bindings)


def _bind(target: ast.expr, value: ast.expr, bindings: Bindings) -> None:
    before = dict(bindings)
    if isinstance(target, ast.Name):
        bindings[target.id] = _inlined(value, before)
    elif isinstance(target, ast.Tuple):
        for place, element in enumerate(target.elts):
            if not isinstance(element, ast.Name):
                continue
            if isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts):
                part: ast.expr = value.elts[place]
            else:
                part = ast.Subscript(value, ast.Constant(place), ast.Load())
            bindings[element.id] = _inlined(part, before)


def _join(statement: ast.If, first: Bindings, second: Bindings, bindings: Bindings) -> None:
    """Say what names stand for after a branch."""
    leaves = [
        bool(body) and isinstance(body[-1], ast.Return | ast.Raise) for body in (statement.body, statement.orelse)
    ]
    test = _inlined(statement.test, bindings)
    for name in first.keys() | second.keys():
        one, other = (branch.get(name, ast.Name(name, ast.Load())) for branch in (first, second))
        if leaves[0]:
            bindings[name] = other
        elif leaves[1] or one is other:
            bindings[name] = one
        elif one is None or other is None or test is None:
            bindings[name] = None
        else:
            bindings[name] = ast.IfExp(test, one, other)


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


class _Inlined(ast.NodeTransformer):
    """Replaces names by what they stand for, but for those that are kept; notes those of which nothing is known."""

    def __init__(
        self,
        bindings: Mapping[str, ast.expr | None],
        renamed: Mapping[str, str],
        keep: frozenset[str],
        names: frozenset[str],
        own: Mapping[str, str],
    ) -> None:
        self._bindings, self._renamed, self._keep, self._names, self._words = bindings, renamed, keep, names, own
        self._own: set[str] = set()
        self.unknown = False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a name that is read."""
        if isinstance(node.ctx, ast.Store) or node.id in self._own:
            return node
        if node.id in self._keep and (node.id in self._bindings or node.id not in self._renamed):
            return ast.Name(self._renamed.get(node.id, node.id), ast.Load())
        bound = self._bindings.get(node.id, node)
        if bound is None:
            self.unknown = node.id not in self._names
            return node
        if bound is not node:
            said = _Inlined({}, self._renamed, frozenset(), self._names, {}).checked(bound, self)
            word = self._words.get(ast.dump(said))
            return said if word is None else ast.Name(word, ast.Load())
        name = self._renamed.get(node.id, node.id)
        if name not in self._names:
            self.unknown = True
        return ast.Name(name, node.ctx)

    def checked(self, node: ast.expr, outer: _Inlined) -> ast.expr:
        """Return an expression in the learner's names; the outer one learns what is not known."""
        said: ast.expr = self.visit(copy.deepcopy(node))
        outer.unknown |= self.unknown
        return said

    def visit_comprehension_owner(self, node: ast.AST) -> ast.AST:
        """Leave alone the names that a comprehension or a lambda makes itself."""
        made = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _stores(each)}
        made |= {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
        new = made - self._own
        self._own |= new
        self.generic_visit(node)
        self._own -= new
        return node

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda = visit_comprehension_owner


def _inlined(node: ast.expr, bindings: Bindings) -> ast.expr | None:
    """Return an expression of the reference in terms of its parameters, or None where it cannot be."""
    names = frozenset(each.id for each in ast.walk(node) if isinstance(each, ast.Name))
    if any(name in bindings and bindings[name] is None for name in names):
        return None
    return _Substituted(bindings).visit(copy.deepcopy(node))  # type: ignore[no-any-return]


class _Substituted(ast.NodeTransformer):
    def __init__(self, bindings: Bindings) -> None:
        self._bindings = bindings

    def visit_Name(self, node: ast.Name) -> ast.expr:
        bound = self._bindings.get(node.id)
        return node if bound is None or _stores(node) else copy.deepcopy(bound)


def _said(
    expression: ast.expr,
    bindings: Bindings,
    renamed: Mapping[str, str],
    keep: frozenset[str],
    names: frozenset[str],
    own: Mapping[str, str],
) -> ast.expr | None:
    """Return an expression of the reference in the learner's names, or None where it cannot be said in them."""
    transformer = _Inlined(bindings, renamed, keep, names, own)
    said: ast.expr = transformer.visit(copy.deepcopy(expression))
    return None if transformer.unknown else said
