"""Reduce an answer to its form: what two answers share when one is the other with new names and comments."""

from __future__ import annotations

import ast
import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from grader.grading.texts import Texts

CHARACTERS = 20_000  # far more than an exercise needs


class Form(NamedTuple):
    """The form of an answer: a hash that is equal for answers that are alike, and how many nodes its tree has."""

    sha256: str
    nodes: int


def normal_form(text: str) -> Form | None:
    """Return the form of an answer: without comments, docstrings, annotations, and with its own names numbered.

    Parameters
    ----------
    text : str
        Python, by whomever it was written.

    Returns
    -------
    Form or None
        None where the text is no Python, or too long or too deep to be looked at.
    """
    if len(text) > CHARACTERS:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's own remarks about the text
            tree = ast.parse(text)
        own = _Bound()
        own.visit(tree)
        tree = _Plain(own.names).visit(tree)
        nodes = sum(1 for _ in ast.walk(tree))
        return Form(hashlib.sha256(ast.dump(tree).encode("utf-8", "replace")).hexdigest(), nodes)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def forms_of(texts: Texts, exercises: Iterable[str]) -> dict[str, Form]:
    """Return the form of each answer that has one, by the name of its exercise."""
    answers = {name: texts.texts.get(name) for name in exercises}
    forms = {name: normal_form(text) for name, text in answers.items() if isinstance(text, str)}
    return {name: form for name, form in forms.items() if form is not None}


def render_forms(forms: Mapping[str, Form]) -> str:
    """Return the forms of a submission's exercises as JSON."""
    return json.dumps(forms) + "\n"


def read_forms(path: Path) -> dict[str, Form]:
    """Return the forms of a submission's exercises, by name; none where the file is missing or is no such file."""
    try:
        data = json.loads(path.read_text("utf-8"))
        return {name: Form(str(sha256), int(nodes)) for name, (sha256, nodes) in data.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


class _Bound(ast.NodeVisitor):
    """The names that the text itself gives, each with its number."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self._add(node.id)
        elif isinstance(node, ast.arg):
            self._add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ExceptHandler):
            self._add(node.name)
        elif isinstance(node, ast.alias):
            self._add(node.asname)
        super().generic_visit(node)

    def _add(self, name: str | None) -> None:
        if name is not None:
            self.names.setdefault(name, f"name{len(self.names)}")


class _Plain(ast.NodeTransformer):
    """Put the numbers in the place of the names, and leave out what is only for readers."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("id", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str) and not _is_of_others(node, field):
                setattr(node, field, self._names.get(name, name))
        for field in ("annotation", "returns"):
            if hasattr(node, field) and not isinstance(node, ast.AnnAssign):
                setattr(node, field, None)
        return super().generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Leave out a docstring, or any other constant that nobody uses."""
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)


def _is_of_others(node: ast.AST, field: str) -> bool:
    """Tell whether a name is given by a library: what is imported from it, and the keywords that it takes."""
    return isinstance(node, ast.keyword) or (isinstance(node, ast.alias) and field == "name")
