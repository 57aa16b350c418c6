"""Look at a learner's text, then run it as a module."""

from __future__ import annotations

import ast
import io
import linecache
import sys
import types

from grader.sandbox.protocol.code import same_code
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


def look(message: Load) -> Looked:
    """Look at the text before any of it has run."""
    source, other, names = message["source"], message["same_as"], set(message["names"])
    same = other is not None and same_code(source, other)
    return {"same": same, "used": _used(source, names) if names else []}


def _used(source: str, names: set[str]) -> list[tuple[str, int]]:
    """Return each of the names that the code mentions, with the line."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # running it will say why
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


def load(message: Load, limits: Limits = LIMITS) -> tuple[types.ModuleType, Ran]:
    """Run the text as a module."""
    source, filename = message["source"], message["filename"]
    lines = list(io.StringIO(source, newline=None))  # as Python counts them
    linecache.cache[filename] = (len(source), None, lines, filename)
    module = types.ModuleType(filename.removesuffix(".py"))
    sys.modules[module.__name__] = module  # dataclasses and pickle look their module up

    def run() -> None:
        exec(compile(source, filename, "exec"), module.__dict__)

    with alarm(limits.load_seconds):
        observed = observe(run, (), filename, limits)
    return module, {"failure": failure_form(observed.failure)}
