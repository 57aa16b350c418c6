"""Wrong answers are written as a submission's text, which can be graded like any other."""

import pytest

from grader.checks.misconceptions import Misconception
from grader.errors import CourseError
from grader.proof.wrong_answers import misconception_text, trivial_texts

SOLUTION = """\
import math


def root(x):
    return helper(x)


def helper(x):
    return math.sqrt(x)


class Value:
    size = 2
"""
CHECKS = """\
import numpy as np

from grader.checks import assert_close, misconception, on_learner_side, reference

FACTOR = 3
S = reference(__file__)


def helper(x):
    return FACTOR * x


def far(x):
    return assert_close(x, x)


@on_learner_side
def near(x):
    return helper(np.abs(x))


@misconception("has helpers")
def with_helpers(x):
    return near(x)


@misconception("has another one")
def with_another(x):
    expected = with_helpers(x)
    return 10 * expected


@misconception("is a class")
class larger(reference(__file__).Value):
    \"\"\"Two
    lines.\"\"\"
    size = S.Value.size + 1


@misconception("uses the vocabulary")
def uses_vocabulary(x):
    return far(x)
"""


def ran(name, target="root"):
    text = misconception_text(SOLUTION, CHECKS, Misconception(name, "is wrong", print, None), target)
    assert text.startswith(SOLUTION)
    assert "grader" not in text
    namespace = {}
    exec(text, namespace)
    return namespace


def test_helpers_come_along_and_do_not_get_in_the_way():
    module = ran("with_helpers")
    assert module["root"](-4.0) == 12.0
    assert module["helper"](4.0) == 2.0


def test_misconceptions_may_use_each_other():
    assert ran("with_another")["root"](-4.0) == 120.0


def test_the_reference_is_the_solution_of_the_text():
    module = ran("larger", "Value")
    assert module["Value"].size == 3
    assert module["Value"].__base__.size == 2


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("uses_vocabulary", "the misconception uses_vocabulary uses assert_close, which does not exist"),
        ("absent", "the misconception absent is not defined"),
    ],
)
def test_a_misconception_that_cannot_be_submitted(name, error):
    with pytest.raises(CourseError, match=f"^{error}"):
        ran(name)


def test_trivial_answers_take_the_shape_of_the_right_one():
    solution = "def f(x, n):\n    return [x[:n], 7, 'name']\n"
    answers = {}
    for what, text in trivial_texts(solution, ["f"], []):
        namespace = {}
        exec(text, namespace)
        answers[what] = namespace["f"](namespace["np"].array([1.0, 3.0, 8.0]), 2)
    assert [list(answers["zeros in the shape of the answer"][0]), *answers["zeros in the shape of the answer"][1:]] == [
        [0.0, 0.0],
        0,
        "",
    ]
    assert answers["the mean in the shape of the answer"][0].tolist() == [2.0, 2.0]
    assert answers["ones in the shape of the first argument"].tolist() == [1.0, 1.0, 1.0]
    assert answers["the mean in the shape of the first argument"].tolist() == [4.0, 4.0, 4.0]
    assert answers["the first argument"].tolist() == [1.0, 3.0, 8.0]
    assert answers["None"] is None


def test_the_mean_of_one_number_is_no_trivial_answer():
    texts = dict(trivial_texts("def f(x):\n    return x\n", ["f"], []))
    namespace = {}
    exec(texts["the mean in the shape of the answer"], namespace)
    with pytest.raises(ValueError, match="a single number"):
        namespace["f"](3.0)


def test_a_class_keeps_its_constructor_only():
    solution = (
        "class V:\n    def __init__(self, x):\n        self.x = x\n\n    def twice(self):\n        return 2 * self.x\n"
    )
    answers = []
    for _, text in trivial_texts(solution, [], ["V"]):
        namespace = {}
        exec(text, namespace)
        value = namespace["V"](3)
        assert value.x == 3
        answers.append("self" if value.twice() is value else value.twice())
    assert answers == [None, "self"]
