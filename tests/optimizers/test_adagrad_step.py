import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("w", "accum")


@from_torch
def expected(w, g, accum, lr, eps):
    import torch
    from torch.optim.adagrad import adagrad

    w, accum = w.clone(), accum.clone()  # updated in place
    adagrad(
        [w], [g], [accum], [torch.tensor(0.0)], foreach=False,
        lr=lr, weight_decay=0.0, lr_decay=0.0, eps=eps, maximize=False,
    )  # fmt: skip
    return w, accum


def follow(student, w, gradients, rates, eps, **tolerance):
    """Compare every step of a run; each starts from torch's state after the step before."""
    accum = np.zeros_like(w)
    for g, lr in zip(gradients, rates, strict=True):
        arguments = (w, g, accum, lr, eps)
        answer = student.adagrad_step(*arguments)
        w, accum = expected(*arguments)
        assert_close(answer, (w, accum), names=NAMES, **tolerance)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.optim.Adagrad over seven steps, one without gradient, the last two at a lower learning rate."""
    shape = rng.integers(2, 6, size=2)
    gradients = rng.normal(size=(7, *shape))
    gradients[3] = 0
    follow(student, rng.normal(size=shape) * 2, gradients, [0.3] * 5 + [0.05] * 2, 1e-3)


def test_zero_first_gradient(student, rng):
    """Stays where it is, without nan, where there has been no gradient yet."""
    zeros = np.zeros(3)
    g = np.array([0.0, 3.0, 0.0])
    follow(student, rng.normal(size=3), [zeros, g, zeros, -g], [0.1] * 4, 1e-10)


def test_zero_gradient(student, rng):
    """Leaves the sum alone where the gradient is 0: the rate neither falls nor recovers."""
    w, g, accum = rng.normal(size=3) * 5, np.zeros(3), np.array([0.25, 9.0, 1e-6])
    assert_close(student.adagrad_step(w, g, accum, 0.2, 1e-8), (w, accum), names=NAMES, atol=1e-30)


def test_falling_rate(student, rng):
    """Takes steps of lr, lr / sqrt(2), lr / sqrt(3), ... under a constant gradient, large or small."""
    g = rng.uniform(0.5, 1.5, size=3) * np.array([1.0, -0.01, 100.0])
    w, accum = np.zeros((2, 3))
    for t in range(1, 9):
        answer = student.adagrad_step(w, g, accum, 0.01, 0.0)
        accum = t * g**2
        w = w - 0.01 / np.sqrt(t) * np.sign(g)
        assert_close(answer, (w, accum), names=NAMES)


@parametrize("shape", [(4,), (1,), (2, 2, 4)])
def test_sparse_gradients(student, rng, shape):
    """Keeps a rate for each weight, in any shape: one whose gradients are rare still takes long steps."""
    gradients = rng.normal(size=(8, *shape)) * np.array([1.0, 1.0, 0.01, 50.0])[-shape[-1] :]
    gradients[[0, 1, 2, 4, 5, 6], ..., :2] = 0
    follow(student, rng.normal(size=shape), gradients, [0.1] * 8, 1e-10)


def test_tiny_gradients(student, rng):
    """Adds eps to the square root, which shows when gradients are tiny."""
    g = rng.uniform(0.5, 1.5, size=4) * np.array([1e-6, -3e-8, 1e-9, -1e-10])
    w = np.array([1.0, -2.0, 0.5, 0.25])
    follow(student, w, [g, 2 * g, 0 * g, -g], [0.1] * 4, 1e-10, atol=1e-30)


@contract(
    expected, "float32", "integers", "views", "pure",
    integers=(0, 1), names=NAMES, defaults={"lr": 0.01, "eps": 1e-10},
)  # fmt: skip
def adagrad_step(rng):
    w, g = rng.normal(size=(2, 3, 4)) * np.array([1.0, 1.0, 1e-9, 1e-10])  # eps shows beside a tiny gradient
    return w, g, rng.uniform(0.2, 0.5, size=(3, 4)) * g**2, 0.1, 1e-3


@misconception(
    "has no eps: a weight that has had no gradient yet then divides 0 by 0, and is nan for good. Where there have "
    "been gradients of ordinary size, eps hardly matters"
)
def no_epsilon(w, g, accum, lr=0.01, eps=1e-10):
    accum = accum + g**2
    with np.errstate(all="ignore"):
        return w - lr * g / np.sqrt(accum), accum


@misconception(
    "keeps a running average, 0.9 * accum + 0.1 * g**2, which is RMSprop: it forgets, so that the rate can rise again. "
    "AdaGrad adds up all squared gradients and forgets none"
)
def ema_accumulator(w, g, accum, lr=0.01, eps=1e-10):
    accum = 0.9 * accum + 0.1 * g**2
    return w - lr * g / (np.sqrt(accum) + eps), accum


@misconception(
    "lets the sum shrink where gradients are small or missing, so that the rate of such a weight rises. A sum of "
    "squares cannot fall: a rare gradient leaves the rate higher than that of other weights, never higher than before"
)
def rate_increases(w, g, accum, lr=0.01, eps=1e-10):
    accum = np.where(np.abs(g) < 0.1, 0.9 * accum, accum + g**2)
    return w - lr * g / (np.sqrt(accum) + eps), accum


@misconception(
    "divides by the sum of squares itself, without the square root: a gradient of 100 then takes a step 100 times "
    "shorter than one of 1. With the root, the first step is lr long for both"
)
def no_square_root(w, g, accum, lr=0.01, eps=1e-10):
    accum = accum + g**2
    return w - lr * g / (accum + eps), accum


@misconception(
    "adds the squares of all gradients together, so that all weights share one rate. AdaGrad has a sum for each "
    "weight, by which rare and frequent ones are told apart; the two agree for a single weight"
)
def shared_rate(w, g, accum, lr=0.01, eps=1e-10):
    accum = accum + (g**2).sum()
    return w - lr * g / (np.sqrt(accum) + eps), accum


@misconception(
    "adds eps under the square root; here, as in torch, it is added to the root. The two are alike for gradients of "
    "order 1; for one of 1e-9, sqrt(1e-18 + 1e-10) is 1e-5 and the weight nearly stands still"
)
def eps_inside_sqrt(w, g, accum, lr=0.01, eps=1e-10):
    accum = accum + g**2
    return w - lr * g / np.sqrt(accum + eps), accum


@misconception(
    "divides by the sum of the steps before and adds this gradient only afterwards: the first step then divides by "
    "eps alone. The new gradient belongs to the sum before it is divided by it"
)
def stale_accumulator(w, g, accum, lr=0.01, eps=1e-10):
    with np.errstate(all="ignore"):
        return w - lr * g / (np.sqrt(accum) + eps), accum + g**2
