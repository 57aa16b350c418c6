import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, axis):
    from torch.nn.functional import softmax

    return softmax(x, dim=axis)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.softmax along the middle one of three axes."""
    x = rng.normal(scale=2.0, size=rng.permutation([2, 3, 4, 5])[:3])
    assert_close(student.softmax(x, 1), expected(x, 1))


@parametrize("axis", [0, 2, -1, -2, -3])
def test_axes(student, rng, axis):
    """Works along every axis, counted from the front or from the back."""
    x = rng.normal(size=(3, 2, 5))
    assert_close(student.softmax(x, axis), expected(x, axis))


@parametrize("offset", [1000.0, -1000.0])
def test_large_scores(student, rng, offset):
    """Stays finite for scores in the thousands."""
    x = rng.normal(size=(2, 3)) + offset
    assert_close(student.softmax(x, 1), expected(x, 1))


def test_rows_of_different_scale(student, rng):
    """Treats every row by itself, also when one is thousands above another."""
    x = rng.normal(size=(4, 3)) + np.array([[2000.0], [-2000.0], [0.0], [0.0]])
    x[3] = [0.0, 5000.0, -5000.0]
    assert_close(student.softmax(x, 1), expected(x, 1))


def test_shift(student, rng):
    """Does not change when a number is added to all scores."""
    x = rng.normal(size=(4, 3))
    assert_close(student.softmax(x + 50.0, 0), expected(x, 0))


def test_small_probabilities(student, rng):
    """Keeps small probabilities accurate."""
    x = np.append(rng.uniform(-80.0, -20.0, size=(2, 3)), [[0.0], [3.0]], axis=1)
    assert_close(student.softmax(x, 1), expected(x, 1), rtol=1e-9, atol=1e-40)


def test_minus_infinity(student, rng):
    """Gives the probability 0 to a score of minus infinity."""
    x = rng.normal(size=(3, 3))
    x[0, 0], x[1, 1:] = -np.inf, -np.inf
    assert_close(student.softmax(x, 1), expected(x, 1))


@parametrize("shape", [(1,), (5,), (1, 1), (1, 4), (4, 1)])
def test_shapes(student, rng, shape):
    """Works for vectors, a single row and a single score."""
    x = rng.normal(size=shape)
    assert_close(student.softmax(x, -1), expected(x, -1))


@contract(expected, "float32", "integers", "views", "pure", defaults={"axis": -1})
def softmax(rng):
    return rng.normal(size=(4, 3, 2)), 0


@misconception(
    "takes exp(x) as it is. On paper that is softmax, but float64 overflows above 709, and inf / inf is nan; "
    "far below 0 it becomes 0 / 0. Subtract the maximum along the axis first: it cancels"
)
def no_max_shift(x, axis=-1):
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


@misconception(
    "subtracts the maximum of the whole array. A row whose scores lie far below it underflows to zeros, and 0 / 0 is "
    "nan: every slice along the axis needs the maximum of its own"
)
def global_max(x, axis=-1):
    e = np.exp(x - x.max())
    return e / e.sum(axis=axis, keepdims=True)


@misconception(
    "divides by the sum over the whole array, so that all probabilities together add up to 1. They have to add up to 1 "
    "along the axis, in every slice; for a single row the two agree"
)
def global_sum(x, axis=-1):
    e = np.exp(x - x.max())
    return e / e.sum()


@misconception(
    "works along axis 0, whatever axis says. In a batch of shape (N, C) this makes the samples compete for a class "
    "instead of the classes for a sample; for a vector the two agree"
)
def wrong_axis(x, axis=-1):
    e = np.exp(x - x.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@misconception(
    "is the sigmoid of every score by itself. These are answers to independent yes-or-no questions and do not add up "
    "to 1; for classes that exclude each other each score has to be seen against the others"
)
def elementwise_sigmoid(x, axis=-1):
    return 0.5 * (1 + np.tanh(x / 2))


@misconception(
    "works along the last axis, whatever axis says. The two agree where the classes come last; in a batch of images of "
    "shape (N, C, H, W) they are on axis 1"
)
def always_the_last_axis(x, axis=-1):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@misconception(
    "works along axis 1 where no axis is given. The default is the last axis, -1: in an array of two axes that is "
    "axis 1, in a vector or an array of three axes it is not"
)
def default_axis_1(x, axis=1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@misconception(
    "works along axis 0 where no axis is given. The default is the last axis, -1; the two agree for a vector"
)
def default_axis_0(x, axis=0):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@misconception(
    "returns the logarithm of softmax. It is what a cross-entropy needs next, but softmax itself is exp of it: "
    "positive numbers that add up to 1"
)
def log_softmax(x, axis=-1):
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
