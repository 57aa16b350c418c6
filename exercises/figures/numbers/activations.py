"""The numbers of the notes on activations."""

from __future__ import annotations

import math

import numpy as np


def sigmoid(z: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + math.exp(-z))


def normal(z: float) -> float:
    """Return the distribution function of the standard normal distribution."""
    return (1 + math.erf(z / math.sqrt(2))) / 2


def density(z: float) -> float:
    """Return the density of the standard normal distribution."""
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def gelu_tanh(z: float) -> float:
    """Return the approximation of GELU."""
    return z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))


def silu_slope(z: float) -> float:
    """Return the derivative of z times the sigmoid of z."""
    return sigmoid(z) * (1 + z * (1 - sigmoid(z)))


FUNCTIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (math.tanh, lambda z: 1 - math.tanh(z) ** 2),
    "ReLU": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    r"leaky ReLU, $\alpha = 0.01$": (lambda z: max(z, 0.01 * z), lambda z: 1.0 if z > 0 else 0.01),
    "GELU": (lambda z: z * normal(z), lambda z: normal(z) + z * density(z)),
    "GELU by tanh": (gelu_tanh, lambda z: (gelu_tanh(z + 1e-5) - gelu_tanh(z - 1e-5)) / 2e-5),
    "SiLU": (lambda z: z * sigmoid(z), silu_slope),
}
GRID = np.linspace(-6, 6, 120001)


def tables() -> dict[str, list[list[object]]]:
    """Return values and slopes at two places, and one row of scores through softmax."""
    head = ["", "value at -2", "value at 1", "slope at -2", "slope at 1"]
    rows = [[name, f(-2.0), f(1.0), slope(-2.0), slope(1.0)] for name, (f, slope) in FUNCTIONS.items()]
    scores = np.array([1.0, 2.0, 3.0])
    e, shifted = np.exp(scores), np.exp(scores - 3)
    columns = np.stack([e, e / e.sum(), shifted, shifted / shifted.sum()], axis=1)
    softmax = [
        ["score $z_i$", "$e^{z_i}$", "share", "$e^{z_i - 3}$", "share"],
        *([f"{z:g}", *row] for z, row in zip(scores, columns.tolist(), strict=True)),
        ["sum", float(e.sum()), 1.0, float(shifted.sum()), 1.0],
    ]
    return {"activations": [head, *rows], "softmax": softmax}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    slope = {name: max(map(function[1], GRID)) for name, function in FUNCTIONS.items()}
    gelu, silu = FUNCTIONS["GELU"][0], FUNCTIONS["SiLU"][0]
    twice = math.e / (math.e + 9)
    near = max(abs(sigmoid(1.702 * z) - normal(z)) for z in GRID)
    return {
        "| sigmoid | 0 to 1 | 0.25 |": (0, 1, slope["sigmoid"]),
        "| GELU | from -0.17 up | 1.13 |": (min(map(gelu, GRID)), slope["GELU"]),
        "| SiLU | from -0.28 up | 1.10 |": (min(map(silu, GRID)), slope["SiLU"]),
        "0.9 has the logit 2.197": (0.9, math.log(9)),
        "0.42 at $z = 1$": (1 - math.tanh(1) ** 2, 1),
        "the slope is 0.0066, at $z = 10$ it is 0.000045": (
            FUNCTIONS["sigmoid"][1](5),
            10,
            FUNCTIONS["sigmoid"][1](10),
        ),
        "by up to 0.00047": (max(abs(gelu(z) - gelu_tanh(z)) for z in GRID),),
        "its minimum is -0.17 at $z = -0.75$": (min(map(gelu, GRID)), float(GRID[np.argmin([gelu(z) for z in GRID])])),
        "1.313 at $z = 1$ instead of 0.762": (1 / math.tanh(1), 1, math.tanh(1)),
        "at $z = 3$ the slope of tanh is down to 0.01": (3, 1 - math.tanh(3) ** 2),
        "true give 0.881 and 0.127": (sigmoid(2), -math.log(sigmoid(2))),
        "to within 0.01": (math.ceil(near * 100) / 100,),
        "is 1.6 for": (2 / (1 + 0.5**2),),
        "no class more than 0.232, and the loss cannot fall below 1.461": (twice, -math.log(twice)),
        r"$\log(0.9 / 0.1) = 2.197$": (0.9, 0.1, math.log(0.9 / 0.1)),
        "they make numbers that add up to 2.56": (sum(map(sigmoid, (1, 2, 3))),),
        r"$0.25^{10} \approx 10^{-6}$": (0.25, 10, 0.25**10),
    }
