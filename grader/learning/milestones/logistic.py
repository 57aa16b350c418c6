"""Logistic regression: one neuron that is sure and wrong finds the line between two clouds of points.

This file is never imported. Its constants are read, and its text is sent to run beside the learner's code.
"""

from collections.abc import Generator
from typing import Any

import numpy as np

TITLE = "Logistic regression: one neuron between two clouds"
PARTS = ("logistic_regression_step",)
STEPS = 200
CURVE = "loss"
FIGURE = "a loss on new points {:.3f} above that of the best line"
AT_MOST = 0.02
HIDDEN = (
    "logistic_regression_step.loss_after_step",  # the loss is looked at, and not used
    "logistic_regression_step.bias_from_updated_w",  # half a step late is late by nothing at the end
    "logistic_regression_step.clipped_at_1e_15",  # at the end no loss is large
    "logistic_regression_step.clipped_at_1e_12",
    "logistic_regression_step.clipped_at_1e_7",
)

CENTERS = np.array([[-0.5, 0.0], [1.5, 1.0]])


def clouds(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return points of two clouds that overlap, shape (n, 2), and to which each belongs, shape (n,)."""
    y = np.arange(n) % 2
    return CENTERS[y] + rng.normal(size=(n, 2)), y


def best_loss(x: np.ndarray, y: np.ndarray) -> float:
    """Return the loss of the line that is known from how the clouds are made."""
    w = CENTERS[1] - CENTERS[0]
    z = (x - CENTERS.mean(axis=0)) @ w
    return float(np.mean(np.logaddexp(0, z) - y * z))


def train(parts: Any, rng: np.random.Generator) -> Generator[float, None, tuple[float, list[tuple[str, Any]]]]:
    """Yield the loss of each step; return how far it is from the best on new points, and how sure it is where."""
    x, y = clouds(1000, rng)
    w, b = rng.normal(-20, 2, size=2), 0.0  # large weights the wrong way round: most losses are 20 to 100
    for _ in range(STEPS):
        w, b, loss = parts.logistic_regression_step(x, y, w, b, 0.5)
        yield loss

    new_x, new_y = clouds(1000, rng)
    _, _, loss = parts.logistic_regression_step(new_x, new_y, w, b, 0.0)
    side = np.linspace(-3, 4, 36)
    plane = w[0] * side[None, :] + w[1] * side[::-1, None] + b
    return loss - best_loss(new_x, new_y), [("how sure of the second cloud", 1 / (1 + np.exp(-plane)))]
