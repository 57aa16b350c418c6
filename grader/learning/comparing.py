"""Compare two answers by what they do: names of local variables, layout, comments and docstrings do not count."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from grader.course.stubs import BEGIN, END

LOCAL = "\0"  # no name in a program


@dataclass(frozen=True)
class Piece:
    """A statement, of one with a body only its header, with the lines on which it stands.

    Attributes
    ----------
    lines : tuple of str
        With the comments before it.
    skeleton : str
        Its code with every local variable called alike.
    names : tuple of str
        The local variables in it, in their order.
    same : bool
        Whether the other answer has it, too.
    """

    lines: tuple[str, ...]
    skeleton: str
    names: tuple[str, ...]
    same: bool = False


Row = tuple[Piece | None, Piece | None]


def compare(one: str, other: str) -> list[Row] | None:
    """Return the statements of two answers side by side; None where one of them is no program.

    Statements that do the same stand in one row and are marked as the same. Those between them that do not stand side
    by side as far as there are as many.
    """
    try:
        mine, theirs = pieces(one), pieces(other)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    rows: list[Row] = []
    renamed: dict[str, str] = {}
    matcher = SequenceMatcher(
        None, [each.skeleton for each in mine], [each.skeleton for each in theirs], autojunk=False
    )
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        left, right = mine[start:end], theirs[other_start:other_end]
        if kind == "equal":
            for ours, yours in zip(left, right, strict=True):
                same = _agree(ours.names, yours.names, renamed)
                rows.append((replace(ours, same=same), replace(yours, same=same)))
            continue
        for place in range(max(len(left), len(right))):
            rows.append((_at(left, place), _at(right, place)))
    return rows


def pieces(text: str) -> list[Piece]:
    """Return the statements of a program from top to bottom, without docstrings; raises what `ast.parse` does."""
    tree = ast.parse(text)
    lines = text.split("\n")
    found: list[Piece] = []
    place = 0
    for statement, names in _statements(tree, frozenset()):
        last = _last_line(statement)
        if _is_docstring(statement):
            place = last
            continue
        stated = _Normal(names)
        skeleton = stated.text(statement)
        own = [line for line in lines[place:last] if line.strip() and line.strip() not in (BEGIN, END)]
        found.append(Piece(tuple(own), skeleton, tuple(stated.names)))
        place = max(place, last)
    return found


def _statements(node: ast.AST, names: frozenset[str]) -> Iterator[tuple[ast.stmt, frozenset[str]]]:
    """Yield every statement below a node, each with the local variables of the function around it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child, names
            inside = names | _locals(child) if isinstance(child, ast.FunctionDef) else names
            yield from _statements(child, inside)
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from _statements(child, names)


def _locals(function: ast.FunctionDef) -> frozenset[str]:
    """Return what a function gives a name itself; the names of its parameters are part of the exercise."""
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(stored - {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)})


class _Normal(ast.NodeTransformer):
    """Writes a statement, of one with a body the header alone, with every local variable called alike."""

    def __init__(self, local_names: frozenset[str]) -> None:
        self._locals = local_names
        self.names: list[str] = []

    def text(self, statement: ast.stmt) -> str:
        """Return the code of a statement and note the local variables in it."""
        copied = ast.parse(ast.unparse(statement)).body[0]
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            if isinstance(getattr(copied, field, None), list):
                setattr(copied, field, [])
        if isinstance(copied, ast.FunctionDef):
            copied.returns = None
        return ast.dump(self.visit(copied))

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Call a local variable like every other."""
        if node.id not in self._locals:
            return node
        self.names.append(node.id)
        return ast.Name(LOCAL, node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Leave out what type an argument has."""
        return ast.arg(node.arg)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """Leave out what type a variable has."""
        target = self.visit(node.target)
        return ast.Assign([target], self.visit(node.value)) if node.value else ast.Expr(target)


def _agree(mine: Sequence[str], theirs: Sequence[str], renamed: dict[str, str]) -> bool:
    """Tell whether variables are called as before, and note what is new."""
    return all(renamed.setdefault(one, other) == other for one, other in zip(mine, theirs, strict=True))


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _last_line(statement: ast.stmt) -> int:
    """Return the last line of a statement, of one with a body the line before the body."""
    body: list[ast.stmt] | None = getattr(statement, "body", None)
    if isinstance(statement, ast.Match):
        return max(statement.lineno, statement.cases[0].pattern.lineno - 1)
    if not body:
        return statement.end_lineno or statement.lineno
    return max(statement.lineno, _first_line(body[0]) - 1)


def _is_docstring(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _at(pieces: Sequence[Piece], place: int) -> Piece | None:
    return pieces[place] if place < len(pieces) else None
