"""The numbers of the notes on regularization."""

from __future__ import annotations

import math
from itertools import product

import numpy as np

STRENGTH = 0.5
WEIGHTS = (-2.0, -0.2, 0.5, 4.0)
ACTIVATIONS = np.array([1.0, -2.0, 3.0, 0.5])
MASK = np.array([1, 0, 1, 1])


def soft(z: float, threshold: float) -> float:
    """Return a number moved towards 0, at most to 0."""
    return math.copysign(max(abs(z) - threshold, 0.0), z)


def kept(losses: tuple[float, ...], patience: int) -> float:
    """Return the best loss of a run that ends when so many losses have not been better."""
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best == patience:
            break
    return losses[best]


def zeros(seed: int, proximal: bool) -> int:
    """Return how many of the 17 useless weights of a lasso problem are exactly 0 in the end."""
    rng = np.random.default_rng(seed)
    x, w, rate, strength = rng.normal(size=(200, 20)), np.zeros(20), 0.05, 0.1
    y = x[:, :3] @ np.array([2.0, -1.5, 1.0]) + rng.normal(scale=0.5, size=200)
    for _ in range(5000):
        z = w - rate * x.T @ (x @ w - y) / 200
        shrunk = np.sign(z) * np.maximum(np.abs(z) - rate * strength, 0)
        w = shrunk if proximal else z - rate * strength * np.sign(w)
    return int((w[3:] == 0).sum())


def descent(features: int, draws: int = 30) -> float:
    """Return the median test error of least squares on random ReLU features, the smallest weights of all solutions."""
    errors = []
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        target, inner = rng.normal(size=10), rng.normal(size=(10, features))
        x, unseen = rng.normal(size=(40, 10)), rng.normal(size=(300, 10))
        target /= np.linalg.norm(target)
        y = x @ target + rng.normal(scale=0.5, size=40)
        weights = np.linalg.lstsq(np.maximum(x @ inner, 0), y, rcond=None)[0]
        errors.append(float(np.mean((np.maximum(unseen @ inner, 0) @ weights - unseen @ target) ** 2)))
    return float(np.median(errors))


def penalties() -> list[list[object]]:
    """Return what both penalties do to some weights."""
    head = ["$w$", "L1 price", "L1 pull", "best with L1", "L2 price", "L2 pull", "best with L2"]
    lam = STRENGTH
    return [
        head,
        *(
            [
                f"{w:g}",
                lam * abs(w),
                lam * math.copysign(1, w),
                soft(w, lam) + 0.0,
                lam * w * w,
                2 * lam * w,
                w / (1 + 2 * lam),
            ]
            for w in WEIGHTS
        ),
    ]


def dropout() -> list[list[object]]:
    """Return one mask at work, and the mean over all."""
    masks = np.array(list(product((0, 1), repeat=len(ACTIVATIONS))))
    mean = (ACTIVATIONS * masks / 0.5).mean(axis=0)
    head = ["$x_i$", "$m_i$", "$y_i$", "mean of $y_i$"]
    return [
        head,
        *(
            [f"{x:g}", str(m), float(x * m / 0.5) + 0.0, float(average)]
            for x, m, average in zip(ACTIVATIONS, MASK, mean, strict=True)
        ),
    ]


def tables() -> dict[str, list[list[object]]]:
    """Return the penalties of four weights, and dropout on four activations."""
    return {"penalties": penalties(), "dropout": dropout()}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    losses = (1, 0.8, 0.9, 0.7, 0.75, 0.74, 0.73)
    found = [zeros(seed, proximal=True) for seed in range(8)]
    hopping = max(zeros(seed, proximal=False) for seed in range(8))
    return {
        "set none of the 17 weights to 0, the proximal step 16 or 17 of them": (17, hopping, min(found), max(found)),
        "a test error of 0.67 with 10 features, 70 with 40, and 0.43 with 400": (
            descent(10),
            10,
            descent(40),
            40,
            descent(400),
            400,
        ),
        "the weights 10 and 0.1 become 9.9 and 0": (10, 0.1, soft(10, 0.1), soft(0.1, 0.1)),
        "10 and 0.1 become 9 and 0.09": (10, 0.1, 10 * 0.9, 0.1 * 0.9),
        r"ten with $\rho = 0.5$ have 0.55 of the variance of one": (0.5, 0.5 + (1 - 0.5) / 10),
        "so about 0.632 are in": (1 - 1 / math.e,),
        "(so they count 1.25 times)": (1 / (1 - 0.2),),
        "(250 + 10 gives 4)": (250, 10, (250 + 10) % 256),
        "the pull is 0.6, not 0.3": (2 * 0.1 * 3, 0.1 * 3),
        "the losses 1, 0.8, 0.9, 0.7, 0.75, 0.74, 0.73": losses,
        "The best epoch is the one with 0.7": (kept(losses, 3),),
    }
