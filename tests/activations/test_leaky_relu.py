import numpy as np
import pytest

from grader.checks import assert_close, assert_pure, from_torch, misconception


@from_torch
def expected(x, negative_slope):
    from torch.nn.functional import leaky_relu

    return leaky_relu(x, negative_slope)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.leaky_relu."""
    x = rng.normal(size=(4, 7))
    assert_close(student.leaky_relu(x, 0.2), expected(x, 0.2))


@pytest.mark.parametrize("slope", [0.0, 0.01, 2.0])
def test_other_slopes(student, slope):
    """Works for a slope of 0, a small slope and a slope larger than 1."""
    x = np.array([[-100.0, -1.0, -1e-9], [0.0, 2.0, 300.0]])
    assert_close(student.leaky_relu(x, slope), expected(x, slope), rtol=1e-12, atol=1e-15)


def test_default_slope(student):
    """Uses a slope of 0.01 unless told otherwise."""
    x = np.array([-3.0, -0.5, 0.0, 4.0])
    assert_close(student.leaky_relu(x), expected(x, 0.01))


def test_float32(student, rng):
    """Returns float32 for float32."""
    x = rng.normal(size=(3, 5)).astype(np.float32)
    assert_close(student.leaky_relu(x, 0.2), expected(x, 0.2), dtype=np.float32)


def test_integers(student):
    """Accepts integers."""
    x = np.array([-20, -1, 0, 3])
    assert_close(student.leaky_relu(x, 0.25), np.array([-5.0, -0.25, 0.0, 3.0]))


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    x = rng.normal(size=(6, 4))[::-2].T
    assert_close(student.leaky_relu(x, 0.3), expected(x, 0.3))


def test_pure(student, rng):
    """Leaves its input and the global random state alone."""
    student.leaky_relu(rng.normal(size=(3, 2)), 0.2)
    assert_pure(student)


@misconception(
    "returns the constant 0.01 for negative inputs; the slope must multiply the input: 0.01 * x. "
    "A constant has gradient 0, which is the dying ReLU that the slope is there to cure"
)
def constant_0_01(x, negative_slope=0.01):
    return np.where(x < 0, 0.01, x)


@misconception(
    "takes the larger of x and slope * x, which is leaky ReLU only while the slope is at most 1; "
    "for a larger slope it picks the wrong side"
)
def max_trick(x, negative_slope=0.01):
    return np.maximum(x, negative_slope * x)


@misconception("is plain ReLU: negative inputs become 0 and the slope is not used")
def plain_relu(x, negative_slope=0.01):
    return np.maximum(x, 0)


@misconception("has the sign of the negative side flipped: -slope * x is positive for negative x")
def negated_slope(x, negative_slope=0.01):
    return np.where(x < 0, -negative_slope * x, x)
