"""Write wrong answers as the text of a submission, so that they can take a learner's way through the sandbox."""

from __future__ import annotations

import ast
import dis
import types
from collections.abc import Iterator

from grader.checks.misconceptions import Misconception
from grader.errors import CourseError

VOCABULARY = "grader.checks"


def misconception_text(solution: str, checks: str, mistake: Misconception, target: str) -> str:
    """Return the solution's text, followed by a misconception that takes the place of one of its names.

    The misconception stands inside a function, together with what it uses of its test module, so that no name of the
    test module gets in the way of the solution's own.

    Parameters
    ----------
    solution, checks : str
        The texts of the solution and of the test module that holds the misconception.
    mistake : Misconception
    target : str
        The name in the solution that it replaces.

    Raises
    ------
    CourseError
        Where the misconception uses something that does not exist on the learner's side.
    """
    function = ast.parse(f"def _{mistake.name}(_solution):\n    return {mistake.name}").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body[:0] = _Module(checks).closure(mistake.name)
    # as a string, since an exercise may forbid the name of the function that it asks for
    replaced = f'globals()["{target}"] = _{mistake.name}(__import__("types").SimpleNamespace(**globals()))'
    return "\n\n\n".join([solution.rstrip("\n"), ast.unparse(function), replaced]) + "\n"


class _Module:
    """A test module: which statement defines a name, and which names a statement uses."""

    def __init__(self, text: str) -> None:
        self._body = ast.parse(text).body
        self._vocabulary = {  # what does not exist on the learner's side
            alias.asname or alias.name
            for node in self._body
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(VOCABULARY)
            for alias in node.names
        }
        self._defined: dict[str, list[ast.stmt]] = {}
        for statement in self._body:
            for name in _defined(statement):
                self._defined.setdefault(name, []).append(statement)

    def closure(self, name: str) -> list[ast.stmt]:
        """Return the statements that a misconception needs, its own included, in the order of the module."""
        if name not in self._defined:
            raise CourseError(f"the misconception {name} is not defined at the top of its test module")
        needed: set[ast.stmt] = set()
        wanted = [name]
        while wanted:
            for statement in self._defined.get(wanted.pop(), []):
                if statement not in needed:
                    needed.add(statement)
                    self._clean(statement)
                    wanted += _looked_up(statement)
        statements = [_WithoutReference().visit(statement) for statement in self._body if statement in needed]
        foreign = {used for statement in statements for used in _looked_up(statement)} & self._vocabulary
        if foreign:
            names = ", ".join(sorted(foreign))
            raise CourseError(f"the misconception {name} uses {names}, which does not exist on the learner's side")
        return [statement for statement in statements if not _is_import_of(statement, VOCABULARY)]

    def _clean(self, statement: ast.stmt) -> None:
        """Take off the decorators of the checks' vocabulary."""
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            statement.decorator_list = [
                decorator for decorator in statement.decorator_list if _name_of(decorator) not in self._vocabulary
            ]


class _WithoutReference(ast.NodeTransformer):
    """Puts the solution's names, as they were before the misconception, in the place of ``reference(__file__)``."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "reference":
            return ast.copy_location(ast.Name("_solution", ast.Load()), node)
        return node


def _defined(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement at the top of a module defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield node.name


def _name_of(decorator: ast.expr) -> str:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return function.id if isinstance(function, ast.Name) else ""


def _looked_up(statement: ast.stmt) -> set[str]:
    """Return the names that a statement, and what it defines, looks up at the top of the module."""

    def of(code: types.CodeType) -> Iterator[str]:
        for instruction in dis.get_instructions(code):
            if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                yield instruction.argval
        for inner in code.co_consts:
            if isinstance(inner, types.CodeType):
                yield from of(inner)

    module = ast.fix_missing_locations(ast.Module([statement], []))
    return set(of(compile(module, "<checks>", "exec")))


def _is_import_of(statement: ast.stmt, package: str) -> bool:
    return isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(package)


# --- trivial answers ----------------------------------------------------------------------------------------------

FUNCTIONS = {
    "None": "return None",
    "the first argument": "return arguments[0]",
    "0.0": "return 0.0",
    "1.0": "return 1.0",
    "zeros in the shape of the answer": "return _fill(original(*arguments), lambda part: 0.0 * np.ones_like(part))",
    "ones in the shape of the answer": "return _fill(original(*arguments), lambda part: np.ones_like(part))",
    "the mean in the shape of the answer": "return _mean_filled(original(*arguments))",
    "zeros in the shape of the first argument": "return _fill(arguments[0], lambda part: 0.0 * np.ones_like(part))",
    "ones in the shape of the first argument": "return _fill(arguments[0], lambda part: np.ones_like(part))",
    "the mean in the shape of the first argument": "return _mean_filled(arguments[0])",
}
CLASSES = {"methods that return None": "None", "methods that return self": "self"}

_FILL = '''

import numpy as np


def _fill(value, make):
    """Fill all numbers of a value, and empty its texts."""
    if isinstance(value, str):
        return ""
    if isinstance(value, dict):
        return {key: _fill(item, make) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_fill(item, make) for item in value)
    if isinstance(value, (bool, int, float, complex)):
        return type(value)(make(np.asarray(value)))
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
        return make(np.asarray(value))
    return value


def _mean_filled(value):
    """Fill with the mean, which is no wrong answer where there is only one number."""
    sizes = []
    _fill(value, lambda part: sizes.append(part.size) or part)
    if max(sizes, default=0) < 2:
        raise ValueError("a single number is its own mean")
    return _fill(value, lambda part: np.full(part.shape, part.mean() if part.size else 0.0))
'''

_FUNCTION = """

def _trivial(original):
    def answer(*arguments):
        {body}

    return answer


globals()["{name}"] = _trivial(globals()["{name}"])
"""

_CLASS = """

for _name, _method in list(vars({name}).items()):
    if callable(_method) and _name != "__init__":
        setattr({name}, _name, lambda self, *arguments: {answer})
"""


def trivial_texts(solution: str, functions: list[str], classes: list[str]) -> Iterator[tuple[str, str]]:
    """Yield answers that take no thought: what they return, and the text of the submission.

    Each is the solution with something around its functions, so that the shape of the right answer is known; of its
    classes only the constructor is left.
    """
    start = solution.rstrip("\n") + "\n" + _FILL
    for what, body in FUNCTIONS.items() if functions else ():
        yield what, start + "".join(_FUNCTION.format(name=name, body=body) for name in functions)
    for what, answer in CLASSES.items() if classes else ():
        yield what, start + "".join(_CLASS.format(name=name, answer=answer) for name in classes)
