import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, negative_slope):
    from torch.nn.functional import leaky_relu

    return leaky_relu(x, negative_slope)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.leaky_relu."""
    x = rng.normal(size=rng.integers(3, 8, size=2))
    assert_close(student.leaky_relu(x, 0.2), expected(x, 0.2))


@parametrize("slope", [0.0, 0.01, 2.0, -0.5])
def test_other_slopes(student, rng, slope):
    """Works for a slope of 0, a small slope, one larger than 1 and a negative one."""
    x = np.append(rng.normal(size=4), [-100.0, -1e-9, 0.0, 300.0]).reshape(2, 4)
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


@misconception(
    "has the slope 0.01 built in, whatever negative_slope says. The slope is a choice, and the caller makes it with "
    "this argument; the two agree for the default"
)
def slope_ignored(x, negative_slope=0.01):
    return np.where(x > 0, x, 0.01 * x)


@misconception(
    "writes into the array that it was given. The values are right, but the caller has lost the pre-activations, which "
    "the backward pass still needs: work on a copy, or let np.where make a new array"
)
def in_place(x, negative_slope=0.01):
    x[...] = np.where(x > 0, x, negative_slope * x)
    return x
