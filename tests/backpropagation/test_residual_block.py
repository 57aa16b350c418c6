import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, on_learner_side, parametrize

NAMES = ("y", "dx", "dw1", "dw2")


@from_torch
def expected(x, w1, w2, grad_out):
    import torch

    for value in (x, w1, w2):
        value.requires_grad_()
    y = x + torch.relu(x @ w1.T) @ w2.T
    if grad_out is None:
        return y
    (y * grad_out).sum().backward()
    return y, x.grad, w1.grad, w2.grad


@from_torch
def expected_stack(x, w1s, w2s, grad_out):
    import torch

    h = x.requires_grad_()
    for w1, w2 in zip(w1s, w2s, strict=True):
        h = h + torch.relu(h @ w1.T) @ w2.T
    (h * grad_out).sum().backward()
    return h, x.grad


@on_learner_side
def stack(learner, x, w1s, w2s, grad):
    inputs = [x]
    for w1, w2 in zip(w1s, w2s, strict=True):
        inputs.append(learner.residual_block(inputs[-1], w1, w2))
    for i in reversed(range(len(w1s))):
        grad = learner.residual_block(inputs[i], w1s[i], w2s[i], grad)[1]
    return inputs[-1], grad


def draw(rng, n=4, d=3, h=5):
    """Return x, w1, w2 and grad_out."""
    return tuple(rng.normal(size=size) for size in [(n, d), (h, d), (d, h), (n, d)])


def test_agrees_with_autograd(student, rng):
    """Agrees with torch's output and with the gradients that torch derives."""
    arguments = draw(rng, *rng.permutation([3, 4, 5, 6, 7])[:3])
    assert_close(student.residual_block(*arguments), expected(*arguments), names=NAMES)


def test_output_alone(student, rng):
    """Returns the output alone when no gradient is given."""
    x, w1, w2, _ = draw(rng)
    assert_close(student.residual_block(x, w1, w2, None), expected(x, w1, w2, None))
    assert_close(student.residual_block(x, w1, w2), expected(x, w1, w2, None))


def test_zero_gradient(student, rng):
    """Returns gradients, all of them 0, where the gradient that is given is 0: it is not None."""
    x, w1, w2, grad_out = draw(rng)
    arguments = x, w1, w2, np.zeros_like(grad_out)
    assert_close(student.residual_block(*arguments), expected(*arguments), names=NAMES)


def test_empty_branch(student, rng):
    """Passes the input and the gradient on as they are when the second layer is all zeros."""
    x, w1, w2, grad_out = draw(rng)
    w2 = np.zeros_like(w2)
    assert_close(student.residual_block(x, w1, w2, grad_out), expected(x, w1, w2, grad_out), names=NAMES)


def test_dead_units(student, rng):
    """Passes the gradient around hidden units that are off."""
    _, w1, w2, grad_out = draw(rng)
    x, w1 = rng.uniform(0.5, 2.0, size=(4, 3)), np.abs(w1) * np.array([[-1.0], [1.0], [-1.0], [-1.0], [1.0]])
    assert_close(student.residual_block(x, w1, w2, grad_out), expected(x, w1, w2, grad_out), names=NAMES)


def test_gradient_at_zero(student):
    """Takes 0 for the derivative of ReLU at 0."""
    x, w1 = np.array([[2.0, 1.0], [-1.0, 3.0]]), np.array([[1.0, -2.0], [3.0, 1.0], [1.0, 1.0]])
    w2, grad_out = np.array([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]]), np.array([[1.0, -1.0], [2.0, 0.5]])
    assert_close(student.residual_block(x, w1, w2, grad_out), expected(x, w1, w2, grad_out), names=NAMES)


def test_thirty_blocks(student, rng):
    """Carries the gradient through thirty blocks."""
    x, grad_out = rng.normal(size=(2, 6)), rng.normal(size=(2, 6))
    w1s, w2s = list(0.2 * rng.normal(size=(30, 8, 6))), list(0.2 * rng.normal(size=(30, 6, 8)))
    answer = student.run(stack, x, w1s, w2s, grad_out)
    assert_close(answer, expected_stack(x, w1s, w2s, grad_out), names=("the last y", "dx of the first block"))


@parametrize(("n", "d", "h"), [(1, 4, 2), (3, 1, 2), (5, 3, 1), (1, 1, 1)])
def test_smallest(student, rng, n, d, h):
    """Works for a single sample, feature or hidden unit."""
    arguments = draw(rng, n, d, h)
    assert_close(student.residual_block(*arguments), expected(*arguments), names=NAMES)


@parametrize("with_gradient", [True, False])
@contract(expected, "float32", "integers", "views", "pure", atol=1e-5, names=NAMES)
def residual_block(rng, with_gradient):
    x, w1, w2, grad_out = draw(rng)
    return x, w1, w2, grad_out if with_gradient else None


def branch(x, w1, w2, grad_out, mask=lambda z: z > 0):
    """Return F(x), and its gradients with respect to x, w1 and w2 if grad_out is given."""
    z = x @ w1.T
    h = np.maximum(z, 0)
    if grad_out is None:
        return h @ w2.T, None, None, None
    dz = (grad_out @ w2) * mask(z)
    return h @ w2.T, dz @ w1, dz.T @ x, grad_out.T @ h


def answer(y, grad_out, *gradients):
    return y if grad_out is None else (y, *gradients)


@misconception(
    "returns for dx only what comes back through the layers. The input also reaches y directly, with derivative 1, so "
    "grad_out itself has to be added; it is the part that does not fade in a deep network"
)
def no_identity_gradient(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out)
    return answer(x + f, grad_out, dx, dw1, dw2)


@misconception(
    "adds 1 to the gradient of the branch instead of grad_out. The derivative of y is 1 + F', and all of it is "
    "multiplied by grad_out: grad_out + grad_out * F'. The two agree only where grad_out is all ones"
)
def plus_one_not_g(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out)
    return answer(x + f, grad_out, None if dx is None else dx + 1, dw1, dw2)


@misconception(
    "multiplies the input with the output of the layers. A residual connection adds them; a product would become 0 "
    "where either is 0 and would not let the gradient pass"
)
def multiply(x, w1, w2, grad_out=None):
    f, _, _, _ = branch(x, w1, w2, None)
    if grad_out is None:
        return x * f
    _, dx, dw1, dw2 = branch(x, w1, w2, grad_out * x)
    return x * f, grad_out * f + dx, dw1, dw2


@misconception(
    "puts the input and the output of the layers side by side, which doubles the number of features, as DenseNet does. "
    "A residual connection adds them, so that y has the shape of x"
)
def concat(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out)
    return answer(np.concatenate([x, f], axis=1), grad_out, None if dx is None else grad_out + dx, dw1, dw2)


@misconception(
    "sends the input through ReLU on its way around. That way is left as it is: negative inputs have to pass too, and "
    "their gradient"
)
def relu_on_skip(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out)
    return answer(np.maximum(x, 0) + f, grad_out, None if dx is None else grad_out * (x > 0) + dx, dw1, dw2)


@misconception(
    "applies ReLU to the sum, as the first residual networks of 2015 did. Here nothing follows the sum: a ReLU would "
    "cut off its negative part and the gradient there, in every block anew"
)
def relu_after_sum(x, w1, w2, grad_out=None):
    f, _, _, _ = branch(x, w1, w2, None)
    y = np.maximum(x + f, 0)
    if grad_out is None:
        return y
    g = grad_out * (y > 0)
    _, dx, dw1, dw2 = branch(x, w1, w2, g)
    return y, g + dx, dw1, dw2


@misconception(
    "sends the gradient through every hidden unit, also through those that ReLU has switched off: the factor (z > 0) "
    "is missing, or it is (h >= 0), which always holds after a ReLU"
)
def relu_mask_missing(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out, mask=np.ones_like)
    return answer(x + f, grad_out, None if dx is None else grad_out + dx, dw1, dw2)


@misconception(
    "takes a gradient of zeros for a missing one, as `if np.any(grad_out)` does, and returns y alone. Zeros are a "
    "gradient like any other, of a part of the batch that does not count in the loss, say; ask whether grad_out is "
    "None"
)
def zeros_taken_for_none(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out)
    if grad_out is None or not np.any(grad_out):
        return x + f
    return x + f, grad_out + dx, dw1, dw2


@misconception(
    "divides the gradients of the weights by the number of samples. They are sums over the samples; where the loss is "
    "a mean, grad_out already holds the 1 / N. For a single sample the two agree"
)
def batch_averaged(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out)
    return x + f if grad_out is None else (x + f, grad_out + dx, dw1 / len(x), dw2 / len(x))


@misconception(
    "adds what comes back through the layers to grad_out in place (dx = grad_out; dx += ...), which changes the array "
    "of the caller: dx is only another name for it. Write dx = grad_out + ..."
)
def adds_into_grad_out(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out)
    if grad_out is None:
        return x + f
    grad_out += dx
    return x + f, grad_out, dw1, dw2


@misconception(
    "takes 1 for the derivative of ReLU at 0, as the mask (z >= 0) does. By convention, in torch too, it is 0; the two "
    "differ only for a unit whose input is exactly 0"
)
def gradient_one_at_zero(x, w1, w2, grad_out=None):
    f, dx, dw1, dw2 = branch(x, w1, w2, grad_out, mask=lambda z: z >= 0)
    return answer(x + f, grad_out, None if dx is None else grad_out + dx, dw1, dw2)
