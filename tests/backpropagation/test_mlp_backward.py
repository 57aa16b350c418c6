import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception


@from_torch
def expected(x, y, w1, b1, w2, b2):
    import torch
    from torch.nn.functional import cross_entropy, linear

    parameters = {"dw1": w1, "db1": b1, "dw2": w2, "db2": b2}
    for parameter in parameters.values():
        parameter.requires_grad_()
    cross_entropy(linear(torch.relu(linear(x, w1, b1)), w2, b2), y).backward()
    return {name: parameter.grad for name, parameter in parameters.items()}


def draw(rng, n=7, d=3, h=5, c=4):
    """Return x, y, w1, b1, w2, b2."""
    y = rng.permutation(np.arange(n) % c)
    sizes = [(h, d), (h,), (c, h), (c,)]
    return rng.normal(size=(n, d)), y, *(rng.normal(size=size) for size in sizes)


def loss(x, y, w1, b1, w2, b2):
    logits = np.maximum(x @ w1.T + b1, 0) @ w2.T + b2
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(x)), y])


def test_agrees_with_autograd(student, rng):
    """Agrees with the gradients that torch derives."""
    arguments = draw(rng, *rng.permutation([4, 5, 6, 7]))
    assert_close(student.mlp_backward(*arguments), expected(*arguments))


def test_agrees_with_measured_slopes(student):
    """Agrees with slopes of the loss that are measured by changing one parameter at a time."""
    # Fixed numbers: no hidden unit switches on or off within a step.
    x, y, *parameters = draw(np.random.default_rng(3), n=4, d=2, h=3, c=2)
    slopes = {}
    for name, parameter in zip(("dw1", "db1", "dw2", "db2"), parameters, strict=True):
        slopes[name] = np.zeros(parameter.shape)
        for i in np.ndindex(parameter.shape):
            value = parameter[i]
            parameter[i] = value + 1e-5
            above = loss(x, y, *parameters)
            parameter[i] = value - 1e-5
            slopes[name][i] = (above - loss(x, y, *parameters)) / 2e-5
            parameter[i] = value
    assert_close(student.mlp_backward(x, y, *parameters), slopes, rtol=1e-6, atol=1e-8)


def test_dead_units(student, rng):
    """Sends no gradient through hidden units that are off."""
    x, y, w1, b1, w2, b2 = draw(rng)
    b1 = b1 + np.array([-100.0, 0.0, 100.0, -100.0, 0.0])
    assert_close(student.mlp_backward(x, y, w1, b1, w2, b2), expected(x, y, w1, b1, w2, b2))


def test_gradient_at_zero(student):
    """Takes 0 for the derivative of ReLU at 0."""
    x, y = np.array([[2.0, 1.0], [1.0, 3.0], [-1.0, 2.0]]), np.array([1, 0, 1])
    w1, b1 = np.array([[1.0, -2.0], [3.0, -1.0], [-1.0, -1.0]]), np.array([0.0, 0.0, 1.0])
    w2, b2 = np.array([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]]), np.array([0.1, -0.3])
    assert_close(student.mlp_backward(x, y, w1, b1, w2, b2), expected(x, y, w1, b1, w2, b2))


def test_large_logits(student, rng):
    """Stays finite for logits in the thousands."""
    x, y, w1, b1, w2, b2 = draw(rng)
    arguments = x, y, w1, b1, 1000.0 * w2, b2
    assert_close(student.mlp_backward(*arguments), expected(*arguments))


def test_single_sample(student, rng):
    """Works for a single sample."""
    arguments = draw(rng, n=1)
    assert_close(student.mlp_backward(*arguments), expected(*arguments))


def test_repeated_batch(student, rng):
    """Gives the same gradients when every sample appears twice."""
    x, y, *parameters = draw(rng, n=3)
    answer = student.mlp_backward(np.repeat(x, 2, axis=0), np.repeat(y, 2), *parameters)
    assert_close(answer, expected(x, y, *parameters))


@contract(expected, "float32", "integers", "views", "pure", integers=[0], atol=1e-5)
def mlp_backward(rng):
    return draw(rng)


def backward(x, y, w1, b1, w2, b2, mask=lambda z: z > 0, count=None, w2_later=lambda w2, dw2: w2, axis=1):
    """Return the four gradients, with the mask of ReLU, the divisor, the w2 of the way back or an axis replaced."""
    z1 = x @ w1.T + b1
    a1 = np.maximum(z1, 0)
    logits = a1 @ w2.T + b2
    e = np.exp(logits - logits.max(axis=axis, keepdims=True))
    dz2 = e / e.sum(axis=axis, keepdims=True)
    dz2[np.arange(len(x)), y] -= 1
    dz2 = dz2 / (count or len(x))
    dw2 = dz2.T @ a1
    dz1 = (dz2 @ w2_later(w2, dw2)) * mask(z1)
    return {"dw1": dz1.T @ x, "db1": dz1.sum(axis=0), "dw2": dw2, "db2": dz2.sum(axis=0)}


@misconception(
    "updates w2 during the backward pass (here with a learning rate of 1) and goes on with the new one. All gradients "
    "belong to the parameters of the forward pass: first compute all of them, then let the optimizer update"
)
def updates_during_backward(x, y, w1, b1, w2, b2):
    return backward(x, y, w1, b1, w2, b2, w2_later=lambda w2, dw2: w2 - dw2)


# mask_on_activation_ge0, the mask (a1 >= 0), has no function of its own: after a ReLU it is always true, so that its
# answers are those of relu_mask_missing for every input.
@misconception(
    "sends the gradient through every hidden unit, also through those that ReLU has switched off: the factor (z1 > 0) "
    "is missing. The mask (a1 >= 0) has the same effect, because after a ReLU it is always true"
)
def relu_mask_missing(x, y, w1, b1, w2, b2):
    return backward(x, y, w1, b1, w2, b2, mask=np.ones_like)


@misconception(
    "lets the gradient through where the gradient itself is positive, as if ReLU were applied to it. Whether a unit is "
    "on was decided in the forward pass: the mask is (z1 > 0), and gradients of either sign pass a unit that is on"
)
def relu_mask_of_gradient(x, y, w1, b1, w2, b2):
    grads = backward(x, y, w1, b1, w2, b2)
    z1 = x @ w1.T + b1
    logits = np.maximum(z1, 0) @ w2.T + b2
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    dz2 = (e / e.sum(axis=1, keepdims=True) - np.eye(len(w2))[y]) / len(x)
    dz1 = np.maximum(dz2 @ w2, 0)
    return grads | {"dw1": dz1.T @ x, "db1": dz1.sum(axis=0)}


@misconception(
    "takes 1 for the derivative of ReLU at 0, as the mask (z1 >= 0) does. By convention, in torch too, it is 0; "
    "the two differ only for a unit whose input is exactly 0"
)
def gradient_one_at_zero(x, y, w1, b1, w2, b2):
    return backward(x, y, w1, b1, w2, b2, mask=lambda z: z >= 0)


@misconception(
    "differentiates the sum of the losses instead of their mean: all gradients are N times too large. "
    "With a single sample the two agree"
)
def summed_loss(x, y, w1, b1, w2, b2):
    return backward(x, y, w1, b1, w2, b2, count=1)


@misconception(
    "divides by the number of samples twice: in the gradient of the logits and again in those of the parameters. The "
    "mean of the loss contributes one factor 1 / N, which all later gradients inherit. For a single sample the two "
    "agree"
)
def averaged_twice(x, y, w1, b1, w2, b2):
    return {name: grad / len(x) for name, grad in backward(x, y, w1, b1, w2, b2).items()}


@misconception(
    "takes the softmax over the samples, axis 0, so that each class adds up to 1 over the batch. Each sample has its "
    "own distribution over the classes: the softmax goes over the last axis of the logits"
)
def softmax_over_samples(x, y, w1, b1, w2, b2):
    return backward(x, y, w1, b1, w2, b2, axis=0)


@misconception(
    "does not subtract the largest logit of each row before it takes the exponential, which overflows from about 710 "
    "on and is 0 for a whole row far below the others: inf / inf and 0 / 0 are nan. The softmax does not change by it"
)
def naive_softmax(x, y, w1, b1, w2, b2):
    logits = np.maximum(x @ w1.T + b1, 0) @ w2.T + b2
    grads = backward(x, y, w1, b1, w2, b2)
    safe = np.isfinite(np.exp(logits)).all() and (np.exp(logits).sum(axis=1) > 0).all()
    return grads if safe else {name: np.full_like(grad, np.nan) for name, grad in grads.items()}
