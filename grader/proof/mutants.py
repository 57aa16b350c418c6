"""Make mutants: solutions with one small thing changed, by cosmic-ray's operators, in what a learner writes."""

from __future__ import annotations

import ast
import difflib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from grader.course.stubs import BEGIN, END
from grader.errors import CourseError

COSMIC_RAY_HELP = "pip install 'cosmic-ray>=8.4'"


@dataclass(frozen=True)
class Mutant:
    """A solution with one change.

    Attributes
    ----------
    exercise : str
    operator : str
        cosmic-ray's name for the kind of change.
    text : str
        All of the changed solution.
    line : str
        The first line that is changed, as it is now, without its indentation.
    """

    exercise: str
    operator: str
    text: str
    line: str

    def diff(self, solution: str, name: str) -> str:
        """Return the change as a unified diff of the solution, which is called ``name``."""
        lines = difflib.unified_diff(
            solution.splitlines(), self.text.splitlines(), name, f"{name} ({self.operator})", lineterm="", n=1
        )
        return "\n".join(lines)


def mutants(exercise: str, solution: str) -> Iterator[Mutant]:
    """Yield the mutants of an exercise's solution that are Python, each once.

    Raises
    ------
    CourseError
        Where cosmic-ray is not installed.
    """
    try:
        from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-untyped]
        from cosmic_ray.mutating import mutate_code  # type: ignore[import-untyped]
    except ImportError:
        raise CourseError(f"mutants need cosmic-ray, which is not installed here: {COSMIC_RAY_HELP}") from None
    regions = _regions(solution)
    seen = {_meaning(solution)}
    nodes = list(ast_nodes(get_ast(solution)))
    for name, operator in _operators():
        starts = [start for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, (number, _) in enumerate(starts):
            if number not in regions:
                continue
            text = mutate_code(solution, operator, occurrence)
            meaning = _meaning(text)
            if meaning is not None and meaning not in seen:
                seen.add(meaning)
                yield Mutant(exercise, name, text, _changed_line(solution, text))


def _operators() -> Iterator[tuple[str, Any]]:
    """Yield cosmic-ray's operators that need no arguments, by name."""
    from cosmic_ray.plugins import get_operator, operator_names  # type: ignore[import-untyped]

    for name in operator_names():
        operator = get_operator(name)
        if not operator.arguments():
            yield name.partition("/")[2], operator()


def _regions(solution: str) -> set[int]:
    """Return the numbers of the lines between the markers."""
    inside, numbers = False, set()
    for number, line in enumerate(solution.splitlines(), 1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            numbers.add(number)
    return numbers


def _meaning(text: str) -> str | None:
    """Return the same for texts that mean the same, and None for a text that cannot be compiled."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(text, "<mutant>", "exec")
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return None


def _changed_line(solution: str, text: str) -> str:
    lines, others = solution.splitlines(), text.splitlines()
    return next((other for line, other in zip(lines, others, strict=False) if line != other), "").strip()
