import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("w", "acc_g", "acc_d")


@from_torch
def expected(w, g, acc_g, acc_d, lr, rho, eps):
    import torch
    from torch.optim.adadelta import adadelta

    w, acc_g, acc_d = w.clone(), acc_g.clone(), acc_d.clone()  # updated in place
    adadelta(
        [w], [g], [acc_g], [acc_d], [torch.tensor(0.0)], foreach=False,
        lr=lr, rho=rho, eps=eps, weight_decay=0.0, maximize=False,
    )  # fmt: skip
    return w, acc_g, acc_d


def follow(student, w, gradients, rates, rho, eps, **tolerance):
    """Compare every step of a run; each starts from torch's state after the step before."""
    acc_g, acc_d = np.zeros_like(w), np.zeros_like(w)
    for g, lr in zip(gradients, rates, strict=True):
        arguments = (w, g, acc_g, acc_d, lr, rho, eps)
        answer = student.adadelta_step(*arguments)
        w, acc_g, acc_d = expected(*arguments)
        assert_close(answer, (w, acc_g, acc_d), names=NAMES, **tolerance)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.optim.Adadelta over seven steps, one without gradient, the last two at a lower lr."""
    shape = rng.integers(2, 6, size=2)
    gradients = rng.normal(size=(7, *shape))
    gradients[3] = 0
    follow(student, rng.normal(size=shape) * 2, gradients, [0.5] * 5 + [0.2] * 2, 0.8, 1e-3)


def test_first_step(student, rng):
    """Takes a first step of sqrt(eps / (1 - rho)) against the gradient, large or small."""
    w, g = rng.normal(size=3) * 5, np.array([0.5, -80.0, 1e4])
    answer = student.adadelta_step(w, g, *np.zeros((2, 3)), 1.0, 0.9, 1e-14)
    step = np.sqrt(1e-14 / 0.1) * np.sign(g)
    assert_close(answer, (w - step, 0.1 * g**2, 0.1 * step**2), names=NAMES, atol=1e-30)


def test_zero_gradient(student, rng):
    """Stays where it is where the gradient is 0, while both averages fade."""
    w, zeros = rng.normal(size=3) * 5, np.zeros(3)
    acc_g, acc_d = np.array([0.25, 9.0, 0.0]), np.array([1e-4, 0.04, 0.0])
    answer = student.adadelta_step(w, zeros, acc_g, acc_d, 0.5, 0.7, 1e-6)
    assert_close(answer, (w, 0.7 * acc_g, 0.7 * acc_d), names=NAMES, atol=1e-30)


@parametrize("lr", [0.25, 1.0, 3.0])
def test_learning_rate(student, rng, lr):
    """Applies lr to the weights only and keeps it out of the average of the steps."""
    arguments = (*rng.normal(size=(2, 5)), *rng.uniform(0.01, 1.0, size=(2, 5)), lr, 0.9, 1e-2)
    assert_close(student.adadelta_step(*arguments), expected(*arguments), names=NAMES)


@parametrize(("rho", "shape"), [(0.2, (5,)), (0.99, (5,)), (0.6, (1,)), (0.6, (2, 2, 5))])
def test_other_rho(student, rng, rho, shape):
    """Works for averages that remember little or much, and for weights of any shape."""
    gradients = rng.normal(size=(4, *shape)) * np.array([0.01, 0.1, 1.0, 10.0, 100.0])[-shape[-1] :]
    follow(student, rng.normal(size=shape), gradients, [1.0] * 4, rho, 1e-6)


def test_tiny_gradients(student, rng):
    """Adds eps under both square roots, which shows when gradients are tiny."""
    g = rng.uniform(0.5, 1.5, size=4) * np.array([1e-3, -3e-4, 1e-6, -1e-9])
    w = np.array([1.0, -2.0, 0.5, 0.25])
    follow(student, w, [g, 2 * g, 0 * g, -g, g, g], [1.0] * 6, 0.9, 1e-6, atol=1e-30)


@contract(
    expected, "float32", "integers", "views", "pure",
    integers=(0, 1), names=NAMES, defaults={"lr": 1.0, "rho": 0.9, "eps": 1e-6},
)  # fmt: skip
def adadelta_step(rng):
    w, g = rng.normal(size=(2, 3, 4)) * np.array([1.0, 1.0, 1e-3, 1e-3])  # eps shows beside a small gradient
    acc_g, acc_d = rng.uniform(0.2, 0.5, size=(2, 3, 4)) * g**2
    return w, g, acc_g, 1e-3 * acc_d, 0.5, 0.8, 1e-3


@misconception(
    "keeps only the average of squared gradients and steps by lr * g / sqrt(acc_g + eps), which is RMSprop. AdaDelta "
    "also averages its squared steps, and the root of that average takes the place of a learning rate: at lr = 1, "
    "RMSprop's first step is about 3, AdaDelta's 0.003"
)
def rmsprop_only(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = rho * acc_g + (1 - rho) * g**2
    return w - lr * g / np.sqrt(acc_g + eps), acc_g, acc_d


@misconception(
    "averages squared gradients in acc_d too. It is the average of the squared steps, d**2; with gradients in both, "
    "the roots nearly cancel from the second step on and plain gradient descent is left"
)
def accumulates_gradient_in_delta(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = rho * acc_g + (1 - rho) * g**2
    d = np.sqrt(acc_d + eps) / np.sqrt(acc_g + eps) * g
    return w - lr * d, acc_g, rho * acc_d + (1 - rho) * g**2


@misconception(
    "adds eps to the average of the gradients only. Under the upper root it is what starts the first step: acc_d is "
    "still 0 then, so that without it no step is ever taken"
)
def no_eps_above(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = rho * acc_g + (1 - rho) * g**2
    d = np.sqrt(acc_d) / np.sqrt(acc_g + eps) * g
    return w - lr * d, acc_g, rho * acc_d + (1 - rho) * d**2


@misconception(
    "adds eps to the square roots. AdaDelta is the exception among these optimizers: eps is added under both roots, "
    "in the paper and in torch, and its root, 0.001 for an eps of 1e-6, is what the first step is made of. Outside, "
    "the steps start a thousand times smaller"
)
def eps_outside_sqrt(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = rho * acc_g + (1 - rho) * g**2
    d = (np.sqrt(acc_d) + eps) / (np.sqrt(acc_g) + eps) * g
    return w - lr * d, acc_g, rho * acc_d + (1 - rho) * d**2


@misconception(
    "divides by the root of the old average of squared gradients. The new gradient enters the average first, and the "
    "step is divided by the root of the new one; with the old one, the first step divides by sqrt(eps) alone and is as "
    "long as the gradient"
)
def stale_acc_g(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    d = np.sqrt(acc_d + eps) / np.sqrt(acc_g + eps) * g
    return w - lr * d, rho * acc_g + (1 - rho) * g**2, rho * acc_d + (1 - rho) * d**2


@misconception(
    "moves the weights by a step that is computed again with the new average of squared steps. The step d has to exist "
    "before its square can be averaged: it takes the old acc_d, and the weights move by that same d"
)
def new_acc_d_in_step(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = rho * acc_g + (1 - rho) * g**2
    d = np.sqrt(acc_d + eps) / np.sqrt(acc_g + eps) * g
    acc_d = rho * acc_d + (1 - rho) * d**2
    return w - lr * np.sqrt(acc_d + eps) / np.sqrt(acc_g + eps) * g, acc_g, acc_d


@misconception(
    "keeps 1 - rho of the old averages and adds rho of the new squares. rho says how much of the old is kept; the two "
    "agree at a rho of 0.5"
)
def rho_swapped(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = (1 - rho) * acc_g + rho * g**2
    d = np.sqrt(acc_d + eps) / np.sqrt(acc_g + eps) * g
    return w - lr * d, acc_g, (1 - rho) * acc_d + rho * d**2


@misconception(
    "averages the squares of lr * d, the step after the learning rate. The average gathers d itself, so that lr scales "
    "each step once and does not feed back into later ones; the two agree at lr = 1"
)
def lr_in_delta_buffer(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = rho * acc_g + (1 - rho) * g**2
    d = np.sqrt(acc_d + eps) / np.sqrt(acc_g + eps) * g
    return w - lr * d, acc_g, rho * acc_d + (1 - rho) * (lr * d) ** 2


@misconception(
    "does not use lr, of which the original paper has none. Here, as in torch, the weights move by lr * d; the two "
    "agree at lr = 1, the default"
)
def lr_ignored(w, g, acc_g, acc_d, lr=1.0, rho=0.9, eps=1e-6):
    acc_g = rho * acc_g + (1 - rho) * g**2
    d = np.sqrt(acc_d + eps) / np.sqrt(acc_g + eps) * g
    return w - d, acc_g, rho * acc_d + (1 - rho) * d**2
