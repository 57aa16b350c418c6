import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("dx", "dgamma", "dbeta")


@from_torch
def expected(grad, x, gamma, eps):
    import torch
    from torch.nn.functional import batch_norm

    leaves = x, gamma, torch.zeros_like(gamma)
    for leaf in leaves:
        leaf.requires_grad_()
    y = batch_norm(x, None, None, leaves[1], leaves[2], True, 0.1, eps)
    (y * grad).sum().backward()
    return tuple(leaf.grad for leaf in leaves)


def draw(rng, n=6, c=3):
    """Return grad, x and gamma; neither the channels nor the gradients have a mean of 0."""
    x = rng.normal(size=(n, c)) * np.linspace(0.4, 3.0, c) + rng.normal(size=c)
    gamma = rng.uniform(0.5, 2.0, size=c) * np.where(np.arange(c) % 2, -1.0, 1.0)
    return rng.normal(size=(n, c)) + np.linspace(0.5, -1.0, c), x, gamma


def test_agrees_with_autograd(student, rng):
    """Agrees with the gradients that torch derives from torch.nn.functional.batch_norm."""
    arguments = (*draw(rng, *rng.permutation([3, 4, 5, 6])[:2]), rng.uniform(0.2, 0.4))
    assert_close(student.batch_norm_backward(*arguments), expected(*arguments), names=NAMES)


def test_agrees_with_measured_slopes(student, rng):
    """Agrees with slopes that are measured by changing one input at a time."""
    grad, x, gamma = draw(rng, n=4, c=2)

    def x_hat(x):
        return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1.0)

    dx = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = 1e-4
        dx[i] = np.sum(grad * gamma * (x_hat(x + step) - x_hat(x - step))) / 2e-4
    correct = (dx, np.sum(grad * x_hat(x), axis=0), grad.sum(axis=0))
    assert_close(student.batch_norm_backward(grad, x, gamma, 1.0), correct, names=NAMES, rtol=1e-6, atol=1e-6)


def test_constant_gradient(student, rng):
    """Returns 0 for dx where the gradient is the same for all examples: a shift of the channel has no effect."""
    _, x, gamma = draw(rng, n=5)
    grad = np.tile(np.array([2.0, -1.0, 0.5]), (5, 1))
    answer = student.batch_norm_backward(grad, x, gamma, 1e-3)
    assert_close(answer, (np.zeros((5, 3)), np.zeros(3), grad.sum(axis=0)), names=NAMES, atol=1e-9)


def test_gradient_along_x(student, rng):
    """Returns nearly 0 for dx where the gradient follows x: stretching the channel has hardly any effect."""
    _, x, gamma = draw(rng, n=5)
    arguments = (3 * x - 1, x, gamma, 1e-5)
    assert_close(student.batch_norm_backward(*arguments), expected(*arguments), names=NAMES, atol=1e-9)


@parametrize(("n", "c"), [(2, 4), (9, 1), (2, 1)])
def test_small_shapes(student, rng, n, c):
    """Works for two examples and for a single channel."""
    arguments = (*draw(rng, n, c), 0.1)
    assert_close(student.batch_norm_backward(*arguments), expected(*arguments), names=NAMES)


def test_small_variance(student, rng):
    """Adds eps to the variance, which shows when the variance is small; a constant channel stays finite."""
    grad, x, gamma = draw(rng, n=8, c=4)
    x = (x - x.mean(axis=0)) * np.array([2e-3, 5e-3, 1.0, 0.0]) + 0.5
    answer = student.batch_norm_backward(grad, x, gamma, 1e-5)
    assert_close(answer, expected(grad, x, gamma, 1e-5), names=NAMES, atol=1e-8)


def test_large_mean(student, rng):
    """Keeps its accuracy where the mean of a channel is large against its spread."""
    grad, x, gamma = draw(rng)
    x = np.rint(1024 * x) / 1024  # so that the sum below is exact
    answer = student.batch_norm_backward(grad, x + np.array([1e6, -3e6, 2e6]), gamma, 0.1)
    assert_close(answer, expected(grad, x, gamma, 0.1), names=NAMES, rtol=1e-7, atol=1e-7)


@contract(expected, "float32", "integers", "views", "pure", defaults={"eps": 1e-5}, names=NAMES)
def batch_norm_backward(rng):
    grad, x, gamma = draw(rng)
    return grad, x * np.array([1.0, 0.02, 3.0]), gamma, 0.1


def variant(grad, x, gamma, eps, *, ddof=0, inverse=lambda var, eps: 1 / np.sqrt(var + eps), mean=True, variance=True):
    """Return the gradients with one piece replaced or left out."""
    scale = inverse(x.var(axis=0, ddof=ddof), eps)
    x_hat = (x - x.mean(axis=0)) * scale
    dgamma, dbeta = (grad * x_hat).sum(axis=0), grad.sum(axis=0)
    dx = gamma * scale * (grad - mean * dbeta / len(x) - variance * x_hat * dgamma / len(x))
    return dx, dgamma, dbeta


@misconception(
    "treats mean and variance as constants: dx = gamma / std * grad. That holds in evaluation, with the running "
    "statistics; in training both depend on x and each passes a gradient on, which takes two more terms"
)
def statistics_constant(grad, x, gamma, eps=1e-5):
    return variant(grad, x, gamma, eps, mean=False, variance=False)


@misconception(
    "lets the gradient through the mean but not through the variance. An input also stretches its channel, so the term "
    "- x_hat * mean(grad * x_hat) is missing; the two agree where the gradient has nothing in common with x_hat"
)
def variance_path_dropped(grad, x, gamma, eps=1e-5):
    return variant(grad, x, gamma, eps, variance=False)


@misconception(
    "lets the gradient through the variance but not through the mean: dx does not add up to 0 in a channel. The term "
    "- mean(grad) is missing; the two agree where the gradients of a channel average to 0"
)
def mean_path_dropped(grad, x, gamma, eps=1e-5):
    return variant(grad, x, gamma, eps, mean=False)


@misconception(
    "leaves gamma out of dx. The output is gamma * x_hat + beta, so every gradient on its way to x passes the factor "
    "gamma; the two agree where gamma is 1, as at the start of training"
)
def gamma_missing(grad, x, gamma, eps=1e-5):
    return variant(grad, x, np.ones_like(x[0]), eps)


@misconception(
    "averages dgamma and dbeta over the examples. Scale and shift take part in every output and gather the "
    "contributions of all N examples; if the loss is a mean, its 1 / N is in grad already"
)
def parameter_gradients_averaged(grad, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = variant(grad, x, gamma, eps)
    return dx, dgamma / len(x), dbeta / len(x)


@misconception(
    "multiplies grad by x for dgamma. The scale multiplies the normalized input, so its gradient is the sum of "
    "grad * x_hat; the two agree for a batch that has mean 0 and variance 1 already"
)
def dgamma_from_x(grad, x, gamma, eps=1e-5):
    dx, _, dbeta = variant(grad, x, gamma, eps)
    return dx, (grad * x).sum(axis=0), dbeta


@misconception(
    "divides by the unbiased standard deviation (n - 1). The batch is normalized with the biased variance, divided by "
    "n; the unbiased one belongs in the running variance, which takes no part here"
)
def unbiased_variance(grad, x, gamma, eps=1e-5):
    return variant(grad, x, gamma, eps, ddof=1)


@misconception(
    "adds eps to the standard deviation; batch norm adds it to the variance, under the square root: sqrt(var + eps). "
    "For a variance of order 1 the two are hard to tell apart, for a small one they are not"
)
def eps_outside(grad, x, gamma, eps=1e-5):
    return variant(grad, x, gamma, eps, inverse=lambda var, eps: 1 / (np.sqrt(var) + eps))


@misconception(
    "computes the variance in one pass, as the mean of the squares minus the square of the mean. Where the mean is "
    "large against the spread, these two are nearly equal and their difference has lost all digits, or is negative: "
    "average the squares of x - mean"
)
def one_pass_variance(grad, x, gamma, eps=1e-5):
    def inverse(_, eps):
        return 1 / np.sqrt((x * x).mean(axis=0) - x.mean(axis=0) ** 2 + eps)

    with np.errstate(all="ignore"):
        return variant(grad, x, gamma, eps, inverse=inverse)


@misconception(
    "has another default for eps, 1e-8, which belongs to Adam. The forward pass has 1e-5, and the backward pass must "
    "divide by the same number; only calls that leave eps out show it"
)
def default_eps_of_1e_8(grad, x, gamma, eps=1e-8):
    return variant(grad, x, gamma, eps)
