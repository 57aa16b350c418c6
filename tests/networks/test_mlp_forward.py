import itertools

import numpy as np

from grader.checks import assert_close, assert_pure, from_torch, misconception, parametrize

HIDDEN = ["relu", "sigmoid", "tanh"]


@from_torch
def expected(x, weights, biases, hidden):
    import torch

    activation = {"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh}[hidden]
    modules = []
    for w, b in zip(weights, biases, strict=True):
        layer = torch.nn.Linear(*reversed(w.shape), dtype=w.dtype)
        layer.load_state_dict({"weight": w, "bias": b})
        modules += [layer, activation()]
    return torch.nn.Sequential(*modules[:-1])(x)


def draw(rng, n, *sizes):
    """Return x for n samples, weights and biases of layers that lead from the first of the sizes to the last."""
    weights = [rng.normal(size=(out, into)) for into, out in itertools.pairwise(sizes)]
    return rng.normal(size=(n, sizes[0])), weights, [rng.normal(size=len(w)) for w in weights]


def test_agrees_with_torch(student, rng):
    """Agrees with three linear layers in torch that have sigmoids between them."""
    x, weights, biases = draw(rng, 6, 3, 5, 4, 2)
    assert_close(student.mlp_forward(x, weights, biases, "sigmoid"), expected(x, weights, biases, "sigmoid"))


def test_tanh(student, rng):
    """Agrees with torch for tanh between the layers."""
    x, weights, biases = draw(rng, 5, 4, 3, 2)
    assert_close(student.mlp_forward(x, weights, biases, "tanh"), expected(x, weights, biases, "tanh"))


def test_relu(student, rng):
    """Agrees with torch for ReLU between the layers."""
    x, weights, biases = draw(rng, 7, 2, 6, 4, 3)
    assert_close(student.mlp_forward(x, weights, biases, "relu"), expected(x, weights, biases, "relu"))


def test_default_hidden(student, rng):
    """Uses ReLU unless told otherwise."""
    x, weights, biases = draw(rng, 6, 3, 5, 2)
    assert_close(student.mlp_forward(x, weights, biases), expected(x, weights, biases, "relu"))


@parametrize("hidden", HIDDEN)
def test_negative_outputs(student, hidden):
    """Has no activation after the last layer: outputs may be negative or large."""
    x = np.array([[1.0, -2.0], [0.5, 3.0], [-1.5, 0.25]])
    weights = [np.array([[1.0, -0.5], [0.5, 2.0], [-1.0, 1.0]]), np.array([[2.0, -1.0, 4.0], [1.0, 3.0, -2.0]])]
    biases = [np.array([0.25, -0.5, 1.0]), np.array([-20.0, 30.0])]
    assert_close(student.mlp_forward(x, weights, biases, hidden), expected(x, weights, biases, hidden))


@parametrize("hidden", HIDDEN)
def test_single_layer(student, rng, hidden):
    """Is a linear layer without activation where there is only one layer."""
    x, weights, biases = draw(rng, 5, 3, 2)
    assert_close(student.mlp_forward(x, weights, biases, hidden), expected(x, weights, biases, hidden))


@parametrize("sizes", [(3, 4, 2), (1, 2, 1), (2, 1, 3, 1, 2)])
def test_single_sample(student, rng, sizes):
    """Works for a batch of one and for layers of one unit."""
    x, weights, biases = draw(rng, 1, *sizes)
    assert_close(student.mlp_forward(x, weights, biases, "tanh"), expected(x, weights, biases, "tanh"))


@parametrize("hidden", HIDDEN)
def test_float32(student, rng, hidden):
    """Returns float32 for float32."""
    x, weights, biases = draw(rng, 4, 3, 5, 2)
    arguments = x.astype(np.float32), [w.astype(np.float32) for w in weights], [b.astype(np.float32) for b in biases]
    answer = student.mlp_forward(*arguments, hidden)
    assert_close(answer, expected(*arguments, hidden), dtype=np.float32, rtol=1e-4, atol=1e-5)


def test_integers(student, rng):
    """Accepts inputs that are integers."""
    _, weights, biases = draw(rng, 1, 3, 4, 2)
    x = np.array([[1, -2, 0], [3, 1, -1]])
    assert_close(
        student.mlp_forward(x, weights, biases, "sigmoid"), expected(x.astype(np.float64), weights, biases, "sigmoid")
    )


def test_views(student, rng):
    """Accepts transposed and reversed views."""
    x, weights, biases = draw(rng, 8, 3, 5, 2)
    arguments = x[::-2], [w.T.copy().T[::-1] for w in weights], [b[::-1] for b in biases]
    assert_close(student.mlp_forward(*arguments, "relu"), expected(*arguments, "relu"))


@parametrize("sizes", [(3, 2), (3, 4, 2)])
def test_pure(student, rng, sizes):
    """Leaves the inputs, both lists and the global random state alone."""
    student.mlp_forward(*draw(rng, 4, *sizes), "relu")
    assert_pure(student)


def activate(z, hidden):
    if hidden == "relu":
        return np.maximum(z, 0)
    return np.tanh(z) if hidden == "tanh" else 0.5 * (1 + np.tanh(z / 2))


def forward(x, weights, biases, hidden_layer, last_layer=lambda h, w, b: h @ w.T + b):
    """Return the output, with the hidden layers or the last one replaced."""
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        x = hidden_layer(x, w, b)
    return last_layer(x, weights[-1], biases[-1])


@misconception(
    "applies the hidden activation after the last layer too. The output is then confined to the range of that "
    "activation: with ReLU a network could never answer -3. The last layer stays linear"
)
def activation_on_output(x, weights, biases, hidden="relu"):
    def layer(h, w, b):
        return activate(h @ w.T + b, hidden)

    return forward(x, weights, biases, layer, layer)


@misconception(
    "has no activation between the layers. However many layers there are, they then compute what a single linear layer "
    "could; with one layer the two agree"
)
def no_hidden_activation(x, weights, biases, hidden="relu"):
    return forward(x, weights, biases, lambda h, w, b: h @ w.T + b)


@misconception(
    "silences every hidden unit whose activation is not above 0.5. A hidden unit always passes its activation on, a "
    "small one too: the threshold is a way to read a decision off the output, not a part of the network"
)
def thresholded_hidden(x, weights, biases, hidden="relu"):
    def layer(h, w, b):
        h = activate(h @ w.T + b, hidden)
        return h * (h > 0.5)

    return forward(x, weights, biases, layer)


@misconception(
    "passes 1 or 0 from layer to layer, according to whether an activation is above 0.5. A hidden unit passes the "
    "activation itself: a hard decision throws away how strong it was, and has no gradient to learn from"
)
def hard_zero_one(x, weights, biases, hidden="relu"):
    return forward(x, weights, biases, lambda h, w, b: (activate(h @ w.T + b, hidden) > 0.5) * 1.0)


@misconception(
    "adds the biases of the hidden layers after the activation. A bias belongs to the sum that the activation sees, "
    "activation(h @ w.T + b), where it shifts the point at which the unit responds"
)
def bias_after_activation(x, weights, biases, hidden="relu"):
    return forward(x, weights, biases, lambda h, w, b: activate(h @ w.T, hidden) + b)
