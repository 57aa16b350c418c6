"""Read the checks of an exercise: they are written as tests/README.md asks, as far as their text shows it."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import Counter
from collections.abc import Iterator

from grader.course import Exercise
from grader.grading.collecting import CheckFile

HINTS = 2
MISCONCEPTIONS = 2


def hint_problems(exercise: Exercise) -> Iterator[str]:
    """Yield a lack of hints."""
    if len(exercise.hints) < HINTS:
        yield f"course.toml has {len(exercise.hints)} hint, and an exercise needs {HINTS} at least"


def title_problems(file: CheckFile) -> Iterator[str]:
    """Yield each check without a title of its own that is one line and ends with a full stop."""
    counts = Counter(check.title for check in file.checks)
    for check in file.checks:
        text = (check.function.__doc__ or "").strip()
        if not text:
            yield f"{check.name} has no title: write a docstring of one line"
        elif len(text.splitlines()) > 1:
            yield f"the title of {check.name} is longer than one line"
        elif not text.endswith("."):
            yield f"the title of {check.name} does not end with a full stop: {text}"
        elif counts[check.title] > 1:
            yield f"the title of {check.name} is that of another check too: {text}"


def assert_problems(checks: str) -> Iterator[str]:
    """Yield each assertion, outside of misconceptions, that would leave a learner without a sentence."""
    for statement in ast.parse(checks).body:
        if not _is_misconception(statement):
            for node in ast.walk(statement):
                if isinstance(node, ast.Assert) and node.msg is None:
                    yield f"line {node.lineno} of its checks asserts without a message: {ast.unparse(node)}"


def _is_misconception(statement: ast.stmt) -> bool:
    decorators = statement.decorator_list if isinstance(statement, ast.FunctionDef | ast.ClassDef) else []
    return any(isinstance(node, ast.Call) and ast.unparse(node.func) == "misconception" for node in decorators)


def misconception_problems(file: CheckFile, checks: str) -> Iterator[str]:
    """Yield a lack of misconceptions, unless a comment that speaks of them says why."""
    if len(file.misconceptions) >= MISCONCEPTIONS:
        return
    tokens = tokenize.generate_tokens(io.StringIO(checks).readline)
    if not any(token.type == tokenize.COMMENT and "misconception" in token.string.lower() for token in tokens):
        yield (
            f"its checks know {len(file.misconceptions)} of the {MISCONCEPTIONS} misconceptions that are the least, "
            "and no comment about misconceptions says why"
        )
