import numpy as np

from grader.checks import assert_close, assert_pure, from_torch, misconception, parametrize


@from_torch
def expected(x, w, b):
    import torch
    from torch.nn.functional import linear

    return torch.sigmoid(linear(x, w[None], torch.tensor([b], dtype=w.dtype))).squeeze(-1)


def test_agrees_with_torch(student, rng):
    """Agrees with a linear layer and a sigmoid in torch, for a batch."""
    x, w = rng.normal(size=(5, 3)), np.array([0.8, -1.3, 0.4])
    assert_close(student.neuron_output(x, w, -0.7), expected(x, w, -0.7))


def test_single_input(student, rng):
    """Returns a number for a single input."""
    x, w = rng.normal(size=4), rng.normal(size=4)
    assert_close(student.neuron_output(x, w, 0.9), expected(x, w, 0.9))


@parametrize("shape", [(1, 4), (6, 1), (1, 1), (1,)])
def test_small_shapes(student, rng, shape):
    """Works for a batch of one and for a single feature."""
    x, w = rng.normal(size=shape), rng.normal(size=shape[-1])
    assert_close(student.neuron_output(x, w, -1.1), expected(x, w, -1.1))


@parametrize(("w", "b"), [(2.0, 3.0), (-0.5, 1.25), (4.0, -0.2)])
def test_crossing(student, w, b):
    """Crosses 0.5 at x = -b / w."""
    crossing = -b / w
    x = np.array([[crossing - 0.5], [crossing], [crossing + 0.5]])
    low = 1 / (1 + np.exp(0.5 * w))
    assert_close(student.neuron_output(x, np.array([w]), b), np.array([low, 0.5, 1 - low]))


@parametrize("b", [-30.0, 7.5, 200.0])
def test_large_bias(student, rng, b):
    """Adds the bias once, however large it is."""
    x, w = rng.normal(size=(4, 3)), np.array([1.0, -2.0, 0.5])
    x[:, 1] = (x[:, 0] + 0.5 * x[:, 2] + b) / 2 + np.array([-1.0, 0.25, 0.5, 2.0])
    assert_close(student.neuron_output(x, w, b), expected(x, w, b))


def test_large_sums(student):
    """Stays finite where the weighted sum is in the hundreds and thousands."""
    x = np.array([[800.0, 0.5], [-800.0, 1.5], [3000.0, 2.0], [-3000.0, -1.0], [0.5, 0.25]])
    w = np.array([1.0, -2.0])
    assert_close(student.neuron_output(x, w, 0.3), expected(x, w, 0.3))


def test_float32(student, rng):
    """Returns float32 for float32."""
    x, w = rng.normal(size=(6, 3)).astype(np.float32), np.array([0.6, -1.1, 0.9], dtype=np.float32)
    assert_close(student.neuron_output(x, w, 0.4), expected(x, w, 0.4), dtype=np.float32)


def test_integers(student):
    """Accepts integers."""
    x, w = np.array([[1, 0, -2], [0, 3, 1]]), np.array([1, -1, 2])
    assert_close(student.neuron_output(x, w, 2), expected(x.astype(np.float64), w.astype(np.float64), 2.0))


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    x, w = rng.normal(size=(3, 8)).T[::-2], rng.normal(size=6)[::-2]
    assert_close(student.neuron_output(x, w, 0.6), expected(x, w, 0.6))


def test_pure(student, rng):
    """Leaves its inputs and the global random state alone."""
    student.neuron_output(rng.normal(size=(4, 2)), rng.normal(size=2), 0.5)
    assert_pure(student)


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
