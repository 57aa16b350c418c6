import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x):
    import torch

    return torch.sigmoid(x)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.sigmoid."""
    x = rng.normal(scale=2.0, size=rng.integers(3, 8, size=2))
    assert_close(student.sigmoid(x), expected(x))


def test_known_values(student, rng):
    """Is 0.5 at 0, and p at log(p / (1 - p))."""
    p = np.append(rng.uniform(0.05, 0.95, size=4), [0.75, 0.9])
    x = np.append([0.0, -0.0], np.log(p / (1 - p)))
    assert_close(student.sigmoid(x), np.append([0.5, 0.5], p))


def test_far_from_zero(student, rng):
    """Stays finite for inputs of hundreds and thousands."""
    far = np.append([100.0, 710.0, 745.0, 1000.0], rng.uniform(100.0, 5000.0, size=2))
    x = np.array([-far, far])
    assert_close(student.sigmoid(x), expected(x))


def test_tails(student, rng):
    """Keeps the small values on the left, such as 2e-9 at -20, and stays below 1 on the right."""
    x = np.append([-10.5, -12.0, -15.0, -20.0, -25.0, 10.5, 12.0, 15.0], rng.uniform(-20.0, -10.0, size=2))
    assert_close(student.sigmoid(x), expected(x))


def test_symmetry(student, rng):
    """Is 1 - sigmoid(x) at -x."""
    x = rng.normal(scale=3.0, size=9)
    assert_close(student.sigmoid(-x), 1.0 - expected(x))


def test_float32(student, rng):
    """Returns float32 for float32, also far from 0."""
    x = np.append(2.0 * rng.normal(size=6), [-100.0, -89.0, 89.0, 100.0]).astype(np.float32)
    assert_close(student.sigmoid(x), expected(x), dtype=np.float32)


@parametrize("shape", [(), (1,), (1, 1), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Keeps the shape of its input, from a 0-d array to three axes."""
    x = np.array(rng.normal(size=shape))
    assert_close(student.sigmoid(x), expected(x))


@contract(expected, "integers", "views", "pure")
def sigmoid(rng):
    return (rng.normal(size=(6, 4)),)


@misconception(
    "computes 1 / (1 + exp(x)), with the sign of the exponent lost. This is sigmoid(-x), or 1 - sigmoid(x): "
    "it falls where it should rise, and agrees at 0 only"
)
def sign_flipped(x):
    return 1 / (1 + np.exp(x))


@misconception(
    "computes exp(x) / (1 + exp(x)) for every x. On paper that is the sigmoid, but exp overflows above 709 in float64 "
    "and above 88 in float32, and inf / inf is nan. It is the right form for negative x; "
    "use 1 / (1 + exp(-x)) for the others"
)
def overflowing_ratio(x):
    return np.exp(x) / (1 + np.exp(x))


@misconception(
    "clips its input to [-10, 10] before the exponential. That avoids the overflow, but every input below -10 now "
    "gives 4.5e-5, however unlikely it is: sigmoid(-20) is 2e-9. Choose a form that does not overflow instead"
)
def clipped_input(x):
    return 1 / (1 + np.exp(-np.clip(x, -10, 10)))


@misconception(
    "computes 1 / 1 + exp(-x), which lacks the parentheses: the division binds tighter than the sum, so 1 / 1 is taken "
    "first. The answer is then 1 + exp(-x), above 1 everywhere and 2 at 0"
)
def missing_parentheses(x):
    return 1 / 1 + np.exp(-x)
