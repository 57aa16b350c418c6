import math

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, w_gate, w_up, w_down):
    from torch.nn.functional import linear, silu

    return linear(silu(linear(x, w_gate)) * linear(x, w_up), w_down)


def draw(rng, leading, e, f):
    """Draw tokens and the three matrices."""
    return [rng.normal(size=shape) for shape in ((*leading, e), (f, e), (f, e), (e, f))]


def test_agrees_with_torch(student, rng):
    """Agrees with torch's linear(silu(linear(x, w_gate)) * linear(x, w_up), w_down)."""
    n, e, f = (int(size) for size in rng.permutation([3, 4, 5, 6])[:3])
    arguments = draw(rng, (n,), e, f)
    assert_close(student.swiglu(*arguments), expected(*arguments))


@parametrize(("leading", "e", "f"), [((), 3, 4), ((1,), 4, 2), ((2, 3), 2, 5), ((2, 1, 2), 3, 1), ((2,), 1, 3)])
def test_sizes(student, rng, leading, e, f):
    """Works for a single token, for several leading axes, and for a hidden layer of any width."""
    arguments = draw(rng, leading, e, f)
    assert_close(student.swiglu(*arguments), expected(*arguments))


def test_large_gates(student, rng):
    """Stays finite for gates of 1000 and -1000."""
    x, w_gate, w_up, w_down = draw(rng, (4,), 3, 5)
    gate = np.array([1000.0, -1000.0, 700.0, -750.0, 2.0])
    x[:, 0] = rng.uniform(0.9, 1.1, size=4)
    w_gate[:, 0], w_gate[:, 1:] = gate, w_gate[:, 1:] / 10
    arguments = (x, w_gate, w_up, w_down)
    assert_close(student.swiglu(*arguments), expected(*arguments))


def test_closed_gate(student, rng):
    """Gives 0 where all gates are 0, whatever the other branch holds."""
    x, w_gate, w_up, w_down = draw(rng, (3,), 4, 6)
    assert_close(student.swiglu(x, 0 * w_gate, 10 * w_up, w_down), np.zeros((3, 4)))


def test_small_gates(student, rng):
    """Is gate * up / 2 for small gates, where the sigmoid is 1/2."""
    x, w_gate, w_up, w_down = draw(rng, (3,), 4, 6)
    arguments = (x, w_gate / 1000, 1000 * w_up, w_down)
    assert_close(student.swiglu(*arguments), expected(*arguments))


@contract(expected, "float32", "integers", "views", "pure")
def swiglu(rng):
    x, *weights = draw(rng, (2, 2), 3, 4)
    return x / 2, *weights


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def silu(z):
    return z * sigmoid(z)


def both(x, w_gate, w_up):
    return x @ w_gate.T, x @ w_up.T


@misconception(
    "activates the wrong branch: silu belongs to the gate, the other one stays linear. All shapes fit, so nothing but "
    "the numbers shows it; weights that were trained the right way round are nonsense"
)
def swapped(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (gate * silu(up)) @ w_down.T


@misconception(
    "has the sigmoid for the gate, which is the older GLU. SwiGLU has silu there, z * sigmoid(z), so that the gate's "
    "own size counts as well"
)
def sigmoid_gate(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (sigmoid(gate) * up) @ w_down.T


@misconception(
    "multiplies first and sends the product through silu. Only the gate goes through silu; it is then multiplied by "
    "the other branch, which stays linear"
)
def silu_of_the_product(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return silu(gate * up) @ w_down.T


@misconception("sends both branches through silu. Only the gate goes through it; the other branch stays linear")
def both_activated(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (silu(gate) * silu(up)) @ w_down.T


@misconception(
    "does not use w_up: silu of one map and then w_down is a plain feed-forward network. In SwiGLU the activated gate "
    "is multiplied by a second map of the input"
)
def no_up(x, w_gate, w_up, w_down):
    gate, _ = both(x, w_gate, w_up)
    return silu(gate) @ w_down.T


@misconception(
    "adds the two branches. They are multiplied, entry by entry: that is what makes one the gate of the other"
)
def added(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (silu(gate) + up) @ w_down.T


@misconception(
    "has no activation: the product of the two maps alone, which is the bilinear variant. The gate goes through silu "
    "first"
)
def bilinear(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (gate * up) @ w_down.T


@misconception(
    "has ReLU for silu, which is ReGLU. The two are alike far from 0; silu is z * sigmoid(z), smooth, and lets small "
    "negative gates through"
)
def relu_gate(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (np.maximum(gate, 0) * up) @ w_down.T


@misconception(
    "has GELU for silu, which is GEGLU. GELU is z times the normal distribution function, silu z times the sigmoid; "
    "they look alike and differ by up to 0.2"
)
def gelu_gate(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (gate * 0.5 * (1 + np.vectorize(math.erf)(gate / 2**0.5)) * up) @ w_down.T


@misconception(
    "multiplies by the matrices as they are stored. Each has a row for every feature that comes out, as in torch, so a "
    "token is multiplied by its transpose: x @ w.T. Where E and F are equal the shapes would fit and the numbers be "
    "wrong"
)
def not_transposed(x, w_gate, w_up, w_down):
    gate, up = x @ w_gate, x @ w_up
    return (silu(gate) * up) @ w_down


@misconception("returns the hidden layer. The map w_down leads back from its F features to the E features of the token")
def no_down(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return silu(gate) * up


@misconception(
    "computes the sigmoid as exp(z) / (1 + exp(z)). That is the sigmoid on paper, but exp(1000) is inf and inf / inf "
    "nan; 1 / (1 + exp(-z)) has no such quotient"
)
def sigmoid_of_infinity(x, w_gate, w_up, w_down):
    gate, up = both(x, w_gate, w_up)
    return (gate * np.exp(gate) / (1 + np.exp(gate)) * up) @ w_down.T
