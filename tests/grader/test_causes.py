"""The one cause that is said of an exercise, and when it is rather not said."""

import textwrap

import pytest

from grader.grading.attempt import Attempt
from grader.grading.collecting import check_file
from grader.grading.trial import Trial

HEAD = """\
import numpy as np

from grader.checks import assert_close, assert_pure, contract, misconception, parametrize

"""


@pytest.fixture
def told(mini, sandbox):
    """Returns what a text is told about, for an exercise with this solution and these checks."""

    def tell(solution, checks, text):
        begin, end = "    ### BEGIN SOLUTION\n", "    ### END SOLUTION\n"
        head, body = textwrap.dedent(solution).strip("\n").split("\n", 1)
        mini.add(
            "f", solution=f"import numpy as np\n\n\n{head}\n{begin}{body}\n{end}", checks=HEAD + textwrap.dedent(checks)
        )
        course = mini.course
        trial = Trial(check_file(course, course.find("f")), 0, None)
        result = Attempt(textwrap.dedent(text), "raise NotImplementedError\n", trial, sandbox).grade()
        assert result.status == "failed"
        return result

    return tell


SCALE = """
def f(x, rate=0.5):
    return rate * x
"""
SCALED = """
def test_core(student, rng):
    '''Scales.'''
    for rate in (0.25, 3.0):
        x = rng.normal(size=(3, 4))
        assert_close(student.f(x, rate), rate * x)


def test_default(student, rng):
    '''Uses 0.5 unless told otherwise.'''
    x = rng.normal(size=5)
    assert_close(student.f(x), 0.5 * x)


def test_ones(student):
    '''Scales ones.'''
    assert_close(student.f(np.ones(3), 2.0), np.full(3, 2.0))


@misconception("adds the rate")
def adds(x, rate=0.5):
    return x + rate


@misconception("gives what it gets for a rate of 1, and else nothing")
def only_ones(x, rate=0.5):
    return x * (rate == 1)
"""


def test_a_known_mistake_is_named_once_with_how_many_checks_it_explains(told):
    result = told(SCALE, SCALED, "def f(x, rate=0.5):\n    return x + rate\n")
    assert result.cause.misconception == "adds"
    assert (result.cause.explains, result.cause.failed) == (3, 3)
    assert result.cause.sentence == "This is what you get when the code adds the rate."
    assert {check.misconception for check in result.checks} == {"adds"}


def test_a_mistake_that_explains_less_than_half_is_not_named(told):
    text = "def f(x, rate=0.5):\n    return x + rate if x.shape == (5,) else x * rate**2\n"
    result = told(SCALE, SCALED, text)
    assert [check.status for check in result.checks] == ["failed"] * 3
    assert {check.misconception for check in result.checks} == {None}


def test_a_mistake_that_fails_a_check_which_the_code_passed_is_out(told):
    checks = (
        SCALED
        + """

def test_zero_rate(student):
    '''Gives 0 for a rate of 0.'''
    assert_close(student.f(np.ones(2), 0.0), np.zeros(2))
"""
    )
    text = "def f(x, rate=0.5):\n    return x + rate if rate else 0 * x\n"
    result = told(SCALE, checks, text)
    assert [check.status for check in result.checks] == ["failed", "failed", "failed", "passed"]
    assert result.cause is None or result.cause.misconception is None


def test_two_mistakes_are_named_where_parts_of_a_tuple_fail_apart(told):
    solution = "def f(x):\n    return 2 * x, x + 1\n"
    checks = """
    def test_core(student, rng):
        '''Gives both.'''
        x = rng.normal(size=4)
        assert_close(student.f(x), (2 * x, x + 1), names=("double", "next"))


    def test_more(student, rng):
        '''Gives both for two axes.'''
        x = rng.normal(size=(2, 3))
        assert_close(student.f(x), (2 * x, x + 1), names=("double", "next"))


    @misconception("squares")
    def squares(x):
        return x * x, x + 1


    @misconception("counts down")
    def counts_down(x):
        return 2 * x, x - 1
    """
    result = told(solution, checks, "def f(x):\n    return x * x, x - 1\n")
    assert result.cause.misconception is None
    assert result.cause.sentence == (
        "Two things at once, seen one by one. (double) This is what you get when the code squares. "
        "(next) This is what you get when the code counts down."
    )


def test_a_default_that_differs_is_said_where_only_calls_without_it_fail(told):
    result = told(SCALE, SCALED, "def f(x, rate=0.1):\n    return rate * x\n")
    assert result.cause.sentence == (
        "Only a call without rate is wrong: compare its default with the one in the docstring."
    )


def test_a_factor_has_a_meaning_where_it_holds_in_every_call(told):
    result = told(SCALE, SCALED, "def f(x, rate=0.5):\n    return rate * rate * x\n")
    assert result.cause.sentence == "Every value is 4 times too small, and 4 is 1 / rate."
    assert result.checks[-1].diagnosis == "Every value is 2 times too large, and 2 is rate."


def test_a_factor_that_is_one_thing_in_one_call_and_another_in_the_next_is_not_explained(told):
    checks = SCALED.replace("(0.25, 3.0)", "(0.25,)")
    text = "def f(x, rate=0.5):\n    return rate * x * {(3, 4): 3.0, (5,): 1.75, (3,): 2.0}[x.shape]\n"
    result = told(SCALE, checks, text)
    assert result.cause is None


def test_a_failure_of_dtype_alone_names_no_mistake_about_numbers(told):
    solution = "def f(x):\n    return 2 * x\n"
    checks = """
    def test_core(student, rng):
        '''Doubles.'''
        x = rng.normal(size=4)
        assert_close(student.f(x), 2 * x)


    def test_float32(student, rng):
        '''Keeps float32.'''
        x = rng.normal(size=4).astype(np.float32)
        assert_close(student.f(x), 2 * x, dtype=np.float32)


    @misconception("adds nearly nothing")
    def adds_little(x):
        return 2 * x + 1e-7
    """
    result = told(solution, checks, "def f(x):\n    return x * __import__('numpy').float64(2)\n")
    assert result.cause.misconception is None
    assert result.cause.sentence.startswith("float32 became float64 on the way")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return rate * x if x > 0 else x", "np.where chooses for each entry"),
        ("import math\n    return math.exp(x)", "A function for one number was given an array"),
        ("y = np.ones((2, 3, 4))\n    return y @ y.T", "swapaxes(-1, -2)"),
        ("return np.ones((2, 3)) @ np.ones((2, 3))", "must have the same length"),
        ("breakpoint()\n    return rate * x", "A breakpoint() is left in the code"),
        ("x.flags.writeable = False\n    x[0] = 1\n    return x", "make a new one, or a copy"),
    ],
)
def test_classics_among_the_errors_of_python_are_explained(told, body, words):
    result = told(SCALE, SCALED, f"import numpy as np\n\n\ndef f(x, rate=0.5):\n    {body}\n")
    assert words in result.cause.sentence


@pytest.mark.parametrize(
    ("rate", "said"), [(0.5, "the code always takes a half"), (0.7, "f never uses its argument rate.")]
)
def test_an_argument_that_is_never_used_is_pointed_out_where_no_mistake_explains_all(told, rate, said):
    half = "\n\n@misconception('always takes a half')\ndef half(x, rate=0.5):\n    return 0.5 * x\n"
    assert said in told(SCALE, SCALED + half, f"def f(x, rate=0.5):\n    return {rate} * x\n").cause.sentence


def test_a_function_that_is_defined_twice_is_pointed_out(told):
    text = "def f(x, rate=0.5):\n    return rate * x\n\n\ndef f(x, rate=0.5):\n    return x\n"
    assert told(SCALE, SCALED, text).cause.sentence == "f is defined on lines 1 and 5: the last of them is what runs."


LARGE = SCALED.replace("size=5", "size=(5, 4)")
FIVES = "import numpy as np\n\n\ndef f(x, rate=0.5):\n    return np.where(x > 0, rate * x, 5.0)\n"


def test_where_the_wrong_entries_are_is_a_cause_if_every_failed_check_shows_it(told):
    assert told(SCALE, LARGE, FIVES).cause.sentence == "Wrong exactly where x is negative."


def test_where_the_wrong_entries_are_is_no_cause_if_another_check_fails_otherwise(told):
    zeros = """

def test_zeros(student):
    '''Scales zeros.'''
    assert_close(student.f(np.zeros(8), 2.0), np.zeros(8))
"""
    assert told(SCALE, LARGE + zeros, FIVES).cause is None
