"""List the small changes of a text, those first that are likely to mend it."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from heapq import nsmallest
from itertools import pairwise
from operator import itemgetter

from grader.mending.counterparts import likeness
from grader.mending.edits import Edit
from grader.mending.expressions import rewrites
from grader.mending.features import Feature
from grader.mending.kinds import kind_in, kind_of
from grader.mending.likely import COSTS, MOST_NEARER, NEARER, Likely
from grader.mending.nodes import Scope, is_module, load
from grader.mending.reference import expressions, statements
from grader.mending.source import Function, Source, Splice, parameters
from grader.mending.statements import changes
from grader.report import PlaceKind

BUILTINS = frozenset(dir(builtins)) | {"np", "math"}
MOST_TERMS = 5  # names that are tried as a missing term
MOST_RETURNED = 8  # and as one of all that is returned
MOST_DONORS = 5  # expressions of the reference that are tried in one place
MOST_ALIKE = 3  # and those that are most like what is there
ALIKE = 2.0  # what it is worth to be like that
TRUTH = ast.Compare | ast.BoolOp
SIZE = 0.1  # what an expression of the reference costs for the root of its size
REPEATED = 0.5  # what it costs to make a change in several places
MOST_PLACES = 6
LEAST_WORTH = -0.5  # of such a change


class Candidates:
    """The small changes of a text.

    Parameters
    ----------
    source : Source
        The learner's.
    reference : Source
        The solution's.
    """

    def __init__(self, source: Source, reference: Source) -> None:
        self._source = source
        self._pairs = _pairs(source, reference)
        self._likely = Likely(self._pairs)
        self._globals = [
            node.id
            for statement in source.tree.body
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and source.function_of(node) is None
        ]

    def likely(self) -> list[Edit]:
        """Return the changes, the most likely first."""
        found = [*self._defaults(), *self._expressions(), *self._statements(), *self._missing()]
        return sorted(found, key=lambda edit: edit.cost)

    def _expressions(self) -> Iterator[Edit]:
        donors = {
            one: [(new, ast.dump(new)) for new in expressions(other, one, self._names(one))]
            for one, other in self._pairs
        }
        alike: dict[tuple[PlaceKind, object], list[tuple[ast.expr, ast.expr, dict[Feature, int]]]] = {}
        for node in ast.walk(self._source.tree):
            function = self._source.function_of(node)
            if not isinstance(node, ast.expr) or function is None or not self._is_changeable(node):
                continue
            scope = self._scope(function)
            if isinstance(self._source.parents[node], ast.Return):
                scope = replace(scope, missing=scope.names[:MOST_RETURNED])
            for kind, new in rewrites(node, scope):
                changed = self._likely.features.change(self._source.parents[node], node, new)
                yield self._edit(kind, node, new, changed)
                for key in self._alike(kind, node, changed):
                    alike.setdefault(key, []).append((node, new, changed))
            if self._is_replaceable(node):
                yield from self._of_the_reference(node, donors.get(function, ()))
        yield from self._kept(donors)
        for (kind, _), several in alike.items():
            if repeated := self._repeated(kind, several):
                yield repeated

    def _of_the_reference(self, node: ast.expr, donors: Sequence[tuple[ast.expr, str]]) -> Iterator[Edit]:
        """Yield the expressions of the reference that fit best: those that come nearest to it, those most alike."""
        parent, features, text = self._source.parents[node], self._likely.features, ast.dump(node)
        rows = []
        for new, said in donors:
            if said == text or not _fits(node, new, parent):
                continue
            alike = likeness(features.of(node), features.of(new))
            cost = COSTS["expression"] - self._likely.worth(features.change(parent, node, new))
            cost += SIZE * sum(features.of(new).values()) ** 0.5
            rows.append((min(cost, COSTS["expression"] - ALIKE * alike), -alike, new))
        best = nsmallest(MOST_DONORS, rows, key=itemgetter(0)) + nsmallest(MOST_ALIKE, rows, key=itemgetter(1))
        for cost, _, new in {id(row): row for row in best}.values():
            make = lambda new=new: (self._source.replaced(node, new),)  # noqa: E731
            kind = kind_in(self._source.parents, node, kind_of(node, new))
            yield Edit(kind, node.lineno, make, cost, reference=True)

    def _kept(self, donors: Mapping[Function, Sequence[tuple[ast.expr, str]]]) -> Iterator[Edit]:
        """Yield expressions of the reference that a name is given, where the learner's code changes it in its place."""
        features = self._likely.features
        for node in ast.walk(self._source.tree):
            function = self._source.function_of(node)
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and function is not None:
                whole = ast.BinOp(load(node.target.id), node.op, node.value)
                rows = [(likeness(features.of(whole), features.of(new)), new) for new, _ in donors.get(function, ())]
                for alike, new in sorted(rows, key=lambda row: -row[0])[:MOST_ALIKE]:
                    assign = ast.Assign([node.target], new, lineno=node.lineno)
                    make = lambda node=node, assign=assign: (self._source.rewritten(node, [assign]),)  # noqa: E731
                    yield Edit("expression", node.lineno, make, COSTS["expression"] - ALIKE * alike, reference=True)

    def _is_replaceable(self, node: ast.expr) -> bool:
        """Tell whether an expression is a value, and not a slice or what is called."""
        parent = self._source.parents[node]
        called = isinstance(parent, ast.Call) and parent.func is node
        return not (called or isinstance(node, ast.Slice | ast.Tuple) or is_module(node) or _is_part_of_module(node))

    @cache  # noqa: B019 - the object lives as long as one search
    def _scope(self, function: Function) -> Scope:
        names = self._own_names(function)
        missing = sorted((name for name in names if self._likely.lacks(name) > 0), key=self._likely.lacks)[-MOST_TERMS:]
        read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and not _is_stored(node)}
        missing += [name for name in names if name not in read and name not in missing and name != "_"]
        sizes = any(self._likely.lacks(label) > 0 for label in (".shape", ".size", "len()", "mean()"))
        return Scope(names, parameters(function)[:3], missing, sizes, _whole(function))

    def _edit(self, kind: PlaceKind, node: ast.expr, new: ast.expr, changed: dict[Feature, int]) -> Edit:
        cost = COSTS[kind] - self._likely.worth(changed)
        kind = kind_in(self._source.parents, node, kind)
        return Edit(kind, node.lineno, lambda: (self._source.replaced(node, new),), cost)

    def _alike(
        self, kind: PlaceKind, node: ast.expr, changed: dict[Feature, int]
    ) -> Iterator[tuple[PlaceKind, object]]:
        """Yield what tells that changes in several places are one and the same mistake made again."""
        kept = {feature: number for feature, number in changed.items() if number}
        yield kind, frozenset(kept.items())
        if isinstance(self._source.parents[node], ast.Return | ast.Assign):
            yield kind, frozenset((feature, number) for feature, number in kept.items() if len(feature) == 1)

    def _repeated(self, kind: PlaceKind, rows: Sequence[tuple[ast.expr, ast.expr, dict[Feature, int]]]) -> Edit | None:
        """Return the change that is made in several places at once, if they are apart and it comes nearer."""
        if not 2 <= len(rows) <= MOST_PLACES:
            return None
        together: Counter[Feature] = Counter()
        for _, _, changed in rows:
            for feature, number in changed.items():
                together[feature] += number
        spans = sorted(self._source.span(node) for node, _, _ in rows)
        worth = self._likely.worth(together)
        if worth < LEAST_WORTH or any(one[1] > other[0] for one, other in pairwise(spans)):
            return None
        line = min(node.lineno for node, _, _ in rows)
        make = lambda: tuple(self._source.replaced(node, new) for node, new, _ in rows)  # noqa: E731
        cost = COSTS[kind] + REPEATED - worth
        return Edit(kind_in(self._source.parents, rows[0][0], kind), line, make, cost)

    def _is_changeable(self, node: ast.expr) -> bool:
        """Tell whether an expression is read when a function runs, and has a place of its own in the text."""
        if not isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            return False
        child: ast.AST = node
        while not isinstance(parent := self._source.parents[child], ast.stmt):
            if isinstance(parent, ast.JoinedStr | ast.arg):
                return False
            child = parent
        if isinstance(parent, Function):
            return child not in parent.decorator_list and child is not parent.returns and child is not parent.args
        if isinstance(parent, ast.AnnAssign) and child is parent.annotation:
            return False
        if isinstance(parent, ast.Raise | ast.Import | ast.ImportFrom):
            return False
        whole = isinstance(parent, ast.Expr) and isinstance(node, ast.Constant)
        called = self._source.parents[node]
        return not whole and not (isinstance(called, ast.Call) and called.func is node and isinstance(node, ast.Name))

    def _defaults(self) -> Iterator[Edit]:
        for one, other in self._pairs:
            mine, theirs = _with_defaults(one), _with_defaults(other)
            for name, default in mine.items():
                wanted = theirs.get(name)
                if wanted is not None and ast.dump(wanted) != ast.dump(default):
                    splice = self._source.replaced(default, wanted)
                    yield Edit("default", default.lineno, lambda splice=splice: (splice,), COSTS["default"])  # type: ignore[misc]

    def _statements(self) -> Iterator[Edit]:
        for kind, statement, make in changes(self._source):
            cost = COSTS[kind]
            if kind == "extra statement":
                changed = self._likely.features.change(self._source.parents[statement], statement, ast.Pass())
                cost -= min(self._likely.worth(changed) / 4, MOST_NEARER * NEARER / 2)
            yield Edit(kind, statement.lineno, make, cost)

    def _missing(self) -> Iterator[Edit]:
        """Yield statements of the reference, before each statement of the learner's."""
        for one, other in self._pairs:
            names = self._names(one)
            for new in statements(other, one, names):
                gained = self._likely.nearer(self._likely.features.of(new))
                if gained <= 0:
                    continue
                for node in ast.walk(one):
                    if isinstance(node, ast.stmt) and node is not one and _stands_alone(self._source, node):
                        cost = COSTS["missing statement"] - NEARER * min(gained / 2, MOST_NEARER)
                        make = lambda node=node, new=new: (self._inserted(node, new),)  # noqa: E731
                        yield Edit("missing statement", node.lineno, make, cost, reference=True)

    def _inserted(self, before: ast.stmt, new: ast.stmt) -> Splice:
        start, _ = self._source.span(before)
        indent = self._source.indent(before)
        return Splice(start, start, f"{self._source.block([new], indent)}\n{indent}")

    def _own_names(self, function: Function) -> list[str]:
        stored = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and _is_stored(node)]
        return list(dict.fromkeys([*parameters(function), *stored, *self._globals]))[:16]

    def _names(self, function: Function) -> list[str]:
        return [*self._own_names(function), *BUILTINS]


def _pairs(source: Source, reference: Source) -> list[tuple[Function, Function]]:
    """Return the functions of a text, each with that of the reference by its name, or the only one there is."""
    theirs = {function.name: function for function in reference.functions()}
    mine = list(source.functions())
    pairs = [(function, theirs[function.name]) for function in mine if function.name in theirs]
    if len(theirs) == 1:
        (only,) = theirs.values()
        pairs += [(function, only) for function in mine if function.name not in theirs]
    return pairs


def _fits(node: ast.expr, new: ast.expr, parent: ast.AST) -> bool:
    """Tell whether an expression may be what belongs in the place of another: a tuple or a truth is not a number."""
    if isinstance(new, ast.Tuple):
        return isinstance(parent, ast.Return | ast.Assign | ast.keyword | ast.Call)
    if isinstance(new, TRUTH):
        return isinstance(node, TRUTH | ast.Name | ast.Call | ast.Constant) or isinstance(parent, ast.Return)
    return True


def _is_part_of_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and is_module(node.value) and node.attr in ("linalg", "random")


def _with_defaults(function: Function) -> dict[str, ast.expr]:
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    found = dict(zip(reversed(names), reversed(arguments.defaults), strict=False))
    pairs = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return found | {argument.arg: default for argument, default in pairs if default is not None}


def _whole(function: Function) -> set[str]:
    """Return the names of a function that are given sizes or counts."""
    found = {name for name, default in _with_defaults(function).items() if type(getattr(default, "value", None)) is int}
    scope = Scope((), (), (), False, found)
    for node in ast.walk(function):
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"))):
                found.add(name)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Attribute(attr="shape")):
                found.update(target.id for target in targets if isinstance(target, ast.Name))
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if scope.counts(value):
                found.add(name)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                rows = zip(targets, values, strict=False)
                found.update(one.id for one, value in rows if isinstance(one, ast.Name) and scope.counts(value))
    return found


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _stands_alone(source: Source, node: ast.stmt) -> bool:
    return not source.indent(node).strip() and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
