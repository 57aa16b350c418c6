"""Draw random numbers on the density that they should have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.learning.pictures.panels import Call, Draws, Heat, Panel, Pattern, Shares

FANS = 200, 100


def _normal(std: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.asarray(np.exp(-((x / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi)))


def _uniform(low: float, high: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.where((x >= low) & (x <= high), 1 / (high - low), 0.0)


def xavier_uniform(call: Call) -> list[Panel]:
    """Draw the weights with and without a gain."""
    bound = float(np.sqrt(6 / sum(FANS)))
    return [
        Draws(
            f"{FANS[0]} inputs, {FANS[1]} outputs, gain {gain:g}",
            call("xavier_uniform", *FANS, np.random.default_rng(0), gain),
            _uniform(-gain * bound, gain * bound),
        )
        for gain in (1.0, 2.0)
    ]


def he_normal(call: Call) -> list[Panel]:
    """Draw the weights with and without a slope."""
    return [
        Draws(
            f"{FANS[0]} inputs, {FANS[1]} outputs, negative_slope {slope:g}",
            call("he_normal", *FANS, np.random.default_rng(0), slope),
            _normal(float(np.sqrt(2 / ((1 + slope**2) * FANS[0])))),
        )
        for slope in (0.0, 0.5)
    ]


def dropout(call: Call) -> list[Panel]:
    """Draw what is dropped, and what becomes of the rest, in training and in evaluation."""
    x = np.full((20, 10, 100), 2.0)
    y, mask = call("dropout", x, 0.2, True, np.random.default_rng(0))
    evaluated, _ = call("dropout", x, 0.2, False, np.random.default_rng(0))
    labels = (
        "share dropped",
        "largest y",
        "mean of y",
        "largest of the mask",
        "rows dropped",
        "smallest y in evaluation",
    )
    dropped = np.where(np.isfinite(y), y == 0, np.nan)
    answer = [
        dropped.mean(),
        y.max(),
        y.mean(),
        mask.max(),
        dropped.all(axis=-1).mean() + 0 * y.mean(),
        evaluated.mean(),
    ]
    return [
        Shares("x = 2 everywhere, p = 0.2", np.array(answer), labels, chance=0.03),
        Pattern("a corner of the mask", mask[0, :, :20], "row", "unit"),
    ]


def hyperparameter_search(call: Call) -> list[Panel]:
    """Draw a thousand learning rates."""
    space = {"lr": ("log", 1e-4, 1e-1), "width": [16, 32, 64, 128]}
    found = call("random_candidates", space, 1000, np.random.default_rng(0))
    rates = np.log10([float(each["lr"]) for each in found])
    widths = np.array([float(each["width"]) for each in found])
    shares = np.array([np.mean(widths == width) + 0 * widths.mean() for width in space["width"]])
    grid = call("grid_candidates", {"a": [1, 2, 3], "b": [4, 5]})
    table = np.array([[float(each["a"]), float(each["b"])] for each in grid]).T
    return [
        Heat("grid of a = 1, 2, 3 (row 0) and b = 4, 5 (row 1)", table, "row", "candidate"),
        Draws('log10 of 1000 from ("log", 1e-4, 1e-1)', rates, _uniform(-4, -1)),
        Shares("shares of a list's entries", shares, ("16", "32", "64", "128"), chance=0.08),
    ]
