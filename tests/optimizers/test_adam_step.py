import numpy as np

from grader.checks import assert_close, assert_pure, from_torch, misconception

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
    gradients = list(rng.normal(size=(7, 3, 4)))
    gradients[3] = np.zeros((3, 4))
    follow(student, rng.normal(size=(3, 4)) * 2, gradients, [0.1] * 5 + [0.02] * 2, (0.8, 0.95), 1e-3)


def test_first_step(student):
    """Takes a first step of lr, whatever the size of the gradient."""
    w, g, zeros = np.array([4.0, -0.5, 30.0]), np.array([0.01, -1.0, 100.0]), np.zeros(3)
    answer = student.adam_step(w, g, zeros, zeros, 1, 0.25, (0.9, 0.99), 0.0)
    assert_close(answer, (w - 0.25 * np.sign(g), 0.1 * g, 0.01 * g**2), names=NAMES)


def test_zero_gradient(student, rng):
    """Goes on where the gradient is 0, and stays, without nan, where there has never been one."""
    gradients = np.zeros((6, 4))
    gradients[1, :2] = rng.normal(size=2)
    follow(student, rng.normal(size=4), gradients, [0.1] * 6, (0.9, 0.999), 1e-8)


def test_scale_of_the_loss(student, rng):
    """Takes the same steps when all gradients are 1000 times as large."""
    w, gradients = rng.normal(size=5), rng.normal(size=(3, 5))
    m, v = np.zeros(5), np.zeros(5)
    for t, g in enumerate(gradients, start=1):
        answer = student.adam_step(w, 1000 * g, 1000 * m, 1e6 * v, t, 0.1, (0.9, 0.99), 0.0)
        w, m, v = expected(w, g, m, v, t, 0.1, (0.9, 0.99), 0.0)
        assert_close(answer, (w, 1000 * m, 1e6 * v), names=NAMES)


def test_tiny_gradients(student):
    """Adds eps to the square root of the corrected moment, which shows when gradients are tiny."""
    g = np.array([1e-6, -3e-7, 1e-8, -1e-9, 1e-12])
    w = np.array([1.0, -2.0, 0.5, 0.25, 0.0])
    follow(student, w, [g, 2 * g, 0 * g, -g, g, g], [0.1] * 6, (0.9, 0.999), 1e-8, atol=1e-30)


def test_small_betas(student, rng):
    """Works for betas below 1/2, with which the moments forget quickly."""
    gradients = rng.normal(size=(6, 4))
    gradients[2] = 0
    follow(student, rng.normal(size=4), gradients, [0.1] * 6, (0.3, 0.4), 1e-4)


def test_late_step(student, rng):
    """Corrects the bias by powers of the betas, early and late in training."""
    w, g, m = rng.normal(size=(3, 4))
    v = rng.uniform(0.5, 2.0, size=4)
    for t in (1, 2, 40, 3000):
        arguments = (w, g, m, v, t, 0.2, (0.9, 0.999), 1e-8)
        assert_close(student.adam_step(*arguments), expected(*arguments), names=NAMES)


def test_defaults(student, rng):
    """Uses lr 1e-3, betas (0.9, 0.999) and eps 1e-8 unless told otherwise."""
    w, g = rng.normal(size=(2, 5)) * np.array([[1.0], [1e-7]])
    m, v = 0.3 * g, 0.2 * g**2
    defaults = (1e-3, (0.9, 0.999), 1e-8)
    assert_close(student.adam_step(w, g, m, v, 3), expected(w, g, m, v, 3, *defaults), names=NAMES, atol=1e-30)


def test_float32(student, rng):
    """Returns float32 for float32."""
    w, g, m = rng.normal(size=(3, 2, 5)).astype(np.float32)
    v = rng.uniform(0.5, 2.0, size=(2, 5)).astype(np.float32)
    arguments = (w, g, m, v, 4, 0.1, (0.9, 0.99), 1e-8)
    assert_close(student.adam_step(*arguments), expected(*arguments), dtype=np.float32, names=NAMES)


def test_integers(student):
    """Accepts integer weights and gradients."""
    w, g = np.array([3, -1, 0]), np.array([2, 0, -5])
    m, v = np.array([0.5, -0.25, 1.0]), np.array([1.0, 0.5, 3.0])
    rest = (m, v, 2, 0.1, (0.9, 0.99), 1e-8)
    assert_close(student.adam_step(w, g, *rest), expected(w.astype(float), g.astype(float), *rest), names=NAMES)


def test_views(student, rng):
    """Accepts transposed and reversed views, and a single weight."""
    w, g, m = rng.normal(size=(3, 6, 4))[:, ::-2].swapaxes(1, 2)
    v = rng.uniform(0.5, 2.0, size=(3, 4)).T
    for part in (np.s_[:], np.s_[1:2, 0]):
        arguments = (w[part], g[part], m[part], v[part], 3, 0.1, (0.9, 0.99), 1e-8)
        assert_close(student.adam_step(*arguments), expected(*arguments), names=NAMES)


def test_pure(student, rng):
    """Leaves weights, gradient, moments and the global random state alone."""
    w, g, m = rng.normal(size=(3, 2, 3))
    student.adam_step(w, g, m, m**2, 2, 0.1, (0.9, 0.99), 1e-8)
    assert_pure(student)


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
    "returns the corrected moments. This step's weights are right, but the next step would average into them and "
    "correct them again; the correction is for the step only, and m and v go on as they accumulate"
)
def corrected_state_stored(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
    beta1, beta2 = betas
    m, v = moments(g, m, v, betas)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    with np.errstate(all="ignore"):
        return w - lr * m / (np.sqrt(v) + eps), m, v
