import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

KINDS = ("tanh", "relu", "sigmoid")


@from_torch
def expected(x, weights, kind):
    import torch

    h = [x.requires_grad_()]
    for w in weights:
        h.append(getattr(torch, kind)(h[-1] @ w.T))
        h[-1].retain_grad()
    h[-1].sum().backward()
    return torch.stack([layer.grad.norm() for layer in h])


def draw(rng, n=4, d=5, depth=3, scale=1.0):
    """Return x and the weights, which keep the size of signals at a scale of 1."""
    return rng.normal(size=(n, d)), [scale / np.sqrt(d) * rng.normal(size=(d, d)) for _ in range(depth)]


def check_relatively(student, *arguments):
    """Compare with torch relatively, as the norms may be as small as 1e-12."""
    assert_close(student.gradient_norms_by_depth(*arguments), expected(*arguments), rtol=1e-7, atol=0.0)


@parametrize("kind", KINDS)
def test_agrees_with_autograd(student, rng, kind):
    """Agrees with the norms of the gradients that torch derives, for each activation function."""
    n, d = rng.permutation([4, 5, 6, 7])[:2]
    x, weights = draw(rng, n, d, rng.integers(3, 6), scale=1.5)
    assert_close(student.gradient_norms_by_depth(x, weights, kind), expected(x, weights, kind))


def test_sigmoid_vanishes(student, rng):
    """Sees the gradient vanish in 20 sigmoid layers."""
    check_relatively(student, *draw(rng, 8, 32, 20), "sigmoid")


def test_tanh_fades(student, rng):
    """Sees the gradient fade slowly in 20 tanh layers."""
    check_relatively(student, *draw(rng, 8, 32, 20), "tanh")


@parametrize("scale", [0.5, 2**0.5, 3.0])
def test_relu_vanishes_keeps_explodes(student, rng, scale):
    """Sees the gradient vanish, keep its size or explode in 20 ReLU layers with small, He's and large weights."""
    check_relatively(student, *draw(rng, 8, 32, 20, scale), "relu")


def test_saturated(student, rng):
    """Works for units that are far into saturation."""
    x, weights = draw(rng, scale=3.0)
    x[0] *= 500.0
    for kind in KINDS:
        assert_close(student.gradient_norms_by_depth(x, weights, kind), expected(x, weights, kind))


def test_gradient_at_zero(student):
    """Takes 0 for the derivative of ReLU at 0."""
    x = np.array([[1.0, 2.0], [3.0, -1.0]])
    weights = [np.array([[2.0, -1.0], [1.0, 3.0]]), np.array([[1.0, 0.5], [-1.0, 2.0]])]
    assert_close(student.gradient_norms_by_depth(x, weights, "relu"), expected(x, weights, "relu"))


def test_no_layers(student, rng):
    """Returns the single entry sqrt(N * D) for a network without layers."""
    n, d = rng.integers(2, 9, size=2)
    assert_close(student.gradient_norms_by_depth(rng.normal(size=(n, d)), [], "tanh"), np.array([np.sqrt(n * d)]))


@parametrize(("n", "d"), [(1, 4), (3, 1), (1, 1)])
def test_smallest(student, rng, n, d):
    """Works for a single sample and for a single unit."""
    x, weights = draw(rng, n, d, 2)
    for kind in ("tanh", "sigmoid"):
        assert_close(student.gradient_norms_by_depth(x, weights, kind), expected(x, weights, kind))


@parametrize("kind", KINDS)
@contract(expected, "float32", "views", "pure")
def gradient_norms_by_depth(rng, kind):
    return *draw(rng, n=8), kind


ACTIVATIONS = {
    "sigmoid": lambda z: np.exp(-np.logaddexp(0, -z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
}
DERIVATIVES = {
    "sigmoid": lambda h: h * (1 - h),
    "tanh": lambda h: 1 - h**2,
    "relu": lambda h: h > 0,
}


def forward(x, weights, kind):
    h = [x]
    for w in weights:
        h.append(ACTIVATIONS[kind](h[-1] @ w.T))
    return h


def gradients(h, weights, derivative, start=1.0, turn=lambda w: w):
    """Return the gradients with respect to all h and to all weights, both from the input on."""
    at_h, at_w = [np.full_like(h[-1], start)], []
    for i in reversed(range(len(weights))):
        dz = at_h[-1] * derivative(h[i + 1])
        at_w.append(dz.T @ h[i])
        at_h.append(dz @ turn(weights[i]))
    return at_h[::-1], at_w[::-1]


def norms_of(arrays):
    return np.array([np.sqrt(np.sum(a**2)) for a in arrays])


@misconception(
    "measures the gradients of the weights. They are products of the gradient at a layer's output and of its input; in "
    "a ReLU network with small weights the inputs shrink forward as the gradient shrinks backward, so that all layers "
    "look alike. Measure the gradient with respect to the activations h[0] to h[L]"
)
def measures_weight_gradients(x, weights, kind):
    return norms_of(gradients(forward(x, weights, kind), weights, DERIVATIVES[kind])[1])


@misconception(
    "multiplies by the weights only, g @ w, and leaves out the derivative of the activation function. That derivative, "
    "at most 1/4 for the sigmoid, is what makes gradients vanish; without it every activation function looks alike"
)
def no_activation_derivative(x, weights, kind):
    return norms_of(gradients(forward(x, weights, kind), weights, np.ones_like)[0])


@misconception(
    "returns the norms in the order in which they are found, from the output back to the input. Entry 0 belongs to the "
    "input; turn the list around"
)
def order_reversed(x, weights, kind):
    return norms_of(gradients(forward(x, weights, kind), weights, DERIVATIVES[kind])[0])[::-1]


@misconception(
    "uses the derivative of the sigmoid, h * (1 - h), for every kind. For tanh it is 1 - h**2, and for ReLU 1 where h "
    "> 0 and 0 elsewhere"
)
def relu_like_sigmoid(x, weights, kind):
    return norms_of(gradients(forward(x, weights, kind), weights, DERIVATIVES["sigmoid"])[0])


@misconception(
    "takes 1 for the derivative of ReLU at 0, or for every unit: after ReLU, h >= 0 always holds. The mask is h > 0, "
    "which is 0 for units that are off and, by convention, at exactly 0"
)
def relu_mask_always_true(x, weights, kind):
    derivative = (lambda h: h >= 0) if kind == "relu" else DERIVATIVES[kind]
    return norms_of(gradients(forward(x, weights, kind), weights, derivative)[0])


@misconception(
    "counts a ReLU unit whose input is exactly 0 as on: the mask is taken as z >= 0. By convention, in torch too, the "
    "derivative at 0 is 0"
)
def gradient_one_at_zero(x, weights, kind):
    if kind != "relu":
        return norms_of(gradients(forward(x, weights, kind), weights, DERIVATIVES[kind])[0])
    h = forward(x, weights, kind)
    g, norms = np.ones_like(h[-1]), [np.sqrt(h[-1].size)]
    for i in reversed(range(len(weights))):
        g = (g * (h[i] @ weights[i].T >= 0)) @ weights[i]
        norms.append(np.sqrt(np.sum(g**2)))
    return np.array(norms[::-1], x.dtype)


@misconception(
    "puts the output of a layer into the derivative of its activation function, so that the function is applied twice: "
    "the derivative is meant at z, the input of the activation. Written in terms of the output h it is "
    "h * (1 - h) for the sigmoid and 1 - h**2 for tanh; for ReLU there is no difference"
)
def derivative_at_the_output(x, weights, kind):
    act = ACTIVATIONS[kind]
    return norms_of(gradients(forward(x, weights, kind), weights, lambda h: DERIVATIVES[kind](act(h)))[0])


@misconception(
    "leaves the last layer without its activation function. Here every layer has one, the last included, so that the "
    "first factor on the way back is a derivative as well"
)
def last_layer_linear(x, weights, kind):
    h = forward(x, weights, kind)
    g, norms = np.ones_like(x), [np.sqrt(x.size)]
    for i in reversed(range(len(weights))):
        last = i == len(weights) - 1
        g = (g if last else g * DERIVATIVES[kind](h[i + 1])) @ weights[i]
        norms.append(np.sqrt(np.sum(g**2)))
    return np.array(norms[::-1], x.dtype)


@misconception(
    "multiplies by w.T on the way back, as on the way forward. The gradient of h @ w.T with respect to h is multiplied "
    "by w itself; as the matrices are square, no shape gives it away"
)
def transposed_on_the_way_back(x, weights, kind):
    return norms_of(gradients(forward(x, weights, kind), weights, DERIVATIVES[kind], turn=np.transpose)[0])


@misconception(
    "averages over the samples: every norm is N times too small. The quantity that is differentiated is the sum of all "
    "elements of the output, over all samples; start from ones. For a single sample the two agree"
)
def mean_over_the_samples(x, weights, kind):
    return norms_of(gradients(forward(x, weights, kind), weights, DERIVATIVES[kind], start=1.0 / len(x))[0])


@misconception(
    "differentiates the mean of the output instead of its sum: every norm is N * D times too small. Start from ones"
)
def mean_of_the_output(x, weights, kind):
    return norms_of(gradients(forward(x, weights, kind), weights, DERIVATIVES[kind], start=1.0 / x.size)[0])
