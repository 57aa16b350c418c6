"""When two texts hold the same code: what nobody has written in yet, and what somebody has."""

import pytest

from grader.course import own_course
from grader.course.stubs import stub_of
from grader.sandbox.protocol.code import same_code

STUB = '''\
"""A cell."""
import numpy as np

START = 0.5


def cell(x, h, scale=1.0):
    """Return the next state."""
    raise NotImplementedError


def ready(x):
    """Return x twice."""
    return x + x


class Layer:
    """A layer."""

    def forward(self, x):
        """Return the output."""
        raise NotImplementedError
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Return the next state.", "Return the state that follows, in other words."),
        ('    """Return x twice."""\n', ""),
        ('"""A layer."""\n\n', '"""A layer of another kind."""\n'),
        ('"""A cell."""\n', "# A cell.\n"),
        ("    return x + x", "    # my plan: add\n    return x + x  # as above"),
        ("return x + x", "return (x\n            + x)"),
        ("START = 0.5", "START = 0.50"),
        ("\n", "\r\n"),
        ("cell(x, h, scale=1.0)", "cell(x, hidden, *, scale=2.0)"),
        ("cell(x, h, scale=1.0)", "cell(x: np.ndarray, h: np.ndarray, scale: float = 1.0) -> np.ndarray"),
        ("forward(self, x)", "forward(self, x, train=False)"),
        ("raise NotImplementedError", "raise NotImplementedError()  # YOUR CODE HERE"),
    ],
)
def test_docstrings_comments_layout_and_parameters_of_what_is_to_be_written_do_not_count(old, new):
    other = STUB.replace(old, new)
    assert other != STUB
    assert same_code(other, STUB)
    assert same_code(STUB, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('state."""\n    raise NotImplementedError', 'state."""\n    return x'),
        ('state."""\n    raise NotImplementedError', 'state."""\n    pass'),
        ('state."""\n    raise NotImplementedError', 'state."""\n    y = x\n    raise NotImplementedError'),
        ('state."""\n    raise NotImplementedError', 'state."""\n    raise NotImplementedError("later")'),
        ('output."""\n        raise NotImplementedError', 'output."""\n        return x'),
        ("def cell(", "def cells("),
        ("def cell(", "@np.vectorize\ndef cell("),
        ("def ready(x)", "def ready(x, y=None)"),
        ("return x + x", "return 2 * x"),
        ('"""Return x twice."""', "print(x)"),
        ("START = 0.5", "START = 1.0"),
        ("import numpy as np", "import numpy as np\nimport math"),
        ("class Layer:", "class Layer(list):"),
        ("class Layer:", "def helper(x):\n    return x\n\n\nclass Layer:"),
        ("class Layer:", "class Layer:\n    size = 3\n"),
        ("class Layer:", 'x = """A text that is used."""\n\n\nclass Layer:'),
    ],
)
def test_anything_that_was_written_counts(old, new):
    assert old in STUB
    other = STUB.replace(old, new)
    assert not same_code(other, STUB)
    assert not same_code(STUB, other)


@pytest.mark.parametrize("broken", ["def f(:\n", "\0", "(" * 300, "-" * 50_000 + "1"])
def test_a_text_that_is_no_code_is_the_same_as_itself_only(broken):
    assert same_code(broken, broken)
    assert not same_code(broken, STUB)
    assert not same_code(STUB, broken)


def test_no_solution_of_the_course_is_the_same_code_as_its_stub():
    course = own_course()
    for exercise in course.exercises:
        solution, stub = course.solution(exercise).read_text("utf-8"), stub_of(course, exercise)
        assert not same_code(solution, stub), exercise.name
        assert same_code(f"# mine\n{stub}\n", stub), exercise.name
