import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("dx", "dw", "db")


@from_torch
def expected(grad_out, x, w):
    import torch
    from torch.nn.functional import linear

    b = torch.zeros(w.shape[0], dtype=w.dtype)
    for value in (x, w, b):
        value.requires_grad_()
    (linear(x, w, b) * grad_out).sum().backward()
    return x.grad, w.grad, b.grad


def draw(rng, *leading, d=3, h=5):
    """Return grad_out, x and w."""
    return rng.normal(size=(*leading, h)), rng.normal(size=(*leading, d)), rng.normal(size=(h, d))


def test_agrees_with_autograd(student, rng):
    """Agrees with the gradients that torch derives for a linear layer."""
    n, d, h = rng.permutation([3, 4, 5, 6, 7])[:3]
    arguments = draw(rng, n, d=d, h=h)
    assert_close(student.linear_backward(*arguments), expected(*arguments), names=NAMES)


@parametrize("leading", [(4, 6), (2, 3, 4)])
def test_more_leading_axes(student, rng, leading):
    """Works for batches of sequences and for more leading axes: all of them are summed."""
    arguments = draw(rng, *leading)
    assert_close(student.linear_backward(*arguments), expected(*arguments), names=NAMES)


def test_square(student, rng):
    """Works where batch, inputs and outputs have the same size, so that no shape gives a transposed matrix away."""
    arguments = draw(rng, 4, d=4, h=4)
    assert_close(student.linear_backward(*arguments), expected(*arguments), names=NAMES)


@parametrize("leading", [(1,), (1, 1), (1, 5)])
def test_single_sample(student, rng, leading):
    """Works for a single sample."""
    arguments = draw(rng, *leading)
    assert_close(student.linear_backward(*arguments), expected(*arguments), names=NAMES)


@parametrize(("d", "h"), [(1, 4), (4, 1), (1, 1)])
def test_one_feature(student, rng, d, h):
    """Works for a single input feature and for a single output."""
    arguments = draw(rng, 6, d=d, h=h)
    assert_close(student.linear_backward(*arguments), expected(*arguments), names=NAMES)


def test_repeated_batch(student, rng):
    """Gives twice the gradients of w and b when every sample appears twice."""
    grad_out, x, w = draw(rng, 3)
    dx, dw, db = expected(grad_out, x, w)
    answer = student.linear_backward(np.repeat(grad_out, 2, axis=0), np.repeat(x, 2, axis=0), w)
    assert_close(answer, (np.repeat(dx, 2, axis=0), 2 * dw, 2 * db), names=NAMES)


@parametrize("leading", [(5,), (3, 4)])
@contract(expected, "float32", "integers", "views", "pure", atol=1e-5, names=NAMES)
def linear_backward(rng, leading):
    return draw(rng, *leading)


def backward(grad_out, x, w):
    """Return the right gradients."""
    rows_out, rows_in = grad_out.reshape(-1, grad_out.shape[-1]), x.reshape(-1, x.shape[-1])
    return grad_out @ w, rows_out.T @ rows_in, rows_out.sum(axis=0)


@misconception(
    "returns dw as x.T @ grad_out, with shape (D, H). A gradient has the shape of its parameter: w is (H, D) here, one "
    "row per output, so dw = grad_out.T @ x. Where D and H are equal the shape looks right and the values are "
    "transposed"
)
def dw_transposed(grad_out, x, w):
    dx, dw, db = backward(grad_out, x, w)
    return dx, dw.T, db


@misconception(
    "divides dw and db by the number of samples. Backward passes on what it is given: if the loss is a mean, grad_out "
    "already holds the 1 / N, and dividing again shrinks the gradients once more. For a single sample the two agree"
)
def batch_averaged(grad_out, x, w):
    dx, dw, db = backward(grad_out, x, w)
    n = x.size // x.shape[-1]
    return dx, dw / n, db / n


@misconception(
    "returns grad_out itself as db. The bias is added to every row, so its gradient is the sum over all rows and has "
    "the shape of the bias, (H,)"
)
def db_not_summed(grad_out, x, w):
    dx, dw, _ = backward(grad_out, x, w)
    return dx, dw, grad_out.copy()


@misconception(
    "turns grad_out around with .T and sums it over axis 0, which fits two axes only: .T reverses all axes, and with a "
    "batch of sequences the shapes no longer match. Reshape to two axes first, or name the axes to be summed"
)
def two_axes_only(grad_out, x, w):
    return grad_out @ w, grad_out.T @ x, grad_out.sum(axis=0)


@misconception(
    "sums grad_out over the first axis only. With a batch of sequences the bias takes part in every time step too: all "
    "axes but the last are summed. The two agree when there is one leading axis"
)
def db_first_axis_only(grad_out, x, w):
    dx, dw, _ = backward(grad_out, x, w)
    return dx, dw, grad_out.sum(axis=0)


@misconception(
    "computes dx as grad_out @ w.T. The forward pass has multiplied by w.T, so the way back multiplies by w: (N, H) @ "
    "(H, D). With w.T the shapes only fit in a square layer, and there the values are wrong"
)
def dx_transposed(grad_out, x, w):
    _, dw, db = backward(grad_out, x, w)
    return grad_out @ w.T, dw, db


@misconception(
    "averages grad_out for the bias instead of summing it. Each row adds its own share to the gradient of the bias, "
    "just as for dw; a mean over the samples comes from the loss, if at all. For a single sample the two agree"
)
def db_mean(grad_out, x, w):
    dx, dw, _ = backward(grad_out, x, w)
    return dx, dw, grad_out.reshape(-1, grad_out.shape[-1]).mean(axis=0)
