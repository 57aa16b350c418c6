import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, sgd_step, unpack

NAMES = ("w", "b", "loss")


@from_torch
def expected(x, y, w, b, lr):
    import torch
    from torch.nn.functional import mse_loss

    b = torch.tensor(b, dtype=w.dtype)
    parameters = [w.requires_grad_(), b.requires_grad_()]
    loss = mse_loss(x.to(w.dtype) @ w + b, y.to(w.dtype))
    sgd_step(parameters, torch.autograd.grad(loss, parameters), lr)
    return w, b, loss


def draw(rng, n=7, d=3):
    """Return x, y and w; the means of the features are not 0, which ties the weights to the bias."""
    x = rng.normal(size=(n, d)) + np.linspace(-1, 1.5, d)
    return x, rng.normal(size=n) * 2 + 3, rng.normal(size=d)


def test_agrees_with_torch(student, rng):
    """Agrees with mse_loss and torch.optim.SGD over six steps, the last two at a lower learning rate."""
    x, y, w = draw(rng, *rng.permutation(np.arange(3, 9))[:2])
    b = rng.uniform(0.5, 1.0)
    for lr in (0.05, 0.05, 0.05, 0.05, 0.01, 0.01):
        answer = student.gradient_descent_step(x, y, w, b, lr)
        w, b, loss = expected(x, y, w, b, lr)
        assert_close(answer, (w, b, loss), names=NAMES)
        b = float(b)


def test_large_step(student, rng):
    """Computes both gradients at the old parameters, also when the step is large."""
    x, y, w = draw(rng, n=6, d=4)
    assert_close(student.gradient_descent_step(x, y, w, -2.0, 1.5), expected(x, y, w, -2.0, 1.5), names=NAMES)


def test_perfect_fit(student, rng):
    """Stays where it is when every prediction is right."""
    x, _, w = draw(rng, n=4)
    answer = student.gradient_descent_step(x, x @ w + 0.25, w, 0.25, 0.3)
    assert_close(answer, (w, 0.25, 0.0), names=NAMES)


def test_repeated_data(student, rng):
    """Takes the same step when every sample appears three times."""
    x, y, w = draw(rng, n=4)
    answer = student.gradient_descent_step(np.repeat(x, 3, axis=0), np.repeat(y, 3), w, 0.5, 0.1)
    assert_close(answer, expected(x, y, w, 0.5, 0.1), names=NAMES)


@parametrize(("n", "d"), [(1, 3), (5, 1), (1, 1)])
def test_small_shapes(student, rng, n, d):
    """Works for a single sample and for a single feature."""
    x, y, w = draw(rng, n, d)
    assert_close(student.gradient_descent_step(x, y, w, -1.5, 0.2), expected(x, y, w, -1.5, 0.2), names=NAMES)


def test_float32(student, rng):
    """Returns float32 weights for float32."""
    x, y, w = (a.astype(np.float32) for a in draw(rng))
    answer = student.gradient_descent_step(x, y, w, 0.5, 0.1)
    correct = expected(x, y, w, 0.5, 0.1)
    assert_close(answer, correct, names=NAMES)
    assert_close(unpack(answer, *NAMES)[0], correct[0], dtype=np.float32)


@contract(expected, "integers", "views", "pure", integers=(0, 1), names=NAMES)
def gradient_descent_step(rng):
    return *draw(rng), 0.5, 0.1


def slopes(x, y, w, b):
    """Return the gradients and the loss."""
    error = x @ w + b - y
    return 2 * x.T @ error / len(x), 2 * error.mean(), (error**2).mean()


@misconception(
    "halves the squared error, a common convention in which the 2 of the derivative cancels. Here the loss is "
    "mean(error**2) without a factor 1/2, and its derivative keeps the 2"
)
def half_loss(x, y, w, b, lr):
    dw, db, loss = slopes(x, y, w, b)
    return w - lr * dw / 2, b - lr * db / 2, loss / 2


@misconception(
    "leaves out the factor 2 of the derivative of error**2. Only for a loss with a factor 1/2 in front do the two "
    "cancel; here they do not, and every step is half as long as it should be"
)
def missing_factor_two(x, y, w, b, lr):
    dw, db, loss = slopes(x, y, w, b)
    return w - lr * dw / 2, b - lr * db / 2, loss


@misconception(
    "changes w first and computes the bias's gradient from predictions with the new w. Both gradients belong to the "
    "same point: predict once, compute both, then update; for a small learning rate the difference is easily missed"
)
def bias_from_updated_w(x, y, w, b, lr):
    dw, _, loss = slopes(x, y, w, b)
    w = w - lr * dw
    return w, b - lr * slopes(x, y, w, b)[1], loss


@misconception(
    "sums the squared errors over the samples instead of averaging them: loss and step are N times too large, and the "
    "learning rate would have to change with the amount of data. With a single sample the two agree"
)
def sum_loss(x, y, w, b, lr):
    dw, db, loss = slopes(x, y, w, b)
    return w - lr * len(x) * dw, b - lr * len(x) * db, len(x) * loss


@misconception(
    "averages the loss but sums the gradients over the samples. The gradient of a mean is a mean: it is N times too "
    "large here, and only right for a single sample"
)
def sum_gradient(x, y, w, b, lr):
    dw, db, loss = slopes(x, y, w, b)
    return w - lr * len(x) * dw, b - lr * len(x) * db, loss


@misconception(
    "averages the gradient of the weights but sums that of the bias over the samples. Both are means: the bias's step "
    "is N times too long here, and only right for a single sample"
)
def bias_gradient_summed(x, y, w, b, lr):
    dw, db, loss = slopes(x, y, w, b)
    return w - lr * dw, b - lr * len(x) * db, loss


@misconception(
    "returns the root of the mean squared error. The step is right and the root easier to read, in the unit of the "
    "targets, but the loss whose gradients were taken is the mean itself"
)
def root_loss(x, y, w, b, lr):
    dw, db, loss = slopes(x, y, w, b)
    return w - lr * dw, b - lr * db, np.sqrt(loss)


@misconception(
    "takes the gradient from the first sample only, which is a step of stochastic gradient descent. Gradient descent "
    "averages over all samples before it moves; the two agree when there is only one"
)
def single_sample(x, y, w, b, lr):
    dw, db, _ = slopes(x[:1], y[:1], w, b)
    return w - lr * dw, b - lr * db, slopes(x, y, w, b)[2]


@misconception(
    "adds the gradient instead of subtracting it. The gradient points uphill, so this makes the loss grow; descent "
    "goes the other way"
)
def ascent(x, y, w, b, lr):
    dw, db, loss = slopes(x, y, w, b)
    return w + lr * dw, b + lr * db, loss


@misconception(
    "returns the loss after the step. The step is right, but the loss to report is the one whose gradients were "
    "taken, at the parameters before the step"
)
def loss_after_step(x, y, w, b, lr):
    dw, db, _ = slopes(x, y, w, b)
    w, b = w - lr * dw, b - lr * db
    return w, b, slopes(x, y, w, b)[2]
