"""The numbers of the notes on networks."""

from __future__ import annotations

import numpy as np

X = np.array([-1.0, 1.0, 2.0])
Y = np.array([0.0, 0.0, 1.0])


def sigmoid(z: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return np.asarray(1 / (1 + np.exp(-z)))


def loss(w: float, b: float) -> float:
    """Return the mean cross-entropy of the three samples."""
    z = w * X + b
    return float(np.mean(np.logaddexp(0, z) - Y * z))


def step() -> tuple[float, float]:
    """Return weight and bias after a step at rate 1 from zero."""
    error = sigmoid(0 * X) - Y
    return -float(np.mean(error * X)), -float(np.mean(error))


def tables() -> dict[str, list[list[object]]]:
    """Return the exclusive or in two layers, and a step of logistic regression."""
    xor: list[list[object]] = [
        [
            "$x_1$",
            "$x_2$",
            "$h_1 = \\mathrm{relu}(x_1 + x_2)$",
            "$h_2 = \\mathrm{relu}(x_1 + x_2 - 1)$",
            "$h_1 - 2 h_2$",
        ]
    ]
    for first, second in ((0, 0), (0, 1), (1, 0), (1, 1)):
        h1, h2 = max(first + second, 0), max(first + second - 1, 0)
        xor.append([first, second, h1, h2, h1 - 2 * h2])
    w, b = step()
    after = sigmoid(w * X + b)
    logistic: list[list[object]] = [["$x$", "$y$", "$p$", "$p - y$", "$(p - y) x$", "$p$ after the step"]]
    for x, y, p in zip(X, Y, after, strict=True):
        logistic.append([f"{x:g}", f"{y:g}", 0.5, 0.5 - y, (0.5 - y) * x, float(p)])
    logistic.append(["mean", "", "", -b, -w, f"$w = {w:.4g}$, $b = {b:.4g}$"])
    return {"xor": xor, "logistic": logistic}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    example = sigmoid(np.array([0.5 * 1 - 1 * 2 - 1 * 1.5 + 2]))[0]
    return {
        "the loss falls from 0.6931 to 0.5760": (loss(0, 0), loss(*step())),
        "and added to the bias 2, which gives -1; the sigmoid makes 0.27 of it": (2, -1, example),
        "with one positive in 100 samples, a logit of -4.6": (100, np.log(0.01 / 0.99)),
        "784 pixels, 128 hidden units and 10 classes make 100480 + 1290": (784, 128, 10, 128 * 785, 10 * 129),
        "the sum is 4 and not 6": (3 + 1, 3 * (1 + 1)),
    }
