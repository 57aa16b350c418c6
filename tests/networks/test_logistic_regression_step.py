import numpy as np

from grader.checks import (
    assert_close,
    assert_shape,
    contract,
    from_torch,
    misconception,
    on_learner_side,
    parametrize,
    sgd_step,
    unpack,
)

NAMES = ("w", "b", "loss")


@from_torch
def expected(x, y, w, b, lr):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    b = torch.tensor(float(b), dtype=w.dtype)
    parameters = [w.requires_grad_(), b.requires_grad_()]
    loss = binary_cross_entropy_with_logits(x @ w + b, y.to(w.dtype))
    sgd_step(parameters, torch.autograd.grad(loss, parameters), lr)
    return w, b, loss


def draw(rng, n=7, d=3):
    """Return x, y with both labels, w."""
    y = rng.permutation(np.arange(n) % 3 == 0).astype(float)
    return rng.normal(size=(n, d)), y, rng.normal(size=d)


def test_agrees_with_torch(student, rng):
    """Agrees with a step of torch.optim.SGD on the cross-entropy."""
    n, d = rng.permutation([3, 5, 6, 7])[:2]
    x, y, w = draw(rng, n, d)
    b, lr = -rng.uniform(0.3, 0.9), rng.uniform(0.2, 0.4)
    assert_close(student.logistic_regression_step(x, y, w, b, lr), expected(x, y, w, b, lr), names=NAMES)


def test_twenty_steps(student, rng):
    """Agrees at each of 20 steps from zeros, with a learning rate that changes on the way."""
    x, y, _ = draw(rng, n=9, d=2)
    w, b = np.zeros(2), 0.0
    for t in range(20):
        lr = 0.8 if t < 12 else 0.1
        answer = student.logistic_regression_step(x, y, w, b, lr)
        w_next, b_next, loss = expected(x, y, w, b, lr)
        assert_close(answer, (w_next, b_next, loss), names=NAMES)
        w, b = w_next, float(b_next)


@on_learner_side
def train(learner, x, y, lr, steps):
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        w, b, _ = learner.logistic_regression_step(x, y, w, b, lr)
    return w, b


def test_learns_from_zeros(student, rng):
    """Separates two clouds of points after 200 steps from zeros."""
    y = np.arange(24) % 2
    x = rng.uniform(-1.0, 1.0, size=(24, 2)) + np.where(y, 2.0, -2.0)[:, None] + np.array([5.0, 1.0])
    w, b = unpack(student.run(train, x, y, 0.3, 200), "w", "b")
    assert_shape(w, (2,), "w")
    right = int(np.sum((x @ w + b > 0) == (y == 1)))
    assert right == 24, f"After 200 steps {right} of 24 points are on the right side of the line; expected are all."


def test_large_logits(student, rng):
    """Stays finite for logits in the thousands, confident and right or confident and wrong."""
    x = rng.normal(size=(5, 2))
    x[:, 0] += np.array([1000.0, -1000.0, 3000.0, -2000.0, 0.0])
    y, w = np.array([1.0, 0.0, 0.0, 1.0, 1.0]), np.array([1.0, -0.5])
    assert_close(student.logistic_regression_step(x, y, w, 0.7, 0.01), expected(x, y, w, 0.7, 0.01), names=NAMES)


def test_repeated_samples(student, rng):
    """Takes the same step when every sample appears twice."""
    x, y, w = draw(rng, n=4)
    answer = student.logistic_regression_step(np.repeat(x, 2, axis=0), np.repeat(y, 2), w, 0.4, 0.5)
    assert_close(answer, expected(x, y, w, 0.4, 0.5), names=NAMES)


@parametrize(("n", "d"), [(1, 3), (5, 1), (1, 1)])
def test_small_shapes(student, rng, n, d):
    """Works for a single sample and for a single feature."""
    x, y, w = draw(rng, n, d)
    assert_close(student.logistic_regression_step(x, y, w, 0.9, 0.2), expected(x, y, w, 0.9, 0.2), names=NAMES)


def test_integer_labels(student, rng):
    """Accepts labels and inputs that are integers."""
    x, y, w = draw(rng)
    y = y.astype(np.int64)
    assert_close(student.logistic_regression_step(x, y, w, 0.2, 0.4), expected(x, y, w, 0.2, 0.4), names=NAMES)
    x = np.rint(2 * x).astype(np.int64)
    answer = student.logistic_regression_step(x, y, w, 0.2, 0.4)
    assert_close(answer, expected(x.astype(np.float64), y, w, 0.2, 0.4), names=NAMES)


def test_float32(student, rng):
    """Returns float32 weights for float32."""
    x, y, w = (a.astype(np.float32) for a in draw(rng))
    new_w, new_b, loss = unpack(student.logistic_regression_step(x, y, w, 0.5, 0.3), *NAMES)
    expected_w, expected_b, expected_loss = expected(x, y, w, 0.5, 0.3)
    assert_close(new_w, expected_w, dtype=np.float32)
    assert_close((new_b, loss), (expected_b, expected_loss), names=NAMES[1:])


@contract(expected, "views", "pure", names=NAMES)
def logistic_regression_step(rng):
    return *draw(rng), -0.3, 0.6


def step(x, y, w, b, lr, slope=None):
    """Return the new weights, the new bias and the loss; ``slope`` of p and y replaces the gradient p - y."""
    z = x @ w + b
    p = sigmoid(z)
    dz = (p - y if slope is None else slope(p, y)) / len(x)
    return w - lr * (x.T @ dz), b - lr * dz.sum(), np.mean(np.logaddexp(0, z) - y * z)


def sigmoid(z):
    return 0.5 * (1 + np.tanh(z / 2))


def clipped(x, y, w, b, lr, eps):
    """Return the step with the loss of probabilities between eps and 1 - eps."""
    p = np.clip(sigmoid(x @ w + b), eps, 1 - eps)
    return *step(x, y, w, b, lr)[:2], -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


@misconception(
    "has the factor p * (1 - p) in the gradient, which belongs to half the squared error (p - y)**2. In the "
    "cross-entropy the logarithm cancels it and p - y is left: a sample that is confidently wrong still pulls"
)
def mse_gradient(x, y, w, b, lr):
    return step(x, y, w, b, lr, lambda p, y: (p - y) * p * (1 - p))


@misconception(
    "adds up the gradients of the samples instead of averaging them. The step is then N times too large and changes "
    "with the size of the batch; for a single sample the two agree"
)
def sum_gradient(x, y, w, b, lr):
    return step(x, y, w, b, lr, lambda p, y: (p - y) * len(y))


@misconception(
    "goes uphill: it adds the gradient instead of subtracting it. The gradient points to where the loss grows fastest, "
    "the step has to go the other way"
)
def ascent(x, y, w, b, lr):
    return step(x, y, w, b, -lr)


@misconception(
    "rounds the probabilities to labels before it compares them with y. That is the rule of the perceptron: only wrong "
    "samples pull, all equally hard. The gradient of the cross-entropy is p - y with p as it is"
)
def hard_labels(x, y, w, b, lr):
    return step(x, y, w, b, lr, lambda p, y: (p > 0.5) - y)


@misconception(
    "computes the loss with the new weights, after the step. Asked for is the loss before it, at the parameters whose "
    "gradient was taken: it comes from the same z as the gradient and costs nothing extra"
)
def loss_after_step(x, y, w, b, lr):
    new_w, new_b, _ = step(x, y, w, b, lr)
    return new_w, new_b, step(x, y, new_w, new_b, lr)[2]


@misconception(
    "updates the weights first and takes the gradient of the bias with the new ones. A gradient step moves all "
    "parameters from the same point: compute p once, from the old weights and bias, then update both"
)
def bias_from_updated_w(x, y, w, b, lr):
    new_w, _, loss = step(x, y, w, b, lr)
    return new_w, step(x, y, new_w, b, lr)[1], loss


@misconception(
    "leaves the bias as it was. The bias is a parameter like the weights, with the input 1: its gradient is the mean "
    "of p - y"
)
def bias_not_updated(x, y, w, b, lr):
    new_w, _, loss = step(x, y, w, b, lr)
    return new_w, b, loss


@misconception(
    "adds up the losses of the samples instead of averaging them, while the step is that of the mean. The loss is then "
    "N times too large; for a single sample the two agree"
)
def summed_loss(x, y, w, b, lr):
    new_w, new_b, loss = step(x, y, w, b, lr)
    return new_w, new_b, loss * len(x)


@misconception(
    "takes the logarithm of p and of 1 - p, which round to 0 for large logits: the loss is then inf or nan. Written "
    "with z, np.logaddexp(0, z) - y * z, it is finite"
)
def loss_from_p(x, y, w, b, lr):
    return clipped(x, y, w, b, lr, 0.0)


@misconception(
    "keeps p at least 1e-15 away from 0 and 1 before the logarithm. No sample can then lose more than 34.5, and the "
    "loss of a confident mistake is wrong; written with z it needs no clipping"
)
def clipped_at_1e_15(x, y, w, b, lr):
    return clipped(x, y, w, b, lr, 1e-15)


@misconception(
    "keeps p at least 1e-12 away from 0 and 1 before the logarithm. No sample can then lose more than 27.6, and the "
    "loss of a confident mistake is wrong; written with z it needs no clipping"
)
def clipped_at_1e_12(x, y, w, b, lr):
    return clipped(x, y, w, b, lr, 1e-12)


@misconception(
    "keeps p at least 1e-7 away from 0 and 1 before the logarithm. No sample can then lose more than 16.1, and the "
    "loss of a confident mistake is wrong; written with z it needs no clipping"
)
def clipped_at_1e_7(x, y, w, b, lr):
    return clipped(x, y, w, b, lr, 1e-7)
