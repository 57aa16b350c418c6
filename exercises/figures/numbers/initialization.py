"""The numbers of the notes on initialization."""

from __future__ import annotations

import math

import numpy as np

X = np.array([[1.0, 2.0], [2.0, -1.0]])
Y = np.array([1.0, 0.0])


def twins(steps: int, rate: float = 0.5) -> list[tuple[np.ndarray, np.ndarray, float]]:
    """Return weights and loss of two tanh units that start alike, before each of so many steps."""
    w1, w2 = np.full((2, 2), 0.5), np.full(2, 0.5)
    way = []
    for _ in range(steps + 1):
        h = np.tanh(X @ w1.T)
        error = h @ w2 - Y
        way.append((w1, w2, float(np.mean(error**2))))
        d = 2 * error / len(Y)
        w1, w2 = w1 - rate * (np.outer(d, w2) * (1 - h**2)).T @ X, w2 - rate * d @ h
        assert np.array_equal(w1[0], w1[1])
    return way


def tables() -> dict[str, list[list[object]]]:
    """Return the rules in numbers, and two units that cannot part."""
    variances: list[list[object]] = [
        ["in, out", "Xavier's variance", "bound $a$", "a layer keeps", "He's variance", "deviation", "a layer keeps"]
    ]
    for inputs, outputs in ((50, 50), (784, 128), (128, 10)):
        xavier, he = 2 / (inputs + outputs), 2 / inputs
        row = [xavier, math.sqrt(3 * xavier), inputs * xavier / 2, he, math.sqrt(he), inputs * he / 2]
        variances.append([f"{inputs}, {outputs}", *row])
    alike: list[list[object]] = [["step", "row of $W_1$", "output weight", "loss"]]
    for step, (w1, w2, loss) in enumerate(twins(3)):
        alike.append([step, ", ".join(f"{value:.4f}" for value in w1[0]), float(w2[0]), loss])
    return {"variances": variances, "twins": alike}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    return {
        r"0.5 becomes $10^{-9}$ after 30 layers, 2 becomes $10^9$": (0.5, 0.5**30, 30, 2, 2.0**30),
        "For 50 inputs and 50 outputs that is 0.02 instead of 0.2": (50, 50, 2 / 100, 2 / 10),
        r"$0.5^{30} \approx 10^{-9}$": (0.5, 30, 0.5**30),
        "0.98 of its length after one layer and 0.55 after 30": (0.98, 0.98**30, 30),
    }
