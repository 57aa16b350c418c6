"""The call at which a check failed, written out for a learner."""

import pytest

from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt
from grader.grading.collecting import check_file
from grader.grading.trial import Trial
from grader.report import Argument

CHECKS = '''\
import numpy as np

from grader.checks import assert_close, assert_pure, assert_raises, on_learner_side, unpack


def test_matrix(student, rng):
    """Returns twice a matrix."""
    x = np.array([[1.0, -2.5], [100.0, 0.25]])
    assert_close(student.double(x), 2 * x)


def test_large(student, rng):
    """Returns twice a large array."""
    x = np.arange(100.0)
    assert_close(student.double(x), 2 * x)


def test_float32(student):
    """Keeps float32."""
    x = np.array([2, 3], np.float32)
    assert_close(student.double(x), 2 * x, dtype=np.float32)


def test_pair(student):
    """Returns two numbers."""
    assert_close(student.pair(1), (1, 2), names=("one", "two"))


def test_unpacked(student):
    """Returns two values."""
    unpack(student.pair(1), "one", "two")


def test_pure(student):
    """Leaves its input alone."""
    student.double(np.array([2.0]))
    assert_pure(student)


def test_raises(student):
    """Refuses a text."""
    assert_raises(TypeError, student.double, "2")


@on_learner_side
def both(module, x):
    return module.double(x) + 1


def test_sent(student):
    """Is right inside another function."""
    assert_close(student.run(both, 3.0), 7.0)
'''
PAIR = "def pair(x):\n    return x, x\n"


@pytest.fixture
def cases(mini, sandbox):
    """What each failed check of an answer holds as its case, by the check's name."""
    mini.add(checks=CHECKS)
    course = mini.course
    exercise = course.find("double")

    def told(text):
        trial = Trial.prepare(course, check_file(course, exercise), 0)
        result = Attempt(text, stub_of(course, exercise), trial, sandbox).grade()
        return {check.name.removeprefix("test_"): check.case for check in result.checks if check.status != "passed"}

    return told


def test_a_small_array_is_there_in_full_and_a_large_one_by_what_differs(cases):
    found = cases("def double(x):\n    return x + 2\n")
    case = found["matrix"]
    assert case.function == "double"
    assert case.arguments == (Argument("x", "[[   1, -2.5],\n [ 100, 0.25]]"),)
    assert (case.numbers, case.kind, case.whose) == (4, "value", "expected")
    assert case.returned == "[[   3, -0.5],\n [ 102, 2.25]]"
    assert case.expected == "[[  2,  -5],\n [200, 0.5]]"
    assert case.said == "4 of 4 entries differ, the most at [1, 0]: by 98"
    assert found["large"].arguments[0].value == "float64 array (100,)"
    assert found["large"].returned.startswith("[0] 2, [1] 3, [3] 5, ...")
    assert found["float32"].arguments[0].value == "[2, 3]  float32"


def test_a_part_of_a_tuple_has_its_name(cases):
    case = cases(PAIR)["pair"]
    assert (case.part, case.returned, case.expected) == ("two", "1", "2")


def test_an_exception_has_its_line_and_what_was_printed_before(cases):
    case = cases("def double(x):\n    print('here')\n    return x.nothing\n")["matrix"]
    assert (case.kind, case.line, case.source, case.printed) == ("raised", 3, "return x.nothing", "here\n")
    assert "AttributeError" in case.said
    assert "double(" not in case.said.splitlines()[0]
    assert case.returned is case.expected is None


def test_only_what_the_call_printed_is_by_it(cases):
    found = cases(
        "print('loaded')\nn = 0\ndef double(x):\n    global n\n    n += 1\n    print('call', n)\n    return x\n"
    )
    assert found["matrix"].printed == "call 1\n"
    assert found["large"].printed == "call 2\n"


def test_an_effect_is_said_in_words(cases):
    case = cases("def double(x):\n    x *= 2\n    return x\n")["pure"]
    assert (case.kind, case.said) == ("other", "The call changed its argument x in place.")


def test_what_is_said_beside_the_call_has_no_gap_where_the_call_stood(cases):
    case = cases("def pair(x):\n    return x\n")["unpacked"]
    assert case.said == "It should return 2 values: one, two.\n\n  returned  1"


def test_a_refusal_that_does_not_come_is_said_in_words(cases):
    case = cases("def double(x):\n    return 2 * x\n")["raises"]
    assert case.kind == "other"
    assert "TypeError to be raised" in case.said


def test_a_function_that_is_sent_along_is_there_with_its_text(cases):
    case = cases("def double(x):\n    return x\n")["sent"]
    assert case.arguments[0] == Argument("both", "def both(module, x):\n    return module.double(x) + 1")
    assert case.arguments[1] == Argument("x", "3")


def test_an_answer_that_is_hostile_is_plain_and_bounded(cases):
    case = cases("def double(x):\n    print(chr(27) + '[2J' + 'A' * 9999)\n    return 'B' * 100000 + chr(27)\n")[
        "matrix"
    ]
    assert "\x1b" not in case.printed + case.returned
    assert len(case.printed) <= 2000
    assert len(case.returned) <= 1000
