"""The numbers of the notes on attention."""

from __future__ import annotations

import math

import numpy as np

QUERIES = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
KEYS = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
VALUES = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return the shares of each row."""
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def numbers(row: np.ndarray) -> str:
    """Return a row as text."""
    return ", ".join(f"{value:.4g}" for value in row)


def largest_weight(divisor: float, d: int = 512, keys: int = 16, draws: int = 1000) -> float:
    """Return the mean of the largest weight where a random query meets random keys."""
    rng = np.random.default_rng(0)
    scores = (rng.normal(size=(draws, keys, d)) @ rng.normal(size=(draws, d, 1)))[..., 0]
    return float(softmax(scores / divisor).max(axis=1).mean())


def waves(t: int, features: int = 4) -> np.ndarray:
    """Return the encoding of a position."""
    angles = t / 10000 ** (np.arange(0, features, 2) / features)
    return np.stack([np.sin(angles), np.cos(angles)], axis=1).ravel()


def rotated(x: np.ndarray, t: int) -> np.ndarray:
    """Return a pair of features turned by one radian per position."""
    return np.array([x[0] * math.cos(t) - x[1] * math.sin(t), x[0] * math.sin(t) + x[1] * math.cos(t)])


def positions() -> list[list[object]]:
    """Return encodings of positions and their products, and scores of rotated pairs two and three places apart."""
    head = ["$t$", "$\\mathrm{pe}(t)$, $E = 4$", "product with the next", "rotated scores, 2 apart", "3 apart"]
    query, key = QUERIES[0], np.array([0.6, 0.8])
    rows: list[list[object]] = [head]
    for t in (0, 1, 10):
        scores = [float(rotated(query, t + apart) @ rotated(key, t)) for apart in (2, 3)]
        rows.append([str(t), numbers(waves(t)), float(waves(t) @ waves(t + 1)), *scores])
    return rows


def tables() -> dict[str, list[list[object]]]:
    """Return one attention of three tokens, with and without a causal mask, and the encodings of positions."""
    scores = QUERIES @ KEYS.T / math.sqrt(2)
    weights = softmax(scores)
    causal = softmax(np.where(np.tri(3, dtype=bool), scores, -np.inf))
    columns = [QUERIES, KEYS, VALUES, scores, weights, weights @ VALUES, causal, causal @ VALUES]
    head = ["token", "$q$", "$k$", "$v$", r"scores $q \cdot k / \sqrt{2}$", "weights", "result", "causal weights"]
    rows = [[str(t + 1), *(numbers(column[t]) for column in columns)] for t in range(3)]
    return {"attention": [[*head, "result"], *rows], "positions": positions()}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    return {
        "more than 22 for $d = 512$": (math.floor(math.sqrt(512)), 512),
        "0.95 on average without the root and 0.25 with it": (largest_weight(1), largest_weight(math.sqrt(512))),
        "0.07 is hardly more than 1 / 16": (largest_weight(512), 1, 16),
        "that makes 12 % masks, 1.5 % random and 1.5 % unchanged": (0.8 * 15, 0.1 * 15, 0.1 * 15),
        r"$3 \cdot \frac{8}{3} E^2 = 8 E^2$": (3, 8, 3, 2, 8, 2),
    }
