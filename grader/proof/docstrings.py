"""Look for the sections of a solution's docstrings, which are all that a learner has to go by."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from grader.course.stubs import BEGIN

Function = ast.FunctionDef | ast.AsyncFunctionDef


def docstring_problems(solution: str) -> Iterator[str]:
    """Yield each section that is missing from the docstrings of public functions and classes.

    A function needs a summary, Parameters and Returns where it has any, and Examples; so does a class, whose parameters
    are its constructor's. A method needs a summary, and Parameters where it is public by name and has any; others
    need a summary only if a part of them is to be written.
    """
    for node in ast.parse(solution).body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            wanted = ["Parameters"] * _has_parameters(node, 0) + ["Returns"] * _returns(node) + ["Examples"]
            yield from _missing(node, node.name, wanted)
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            methods = [method for method in node.body if isinstance(method, Function)]
            constructor = any(method.name == "__init__" and _has_parameters(method, 1) for method in methods)
            yield from _missing(node, node.name, ["Parameters"] * constructor + ["Examples"])
            for method in methods:
                yield from _method(node.name, method, solution)


def _method(owner: str, node: Function, solution: str) -> Iterator[str]:
    name = f"{owner}.{node.name}"
    if not node.name.startswith("_"):
        yield from _missing(node, name, ["Parameters"] * _has_parameters(node, 1))
    elif node.name != "__init__" and BEGIN in (ast.get_source_segment(solution, node) or ""):
        yield from _missing(node, name, [])


def _missing(node: Function | ast.ClassDef, name: str, wanted: list[str]) -> Iterator[str]:
    text = ast.get_docstring(node)
    if text is None:
        yield f"{name} has no docstring"
        return
    lines = text.splitlines()
    if not lines[0].strip() or "Parameters" in lines[:1]:
        yield f"the docstring of {name} has no summary"
    sections = {one for one, other in pairwise(lines) if other and set(other) == {"-"}}
    for section in wanted:
        if section not in sections and not (section == "Returns" and "Yields" in sections):
            yield f"the docstring of {name} has no section {section}"
    if "Examples" in wanted and "Examples" in sections and ">>> " not in text:
        yield f"the docstring of {name} has no example that can be run"


def _has_parameters(node: Function, bound: int) -> bool:
    """Tell whether a function takes more than its ``bound`` first parameters, such as self."""
    arguments = node.args
    static = any(ast.unparse(decorator) == "staticmethod" for decorator in node.decorator_list)
    positional = len(arguments.posonlyargs) + len(arguments.args) - (0 if static else bound)
    return bool(positional > 0 or arguments.kwonlyargs or arguments.vararg or arguments.kwarg)


def _returns(node: Function) -> bool:
    if node.returns is not None:
        return not (isinstance(node.returns, ast.Constant) and node.returns.value is None)
    return any(isinstance(inner, ast.Return) and inner.value is not None for inner in ast.walk(node))
