"""The learner's code as a check sees it: calls, observations, generators, functions sent beside it."""

import types

import numpy as np
import pytest

from grader.checks import on_learner_side
from grader.checks.context import Context, current, running
from grader.checks.local import LocalLearner
from grader.checks.student import Student, StudentFailed
from grader.checks.torch_reference import References
from grader.errors import CheckError

SOURCE = """
import warnings
import numpy as np


def twice(x):
    return 2 * x

def kinds():
    return None, True, 1, 1.5, 2j, "s", b"b", np.float32(1.5), [1], (1,), {"a": (1,)}, {1}

def layout(x, y):
    return x.strides, x.flags.writeable, np.shares_memory(x, y), x.dtype.str

def draw(n, rng):
    return rng.normal(size=n)

def state(rng):
    return str(rng.bit_generator.state["state"]["state"])

def warn(x):
    warnings.warn("careful")
    return np.random.rand() * x

def fail(x):
    return 1 / (x - x)

def stub(x):
    raise NotImplementedError

def apply(f, x):
    return f(x)

class Value:
    def __init__(self, data):
        self.data = data
        self.grad = 0.0

    def backward(self):
        self.grad += 2 * self.data
"""


@pytest.fixture(scope="module")
def process(sandbox):
    process = sandbox.learner()
    assert process.load(SOURCE, "learner.py").failure is None
    yield process
    process.close()


@pytest.fixture
def rng_of_check():
    return np.random.default_rng(5)


@pytest.fixture(params=["sandbox", "local"])
def learner(request, rng_of_check):
    """Gives `Student` for the file above, in the sandbox and as our own code is run; both must observe the same."""
    if request.param == "sandbox":
        answers = request.getfixturevalue("process")
    else:
        module = types.ModuleType("learner")
        exec(SOURCE, vars(module))
        answers = LocalLearner(module)
    with running(Context("test_it", References())) as context:
        yield Student(answers, context, rng_of_check)


# ---- calls and observations ----------------------------------------------------------------------------------


def test_plain_data_comes_back_with_its_kinds_kept_apart(learner):
    answer = learner.kinds()
    scalar = answer[7]
    assert isinstance(scalar, np.ndarray)
    assert (scalar.shape, scalar.dtype, scalar[()]) == ((), np.float32, 1.5)
    rest = (*answer[:7], *answer[8:])
    assert rest == (None, True, 1, 1.5, 2j, "s", b"b", [1], (1,), {"a": (1,)}, {1})
    assert [type(part) for part in rest[:7]] == [type(None), bool, int, float, complex, str, bytes]


def test_arguments_keep_strides_writeability_and_sharing(learner):
    x = np.arange(24.0).reshape(4, 6)
    view = x[::-2, 1:].T
    assert learner.layout(view, x) == (view.strides, True, True, "<f8")
    x.flags.writeable = False
    assert learner.layout(x, np.ones(3)) == (x.strides, False, False, "<f8")


def test_what_was_observed_is_read_from_last(learner):
    learner.warn(np.ones(3))
    assert learner.last.warnings == ["careful"]
    assert learner.last.global_random_touched
    assert (learner.last.changed, learner.last.shares_memory, learner.last.exception) == ([], [], None)
    learner.twice(np.ones(3))
    assert not learner.last.global_random_touched


def test_an_exception_fails_the_check_in_the_learners_words(learner):
    with pytest.raises(StudentFailed) as caught:
        learner.fail(3)
    assert learner.last.exception == ["ZeroDivisionError", "ArithmeticError", "Exception"]
    lines = str(caught.value).splitlines()
    assert lines[:2] == ["  called    fail(3)", "  raised    ZeroDivisionError: division by zero"]
    assert "grader" not in str(caught.value)


def test_a_stub_that_is_left_says_so(learner):
    with pytest.raises(StudentFailed, match="this part is still to be written"):
        learner.stub(1)


def test_a_missing_function_is_named(learner):
    with pytest.raises(StudentFailed, match=r"The file does not define thrice\(\)"):
        learner.thrice(1)


# ---- rng -----------------------------------------------------------------------------------------------------


def test_rng_itself_is_refused(learner, rng_of_check):
    for arguments in ((3, rng_of_check), (3, [rng_of_check]), (3, {"rng": (rng_of_check,)})):
        with pytest.raises(CheckError, match="use the fixture child"):
            learner.draw(*arguments)


def test_a_child_comes_back_in_the_state_in_which_the_learner_left_it(learner, rng_of_check):
    (child,), (same,) = rng_of_check.spawn(1), np.random.default_rng(5).spawn(1)
    np.testing.assert_array_equal(learner.draw(4, child), same.normal(size=4))
    assert child.bit_generator.state == same.bit_generator.state
    assert learner.state(child) == str(same.bit_generator.state["state"]["state"])


def test_what_a_learner_draws_does_not_change_later_inputs(learner, rng_of_check):
    untouched = np.random.default_rng(5)
    (child,) = rng_of_check.spawn(1)
    learner.draw(17, child)
    (second,), _ = rng_of_check.spawn(1), untouched.spawn(1)
    np.testing.assert_array_equal(rng_of_check.normal(size=5), untouched.normal(size=5))
    np.testing.assert_array_equal(second.normal(size=5), untouched.spawn(1)[0].normal(size=5))


# ---- on_learner_side -----------------------------------------------------------------------------------------


@on_learner_side
def paraboloid(x):
    """Its text may hold np and math."""
    weights = [math.pi * k for k in range(len(x))]  # noqa: F821
    return float(np.sum(np.asarray(weights) * x**2))


@on_learner_side
def gradient_of_square(learner, x, steps):
    value = learner.Value(x)
    for _ in range(steps):
        value.backward()
    return {"grad": value.grad, "data": value.data}


def test_a_function_is_a_callable_for_the_learner(learner):
    x = np.array([1.0, 2.0, 3.0])
    assert np.isclose(learner.apply(paraboloid, x), np.pi * 4 + 2 * np.pi * 9)
    assert current().calls[-1].text == "apply(paraboloid, [1, 2, 3])"


def test_a_function_runs_on_the_learners_module(learner):
    assert learner.run(gradient_of_square, 3.0, 2) == {"grad": 12.0, "data": 3.0}


def test_called_plainly_it_runs_here():
    class Module:
        class Value:
            grad = data = 1.0

            def __init__(self, data):
                pass

            def backward(self):
                pass

    assert gradient_of_square(Module, 3.0, 2) == {"grad": 1.0, "data": 1.0}


def uses_a_global(x):
    return SOURCE + x


def uses_a_module(x):
    return pytest.approx(x)


def uses_one_inside(x):
    return [SOURCE for _ in range(x)]


def uses_the_vocabulary(x):
    return np.isclose(x, 1) and Student(x)


def asserts(x):
    assert x > 0
    return x


def asserts_inside(x):
    def inner():
        assert x > 0

    return inner()


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (uses_a_global, "SOURCE"),
        (uses_a_module, "pytest"),
        (uses_one_inside, "SOURCE"),
        (uses_the_vocabulary, "Student"),
        (asserts, "nothing can be asserted"),
        (asserts_inside, "nothing can be asserted"),
        (Student, "takes a function"),
    ],
)
def test_what_would_not_work_there_is_refused_when_it_is_collected(function, reason):
    with pytest.raises(CheckError, match=reason):
        on_learner_side(function)


def test_a_closure_is_refused():
    scale = 3

    def scaled(x):
        return scale * x

    with pytest.raises(CheckError, match="scale"):
        on_learner_side(scaled)


def test_no_decorator_of_ours_is_sent():
    assert "on_learner_side" not in paraboloid.content
    assert paraboloid.content.startswith("def paraboloid(x):")
