"""Tell whether two texts hold the same code, which is how a file that nobody has written in yet is known."""

from __future__ import annotations

import ast


def same_code(text: str, other: str) -> bool:
    """Tell whether two texts have the same syntax tree, whatever their layout, comments and docstrings.

    The parameters of a function that does nothing but raise NotImplementedError do not count either: a function that is
    still to be written may have been given others meanwhile. A tool's ``raise NotImplementedError()`` is one, too.
    """
    if text == other:
        return True
    try:
        return _meaning(text) == _meaning(other)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _meaning(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and ast.dump(node) == _CALLED:
            node.exc = node.exc.func
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if ast.get_docstring(node, clean=False) is not None:
                del node.body[0]
            if isinstance(node, ast.FunctionDef) and [ast.dump(line) for line in node.body] in _TO_BE_WRITTEN:
                node.args, node.returns = _NOTHING, None
    return ast.dump(tree)


_NOTHING = ast.arguments([], [], None, [], [], None, [])
_CALLED = ast.dump(ast.parse("raise NotImplementedError()").body[0])
_TO_BE_WRITTEN = ([ast.dump(ast.parse("raise NotImplementedError").body[0])], [_CALLED])
