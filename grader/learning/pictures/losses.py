"""Draw how a loss changes while one of the numbers that go into it moves."""

from __future__ import annotations

import numpy as np

from grader.learning.pictures.curves import FAR, X, along
from grader.learning.pictures.panels import Call, Curve, Panel

NEAR = np.linspace(-6, 6, 61)


def regression_loss(call: Call) -> list[Panel]:
    """Draw the errors of an element, and the mean of a matrix."""
    zeros = np.zeros_like(X)
    panels: list[Panel] = [
        Curve(f"{kind} of one element", call("regression_loss", X, zeros, kind, "none", 2.0), X, "pred - target")
        for kind in ("mse", "mae", "huber")
    ]
    base = np.array([[0.0, 1.0, -1.0], [2.0, 0.5, -2.0]])
    first = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    for kind in ("mse", "mae", "rmse"):
        means = [float(call("regression_loss", base + d * first, 0 * base, kind)) for d in NEAR]
        panels.append(Curve(f"{kind} of 2 x 3 while one moves", np.array(means), NEAR, "pred"))
    return panels


def bce_with_logits(call: Call) -> list[Panel]:
    """Draw the loss of a yes and of a no, weighted, averaged and far out."""
    ones = np.ones_like(X)
    weight, y = np.full_like(X, 3.0), np.array([1.0, 0.0, 1.0])
    mean = along(NEAR, lambda z: call("bce_with_logits", np.array([z, 1.0, -2.0]), y))
    return [
        Curve("y = 1", call("bce_with_logits", X, ones, None, "none"), X, "z"),
        Curve("y = 0", call("bce_with_logits", X, 0 * ones, None, "none"), X, "z"),
        Curve("y = 0.3, pos_weight = 3", call("bce_with_logits", X, 0.3 * ones, weight, "none"), X, "z"),
        Curve("mean of three while one moves", mean, NEAR, "z"),
        Curve("y = 1, far out", call("bce_with_logits", FAR, ones, None, "none"), FAR, "z"),
        Curve("y = 0, far out", call("bce_with_logits", FAR, 0 * ones, None, "none"), FAR, "z"),
    ]


def binary_cross_entropy(call: Call) -> list[Panel]:
    """Draw the loss of a yes, a no and something between, up to the sure answers."""
    p = np.linspace(0, 1, 101)[1:-1]
    near_zero = 10.0 ** np.linspace(-60, -1, 60)
    mean = along(p, lambda p: call("binary_cross_entropy", np.array([p, 0.2, 0.9]), np.array([1.0, 0.0, 0.0])))
    deep = call("binary_cross_entropy", near_zero, np.ones_like(near_zero), "none")
    return [
        Curve("y = 1", call("binary_cross_entropy", p, np.ones_like(p), "none"), p, "p"),
        Curve("y = 0", call("binary_cross_entropy", p, np.zeros_like(p), "none"), p, "p"),
        Curve("y = 0.3", call("binary_cross_entropy", p, np.full_like(p, 0.3), "none"), p, "p"),
        Curve("mean of three while one moves", mean, p, "p"),
        Curve("y = 1, near 0", deep, np.log10(near_zero), "log10(p)"),
    ]


def categorical_cross_entropy(call: Call) -> list[Panel]:
    """Draw the loss of two rows while the likeliest logit moves."""
    target = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]])

    def loss(z: float, smoothing: float) -> float:
        logits = np.array([[z, 0.5, -1.0], [0.3, 1.0, -0.5]])
        return float(call("categorical_cross_entropy", logits, target, smoothing))

    return [
        Curve("no smoothing", along(NEAR, lambda z: loss(z, 0.0)), NEAR, "logit"),
        Curve("label_smoothing = 0.3", along(NEAR, lambda z: loss(z, 0.3)), NEAR, "logit"),
        Curve("far out", along(FAR[::4], lambda z: loss(z, 0.0)), FAR[::4], "logit"),
    ]


def sparse_cross_entropy(call: Call) -> list[Panel]:
    """Draw loss and slope while the logit of a right class moves; one row is ignored."""
    y, weight = np.array([0, 2, -100]), np.array([1.0, 2.0, 4.0])

    def answers(z: np.ndarray, weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        rows = [np.array([[value, 0.5, -1.0], [0.3, 1.0, -0.5], [1.0, 2.0, 3.0]]) for value in z]
        given = [call("sparse_cross_entropy", logits, y, weight) for logits in rows]
        return along(given, lambda answer: answer[0]), along(given, lambda answer: answer[1][0, 0])

    plain, weighted, far = answers(NEAR, None), answers(NEAR, weight), answers(FAR[::4], None)
    return [
        Curve("loss", plain[0], NEAR, "logit"),
        Curve("slope of the loss", plain[1], NEAR, "logit"),
        Curve("loss with class weights", weighted[0], NEAR, "logit"),
        Curve("slope with class weights", weighted[1], NEAR, "logit"),
        Curve("loss, far out", far[0], FAR[::4], "logit"),
    ]


def kl_divergence(call: Call) -> list[Panel]:
    """Draw the divergence of two rows while one distribution moves, up to the sure ones."""
    shares, other = np.linspace(0, 1, 51), [0.2, 0.8]

    def two(share: float) -> np.ndarray:
        return np.array([[share, 1 - share], other])

    fixed = np.array([[0.7, 0.3], [0.5, 0.5]])
    return [
        Curve("p moves, q = (0.7, 0.3)", along(shares, lambda s: call("kl_divergence", two(s), fixed)), shares, "p[0]"),
        Curve(
            "q moves, p = (0.7, 0.3)",
            along(shares, lambda s: call("kl_divergence", fixed, two(s))),
            shares,
            "q[0]",
        ),
    ]


def kd_loss(call: Call) -> list[Panel]:
    """Draw the loss while a logit, the temperature and alpha move."""
    teacher, y = np.array([[4.0, 1.0, -3.0], [0.0, 2.0, 1.0]]), np.array([0, 1])

    def loss(z: float, temperature: float, alpha: float) -> float:
        student = np.array([[z, 0.0, -1.0], [0.5, 1.0, -0.5]])
        return float(call("kd_loss", student, teacher, y, temperature, alpha))

    temperatures, alphas = np.linspace(0.5, 8, 61), np.linspace(0, 1, 41)
    return [
        Curve("a student's logit moves", along(NEAR, lambda z: loss(z, 4.0, 0.3)), NEAR, "logit"),
        Curve("the temperature moves", along(temperatures, lambda t: loss(1.0, t, 0.3)), temperatures, "temperature"),
        Curve("alpha moves", along(alphas, lambda a: loss(1.0, 4.0, a)), alphas, "alpha"),
        Curve("far out", along(FAR[::4], lambda z: loss(z, 4.0, 0.3)), FAR[::4], "logit"),
    ]


def gan_losses(call: Call) -> list[Panel]:
    """Draw both players' losses while a logit of the fakes and one of the real examples move."""
    real, fake = np.array([1.0, -0.5, 2.0]), np.array([-1.0, 0.5])

    def answers(x: np.ndarray, moves: str) -> list[tuple[np.ndarray, np.ndarray]]:
        if moves == "fake":
            return [call("gan_losses", real, np.array([value, fake[1]])) for value in x]
        return [call("gan_losses", np.array([value, *real[1:]]), fake) for value in x]

    fakes, reals, far = answers(NEAR, "fake"), answers(NEAR, "real"), answers(FAR[::4], "fake")
    return [
        Curve("d_loss, a fake's logit moves", along(fakes, lambda a: a[0]), NEAR, "logit"),
        Curve("g_loss, a fake's logit moves", along(fakes, lambda a: a[1]), NEAR, "logit"),
        Curve("d_loss, a real one's logit moves", along(reals, lambda a: a[0]), NEAR, "logit"),
        Curve("g_loss, far out", along(far, lambda a: a[1]), FAR[::4], "logit"),
    ]


def vae_sample_and_kl(call: Call) -> list[Panel]:
    """Draw the divergence over mean and log-variance, and the sample over the noise."""
    one = np.ones((len(X), 1))

    def pair(moving: np.ndarray, still: float) -> np.ndarray:
        return np.stack([moving, still * one[:, 0]], axis=1)

    by_mean = call("vae_sample_and_kl", pair(X, 0.5), pair(0 * X, -0.5), pair(0 * X, 1.0))
    by_variance = call("vae_sample_and_kl", pair(0 * X, 0.5), pair(X, -0.5), pair(0 * X + 1, 1.0))
    by_noise = call("vae_sample_and_kl", pair(0 * X + 1, 0.5), pair(0 * X - 1, -0.5), pair(X, 1.0))
    return [
        Curve("kl over mu", by_mean[1], X, "mu"),
        Curve("kl over logvar", by_variance[1], X, "logvar"),
        Curve("z over the noise", by_noise[0][:, 0], X, "eps"),
        Curve("z over logvar, eps = 1", by_variance[0][:, 0], X, "logvar"),
    ]
