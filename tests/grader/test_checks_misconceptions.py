"""Known mistakes: which one is named for which answers, in the real sandbox."""

import types
from importlib.util import find_spec

import numpy as np
import pytest

from grader.checks import misconception, reference
from grader.checks.local import LocalLearner
from grader.checks.misconceptions import impersonate, load_module, public_names
from grader.errors import CheckError
from grader.grading.collecting import check_file
from grader.grading.grade import grade
from grader.grading.texts import Texts

NEEDS_TORCH = pytest.mark.skipif(find_spec("torch") is None, reason="needs torch")  # it is not imported

SCALE = '''\
def scale(x, factor=2.0):
    """Scale."""
    ### BEGIN SOLUTION
    if factor == 0:
        raise ValueError("factor")
    return x * factor
    ### END SOLUTION
'''

TEST_SCALE = '''\
import numpy as np

from grader.checks import assert_close, assert_pure, assert_raises, misconception, parametrize


def test_value(student, rng):
    """Scales."""
    x = rng.normal(size=(2, 3))
    assert_close(student.scale(x, 3.0), 3 * x)


@parametrize("factor", [1.0, -2.0])
def test_factors(student, factor):
    """Scales by any factor."""
    assert_close(student.scale(np.array([1.0, 2.0]), factor), np.array([factor, 2 * factor]))


def test_default(student):
    """Scales by 2."""
    assert_close(student.scale(np.array([4.0])), np.array([8.0]))


def test_zero(student):
    """Raises ValueError for 0."""
    assert_raises(ValueError, student.scale, np.ones(2), 0.0)


def test_pure(student):
    """Leaves its input alone."""
    student.scale(np.array([1.0, 2.0]), 5.0)
    assert_pure(student)


@misconception("multiplies in place")
def in_place(x, factor=2.0):
    if factor == 0:
        raise ValueError("factor")
    x *= factor
    return x


@misconception("adds the factor")
def test_added(x, factor=2.0):
    if factor == 0:
        raise ValueError("factor")
    return x + factor


@misconception("adds the factor, said again")
def added_again(x, factor=2.0):
    return test_added(x, factor)


@misconception("takes 0 for a factor")
def zero_accepted(x, factor=2.0):
    return x * factor


@misconception("raises TypeError for 0")
def wrong_exception(x, factor=2.0):
    if factor == 0:
        raise TypeError("factor")
    return x * factor


@misconception("needs a factor above 0")
def above_zero(x, factor=2.0):
    if factor <= 0:
        raise ValueError("factor")
    return x * factor


@misconception("takes 3 for the default")
def default_3(x, factor=3.0):
    if factor == 0:
        raise ValueError("factor")
    return x * factor
'''

NOISE = '''\
import numpy as np


def noise(x, scale, rng):
    """Add noise."""
    ### BEGIN SOLUTION
    return x + rng.normal(size=x.shape) * scale
    ### END SOLUTION
'''

TEST_NOISE = '''\
import numpy as np

from grader.checks import assert_close, misconception, statistic


@statistic(rtol=0.1)
def spread(answer):
    return answer.mean(), answer.std()


def call(student, rng, scale):
    child, = rng.spawn(1)
    return student.noise(np.full(4000, 10.0), scale, child)


def test_spread(student, rng):
    """Has the spread asked for."""
    answer = call(student, rng, 2.0)
    assert abs(answer.std() - 2) < 0.2, "The spread is another one."


def test_mean(student, rng):
    """Keeps the mean."""
    answer = call(student, rng, 2.0)
    assert abs(answer.mean() - 10) < 0.2, "The mean is another one."


@misconception("takes the scale for the variance")
def variance(x, scale, rng):
    return x + rng.normal(size=x.shape) * np.sqrt(scale)


@misconception("draws half of it")
def half(x, scale, rng):
    return x + rng.normal(size=x.shape) * scale / 2


@misconception("draws one side only")
def one_side(x, scale, rng):
    return x + np.abs(rng.normal(size=x.shape) * scale)
'''

PAIR = '''\
def double(x):
    """Double."""
    ### BEGIN SOLUTION
    return _times(x, 2)
    ### END SOLUTION


def quadruple(x):
    """Quadruple."""
    ### BEGIN SOLUTION
    return double(double(x))
    ### END SOLUTION


def _times(x, n):
    return x * n
'''

TEST_PAIR = '''\
from grader.checks import assert_close, misconception


def test_double(student):
    """Doubles."""
    assert_close(student.double(3.0), 6.0)


def test_quadruple(student):
    """Quadruples."""
    assert_close(student.quadruple(3.0), 12.0)


@misconception("triples", replaces="double")
def triple(x):
    return 3 * x


@misconception("doubles", replaces="quadruple")
def only_double(x):
    return 2 * x
'''

COUNTER = '''\
class Counter:
    """Count."""

    def __init__(self):
        ### BEGIN SOLUTION
        self.count = 0
        ### END SOLUTION

    def add(self, n):
        """Add."""
        ### BEGIN SOLUTION
        self.count += n
        ### END SOLUTION
'''

TEST_COUNTER = '''\
from grader.checks import assert_close, misconception, on_learner_side, reference


@on_learner_side
def count(learner, *numbers):
    counter = learner.Counter()
    for n in numbers:
        counter.add(n)
    return counter.count


def test_count(student):
    """Counts."""
    assert_close(student.run(count, 1, 2, 3), 6)


@misconception("overwrites the count")
class overwrites(reference(__file__).Counter):
    def add(self, n):
        self.count = n
'''

EXERCISES = {
    "scale": (SCALE, TEST_SCALE),
    "noise": (NOISE, TEST_NOISE),
    "pair": (PAIR, TEST_PAIR),
    "counter": (COUNTER, TEST_COUNTER),
}


@pytest.fixture
def added(mini):
    """Returns a course with one of these exercises, and the exercise."""

    def add(name):
        if name not in [exercise.name for exercise in mini.course.exercises]:
            solution, checks = EXERCISES[name]
            mini.add(name, solution=solution, checks=checks)
        return mini.course, mini.course.find(name)

    return add


@pytest.fixture
def graded(added, sandbox):
    """Returns the result of one exercise for a learner's text."""

    def result(name, text, seed=0):
        course, exercise = added(name)
        texts = Texts({name: f"import numpy as np\n{text}"})
        return grade(texts, course, sandbox, exercises=[exercise], seed=seed).exercises[0]

    return result


@pytest.fixture
def solution_of(added):
    def module(name):
        course, exercise = added(name)
        return load_module(course.solution(exercise))

    return module


def names(result):
    return {check.name: check.misconception for check in result.checks if check.status != "passed"}


VALUES = ["test_value", "test_factors", "test_default"]
GUARD = "def scale(x, factor=2.0):\n    if factor == 0: raise ValueError('factor')\n    "


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GUARD + "return np.add(x, factor)", dict.fromkeys(VALUES, "test_added")),
        (GUARD + "np.multiply(x, factor, out=x)\n    return x", {"test_pure": "in_place"}),
        ("def scale(x, factor=2.0): return factor * x", {"test_zero": "zero_accepted"}),
        (GUARD.replace("Value", "Type") + "return factor * x", {"test_zero": "wrong_exception"}),
        (GUARD.replace("==", "<=") + "return factor * x", {"test_factors": "above_zero"}),
        (GUARD.replace("2.0", "3.0") + "return x + (factor - 1) * x", {"test_default": "default_3"}),
        # near misses: another value, another exception, another argument changed
        (GUARD + "return x + 1.001 * factor", dict.fromkeys(VALUES)),
        (GUARD.replace("Value", "Key") + "return factor * x", {"test_zero": None}),
        (GUARD + "np.random.rand()\n    return factor * x", {"test_pure": None}),
        (
            GUARD.replace("Value", "Type").replace("'factor'", "'other words'") + "return factor * x",
            {"test_zero": None},
        ),
        (GUARD + "np.multiply(x, factor, out=x)\n    return -x", dict.fromkeys([*VALUES, "test_pure"])),
    ],
)
def test_the_same_observations_name_the_mistake(graded, text, named):
    result = graded("scale", text)
    assert names(result) == named
    for check in result.checks:
        if check.misconception:
            assert check.diagnosis.startswith("This is what you get when the code ")
            assert check.diagnosis.endswith(".")


def test_of_two_mistakes_that_explain_as_much_the_first_of_the_file_is_named(graded):
    result = graded("scale", "def scale(x, factor=3.0): return x * factor")
    assert names(result) == {"test_default": None, "test_zero": "zero_accepted"}
    assert (result.cause.misconception, result.cause.explains, result.cause.failed) == ("zero_accepted", 1, 2)


def test_a_right_answer_in_other_words_has_no_mistake(graded):
    result = graded("scale", GUARD + "return np.array([factor * v for v in x.ravel()]).reshape(x.shape)")
    assert (result.status, names(result)) == ("passed", {})


@NEEDS_TORCH
def test_a_mistake_is_named_for_every_seed(graded):
    for seed in (1, 2, 3):
        result = graded("scale", GUARD + "return x + factor", seed)
        assert set(names(result).values()) == {"test_added"}


@NEEDS_TORCH
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("return x + np.sqrt(scale) * rng.normal(size=x.shape)", {"test_spread": "variance"}),
        ("return x + np.sqrt(scale) * rng.normal(size=x.shape)[::-1]", {"test_spread": "variance"}),
        ("return x - rng.normal(0, np.sqrt(scale), x.shape)", {"test_spread": "variance"}),
        ("rng.random(5)\n    return x + rng.choice([-1, 1], x.shape) * scale / 2", {"test_spread": "half"}),
        (
            "return np.array([v + abs(rng.normal(0, scale)) for v in x])",
            {"test_spread": "one_side", "test_mean": "one_side"},
        ),
        # the same checks fail, the statistic is another
        ("return x + rng.normal(size=x.shape) * scale * 1.2", {"test_spread": None}),
        # the statistic agrees in the check that fails, but another one fails as well
        ("return 10.5 + np.sqrt(scale) * rng.normal(size=x.shape)", {"test_spread": None, "test_mean": None}),
        ("return 3.0", {"test_spread": None, "test_mean": None}),
    ],
)
def test_where_draws_differ_the_statistic_names_the_mistake(graded, text, named):
    for seed in (0, 1):
        assert names(graded("noise", f"def noise(x, scale, rng):\n    {text}", seed)) == named


def test_another_order_of_draws_is_right(graded):
    assert graded("noise", "def noise(x, scale, rng):\n    return x - rng.normal(0, scale, x.shape)[::-1]").score == 1


def test_one_of_several_public_names_is_replaced(graded):
    result = graded("pair", "def double(x): return x + x + x\ndef quadruple(x): return 4 * x")
    assert names(result) == {"test_double": "triple"}
    result = graded("pair", "def double(x): return x + x\ndef quadruple(x): return x + x")
    assert names(result) == {"test_quadruple": "only_double"}


def test_a_misconception_must_say_what_it_replaces(solution_of):
    solution = solution_of("pair")
    assert public_names(solution) == ["double", "quadruple"]

    @misconception("is lost")
    def lost(x):
        return x

    with pytest.raises(CheckError, match="lost must say which of double, quadruple it replaces"):
        impersonate(lost.misconception, solution)


def test_what_is_replaced_does_not_change_the_solution_itself(solution_of):
    solution = solution_of("pair")

    @misconception("is lost", replaces="double")
    def lost(x):
        return -x

    assert impersonate(lost.misconception, solution).call("double", [3.0]).value == -3.0
    assert solution.double(3.0) == 6.0


def test_one_method_of_a_class_is_replaced(graded):
    right = "class Counter:\n    def __init__(self): self.count = 0\n    def add(self, n): self.count "
    assert graded("counter", right + "+= n").status == "passed"
    assert names(graded("counter", right + "= n")) == {"test_count": "overwrites"}
    assert names(graded("counter", right + "-= n")) == {"test_count": None}


def test_reference_is_the_module_of_the_solution(added):
    course, exercise = added("scale")
    module = reference(str(course.checks(exercise)))
    np.testing.assert_array_equal(module.scale(np.ones(2), 3.0), [3.0, 3.0])


SQUARES = """
from grader.checks import assert_close, misconception

def test_one(student): assert_close(student.double(1.0), 2.0)
def test_three(student): assert_close(student.double(3.0), 6.0)
def test_zero(student): assert_close(student.double(0.0), 0.0)

@misconception("explains one of the two")
def once(x): return 1 * x

@misconception("explains both, and gets zero wrong as well")
def squared_but_for_zero(x): return x * x if x else 1.0

@misconception("explains both")
def squared(x): return x * x
"""


def test_a_mistake_that_explains_all_that_failed_and_nothing_else_comes_before_all(mini, sandbox):
    exercise = mini.add(checks=SQUARES)
    (result,) = grade(Texts({exercise.name: "def double(x): return x**2"}), mini.course, sandbox).exercises
    assert names(result) == {"test_one": "squared", "test_three": "squared"}


def test_parts_in_another_order_are_said_where_no_mistake_is_known(mini, sandbox):
    exercise = mini.add(
        solution=SCALE.replace("scale", "double"),
        checks="from grader.checks import assert_close\ndef test_it(student):\n"
        "    assert_close(student.double(3.0), (3.0, 6.0), names=('x', 'twice'))\n",
    )
    texts = Texts({exercise.name: "def double(x): return 2 * x, x"})
    (check,) = grade(texts, mini.course, sandbox).exercises[0].checks
    assert check.diagnosis == "The values are right, but in another order: expected is x, twice."


def test_mistakes_keep_the_order_of_the_file(added):
    mistakes = [mistake.name for mistake in check_file(*added("scale")).misconceptions]
    assert mistakes[:3] == ["in_place", "test_added", "added_again"]


def test_ctrl_c_while_a_mistake_is_run_ends_the_run():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LocalLearner(types.SimpleNamespace(scale=interrupted)).call("scale", ())
