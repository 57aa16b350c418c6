import math

import numpy as np

from grader.checks import assert_close, assert_raises, contract, core, from_torch, misconception, parametrize


@from_torch
def expected(x, approximate):
    from torch.nn.functional import gelu

    return gelu(x, approximate=approximate)


@core
def test_exact_form(student, rng):
    """Agrees with torch.nn.functional.gelu in the exact form."""
    x = rng.normal(scale=2.0, size=rng.integers(3, 8, size=2))
    assert_close(student.gelu(x, "none"), expected(x, "none"))


@core
def test_tanh_form(student, rng):
    """Agrees with torch.nn.functional.gelu in the tanh form."""
    x = rng.normal(scale=2.0, size=rng.integers(3, 8, size=2))
    assert_close(student.gelu(x, "tanh"), expected(x, "tanh"))


@parametrize("approximate", ["none", "tanh"])
def test_curve(student, rng, approximate):
    """Follows the curve from -6 to 6, through its minimum near -0.75 and 2.7, where the two forms differ most."""
    x = np.append(rng.uniform(-6.0, 6.0, size=30), [-6.0, -2.7, -0.7517915, 0.0, 2.7, 6.0])
    assert_close(student.gelu(x, approximate), expected(x, approximate))


@parametrize("approximate", ["none", "tanh"])
def test_far_from_zero(student, rng, approximate):
    """Is 0 far to the left and x far to the right."""
    x = rng.permutation(np.append([-1000.0, -30.0, 30.0, 1000.0], rng.uniform(30.0, 1000.0, size=2)))
    assert_close(student.gelu(x, approximate), np.maximum(x, 0))


@parametrize("shape", [(1,), (1, 1), (2, 3, 4)])
def test_shapes(student, rng, shape):
    """Keeps the shape of its input, from a single number to three axes."""
    x = rng.normal(size=shape)
    assert_close(student.gelu(x, "none"), expected(x, "none"))


@parametrize("approximate", ["sigmoid", "exact", "true"])
def test_unknown_form(student, rng, approximate):
    """Raises ValueError for a form that it does not know."""
    assert_raises(ValueError, student.gelu, rng.normal(size=3), approximate)


@contract(expected, "float32", "integers", "views", "pure", defaults={"approximate": "none"})
@parametrize("approximate", ["none", "tanh"])
def gelu(rng, approximate):
    return rng.normal(size=(6, 4)), approximate


def erf(z):
    return np.vectorize(math.erf, otypes=[z.dtype])(z)


SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


def tanh_weight(x, factor=SQRT_2_OVER_PI, cubic=0.044715):
    return 0.5 * (1 + np.tanh(factor * (x + cubic * x**3)))


def form(x, approximate, exact=None, tanh=None):
    """Return x times the weight of one of the two forms, where none is given."""
    if approximate == "none":
        return x * (0.5 * (1 + erf(x / math.sqrt(2))) if exact is None else exact)
    if approximate == "tanh":
        return x * (tanh_weight(x) if tanh is None else tanh)
    raise ValueError(approximate)


@misconception(
    "uses the tanh form also where the exact one is asked for. They are two functions, up to 5e-4 apart near x = 2.7: "
    "GELU by definition is x * Phi(x) with the error function"
)
def tanh_for_exact(x, approximate="none"):
    form(x, approximate)
    return form(x, "tanh")


@misconception(
    "uses the exact form also where the tanh form is asked for: the argument approximate has no effect. "
    "A network trained with one form expects that form"
)
def approximate_ignored(x, approximate="none"):
    form(x, approximate)
    return form(x, "none")


@misconception(
    "computes x * sigmoid(1.702 * x). This is a third, coarser approximation of GELU, off by up to 0.02, "
    "and neither of the two forms asked for"
)
def sigmoid_1702(x, approximate="none"):
    form(x, approximate)
    return x * (0.5 * (1 + np.tanh(0.851 * x)))


@misconception(
    "gives x itself to the error function instead of x / sqrt(2). erf belongs to a normal distribution of variance "
    "1/2; dividing by sqrt(2) turns it into the standard one"
)
def erf_without_sqrt2(x, approximate="none"):
    return form(x, approximate, exact=0.5 * (1 + erf(x / 1.0)))


@misconception(
    "takes sqrt(2) / pi for the factor in the tanh. The root covers the whole fraction: sqrt(2 / pi), 0.80 and not 0.45"
)
def sqrt2_over_pi(x, approximate="none"):
    return form(x, approximate, tanh=tanh_weight(x, math.sqrt(2) / math.pi))


@misconception(
    "multiplies x by the density of the normal distribution. GELU multiplies by its distribution function Phi, the "
    "area under the density up to x: this goes to 1 for large x, so that GELU becomes x; the density goes to 0"
)
def pdf_not_cdf(x, approximate="none"):
    return form(x, approximate, exact=np.exp(-x * x / 2) / math.sqrt(2 * math.pi))


@misconception(
    "leaves out the term 0.044715 * x**3 in the tanh. Without it the approximation is right only close to 0 and off by "
    "0.03 near x = 2"
)
def no_cubic_term(x, approximate="none"):
    return form(x, approximate, tanh=tanh_weight(x, cubic=0))


@misconception(
    "returns the weight alone, Phi(x) or its tanh form, between 0 and 1. GELU is the input times this weight, "
    "x * Phi(x), so that it becomes x on the far right"
)
def without_x(x, approximate="none"):
    return form(np.ones_like(x), approximate, 0.5 * (1 + erf(x / math.sqrt(2))), tanh_weight(x))


@misconception(
    "leaves out the factor 1/2, so that every value is twice too large: erf and tanh go from -1 to 1, and half of "
    "1 + erf is what goes from 0 to 1"
)
def no_half(x, approximate="none"):
    return 2 * form(x, approximate)
