import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, negative_slope):
    from torch.nn.functional import leaky_relu

    return leaky_relu(x, negative_slope)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.leaky_relu."""
    x = rng.normal(size=(4, 7))
    assert_close(student.leaky_relu(x, 0.2), expected(x, 0.2))


@parametrize("slope", [0.0, 0.01, 2.0])
def test_other_slopes(student, slope):
    """Works for a slope of 0, a small slope and a slope larger than 1."""
    x = np.array([[-100.0, -1.0, -1e-9], [0.0, 2.0, 300.0]])
    assert_close(student.leaky_relu(x, slope), expected(x, slope), rtol=1e-12, atol=1e-15)


@contract(expected, "float32", "integers", "views", "pure", defaults={"negative_slope": 0.01})
def leaky_relu(rng):
    return rng.normal(size=(6, 4)), 0.2


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
