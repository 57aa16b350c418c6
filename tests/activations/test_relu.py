import numpy as np

from grader.checks import assert_close, assert_new_arrays, contract, from_torch, misconception, parametrize


@from_torch
def expected(x):
    import torch

    return torch.relu(x)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.relu."""
    x = rng.normal(scale=2.0, size=rng.integers(3, 8, size=2))
    assert_close(student.relu(x), expected(x))


def test_values(student, rng):
    """Passes positive numbers, small or large, and gives 0 for all others, also at 0."""
    x = np.append([-300.0, -1.0, -1e-9, -0.0, 0.0, 1e-9, 3.0, 300.0], rng.normal(scale=100.0, size=4))
    assert_close(student.relu(x), expected(x), atol=1e-15)


def test_nan(student, rng):
    """Lets nan through."""
    x = np.array([[np.nan, -1.0, 2.0], [0.5, np.nan, -0.25]]) * rng.uniform(0.5, 2.0, size=(2, 3))
    assert_close(student.relu(x), expected(x))


def test_infinity(student, rng):
    """Gives 0 for minus infinity and lets plus infinity through."""
    x = np.append(rng.normal(size=4), [-np.inf, np.inf])
    assert_close(student.relu(x), expected(x))


@parametrize("shape", [(1,), (1, 1), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Keeps the shape of its input, from a single number to three axes."""
    x = rng.normal(size=shape)
    assert_close(student.relu(x), expected(x))


def test_new_array(student, rng):
    """Returns a new array, also where nothing is negative."""
    student.relu(rng.uniform(0.5, 2.0, size=(2, 3)))
    assert_new_arrays(student)


@contract(expected, "float32", "integers", "views", "pure")
def relu(rng):
    return (rng.normal(size=(6, 4)),)


@misconception(
    "turns negative numbers into positive ones: that is the absolute value. ReLU switches them off; "
    "the two agree where x >= 0"
)
def absolute_value(x):
    return np.abs(x)


@misconception(
    "returns 1 for positive inputs. This is the step function, the derivative of ReLU: whether a unit is on and no "
    "longer how much. ReLU passes x itself"
)
def step_function(x):
    return (x > 0).astype(float)


@misconception(
    "turns nan into 0: x > 0 is False for nan, so the 0 is picked. torch.relu keeps nan, because it is the trace of "
    "an earlier error. np.maximum keeps it too, and so does asking the other way round, 0 where x < 0"
)
def nan_dropped(x):
    return np.where(x > 0, x, 0)


@misconception(
    "writes the zeros into the array that it was given. The values are right, but the caller has lost the "
    "pre-activations, which the backward pass still needs: return a new array"
)
def in_place(x):
    x[x < 0] = 0
    return x


@misconception(
    "computes where it should pick: in x * (x > 0), as in (x + abs(x)) / 2, minus infinity becomes nan, because "
    "0 * inf and inf - inf are nan. For finite numbers it is right; np.maximum and np.where only pick"
)
def arithmetic_on_infinity(x):
    return x * (x > 0)


@misconception(
    "takes np.max(x, 0) for np.maximum(x, 0). The second argument of np.max is an axis, so that it returns the largest "
    "value along axis 0, and negative ones are not cut off"
)
def max_over_axis_0(x):
    return np.max(x, 0)
