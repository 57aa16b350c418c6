import itertools

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

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


def draw(rng, n, *sizes, scale=1.0):
    """Return x for n samples, weights and biases of layers that lead from the first of the sizes to the last."""
    weights = [rng.normal(scale=scale, size=(out, into)) for into, out in itertools.pairwise(sizes)]
    return rng.normal(size=(n, sizes[0])), weights, [rng.normal(size=len(w)) for w in weights]


def test_agrees_with_torch(student, rng):
    """Agrees with three linear layers in torch that have sigmoids between them."""
    x, weights, biases = draw(rng, *rng.permutation([2, 3, 4, 5, 6]))
    assert_close(student.mlp_forward(x, weights, biases, "sigmoid"), expected(x, weights, biases, "sigmoid"))


def test_tanh(student, rng):
    """Agrees with torch for tanh between the layers."""
    x, weights, biases = draw(rng, 5, 4, 3, 2)
    assert_close(student.mlp_forward(x, weights, biases, "tanh"), expected(x, weights, biases, "tanh"))


def test_relu(student, rng):
    """Agrees with torch for ReLU between the layers."""
    x, weights, biases = draw(rng, 7, 2, 6, 4, 3)
    assert_close(student.mlp_forward(x, weights, biases, "relu"), expected(x, weights, biases, "relu"))


@parametrize("hidden", HIDDEN)
def test_equal_widths(student, rng, hidden):
    """Has its activations where all layers are as wide as the output, which may be negative or large."""
    x, weights, biases = draw(rng, 5, 3, 3, 3, 3)
    biases[-1] = np.array([-20.0, 0.5, 30.0])
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


@contract(expected, "float32", "integers", "views", "pure", defaults={"hidden": "relu"})
@parametrize("hidden", HIDDEN)
def mlp_forward(rng, hidden):
    return *draw(rng, 4, 3, 5, 2, scale=0.5), hidden


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


@misconception(
    "uses ReLU whatever hidden says. The argument names the activation between the layers: sigmoid and tanh have to be "
    "there as well"
)
def always_relu(x, weights, biases, hidden="relu"):
    return forward(x, weights, biases, lambda h, w, b: np.maximum(h @ w.T + b, 0))


@misconception(
    "leaves the activation out after every layer that is as wide as the output. The last layer is the last of the "
    "list, not one of a certain width: hidden layers may be as wide as it is"
)
def last_layer_by_width(x, weights, biases, hidden="relu"):
    def layer(h, w, b):
        z = h @ w.T + b
        return z if len(w) == len(weights[-1]) else activate(z, hidden)

    return forward(x, weights, biases, layer)


@misconception(
    "leaves out all biases. Every layer has its own and adds it to the weighted sums, the last layer too: h @ w.T + b"
)
def no_biases(x, weights, biases, hidden="relu"):
    return forward(x, weights, biases, lambda h, w, b: activate(h @ w.T, hidden), lambda h, w, b: h @ w.T)


@misconception(
    "leaves out the bias of the last layer. That layer has no activation, but it has a bias like every other: "
    "h @ w.T + b"
)
def no_bias_in_last_layer(x, weights, biases, hidden="relu"):
    return forward(x, weights, biases, lambda h, w, b: activate(h @ w.T + b, hidden), lambda h, w, b: h @ w.T)


@misconception(
    "applies the activation before each layer, and so to the input as well. The input goes into the first layer as it "
    "is; only what a hidden layer gives is activated"
)
def activated_input(x, weights, biases, hidden="relu"):
    def layer(h, w, b):
        return activate(h, hidden) @ w.T + b

    return forward(x, weights, biases, layer, layer)


@misconception('has the default hidden="sigmoid"; it is "relu". Only calls that leave hidden out show it')
def sigmoid_by_default(x, weights, biases, hidden="sigmoid"):
    return forward(x, weights, biases, lambda h, w, b: activate(h @ w.T + b, hidden))
