import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("w", "m", "v")


@from_torch
def expected(w, g, m, v, t, lr, betas, eps):
    import torch
    from torch.optim.adam import adam

    beta1, beta2 = betas
    w, m, v = w.clone(), m.clone(), v.clone()  # updated in place
    adam(
        [w], [g], [m], [v], [], [torch.tensor(t - 1.0)],  # counts the step itself
        foreach=False, amsgrad=False, maximize=False,
        lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=0.0,
    )  # fmt: skip
    return w, m, v


def follow(student, w, gradients, rates, betas, eps, **tolerance):
    """Compare every step of a run; each starts from torch's state after the step before."""
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t, (g, lr) in enumerate(zip(gradients, rates, strict=True), start=1):
        arguments = (w, g, m, v, t, lr, betas, eps)
        answer = student.adam_step(*arguments)
        w, m, v = expected(*arguments)
        assert_close(answer, (w, m, v), names=NAMES, **tolerance)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.optim.Adam over seven steps, one without gradient, the last two at a lower learning rate."""
    shape = rng.integers(2, 6, size=2)
    gradients = rng.normal(size=(7, *shape))
    gradients[3] = 0
    follow(student, rng.normal(size=shape) * 2, gradients, [0.1] * 5 + [0.02] * 2, (0.8, 0.95), 1e-3)


def test_first_step(student, rng):
    """Takes a first step of lr, whatever the size of the gradient."""
    w, g = rng.normal(size=3) * 5, np.array([0.01, -1.0, 100.0])
    answer = student.adam_step(w, g, *np.zeros((2, 3)), 1, 0.25, (0.9, 0.99), 0.0)
    assert_close(answer, (w - 0.25 * np.sign(g), 0.1 * g, 0.01 * g**2), names=NAMES)


def test_zero_gradient(student, rng):
    """Goes on where the gradient is 0, and stays, without nan, where there has never been one."""
    gradients = np.zeros((6, 4))
    gradients[1, :2] = rng.normal(size=2)
    follow(student, rng.normal(size=4), gradients, [0.1] * 6, (0.9, 0.999), 1e-8)


def test_scale_of_the_loss(student, rng):
    """Takes the same steps when all gradients are 1000 times as large."""
    w, gradients = rng.normal(size=5), rng.normal(size=(3, 5))
    m, v = np.zeros((2, 5))
    for t, g in enumerate(gradients, start=1):
        answer = student.adam_step(w, 1000 * g, 1000 * m, 1e6 * v, t, 0.1, (0.9, 0.99), 0.0)
        w, m, v = expected(w, g, m, v, t, 0.1, (0.9, 0.99), 0.0)
        assert_close(answer, (w, 1000 * m, 1e6 * v), names=NAMES)


def test_tiny_gradients(student, rng):
    """Adds eps to the square root of the corrected moment, which shows when gradients are tiny."""
    g = rng.uniform(0.5, 1.5, size=5) * np.array([1e-6, -3e-7, 1e-8, -1e-9, 1e-12])
    w = np.array([1.0, -2.0, 0.5, 0.25, 0.0])
    follow(student, w, [g, 2 * g, 0 * g, -g, g, g], [0.1] * 6, (0.9, 0.999), 1e-8, atol=1e-30)


@parametrize("shape", [(4,), (1,), (2, 2, 3)])
def test_small_betas(student, rng, shape):
    """Works for betas below 1/2, with which the moments forget quickly, and for weights of any shape."""
    gradients = rng.normal(size=(6, *shape))
    gradients[2] = 0
    follow(student, rng.normal(size=shape), gradients, [0.1] * 6, (0.3, 0.4), 1e-4)


@parametrize("t", [1, 2, 40, 3000])
def test_late_step(student, rng, t):
    """Corrects the bias by powers of the betas, early and late in training."""
    arguments = (*rng.normal(size=(3, 4)), rng.uniform(0.5, 2.0, size=4), t, 0.2, (0.9, 0.999), 1e-8)
    assert_close(student.adam_step(*arguments), expected(*arguments), names=NAMES)


@contract(
    expected, "float32", "integers", "views", "pure",
    integers=(0, 1), names=NAMES, defaults={"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8},
)  # fmt: skip
def adam_step(rng):
    w, g = rng.normal(size=(2, 3, 4)) * np.array([1.0, 1.0, 1e-7, 1e-8])  # eps shows beside a tiny gradient
    m, v = rng.uniform(0.2, 0.5, size=(2, 3, 4))
    return w, g, m * g, v * g**2, 3, 0.1, (0.7, 0.9), 1e-3


def moments(g, m, v, betas):
    """Return the new moments."""
    beta1, beta2 = betas
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


@misconception(
    "leaves out the bias correction. The moments start at 0; without the correction the first step is "
    "(1 - beta1) / sqrt(1 - beta2) times lr, more than three times too long with the usual betas. Late in training "
    "both corrections are 1 and the two agree"
)
def no_bias_correction(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (np.sqrt(v) + eps), m, v


@misconception(
    "corrects the first moment only. Both start at 0, and v fills the more slowly: with beta2 = 0.999 it is a "
    "thousandth of the squared gradient after the first step, which then comes out about thirty times too long"
)
def v_not_corrected(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - betas[0] ** t) / (np.sqrt(v) + eps), m, v


@misconception(
    "divides by 1 - beta * t, a product; it is the power beta**t that fades as the moments fill. At t = 1 the two "
    "agree; at t = 2, 1 - 0.9 * 2 is negative already, and so is what stands under the root"
)
def beta_times_t(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps), m, v


@misconception(
    "corrects the bias with t - 1, as if steps were counted from 0: the first step then divides by "
    "1 - beta**0 = 0 and gives nan. Here t is 1 in the first step"
)
def t_from_zero(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1 ** (t - 1)) / (np.sqrt(v / (1 - beta2 ** (t - 1))) + eps), m, v


@misconception(
    "corrects the bias with t + 1. t is the number of this step and 1 in the first one, so that nothing is to be added "
    "to it; the two agree late in training, where both corrections are 1"
)
def t_one_too_far(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1 ** (t + 1)) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps), m, v


@misconception(
    "has 1e-7 as the default of eps, as Keras does. Here, as in the paper and in torch, it is 1e-8; with eps passed "
    "explicitly the two agree"
)
def eps_1e_7_default(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-7):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@misconception(
    "adds eps under the square root; it is added to the root. The two are alike for gradients of order 1; for one of "
    "1e-6, sqrt(1e-12 + 1e-8) is 1e-4 and the step a hundred times too short"
)
def eps_inside_sqrt(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@misconception(
    "adds eps to the root before the second moment is corrected. The paper's shortcut with both corrections in the "
    "learning rate does so, with an eps of another meaning (its eps-hat, smaller by the factor sqrt(1 - beta2**t)); "
    "torch corrects first. It shows for tiny gradients early in training"
)
def eps_before_correction(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    with np.errstate(all="ignore"):
        return w - rate * m / (np.sqrt(v) + eps), m, v


@misconception(
    "swaps the betas. The first, usually 0.9, belongs to the mean of the gradients, the second, 0.999, to that of "
    "their squares, which needs the longer memory because it sets the scale of the steps"
)
def swapped_betas(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta2, beta1 = betas
    m, v = moments(g, m, v, (beta1, beta2))
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@misconception(
    "averages the gradients themselves in v, not their squares, so that v is a second m and says nothing about their "
    "size once signs change. v is the mean of g**2, and its root the typical size of a gradient"
)
def v_of_g_not_g2(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / (np.abs(v / (1 - beta2**t)) + eps), m, v


@misconception(
    "averages the squares of the first moment in v. It is the gradient itself that is squared: gradients of changing "
    "sign nearly cancel in m, and their size would be lost"
)
def v_of_m(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@misconception(
    "returns the corrected moments. This step's weights are right, but the next step would average into them and "
    "correct them again; the correction is for the step only, and m and v go on as they accumulate"
)
def corrected_state_stored(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    with np.errstate(all="ignore"):
        return w - lr * m / (np.sqrt(v) + eps), m, v


@misconception(
    "has a fixed 1e-8 where eps belongs. That is its default, but the value that is passed in counts; the two agree "
    "for an eps of 1e-8, and nearly so for gradients of order 1"
)
def fixed_eps(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    with np.errstate(all="ignore"):
        return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + 1e-8), m, v
