"""What counts as a difference between two answers, and what does not."""

import ast

import pytest

from grader.course import own_course
from grader.learning.comparing import compare, pieces

REFERENCE = '''\
import numpy as np


def softmax(x: np.ndarray) -> np.ndarray:
    """Return probabilities."""
    e = np.exp(x - x.max())
    return e / e.sum()
'''


def marked(text, other=REFERENCE):
    """Return the lines of both that differ."""
    rows = compare(text, other)
    return [
        [line.strip() for row in rows if row[side] and not row[side].same for line in row[side].lines]
        for side in (0, 1)
    ]


@pytest.mark.parametrize(
    "text",
    [
        REFERENCE,
        REFERENCE.replace("e = ", "weights = ").replace("e / e.sum", "weights / weights.sum"),
        REFERENCE.replace('    """Return probabilities."""\n', "    # mine\n"),
        REFERENCE.replace(": np.ndarray", "").replace(" -> np.ndarray", ""),
        REFERENCE.replace("np.exp(x - x.max())", "(np.exp(\n        (x - x.max())\n    ))"),
        REFERENCE.replace("(x: np.ndarray)", "(\n    x,\n)"),
    ],
)
def test_names_layout_comments_docstrings_and_types_do_not_count(text):
    assert marked(text) == [[], []]


def test_what_differs_is_marked_and_nothing_else():
    assert marked(REFERENCE.replace(" - x.max()", "")) == [["e = np.exp(x)"], ["e = np.exp(x - x.max())"]]
    assert marked(REFERENCE.replace("    e =", "    n = 3\n    e =")) == [["n = 3"], []]


def test_variables_in_each_others_place_are_a_difference():
    one = "def f(x):\n    a = x + 1\n    b = x + 2\n    return a - b\n"
    other = "def f(x):\n    a = x + 1\n    b = x + 2\n    return b - a\n"
    assert marked(one, other) == [["return a - b"], ["return b - a"]]


def test_a_statement_with_a_body_differs_by_its_header_alone():
    one = (
        "def f(x):\n    for i in x:\n        if i:\n            y = i\n        else:\n            y = 1\n    return y\n"
    )
    assert marked(one, one.replace("in x:", "in x[1:]:")) == [["for i in x:"], ["for i in x[1:]:"]]
    assert marked(one, one.replace("y = 1", "y = 2")) == [["else:", "y = 1"], ["else:", "y = 2"]]


@pytest.mark.parametrize("text", ["def f(:", "\0", "x = " + "(" * 5000 + ")" * 5000, "x = " + "-" * 100_000 + "1"])
def test_what_is_no_program_cannot_be_compared(text):
    assert compare(text, REFERENCE) is None


def without_docstrings(text):
    """Return the lines of a program but for docstrings, markers and empty lines."""
    dropped = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            dropped |= set(range(node.lineno, node.end_lineno + 1))
    lines = enumerate(text.split("\n"), 1)
    return [
        line
        for number, line in lines
        if number not in dropped and line.strip() and "# BEGIN" not in line and "# END" not in line
    ]


def test_no_line_of_any_reference_is_lost():
    for exercise in own_course().exercises:
        text = own_course().solution(exercise).read_text()
        assert [line for piece in pieces(text) for line in piece.lines] == without_docstrings(text), exercise.name
        assert all(left.same and right.same for left, right in compare(text, text)), exercise.name
