import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("w", "v")


@from_torch
def expected(w, g, v, lr, alpha, eps):
    import torch
    from torch.optim.rmsprop import rmsprop

    w, v = w.clone(), v.clone()  # updated in place
    rmsprop(
        [w], [g], [v], [], [], [torch.tensor(0.0)], foreach=False,
        lr=lr, alpha=alpha, eps=eps, weight_decay=0.0, momentum=0.0, centered=False,
    )  # fmt: skip
    return w, v


def follow(student, w, gradients, rates, alpha, eps, **tolerance):
    """Compare every step of a run; each starts from torch's state after the step before."""
    v = np.zeros_like(w)
    for g, lr in zip(gradients, rates, strict=True):
        arguments = (w, g, v, lr, alpha, eps)
        answer = student.rmsprop_step(*arguments)
        w, v = expected(*arguments)
        assert_close(answer, (w, v), names=NAMES, **tolerance)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.optim.RMSprop over seven steps, one without gradient, the last two at a lower learning rate."""
    shape = rng.integers(2, 6, size=2)
    gradients = rng.normal(size=(7, *shape))
    gradients[3] = 0
    follow(student, rng.normal(size=shape) * 2, gradients, [0.3] * 5 + [0.05] * 2, 0.8, 1e-3)


def test_first_step(student, rng):
    """Takes a first step of lr / sqrt(1 - alpha), which is not corrected for the average's start at 0."""
    w, g = rng.normal(size=3) * 5, np.array([0.01, -1.0, 100.0])
    for alpha, factor in ((0.99, 10.0), (0.75, 2.0), (0.0, 1.0)):
        answer = student.rmsprop_step(w, g, np.zeros(3), 0.1, alpha, 0.0)
        assert_close(answer, (w - 0.1 * factor * np.sign(g), (1 - alpha) * g**2), names=NAMES)


def test_constant_gradient(student, rng):
    """Takes steps of lr once the average has settled, whatever the size of the gradient."""
    w, g = np.zeros(3), rng.uniform(0.5, 1.5, size=3) * np.array([0.01, -1.0, 100.0])
    for alpha in (0.9, 0.99):
        answer = student.rmsprop_step(w, g, g**2, 0.05, alpha, 0.0)
        assert_close(answer, (-0.05 * np.sign(g), g**2), names=NAMES)


def test_zero_gradient(student, rng):
    """Stays where it is where the gradient is 0, without nan, while the average fades."""
    w, zeros, v = rng.normal(size=3) * 5, np.zeros(3), np.array([0.25, 9.0, 0.0])
    assert_close(student.rmsprop_step(w, zeros, v, 0.2, 0.9, 1e-8), (w, 0.9 * v), names=NAMES)


@parametrize("shape", [(4,), (1,), (2, 2, 3)])
def test_changing_scale(student, rng, shape):
    """Forgets old gradients, in any shape: steps recover when the gradients become small."""
    gradients = rng.normal(size=(8, *shape))
    gradients[:3] *= 100
    gradients[3:] *= 0.1
    follow(student, rng.normal(size=shape), gradients, [0.1] * 8, 0.5, 1e-8)


def test_tiny_gradients(student, rng):
    """Adds eps to the square root, which shows when gradients are tiny."""
    g = rng.uniform(0.5, 1.5, size=4) * np.array([1e-6, -3e-7, 1e-8, -1e-9])
    w = np.array([1.0, -2.0, 0.5, 0.25])
    follow(student, w, [g, 2 * g, 0 * g, -g], [0.1] * 4, 0.9, 1e-8, atol=1e-30)


@contract(
    expected, "float32", "integers", "views", "pure",
    integers=(0, 1), names=NAMES, defaults={"lr": 0.01, "alpha": 0.99, "eps": 1e-8},
)  # fmt: skip
def rmsprop_step(rng):
    w, g = rng.normal(size=(2, 3, 4)) * np.array([1.0, 1.0, 1e-7, 1e-8])  # eps shows beside a tiny gradient
    return w, g, rng.uniform(0.2, 0.5, size=(3, 4)) * g**2, 0.1, 0.8, 1e-3


# hessian_second_moment, an average of second derivatives, needs the curvature, which the signature does not offer. The
# docstring says that the average holds squares of first derivatives.


@misconception(
    "has 0.9 as the default of alpha. Many texts use it, but the default here is torch's 0.99; with alpha passed "
    "explicitly the two agree"
)
def beta_09_default(w, g, v, lr=0.01, alpha=0.9, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(v) + eps), v


@misconception(
    "adds eps under the square root; here, as in torch, it is added to the root. The two are alike for gradients of "
    "order 1; for one of 1e-6, sqrt(1e-12 + 1e-8) is 1e-4 and the step a hundred times too short"
)
def eps_inside_sqrt(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    return w - lr * g / np.sqrt(v + eps), v


# A proper bias correction counts the steps, which the signature does not; without a count, only that of the first
# step is left.
@misconception(
    "divides the average by 1 - alpha to correct it for its start at 0. That is Adam's idea; RMSprop has no bias "
    "correction, and its first steps are longer than lr, by the factor 1 / sqrt(1 - alpha)"
)
def bias_corrected(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    with np.errstate(all="ignore"):
        return w - lr * g / (np.sqrt(v / (1 - alpha)) + eps), v


@misconception(
    "adds alpha * g**2 where (1 - alpha) * g**2 belongs. The weights of an average must add up to 1; with alpha twice, "
    "v grows to many times the squared gradient. The two agree at an alpha of 0.5"
)
def one_minus_beta_lost(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = alpha * v + alpha * g**2
    with np.errstate(all="ignore"):
        return w - lr * g / (np.sqrt(v) + eps), v


@misconception(
    "adds up all squared gradients, which is AdaGrad: the sum never falls and the steps die out. RMSprop averages, "
    "alpha of the old and 1 - alpha of the new, and so forgets"
)
def adagrad_sum(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = v + g**2
    return w - lr * g / (np.sqrt(v) + eps), v


@misconception(
    "keeps 1 - alpha of the old average and adds alpha of the new square, and so hardly remembers anything. alpha says "
    "how much of the old is kept; the two agree at an alpha of 0.5"
)
def alpha_swapped(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = (1 - alpha) * v + alpha * g**2
    with np.errstate(all="ignore"):
        return w - lr * g / (np.sqrt(v) + eps), v


@misconception(
    "adds the whole g**2 to alpha * v. An average weighs the new square by 1 - alpha; without that weight, v grows to "
    "1 / (1 - alpha) times the squared gradient and every step is too short"
)
def square_at_full_weight(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = alpha * v + g**2
    return w - lr * g / (np.sqrt(v) + eps), v


@misconception(
    "divides by the root of the old average. The new gradient enters the average first: with the old one, the first "
    "step divides by eps alone"
)
def stale_average(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    with np.errstate(all="ignore"):
        return w - lr * g / (np.sqrt(v) + eps), alpha * v + (1 - alpha) * g**2


@misconception(
    "divides by the average of squares itself, without the square root, so that small gradients take the longest "
    "steps. The root has the unit of a gradient, and the step is about lr long for large and small ones alike"
)
def no_square_root(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    with np.errstate(all="ignore"):
        return w - lr * g / (v + eps), v


@misconception(
    "averages the squares over all weights, so that they share one rate. RMSprop keeps an average for each weight; the "
    "two agree for a single weight"
)
def shared_rate(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * (g**2).mean()
    with np.errstate(all="ignore"):
        return w - lr * g / (np.sqrt(v) + eps), v


@misconception(
    "has a fixed 1e-8 where eps belongs. That is its default, but the value that is passed in counts; the two agree "
    "for an eps of 1e-8, and nearly so for gradients of order 1"
)
def fixed_eps(w, g, v, lr=0.01, alpha=0.99, eps=1e-8):
    v = alpha * v + (1 - alpha) * g**2
    return w - lr * g / (np.sqrt(v) + 1e-8), v
