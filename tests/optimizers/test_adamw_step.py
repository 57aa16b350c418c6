import numpy as np

from grader.checks import assert_close, assert_pure, from_torch, misconception

NAMES = ("w", "m", "v")


@from_torch
def expected(w, g, m, v, t, lr, betas, eps, weight_decay):
    import torch
    from torch.optim.adamw import adamw

    beta1, beta2 = betas
    w, m, v = w.clone(), m.clone(), v.clone()  # updated in place
    adamw(
        [w], [g], [m], [v], [], [torch.tensor(t - 1.0)],  # counts the step itself
        foreach=False, amsgrad=False, maximize=False,
        lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay,
    )  # fmt: skip
    return w, m, v


def follow(student, w, gradients, rates, betas, eps, weight_decay, **tolerance):
    """Compare every step of a run; each starts from torch's state after the step before."""
    m, v = np.zeros_like(w), np.zeros_like(w)
    for t, (g, lr) in enumerate(zip(gradients, rates, strict=True), start=1):
        arguments = (w, g, m, v, t, lr, betas, eps, weight_decay)
        answer = student.adamw_step(*arguments)
        w, m, v = expected(*arguments)
        assert_close(answer, (w, m, v), names=NAMES, **tolerance)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.optim.AdamW over seven steps, one without gradient, the last two at a lower learning rate."""
    gradients = list(rng.normal(size=(7, 3, 4)))
    gradients[3] = np.zeros((3, 4))
    rates = [0.1] * 5 + [0.02] * 2
    follow(student, rng.normal(size=(3, 4)) * 2, gradients, rates, (0.8, 0.95), 1e-6, 0.5)


def test_zero_gradient(student):
    """Multiplies the weights by 1 - lr * weight_decay where there is no gradient."""
    w, zeros = np.array([4.0, -0.5, 30.0]), np.zeros(3)
    for t in (1, 2, 9):
        answer = student.adamw_step(w, zeros, zeros, zeros, t, 0.1, (0.9, 0.999), 1e-8, 0.5)
        assert_close(answer, (w * 0.95, zeros, zeros), names=NAMES)


def test_no_decay(student, rng):
    """Is plain Adam with a weight decay of 0."""
    gradients = rng.normal(size=(3, 5))
    follow(student, rng.normal(size=5), gradients, [0.05] * 3, (0.7, 0.9), 1e-5, 0.0)


def test_strong_decay(student, rng):
    """Decays the weights from before the step, also when the decay is strong."""
    gradients = rng.normal(size=(3, 6)) * np.array([1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0])
    follow(student, rng.normal(size=6) * 5, gradients, [0.3, 0.3, 0.1], (0.9, 0.99), 1e-8, 2.0)


def test_tiny_gradients(student):
    """Adds eps to the square root, which shows when gradients are tiny."""
    g = np.array([1e-6, -3e-7, 1e-8, -1e-9])
    w = np.array([1.0, -2.0, 0.5, 0.25])
    follow(student, w, [g, 2 * g, 0 * g, -g], [0.1] * 4, (0.9, 0.999), 1e-8, 0.02, atol=1e-30)


def test_small_betas(student, rng):
    """Works for betas below 1/2, with which the moments forget quickly."""
    gradients = rng.normal(size=(6, 4))
    gradients[2] = 0
    follow(student, rng.normal(size=4), gradients, [0.1] * 6, (0.3, 0.4), 1e-4, 0.1)


def test_late_step(student, rng):
    """Corrects the bias by powers of the betas, early and late in training."""
    w, g, m = rng.normal(size=(3, 4))
    v = rng.uniform(0.5, 2.0, size=4)
    for t in (1, 2, 40, 3000):
        arguments = (w, g, m, v, t, 0.2, (0.9, 0.999), 1e-8, 0.1)
        assert_close(student.adamw_step(*arguments), expected(*arguments), names=NAMES)


def test_defaults(student, rng):
    """Uses lr 1e-3, betas (0.9, 0.999), eps 1e-8 and weight_decay 1e-2 unless told otherwise."""
    w, g = rng.normal(size=(2, 5)) * np.array([[30.0], [1e-7]])
    m, v = 0.3 * g, 0.2 * g**2
    defaults = (1e-3, (0.9, 0.999), 1e-8, 1e-2)
    assert_close(student.adamw_step(w, g, m, v, 3), expected(w, g, m, v, 3, *defaults), names=NAMES, atol=1e-30)


def test_float32(student, rng):
    """Returns float32 for float32."""
    w, g, m = rng.normal(size=(3, 2, 5)).astype(np.float32)
    v = rng.uniform(0.5, 2.0, size=(2, 5)).astype(np.float32)
    arguments = (w, g, m, v, 4, 0.1, (0.9, 0.99), 1e-8, 0.5)
    assert_close(student.adamw_step(*arguments), expected(*arguments), dtype=np.float32, names=NAMES)


def test_integers(student):
    """Accepts integer weights and gradients."""
    w, g = np.array([3, -1, 0]), np.array([2, 0, -5])
    m, v = np.array([0.5, -0.25, 1.0]), np.array([1.0, 0.5, 3.0])
    rest = (m, v, 2, 0.1, (0.9, 0.99), 1e-8, 0.5)
    answer = student.adamw_step(w, g, *rest)
    assert_close(answer, expected(w.astype(float), g.astype(float), *rest), names=NAMES)


def test_views(student, rng):
    """Accepts transposed and reversed views, and a single weight."""
    w, g, m = rng.normal(size=(3, 6, 4))[:, ::-2].swapaxes(1, 2)
    v = rng.uniform(0.5, 2.0, size=(3, 4)).T
    for part in (np.s_[:], np.s_[1:2, 0]):
        arguments = (w[part], g[part], m[part], v[part], 3, 0.1, (0.9, 0.99), 1e-8, 0.5)
        assert_close(student.adamw_step(*arguments), expected(*arguments), names=NAMES)


def test_pure(student, rng):
    """Leaves weights, gradient, moments and the global random state alone."""
    w, g, m = rng.normal(size=(3, 2, 3))
    student.adamw_step(w, g, m, m**2, 2, 0.1, (0.9, 0.99), 1e-8, 0.5)
    assert_pure(student)


def adam_direction(g, m, v, t, betas, eps):
    """Return Adam's step at learning rate 1, and the new moments."""
    beta1, beta2 = betas
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    return m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@misconception(
    "adds weight_decay * w to the gradient, which is Adam with L2: the decay then enters both moments and is divided "
    "by sqrt(v), so weights with large gradients hardly decay, and with a zero gradient the step is about lr whatever "
    "the decay. AdamW leaves the gradient alone and takes lr * weight_decay * w off the weights themselves"
)
def l2_in_gradient(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    step, m, v = adam_direction(g + weight_decay * w, m, v, t, betas, eps)
    return w - lr * step, m, v


@misconception(
    "shrinks the weights by weight_decay without the learning rate; one step takes off lr * weight_decay of each "
    "weight, so that the decay follows the schedule of the learning rate. The two agree only at lr = 1"
)
def decay_without_lr(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    step, m, v = adam_direction(g, m, v, t, betas, eps)
    return w * (1 - weight_decay) - lr * step, m, v


@misconception(
    "takes Adam's step first and decays the result, so the step itself is shrunk as well; the decay is taken from the "
    "weights before the step. The two agree where there is no gradient to step along"
)
def decay_after_step(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    step, m, v = adam_direction(g, m, v, t, betas, eps)
    return (w - lr * step) * (1 - lr * weight_decay), m, v


@misconception("never uses weight_decay, which makes it plain Adam; the two agree only for a weight decay of 0")
def no_decay(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    step, m, v = adam_direction(g, m, v, t, betas, eps)
    return w - lr * step, m, v


@misconception(
    "multiplies the weights by 1 + lr * weight_decay, so they grow at each step; decay pulls them towards 0, with the "
    "factor 1 - lr * weight_decay"
)
def wrong_sign(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    step, m, v = adam_direction(g, m, v, t, betas, eps)
    return w * (1 + lr * weight_decay) - lr * step, m, v
