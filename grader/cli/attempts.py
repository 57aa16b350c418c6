"""How far a learner is with an exercise, as far as can be told without running anything."""

from __future__ import annotations

import ast
from typing import Literal

from grader.cli.progress import Progress
from grader.course import Course, Exercise
from grader.course.stubs import stub_of

State = Literal["done", "attempted", "not attempted"]


def state(course: Course, exercise: Exercise, progress: Progress) -> State:
    """Return ``done`` if the file passed its last check unchanged, and ``not attempted`` if it is still the stub."""
    try:
        source = course.stub(exercise).read_bytes()
    except FileNotFoundError:
        return "not attempted"
    match progress.status(exercise.name, source):
        case "passed":
            return "done"
        case "failed" | "error" | "timeout":
            return "attempted"
    return "not attempted" if _is_untouched(course, exercise, source) else "attempted"


def _is_untouched(course: Course, exercise: Exercise, source: bytes) -> bool:
    """Compare with the stub; a starter repository has no solution to make it from, so there see what the file does."""
    try:
        if not course.solution(exercise).exists():
            return _is_unwritten(ast.parse(source))
        stub = stub_of(course, exercise)
        return source == stub.encode() or ast.dump(ast.parse(source)) == ast.dump(ast.parse(stub))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _is_unwritten(tree: ast.Module) -> bool:
    """Tell whether every function, and something in every class, does no more than raise NotImplementedError."""
    things = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return bool(things) and all(any(map(_only_raises, ast.walk(thing))) for thing in things)


def _only_raises(node: ast.AST) -> bool:
    if not isinstance(node, ast.FunctionDef):
        return False
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return [ast.unparse(statement) for statement in body] == ["raise NotImplementedError"]
