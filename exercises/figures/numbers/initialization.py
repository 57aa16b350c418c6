"""The numbers of the notes on initialization."""

from __future__ import annotations

import math
import runpy
from pathlib import Path

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


def product(w1: np.ndarray, w2: np.ndarray, rate: float = 0.1, steps: int = 1000) -> float:
    """Return the loss after training tanh units to tell whether two numbers have a positive product."""
    x = np.random.default_rng(0).normal(size=(64, 2))
    y = np.prod(x, axis=1, keepdims=True) > 0
    b1, b2 = np.zeros(len(w1)), np.zeros(1)
    for _ in range(steps):
        h = np.tanh(x @ w1.T + b1)
        d = 2 * (h @ w2.T + b2 - y) / len(y)
        dz = (d @ w2) * (1 - h**2)
        w1, b1, w2, b2 = w1 - rate * dz.T @ x, b1 - rate * dz.sum(0), w2 - rate * d.T @ h, b2 - rate * d.sum(0)
    return float(np.mean((np.tanh(x @ w1.T + b1) @ w2.T + b2 - y) ** 2))


def drawn(seed: int) -> float:
    """Return the same from random weights of variance 1."""
    rng = np.random.default_rng(seed)
    return product(rng.normal(size=(8, 2)), rng.normal(size=(1, 8)))


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
    ends = [drawn(seed) for seed in range(10, 15)]
    through_layers = runpy.run_path(str(Path(__file__).with_name("backpropagation.py")))["through_layers"]
    wide = [100 * through_layers("sigmoid", 8, seed) for seed in range(5)]
    return {
        "all zeros end at a loss of 0.250, all weights 0.5 at 0.236, random weights of variance 1 at 0.050 to 0.064": (
            product(np.zeros((8, 2)), np.zeros((1, 8))),
            0.5,
            product(np.full((8, 2), 0.5), np.full((1, 8), 0.5)),
            1,
            min(ends),
            max(ends),
        ),
        r"Xavier's passes on some $10^{-13}$ of the gradient, He's $10^{-10}$": (
            through_layers("sigmoid", 1, 0),
            through_layers("sigmoid", math.sqrt(2), 0),
        ),
        "passes on 1 to 6 % (five draws)": (min(wide), max(wide)),
        "| $N(0, 1)$ | 1 | nothing | $10^{63}$ |": (0, 1, 1, 128.0**30),
        r"0.5 becomes $10^{-9}$ after 30 layers, 2 becomes $10^9$": (0.5, 0.5**30, 30, 2, 2.0**30),
        "For 50 inputs and 50 outputs that is 0.02 instead of 0.2": (50, 50, 2 / 100, 2 / 10),
        r"$0.5^{30} \approx 10^{-9}$": (0.5, 30, 0.5**30),
        "0.98 of its length after one layer and 0.55 after 30": (0.98, 0.98**30, 30),
    }
