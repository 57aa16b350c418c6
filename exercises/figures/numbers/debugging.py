"""The numbers of the note on debugging: one small network, and what it shows when one thing is wrong with it."""

from __future__ import annotations

import math

import numpy as np

STEPS = (0, 10, 100, 300)


def data(seed: int, samples: int = 90) -> tuple[np.ndarray, np.ndarray]:
    """Return points of three classes on three arms of a spiral, and the classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(samples) % 3
    radius = rng.uniform(0.2, 2, samples)
    angle = 2 * radius + 2 * np.pi / 3 * y + rng.normal(scale=0.25, size=samples)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), y


def start(scale: float = 1.0, width: int = 32) -> dict[str, np.ndarray]:
    """Return weights by He's rule, times a factor."""
    rng = np.random.default_rng(0)
    shapes = {"1": (2, width), "2": (width, width), "3": (width, 3)}
    weights = {f"w{i}": scale * rng.normal(scale=math.sqrt(2 / n), size=(n, m)) for i, (n, m) in shapes.items()}
    return weights | {f"b{i}": np.zeros(m) for i, (_, m) in shapes.items()}


def softmax(z: np.ndarray) -> np.ndarray:
    """Return the shares of each row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def forward(w: dict[str, np.ndarray], x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both hidden layers and the logits."""
    h1 = np.maximum(x @ w["w1"] + w["b1"], 0)
    h2 = np.maximum(h1 @ w["w2"] + w["b2"], 0)
    return h1, h2, h2 @ w["w3"] + w["b3"]


def loss(w: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray, twice: bool = False) -> float:
    """Return the mean cross-entropy."""
    p = softmax(forward(w, x)[2])
    p = softmax(p) if twice else p
    return float(np.mean(-np.log(p[np.arange(len(y)), y])))


def gradients(w: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray, twice: bool = False) -> dict[str, np.ndarray]:
    """Return the gradient of every parameter."""
    h1, h2, z = forward(w, x)
    p, onehot = softmax(z), np.eye(3)[y]
    d = p - onehot
    if twice:
        outer = softmax(p) - onehot
        d = p * (outer - np.sum(p * outer, axis=1, keepdims=True))
    d3 = d / len(y)
    d2 = d3 @ w["w3"].T * (h2 > 0)
    d1 = d2 @ w["w2"].T * (h1 > 0)
    return {
        "w1": x.T @ d1, "b1": d1.sum(0), "w2": h1.T @ d2, "b2": d2.sum(0), "w3": h2.T @ d3, "b3": d3.sum(0),
    }  # fmt: skip


def train(
    rate: float = 0.5, scale: float = 1.0, inputs: float = 1.0, labels: bool = True, twice: bool = False
) -> tuple[list[float], list[float], float]:
    """Return the losses on training and on new data after some steps of gradient descent, and the final accuracy."""
    (x, y), (x_new, y_new) = data(1), data(2)
    x, x_new = inputs * x, inputs * x_new
    if not labels:
        y = np.random.default_rng(3).permutation(y)
    w = start(scale)
    seen, new = [], []
    for step in range(STEPS[-1] + 1):
        if step in STEPS:
            seen.append(loss(w, x, y, twice))
            new.append(loss(w, x_new, y_new, twice))
        g = gradients(w, x, y, twice)
        w = {name: w[name] - rate * g[name] for name in w}
    return seen, new, float(np.mean(forward(w, x_new)[2].argmax(1) == y_new))


FAULTS: list[tuple[str, dict[str, float]]] = [
    ("nothing is wrong", {}),
    ("learning rate a hundredth", {"rate": 0.005}),
    ("learning rate a hundred times", {"rate": 50}),
    ("all weights 0", {"scale": 0}),
    ("weights five times as large", {"scale": 5}),
    ("inputs a hundred times as large", {"inputs": 100}),
    ("inputs a hundredth", {"inputs": 0.01}),
    ("labels shuffled", {"labels": False}),
    ("softmax before the loss, so twice", {"twice": True}),
]


def tables() -> dict[str, list[list[object]]]:
    """Return what the network shows with each fault."""
    rows: list[list[object]] = [["what is wrong", *(f"loss at {step}" for step in STEPS), "new data", "accuracy there"]]
    for name, fault in FAULTS:
        seen, new, accuracy = train(**fault)
        rows.append([name, *(f"{value:.2g}" for value in seen), f"{new[-1]:.2g}", f"{accuracy:.2f}"])
    return {"faults": rows}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    return {
        "0.69 for 2 classes, 1.10 for 3, 2.30 for 10, 6.91 for 1000": (
            math.log(2),
            2,
            math.log(3),
            3,
            math.log(10),
            10,
            math.log(1000),
            1000,
        ),
        "10.82 for a language model with 50 257 tokens": (math.log(50257), 50, 257),
        "above 65 504": (65, 504),
        "never below 0.55": (-math.log(math.e / (math.e + 2)),),
    }
