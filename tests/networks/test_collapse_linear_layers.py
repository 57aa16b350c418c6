import itertools

from grader.checks import assert_close, assert_shape, contract, from_torch, misconception, parametrize, unpack

NAMES = ("w", "b")


@from_torch
def outputs(x, layers):
    from torch.nn.functional import linear

    for w, b in layers:
        x = linear(x, w, b)
    return x


@from_torch
def expected(layers):
    import torch
    from torch.nn.functional import linear

    def network(x):
        for w, b in layers:
            x = linear(x, w, b)
        return x

    zeros = torch.zeros(layers[0][0].shape[1], dtype=layers[0][0].dtype)
    return torch.autograd.functional.jacobian(network, zeros), network(zeros)


def draw(rng, *sizes):
    """Return layers that lead from the first of the sizes to the last."""
    return [(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in itertools.pairwise(sizes)]


def test_agrees_with_torch(student, rng):
    """Agrees with the slopes and the offset of two linear layers in torch."""
    ends, middle = rng.permutation([2, 3, 4, 5])[:2]
    layers = draw(rng, ends, middle, ends)
    assert_close(student.collapse_linear_layers(layers), expected(layers), names=NAMES)


def test_same_outputs(student, rng):
    """Computes the same outputs as the chain, for a batch."""
    layers, x = draw(rng, 4, 6, 2, 3), rng.normal(size=(5, 4))
    w, b = unpack(student.collapse_linear_layers(layers), *NAMES)
    assert_shape(w, (3, 4), "w")
    assert_shape(b, (3,), "b")
    assert_close(x @ w.T + b, outputs(x, layers))


def test_one_layer(student, rng):
    """Returns the layer itself when there is only one."""
    layers = draw(rng, 3, 2)
    assert_close(student.collapse_linear_layers(layers), layers[0], names=NAMES)


@parametrize("sizes", [(2, 4, 3, 5, 1), (1, 3, 2), (4, 1, 2), (3, 2, 4, 2)])
def test_sizes(student, rng, sizes):
    """Works for two to four layers of any sizes."""
    layers = draw(rng, *sizes)
    assert_close(student.collapse_linear_layers(layers), expected(layers), names=NAMES)


def test_square_layers(student, rng):
    """Multiplies the weights in the right order where every order would fit."""
    layers = draw(rng, 3, 3, 3, 3)
    assert_close(student.collapse_linear_layers(layers), expected(layers), names=NAMES)


@contract(expected, "float32", "integers", "views", "pure", names=NAMES)
@parametrize("sizes", [(3, 2), (4, 3, 2)])
def collapse_linear_layers(rng, sizes):
    return (draw(rng, *sizes),)


@misconception(
    "multiplies the weights in the order of the layers, w1 @ w2. The first layer acts on x first and so stands next to "
    "it: w2 @ (w1 @ x), hence w2 @ w1. The other order is another map, and for most sizes it does not even exist"
)
def wrong_order(layers):
    w, b = layers[0]
    for w_next, b_next in layers[1:]:
        w, b = w @ w_next, w_next @ b + b_next
    return w, b


@misconception(
    "adds up the biases as they are. The bias of an earlier layer still passes through the later ones, which multiply "
    "it by their weights: w2 @ b1 + b2"
)
def biases_added(layers):
    w, b = layers[0]
    for w_next, b_next in layers[1:]:
        w, b = w_next @ w, b + b_next
    return w, b


@misconception(
    "keeps the bias of the last layer only. The earlier biases do not vanish, they arrive at the end multiplied by the "
    "weights in between: w2 @ b1 + b2"
)
def first_bias_lost(layers):
    w, b = layers[0]
    for w_next, b_next in layers[1:]:
        w, b = w_next @ w, b_next
    return w, b


@misconception(
    "returns the first layer and leaves out all others. A single layer is right only where there is no other; with "
    "more of them the output has the size of the last layer"
)
def first_layer_only_shape(layers):
    return layers[0]


@misconception(
    "carries the bias of the first layer through the weights and forgets that every further layer adds its own: "
    "b = w2 @ b1 + b2"
)
def later_biases_lost(layers):
    w, b = layers[0]
    for w_next, _ in layers[1:]:
        w, b = w_next @ w, w_next @ b
    return w, b


@misconception(
    "updates w first and multiplies the bias by the new w, the product of all weights so far. The bias passes only "
    "through the weights of the layers behind it: use w2 itself, or update both at once"
)
def bias_after_new_w(layers):
    w, b = layers[0]
    for w_next, b_next in layers[1:]:
        w = w_next @ w
        b = w @ b + b_next
    return w, b
