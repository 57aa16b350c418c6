"""Look at a learner's text, then run it as a module."""

from __future__ import annotations

import ast
import io
import linecache
import sys
import types

from grader.sandbox.protocol.code import same_trees
from grader.sandbox.protocol.limits import LIMITS, Limits
from grader.sandbox.protocol.messages import Load, Looked, Ran, failure_form
from grader.sandbox.theirs.observe import observe
from grader.sandbox.theirs.process import alarm

REFUSED = "{name} is not available to an exercise: write it with NumPy and the standard library only"


class OnlyNumPy:
    """An import hook that refuses everything but the standard library and NumPy, in one clear line."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise ImportError for a foreign top-level module, else leave the search to the next finder."""
        root = name.partition(".")[0]
        if root not in sys.stdlib_module_names and root != "numpy" and not root.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(REFUSED.format(name=root), name=root)


def parse(message: Load) -> ast.Module | None:
    """Return the syntax tree of the text, or None for one that has none: running it will say why."""
    try:
        return ast.parse(message["source"], message["filename"])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def look(message: Load, tree: ast.Module | None) -> Looked:
    """Look at the text before any of it has run."""
    if tree is None:
        return {"same": False, "used": []}
    other, names = message["same_as"], set(message["names"])
    same = other is not None and (message["source"] == other or same_trees(tree, ast.parse(other)))
    return {"same": same, "used": _used(tree, names) if names else []}


def _used(tree: ast.AST, names: set[str]) -> list[tuple[str, int]]:
    """Return each of the names that the code mentions, with the line."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            mentioned = [node.id]
        elif isinstance(node, ast.Attribute):
            mentioned = [node.attr]
        elif isinstance(node, ast.ImportFrom):
            mentioned = [alias.name for alias in node.names]
        else:
            continue
        found += [(name, node.lineno) for name in mentioned if name in names]
    return found


def load(message: Load, tree: ast.Module | None, limits: Limits = LIMITS) -> tuple[types.ModuleType, Ran]:
    """Run the text as a module: the tree that was looked at, or what explains why there is none."""
    source, filename = message["source"], message["filename"]
    lines = list(io.StringIO(source, newline=None))  # as Python counts them
    linecache.cache[filename] = (len(source), None, lines, filename)
    module = types.ModuleType(filename.removesuffix(".py"))
    sys.modules[module.__name__] = module  # dataclasses and pickle look their module up

    def run() -> None:
        exec(compile(ast.parse(source, filename) if tree is None else tree, filename, "exec"), module.__dict__)

    with alarm(limits.load_seconds):
        observed = observe(run, (), filename, limits)
    return module, {"failure": failure_form(observed.failure)}
