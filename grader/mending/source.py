"""Read a learner's text as a tree, and write changed pieces of it back in their places."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 20_000  # of a text: nobody's answer is longer, and a tree is many times as large
MOST_NODES = 4_000
SIMPLE = ast.Name | ast.Constant | ast.Call | ast.Attribute | ast.Subscript | ast.List | ast.Dict | ast.Set
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Splice:
    """A piece of a text, from ``start`` to ``end``, and what takes its place."""

    start: int
    end: int
    text: str


class Source:
    """A text with its tree.

    Parameters
    ----------
    text : str

    Raises
    ------
    ValueError
        Where the text is no Python, or more than anybody writes.

    Attributes
    ----------
    text : str
    tree : ast.Module
    parents : dict
        Of each node, by the node.
    """

    def __init__(self, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise ValueError("the text is too long to be searched")
        self.text = text
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", SyntaxWarning)
                self.tree = ast.parse(text)
            nodes = list(ast.walk(self.tree))
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise ValueError(f"the text is no Python: {type(error).__name__}") from None
        if len(nodes) > MOST_NODES:
            raise ValueError("the text is too long to be searched")
        self.parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where the text of an expression or a statement begins and ends."""
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._place(node.lineno, node.col_offset), self._place(node.end_lineno, node.end_col_offset)

    def _place(self, line: int, column: int) -> int:
        text = self._lines[line - 1]
        return self._starts[line - 1] + (column if text.isascii() else len(text.encode()[:column].decode()))

    def indent(self, node: ast.stmt) -> str:
        """Return what stands before a statement on its line."""
        return self._lines[node.lineno - 1][: node.col_offset]

    def functions(self) -> Iterator[Function]:
        """Yield every function of the text."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def function_of(self, node: ast.AST) -> Function | None:
        """Return the innermost function in which a node stands."""
        while (parent := self.parents.get(node)) is not None:
            if isinstance(parent, Function):
                return parent
            node = parent
        return None

    def replaced(self, node: ast.expr, new: ast.expr) -> Splice:
        """Return the splice that puts one expression in the place of another."""
        text = ast.unparse(new)
        bare = isinstance(new, SIMPLE) and not isinstance(new, ast.Constant)
        bare = bare or isinstance(self.parents.get(node), ast.stmt | ast.keyword)
        bare = bare or (isinstance(new, ast.Constant) and not text.startswith("-") and not isinstance(new.value, int))
        return Splice(*self.span(node), text if bare else f"({text})")

    def rewritten(self, node: ast.stmt, statements: Sequence[ast.stmt]) -> Splice:
        """Return the splice that puts statements in the place of one."""
        return Splice(*self.span(node), self.block(statements, self.indent(node)))

    def block(self, statements: Sequence[ast.stmt], indent: str) -> str:
        """Return statements as text whose lines, but for the first, begin with ``indent``."""
        return "\n".join(ast.unparse(statement) for statement in statements).replace("\n", f"\n{indent}")

    def with_(self, splices: Sequence[Splice]) -> str:
        """Return the text with pieces of it replaced; they do not overlap."""
        text = self.text
        for splice in sorted(splices, key=lambda splice: (splice.start, splice.end), reverse=True):
            text = text[: splice.start] + splice.text + text[splice.end :]
        return text


def overlap(splices: Sequence[Splice], others: Sequence[Splice]) -> bool:
    """Tell whether two changes touch the same piece of a text."""
    return any(a.start <= b.end and b.start <= a.end for a in splices for b in others)


def parameters(function: Function) -> list[str]:
    """Return the names of a function's parameters."""
    arguments = function.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
