import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, on_learner_side, parametrize

# Measured slopes carry the error of the method (h**2) and of rounding (1e-16 / h), hence the tolerances.


@on_learner_side
def landscape(x):
    return np.sum(np.sin(x) * x) + 0.25 * np.sum(x) ** 2


@on_learner_side
def gram(x):
    return np.sum((x @ x.T) ** 2)


@on_learner_side
def sum_of_cubes(x):
    return np.sum(x**3)


@from_torch
def landscape_gradient(x):
    import torch

    x.requires_grad_()
    (torch.sum(torch.sin(x) * x) + 0.25 * torch.sum(x) ** 2).backward()
    return x.grad


@from_torch
def gram_gradient(x):
    x.requires_grad_()
    ((x @ x.T) ** 2).sum().backward()
    return x.grad


def test_agrees_with_autograd(student, rng):
    """Agrees with the gradient that torch derives."""
    x = rng.normal(size=rng.permutation([2, 3, 4, 5])[:2])
    answer = student.numerical_gradient(landscape, x, 1e-4)
    assert_close(answer, landscape_gradient(x), rtol=1e-7, atol=1e-7)


def test_large_step(student, rng):
    """Takes the step h that it is given, to both sides."""
    x, h = np.array([-2.0, -0.5, 0.0, 1.5]) + rng.uniform(0.0, 0.25, size=4), rng.uniform(0.5, 1.0)
    # ((x + h)^3 - (x - h)^3) / 2h = 3 x^2 + h^2
    assert_close(student.numerical_gradient(sum_of_cubes, x, h), 3 * x**2 + h**2)


def test_default_step(student):
    """Uses a step of 1e-5 unless told otherwise."""
    # At 0 the central difference of the cube is h^2, free of rounding errors.
    assert_close(student.numerical_gradient(sum_of_cubes, np.zeros(3)), np.full(3, 1e-10), rtol=1e-6, atol=1e-16)


@parametrize("shape", [(1,), (6,), (1, 1), (4, 1), (2, 3, 2)])
def test_shapes(student, rng, shape):
    """Returns the shape of x, from a single number to three axes."""
    x = rng.normal(size=shape)
    assert_close(student.numerical_gradient(landscape, x, 1e-5), landscape_gradient(x), rtol=1e-6, atol=1e-7)


def test_hands_on_the_shape(student, rng):
    """Hands f an array of the shape of x, here a matrix that f multiplies with its transpose."""
    x = rng.normal(size=(2, 3))
    assert_close(student.numerical_gradient(gram, x, 1e-5), gram_gradient(x), rtol=1e-6, atol=1e-6)


def test_float32(student, rng):
    """Measures in float64, and returns float64, when x is float32."""
    x = rng.normal(size=(3, 2)).astype(np.float32)
    expected = landscape_gradient(x.astype(np.float64))
    assert_close(student.numerical_gradient(landscape, x, 1e-5), expected, dtype=np.float64, rtol=1e-6, atol=1e-7)


@contract(lambda f, x, h: landscape_gradient(x), "integers", "views", "pure", rtol=1e-6, atol=1e-7)
def numerical_gradient(rng):
    return landscape, rng.normal(size=(3, 4)), 1e-5


def one_by_one(x, slope):
    """Return slope(x, step) for steps along one element after the other; the step has length 1."""
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        unit = np.zeros(x.shape)
        unit[i] = 1.0
        grad[i] = slope(x, unit)
    return grad


@misconception(
    "measures to one side only, (f(x + h) - f(x)) / h. Its error shrinks with h instead of h**2, which here costs half "
    "of the digits; only for a linear f are the two the same"
)
def forward_difference(f, x, h=1e-5):
    return one_by_one(x, lambda x, unit: (f(x + h * unit) - f(x)) / h)


@misconception("divides by h, although the two points lie 2 * h apart: every slope comes out twice as large")
def not_halved(f, x, h=1e-5):
    return one_by_one(x, lambda x, unit: (f(x + h * unit) - f(x - h * unit)) / h)


@misconception(
    "shifts all elements at once. That gives a single number, the sum of all partial derivatives; a gradient needs one "
    "measurement for each element while the others stay where they are"
)
def all_at_once(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


@misconception(
    "shifts the elements of x in place and does not put them back. The caller's array is changed, and every partial "
    "derivative but the first is measured at a point that has moved"
)
def mutates_x(f, x, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        grad[i] = (above - f(x)) / (2 * h)
    return grad


@misconception(
    "steps along one element after the other in a copy of x, and does not put an element back before it goes on. Every "
    "partial derivative but the first is measured at a point that has moved; for one element nothing shows"
)
def not_put_back(f, x, h=1e-5):
    return mutates_x(f, np.array(x, dtype=np.float64), h)


@misconception(
    "steps in the dtype of x. Integers cut a small step off and float32 rounds it: little or nothing is left of "
    "the difference; convert x to float64 first. For float64 the two agree"
)
def steps_in_dtype_of_x(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[i] = x[i] + h
        below[i] = x[i] - h
        grad[i] = (f(above) - f(below)) / (2 * h)
    return grad
