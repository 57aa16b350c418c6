import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, w, b):
    import torch
    from torch.nn.functional import linear

    return torch.sigmoid(linear(x, w[None], torch.tensor([b], dtype=w.dtype))).squeeze(-1)


def test_agrees_with_torch(student, rng):
    """Agrees with a linear layer and a sigmoid in torch, for a batch."""
    n, d = rng.permutation([3, 4, 5, 6])[:2]
    x, w, b = rng.normal(size=(n, d)), rng.normal(size=d), -rng.uniform(0.5, 1.5)
    assert_close(student.neuron_output(x, w, b), expected(x, w, b))


def test_single_input(student, rng):
    """Returns a number for a single input."""
    x, w = rng.normal(size=4), rng.normal(size=4)
    assert_close(student.neuron_output(x, w, 0.9), expected(x, w, 0.9))


@parametrize("shape", [(1, 4), (6, 1), (1, 1), (1,)])
def test_small_shapes(student, rng, shape):
    """Works for a batch of one and for a single feature."""
    x, w = rng.normal(size=shape), rng.normal(size=shape[-1])
    assert_close(student.neuron_output(x, w, -1.1), expected(x, w, -1.1))


@parametrize("sign", [1, -1])
def test_crossing(student, rng, sign):
    """Crosses 0.5 at x = -b / w."""
    w, b = sign * rng.uniform(0.5, 4.0), rng.uniform(1.0, 3.0)
    x = -b / w + np.array([[-0.5], [0.0], [0.5]])
    low = 1 / (1 + np.exp(0.5 * w))
    assert_close(student.neuron_output(x, np.array([w]), b), np.array([low, 0.5, 1 - low]))


@parametrize("b", [-30.0, 7.5, 200.0])
def test_large_bias(student, rng, b):
    """Adds the bias once, however large it is."""
    x, w = rng.normal(size=(4, 3)), np.array([1.0, -2.0, 0.5])
    x[:, 1] = (x[:, 0] + 0.5 * x[:, 2] + b) / 2 + np.array([-1.0, 0.25, 0.5, 2.0])
    assert_close(student.neuron_output(x, w, b), expected(x, w, b))


def test_large_sums(student, rng):
    """Stays finite where the weighted sum is in the hundreds and thousands."""
    x = rng.normal(size=(7, 2))
    x[:-1, 0] += np.array([25.0, -25.0, 800.0, -800.0, 3000.0, -3000.0])
    w = np.array([1.0, -2.0])
    assert_close(student.neuron_output(x, w, 0.3), expected(x, w, 0.3))


@contract(expected, "float32", "integers", "views", "pure")
def neuron_output(rng):
    return rng.normal(scale=0.5, size=(6, 3)), rng.normal(scale=0.5, size=3), 0.4


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


@misconception(
    "adds the bias to every input before the weights, (x + b) @ w. The bias is then counted sum(w) times. "
    "It is added once, after the weighted sum"
)
def bias_inside_sum(x, w, b):
    return sigmoid((x + b) @ w)


@misconception(
    "adds the bias after the sigmoid. The output then leaves the range from 0 to 1, and the bias no longer moves the "
    "point where the neuron switches: it belongs inside, sigmoid(x @ w + b)"
)
def bias_after_activation(x, w, b):
    return sigmoid(x @ w) + b


@misconception(
    "applies the sigmoid to every product x * w, adds these up and then the bias. A neuron first adds up, bias "
    "included, and applies its activation once, to the sum"
)
def activate_then_sum(x, w, b):
    return sigmoid(x * w).sum(axis=-1) + b


@misconception(
    "multiplies the weighted sum by the bias. A bias is added: it shifts the sum, whereas a factor would leave its "
    "zero where it is and only change the weights"
)
def bias_multiplied(x, w, b):
    return sigmoid((x @ w) * b)


@misconception(
    "adds the bias to every product x * w before these are added up, so that it is counted once for each of the D "
    "features. It belongs to the neuron, not to its inputs: it is added once, to the sum"
)
def bias_for_every_product(x, w, b):
    return sigmoid((x * w + b).sum(axis=-1))


@misconception(
    "subtracts the bias, as if it were a threshold to be reached. A threshold is a bias with the sign changed: here b "
    "is added, x @ w + b, and a large one makes the neuron say yes sooner"
)
def bias_subtracted(x, w, b):
    return sigmoid(x @ w - b)


@misconception(
    "leaves the bias out. The output is then 0.5 wherever the weighted sum is 0, whatever b says: the point where the "
    "neuron switches cannot move"
)
def no_bias(x, w, b):
    return sigmoid(x @ w)


@misconception(
    "returns the weighted sum with its bias and leaves out the sigmoid. The output may then be any number; a neuron "
    "passes its sum through the activation, here into the range from 0 to 1"
)
def no_activation(x, w, b):
    return x @ w + b


@misconception(
    "has the wrong sign in the exponent: 1 / (1 + exp(z)) is the sigmoid of -z, so the neuron says no where it should "
    "say yes. The two add up to 1"
)
def sign_in_exponent(x, w, b):
    return sigmoid(-(x @ w + b))
