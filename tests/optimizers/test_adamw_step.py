import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

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
    shape = rng.integers(2, 6, size=2)
    gradients = rng.normal(size=(7, *shape))
    gradients[3] = 0
    follow(student, rng.normal(size=shape) * 2, gradients, [0.1] * 5 + [0.02] * 2, (0.8, 0.95), 1e-6, 0.5)


@parametrize("t", [1, 2, 9])
def test_zero_gradient(student, rng, t):
    """Multiplies the weights by 1 - lr * weight_decay where there is no gradient."""
    w, (g, m, v) = rng.normal(size=3) * 10, np.zeros((3, 3))
    answer = student.adamw_step(w, g, m, v, t, 0.1, (0.9, 0.999), 1e-8, 0.5)
    assert_close(answer, (w * 0.95, *np.zeros((2, 3))), names=NAMES)


def test_no_decay(student, rng):
    """Is plain Adam with a weight decay of 0."""
    gradients = rng.normal(size=(3, 5))
    follow(student, rng.normal(size=5), gradients, [0.05] * 3, (0.7, 0.9), 1e-5, 0.0)


def test_strong_decay(student, rng):
    """Decays the weights from before the step, also when the decay is strong."""
    gradients = rng.normal(size=(3, 6)) * np.array([1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0])
    follow(student, rng.normal(size=6) * 5, gradients, [0.3, 0.3, 0.1], (0.9, 0.99), 1e-8, 2.0)


def test_tiny_gradients(student, rng):
    """Adds eps to the square root, which shows when gradients are tiny."""
    g = rng.uniform(0.5, 1.5, size=4) * np.array([1e-6, -3e-7, 1e-8, -1e-9])
    w = np.array([1.0, -2.0, 0.5, 0.25])
    follow(student, w, [g, 2 * g, 0 * g, -g], [0.1] * 4, (0.9, 0.999), 1e-8, 0.02, atol=1e-30)


@parametrize("shape", [(4,), (1,), (2, 2, 3)])
def test_small_betas(student, rng, shape):
    """Works for betas below 1/2, with which the moments forget quickly, and for weights of any shape."""
    gradients = rng.normal(size=(6, *shape))
    gradients[2] = 0
    follow(student, rng.normal(size=shape), gradients, [0.1] * 6, (0.3, 0.4), 1e-4, 0.1)


@parametrize("t", [1, 2, 40, 3000])
def test_late_step(student, rng, t):
    """Corrects the bias by powers of the betas, early and late in training."""
    arguments = (*rng.normal(size=(3, 4)), rng.uniform(0.5, 2.0, size=4), t, 0.2, (0.9, 0.999), 1e-8, 0.1)
    assert_close(student.adamw_step(*arguments), expected(*arguments), names=NAMES)


@contract(
    expected, "float32", "integers", "views", "pure", integers=(0, 1), names=NAMES,
    defaults={"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 1e-2},
)  # fmt: skip
def adamw_step(rng):
    w, g = rng.normal(size=(2, 3, 4)) * np.array([1.0, 1.0, 1e-7, 1e-8])  # eps shows beside a tiny gradient
    m, v = rng.uniform(0.2, 0.5, size=(2, 3, 4))
    return w, g, m * g, v * g**2, 3, 0.1, (0.7, 0.9), 1e-3, 0.5


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
    "divides the decay by the root of the second moment as well: lr * (m_hat + weight_decay * w) / (sqrt(v_hat) + "
    "eps). Weights with large gradients then hardly decay, which AdamW is there to avoid: the decay stays outside the "
    "fraction"
)
def decay_scaled(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    _, m, v = adam_direction(g, m, v, t, betas, eps)
    step = (m / (1 - betas[0] ** t) + weight_decay * w) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
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


@misconception(
    "leaves out the bias correction of the moments, which start at 0; the decay is right. Late in training both "
    "corrections are 1 and the two agree"
)
def no_bias_correction(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    _, m, v = adam_direction(g, m, v, t, betas, eps)
    return (1 - lr * weight_decay) * w - lr * m / (np.sqrt(v) + eps), m, v


@misconception(
    "corrects the bias with t + 1. t is the number of this step and 1 in the first one, so that nothing is to be added "
    "to it; the two agree late in training, where both corrections are 1"
)
def t_one_too_far(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    _, m, v = adam_direction(g, m, v, t, betas, eps)
    step = m / (1 - betas[0] ** (t + 1)) / (np.sqrt(v / (1 - betas[1] ** (t + 1))) + eps)
    return (1 - lr * weight_decay) * w - lr * step, m, v


@misconception(
    "adds eps under the square root; it is added to the root. The two are alike for gradients of order 1; for one of "
    "1e-6, sqrt(1e-12 + 1e-8) is 1e-4 and the step a hundred times too short"
)
def eps_inside_sqrt(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    _, m, v = adam_direction(g, m, v, t, betas, eps)
    step = m / (1 - betas[0] ** t) / np.sqrt(v / (1 - betas[1] ** t) + eps)
    return (1 - lr * weight_decay) * w - lr * step, m, v


@misconception(
    "has a fixed 1e-8 where eps belongs. That is its default, but the value that is passed in counts; the two agree "
    "for an eps of 1e-8, and nearly so for gradients of order 1"
)
def fixed_eps(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
    step, m, v = adam_direction(g, m, v, t, betas, 1e-8)
    return (1 - lr * weight_decay) * w - lr * step, m, v
