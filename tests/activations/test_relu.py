import numpy as np

from grader.checks import assert_close, assert_new_arrays, assert_pure, from_torch, misconception, parametrize


@from_torch
def expected(x):
    import torch

    return torch.relu(x)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.relu."""
    x = rng.normal(scale=2.0, size=(4, 7))
    assert_close(student.relu(x), expected(x))


def test_values(student):
    """Passes positive numbers, small or large, and gives 0 for all others, also at 0."""
    x = np.array([[-300.0, -1.0, -1e-9, -0.0], [0.0, 1e-9, 3.0, 300.0]])
    assert_close(student.relu(x), np.array([[0.0, 0.0, 0.0, 0.0], [0.0, 1e-9, 3.0, 300.0]]), atol=1e-15)


def test_nan(student):
    """Lets nan through."""
    x = np.array([[np.nan, -1.0, 2.0], [0.5, np.nan, -0.25]])
    assert_close(student.relu(x), expected(x))


def test_float32(student, rng):
    """Returns float32 for float32."""
    x = rng.normal(size=(3, 5)).astype(np.float32)
    assert_close(student.relu(x), expected(x), dtype=np.float32)


def test_integers(student):
    """Accepts integers."""
    x = np.array([[-4, -1, 0], [1, 2, 7]])
    assert_close(student.relu(x), np.array([[0, 0, 0], [1, 2, 7]]))


@parametrize("shape", [(1,), (1, 1), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Keeps the shape of its input, from a single number to three axes."""
    x = rng.normal(size=shape)
    assert_close(student.relu(x), expected(x))


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    x = rng.normal(size=(6, 4))[::-2].T
    assert_close(student.relu(x), expected(x))


def test_new_array(student):
    """Returns a new array, also where nothing is negative."""
    student.relu(np.array([[0.5, 2.0], [1.0, 3.0]]))
    assert_new_arrays(student)


def test_pure(student, rng):
    """Leaves its input and the global random state alone."""
    student.relu(np.append(rng.normal(size=5), [-1.0, 1.0]))
    assert_pure(student)


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
