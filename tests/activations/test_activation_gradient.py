import math

import numpy as np

from grader.checks import assert_close, assert_raises, contract, from_torch, misconception, parametrize

KINDS = ["sigmoid", "tanh", "relu", "leaky_relu", "gelu"]


@from_torch
def expected(x, kind):
    import torch
    from torch.nn.functional import gelu, leaky_relu

    activations = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "leaky_relu": leaky_relu,
        "gelu": gelu,
    }
    x.requires_grad_()
    activations[kind](x).sum().backward()
    return x.grad


def test_sigmoid(student, rng):
    """Agrees with the derivative of the sigmoid that torch derives."""
    x = rng.normal(scale=1.5, size=rng.integers(3, 8, size=2))
    assert_close(student.activation_gradient(x, "sigmoid"), expected(x, "sigmoid"))


def test_tanh(student, rng):
    """Agrees with the derivative of tanh that torch derives."""
    x = rng.normal(scale=1.5, size=(3, 5))
    assert_close(student.activation_gradient(x, "tanh"), expected(x, "tanh"))


@parametrize("kind", ["relu", "leaky_relu"])
def test_relu_and_leaky_relu(student, rng, kind):
    """Agrees with the derivatives of ReLU and leaky ReLU that torch derives."""
    x = np.append(rng.normal(scale=1.5, size=12), [-100.0, -1e-9, 1e-9, 100.0])
    assert_close(student.activation_gradient(x, kind), expected(x, kind))


def test_gelu(student, rng):
    """Agrees with the derivative of exact GELU that torch derives."""
    x = np.append(rng.normal(scale=1.5, size=12), [-2.7, -0.7517915, 1.4, 2.7])
    assert_close(student.activation_gradient(x, "gelu"), expected(x, "gelu"))


@parametrize("kind", KINDS)
def test_at_zero(student, kind):
    """Is 0 for ReLU and 0.01 for leaky ReLU at 0, and 1/4, 1 and 1/2 for sigmoid, tanh and GELU."""
    values = {"sigmoid": 0.25, "tanh": 1.0, "relu": 0.0, "leaky_relu": 0.01, "gelu": 0.5}
    assert_close(student.activation_gradient(np.array([0.0, -0.0]), kind), np.full(2, values[kind]))


@parametrize("kind", KINDS)
def test_far_from_zero(student, rng, kind):
    """Stays finite for pre-activations of hundreds."""
    x = rng.permutation(np.append([-800.0, -100.0, -40.0, 40.0, 100.0, 800.0], rng.uniform(40.0, 800.0, size=2)))
    assert_close(student.activation_gradient(x, kind), expected(x, kind))


@parametrize("kind", KINDS)
@parametrize("shape", [(1,), (1, 1), (2, 3, 2)])
def test_shapes(student, rng, shape, kind):
    """Keeps the shape of its input, from a single number to three axes."""
    x = rng.normal(size=shape)
    assert_close(student.activation_gradient(x, kind), expected(x, kind))


@parametrize("kind", ["softmax", "elu", "threshold"])
def test_unknown_kind(student, rng, kind):
    """Raises ValueError for an activation that it does not know."""
    assert_raises(ValueError, student.activation_gradient, rng.normal(size=3), kind)


@contract(expected, "float32", "integers", "views", "pure")
@parametrize("kind", KINDS)
def activation_gradient(rng, kind):
    return rng.normal(size=(6, 4)), kind


def phi_cdf(x):
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2)))


def gradient(x, kind, **replaced):
    """Return the derivative, with the formulas of some activations replaced."""
    formulas = {
        "sigmoid": lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
        "tanh": lambda x: 1 - np.tanh(x) ** 2,
        "relu": lambda x: (x > 0) * 1.0,
        "leaky_relu": lambda x: np.where(x > 0, 1.0, 0.01),
        "gelu": lambda x: phi_cdf(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    } | replaced
    if kind not in formulas:
        raise ValueError(kind)
    return formulas[kind](x).astype(x.dtype if x.dtype.kind == "f" else float)


@misconception(
    "puts the pre-activation where the formula has the activation: x * (1 - x) for sigmoid, 1 - x**2 for tanh. "
    "The derivatives are s * (1 - s) and 1 - t**2 with s = sigmoid(x) and t = tanh(x); the argument here is x"
)
def derivative_of_output_fed_input(x, kind):
    return gradient(x, kind, sigmoid=lambda x: x * (1 - x), tanh=lambda x: 1 - x**2)


@misconception(
    "takes 1 - tanh(x) for the derivative of tanh: the square is missing. 1 - tanh(x)**2 is the same at x and at -x "
    "and never above 1; without the square it goes to 2 on the left"
)
def tanh_not_squared(x, kind):
    return gradient(x, kind, tanh=lambda x: 1 - np.tanh(x))


@misconception(
    "takes 1 for the derivative at 0, by x >= 0. ReLU and leaky ReLU have a kink there, so any number in between would "
    "do; the convention, in torch too, is the slope of the negative side. Everywhere else the two agree"
)
def one_at_zero(x, kind):
    return gradient(x, kind, relu=lambda x: (x >= 0) * 1.0, leaky_relu=lambda x: np.where(x >= 0, 1.0, 0.01))


@misconception(
    "gives leaky ReLU no gradient on its negative side, as if the function were a constant there. It is the line "
    "0.01 * x, whose derivative is 0.01: this little gradient is what leaky ReLU is for"
)
def leaky_dead(x, kind):
    return gradient(x, kind, leaky_relu=lambda x: (x > 0) * 1.0)


@misconception(
    "takes Phi(x) for the derivative of GELU. GELU is a product, x * Phi(x), and both factors depend on x: the product "
    "rule adds x * phi(x), with the density phi"
)
def gelu_cdf_only(x, kind):
    return gradient(x, kind, gelu=phi_cdf)


@misconception(
    "computes exp(-x) / (1 + exp(-x))**2 for the derivative of the sigmoid. On paper that is right, but far to the "
    "left exp(-x) overflows, and inf / inf is nan. The derivative is the same at x and at -x: use the side where exp "
    "is small"
)
def exp_form_overflow(x, kind):
    return gradient(x, kind, sigmoid=lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2)


@misconception(
    "derives the tanh form of GELU. That form is an approximation, and so is its derivative, which is off by up to "
    "8e-4; asked for is the exact form, Phi(x) + x * phi(x)"
)
def gelu_tanh_form(x, kind):
    def slope(x):
        c = math.sqrt(2 / math.pi)
        t = np.tanh(c * (x + 0.044715 * x**3))
        return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * c * (1 + 3 * 0.044715 * x**2)

    return gradient(x, kind, gelu=slope)
