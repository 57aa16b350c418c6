import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x):
    import torch

    return torch.tanh(x)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.tanh."""
    x = rng.normal(scale=1.5, size=rng.integers(3, 8, size=2))
    assert_close(student.tanh(x), expected(x))


def test_near_zero(student, rng):
    """Is 0 at 0, and nearly x close to it."""
    x = np.append([0.0, -0.0, 1e-3, -1e-3], rng.uniform(-0.2, 0.2, size=3))
    assert_close(student.tanh(x), expected(x))


def test_far_from_zero(student, rng):
    """Is -1 far to the left and 1 far to the right."""
    far = np.append([40.0, 710.0, 800.0, 5000.0], rng.uniform(40.0, 5000.0, size=2))
    x = rng.permutation(np.append(-far, far))
    assert_close(student.tanh(x), np.sign(x))


def test_odd(student, rng):
    """Changes its sign with its input."""
    x = rng.normal(scale=2.0, size=9)
    assert_close(student.tanh(-x), -expected(x))


def test_scaled_sigmoid(student, rng):
    """Is 2 * sigmoid(2 * x) - 1."""
    x = rng.normal(size=(3, 4))
    assert_close(student.tanh(x), 2 / (1 + np.exp(-2 * x)) - 1)


def test_float32(student, rng):
    """Returns float32 for float32, also far from 0."""
    x = np.append(rng.normal(size=6), [-300.0, -89.0, 89.0, 300.0]).astype(np.float32)
    assert_close(student.tanh(x), expected(x), dtype=np.float32)


@parametrize("shape", [(1,), (1, 1), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Keeps the shape of its input, from a single number to three axes."""
    x = rng.normal(size=shape)
    assert_close(student.tanh(x), expected(x))


@contract(expected, "integers", "views", "pure")
def tanh(rng):
    return (rng.normal(size=(6, 4)),)


@misconception(
    "computes exp(x) - exp(-x) / exp(x) + exp(-x), which lacks the parentheses: the division binds tighter than the "
    "difference and the sum, so only the middle two are divided. The answer is then 1 at 0 and grows without bound"
)
def missing_parentheses(x):
    return np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)


@misconception(
    "has numerator and denominator the wrong way round. The sum over the difference is coth, 1 / tanh: its values lie "
    "outside of [-1, 1] and it is infinite at 0. The difference belongs on top"
)
def coth(x):
    return (np.exp(x) + np.exp(-x)) / (np.exp(x) - np.exp(-x))


@misconception(
    "computes 2 * sigmoid(x) - 1. The range is right, but this is tanh(x / 2), half as steep at 0: "
    "tanh(x) is 2 * sigmoid(2 * x) - 1"
)
def sigmoid_unscaled(x):
    return 2 / (1 + np.exp(-x)) - 1


@misconception(
    "divides exp(x) - exp(-x) by exp(x) + exp(-x) as they are. On paper that is tanh, but exp overflows above 709 in "
    "float64 and above 88 in float32, and inf / inf is nan. Multiply both by exp(-x) for positive and by exp(x) for "
    "negative x: the large exponentials cancel"
)
def overflowing_quotient(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


@misconception(
    "computes (exp(2 * x) - 1) / (exp(2 * x) + 1) for every x. On paper that is tanh, but exp(2 * x) overflows above "
    "354 in float64 and above 44 in float32, and inf / inf is nan. It is the right form for negative x; for positive x "
    "use exp(-2 * x)"
)
def overflow_on_the_right(x):
    return (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)


@misconception(
    "computes (1 - exp(-2 * x)) / (1 + exp(-2 * x)) for every x. On paper that is tanh, but exp(-2 * x) overflows "
    "below -354 in float64 and below -44 in float32, and inf / inf is nan. It is the right form for positive x; for "
    "negative x use exp(2 * x)"
)
def overflow_on_the_left(x):
    return (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))
