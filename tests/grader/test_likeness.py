"""Which answers have the same form, and what becomes of text that is made to break a parser."""

import pytest

from grader.classroom.likeness import CHARACTERS, normal_form

ANSWER = '''\
"""Twice."""
import numpy as np

def double(x, axis=None):
    """Return 2 * x."""
    total = np.sum(x, axis=0)  # all of it
    return total + total
'''
RENAMED = """\
import numpy as numeric


def double(values: numeric.ndarray, along=None) -> float:
    "a docstring of mine"
    s = numeric.sum(values, axis=0)
    return (s + s)
"""
OTHER = ANSWER.replace("total + total", "2 * total")
DEEP = {
    "signs": "-" * (CHARACTERS - 1) + "1",
    "brackets": "(" * 9000 + "1" + ")" * 9000,
    "attributes": "a" + ".a" * 9000,
    "calls": "a" + "()" * 9000,
    "sums": "1+" * 9000 + "1",
    "conditions": "1 if 1 else " * 1500 + "1",
    "functions": "lambda:" * 2500 + "1",
    "branches": "if 1:\n pass\nel" * 1300 + "if 1: pass",
    "strings": 'f"{' * 6000,
}


def test_new_names_comments_and_annotations_leave_the_form_as_it_is():
    assert normal_form(ANSWER) == normal_form(RENAMED)
    assert normal_form(ANSWER) != normal_form(OTHER)


def test_what_a_library_calls_its_own_is_no_name_of_the_answer():
    assert normal_form(ANSWER.replace("axis=0", "along=0")) != normal_form(ANSWER)
    assert normal_form(ANSWER.replace("np.sum", "np.mean")) != normal_form(ANSWER)
    assert normal_form("from numpy import sum") != normal_form("from numpy import mean")


def test_an_answer_that_does_more_is_larger():
    assert normal_form(ANSWER.replace("total + total", "total + total + 0")).nodes > normal_form(ANSWER).nodes


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_what_is_too_deep_has_no_form(text):
    assert normal_form(text) is None


@pytest.mark.parametrize("text", ["def f(:", "\0", "\ud800", "x = 1\n" * CHARACTERS, '"\\N{no such}"', "1" * 10_000])
def test_what_is_no_python_or_too_long_has_no_form(text):
    assert normal_form(text) is None


def test_a_remark_of_python_about_the_text_is_not_shown(recwarn):
    assert normal_form('x = "\\d" is 1') is not None
    assert not recwarn.list
