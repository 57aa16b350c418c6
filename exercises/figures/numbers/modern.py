"""The numbers of the notes beyond the sources."""

from __future__ import annotations

import math

import numpy as np

SCORES = (1.0, 3.0, 2.0)
VALUES = (10.0, 20.0, 0.0)
PROBABILITIES = np.array([0.5, 0.3, 0.15, 0.05])


def online() -> list[tuple[float, float, float]]:
    """Return the largest score, the sum and the output after each block of one key."""
    largest, total, out = -math.inf, 0.0, 0.0
    states = []
    for score, value in zip(SCORES, VALUES, strict=True):
        larger = max(largest, score)
        shrink, weight = math.exp(largest - larger), math.exp(score - larger)
        total, out, largest = shrink * total + weight, shrink * out + weight * value, larger
        states.append((largest, total, out))
    return states


def tempered(temperature: float) -> np.ndarray:
    """Return the probabilities at a temperature."""
    p = PROBABILITIES ** (1 / temperature)
    return p / p.sum()


def cut(temperature: float = 1.0, k: int = 4, p: float = 1.0) -> np.ndarray:
    """Return the probabilities, the largest first, after temperature, top-k and top-p."""
    probabilities = tempered(temperature)
    probabilities[k:] = 0
    probabilities /= probabilities.sum()
    probabilities[np.cumsum(probabilities) - probabilities >= p] = 0
    return probabilities / probabilities.sum()


def cache_bytes(heads: int, layers: int = 32, features: int = 128, width: int = 2) -> int:
    """Return what a token takes in the cache."""
    return 2 * layers * heads * features * width


def silu(z: np.ndarray) -> np.ndarray:
    """Return z times its sigmoid."""
    return z / (1 + np.exp(-z))


def rate(step: int, warmup: int = 4, total: int = 12, peak: float = 0.1, floor: float = 0.02) -> float:
    """Return the learning rate of a step; the cosine goes on after the end."""
    if step < warmup:
        return peak * (step + 1) / warmup
    return floor + (peak - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2


def schedule() -> list[list[object]]:
    """Return the learning rate at some steps."""
    steps = (0, 1, 2, 3, 4, 6, 8, 10, 12)
    return [["step", "rate"], *([step, f"{rate(step):.3g}"] for step in steps)]


PARTS = np.array([[2.0, 0.0], [-2.0, 4.0]])  # mean gradients of micro-batches of these sizes
COUNTS = np.array([3, 1])


def clipped(g: np.ndarray, limit: float = 1.0) -> np.ndarray:
    """Return a gradient whose norm is at most the limit."""
    return g * min(1.0, limit / float(np.linalg.norm(g)))


def accumulation() -> list[list[object]]:
    """Return what becomes of two micro-batches that are put together in several ways."""
    whole = COUNTS @ PARTS / COUNTS.sum()
    ways = {
        "each with its share, 3/4 and 1/4": whole,
        "then clipped to norm 1": clipped(whole),
        "mean of the means": PARTS.mean(axis=0),
        "sum": PARTS.sum(axis=0),
        "each clipped to norm 1, then with its share": COUNTS @ np.array([clipped(g) for g in PARTS]) / COUNTS.sum(),
    }
    rows = [[name, *(f"{value:.3g}" for value in (*g, np.linalg.norm(g)))] for name, g in ways.items()]
    return [["how", "first number", "second", "norm"], *rows]


WIDTH = 4096


def ranks() -> list[list[object]]:
    """Return what is trained of a square matrix with updates of some ranks, and what training it keeps in memory."""
    head = ["rank", "trained numbers", "share", "weights, gradients and Adam's moments, 4 bytes each"]
    sizes = {str(r): 2 * WIDTH * r for r in (1, 8, 16, 64)} | {"all of the matrix": WIDTH**2}
    rows = [
        [name, f"{n:,}".replace(",", " "), f"{100 * n / WIDTH**2:.3g} %", f"{16e-6 * n:.3g} MB"]
        for name, n in sizes.items()
    ]
    return [head, *rows]


CHANNELS = np.array([[0.3, -1.27, 0.044], [25.0, 101.6, -5.0]])


def quantized() -> list[list[object]]:
    """Return two channels as integers and back, with a scale for each and with one for both."""
    own = np.abs(CHANNELS).max(axis=1, keepdims=True) / 127
    q, of_one = np.rint(CHANNELS / own), np.rint(CHANNELS / own.max()) * own.max()
    head = ["channel", "scale", "number", "$q$", "back", f"back, with the scale {own.max():g} for both"]
    rows = [
        [i + 1, *(f"{value:.4g}" for value in (own[i, 0], CHANNELS[i, j], q[i, j], q[i, j] * own[i, 0], of_one[i, j]))]
        for i, j in np.ndindex(CHANNELS.shape)
    ]
    return [head, *rows]


def blocks() -> list[list[object]]:
    """Return attention key by key."""
    rows: list[list[object]] = [["key", "score", "value", "$m$", r"$\ell$", "$o$", r"$o / \ell$"]]
    for number, (score, value, (m, total, out)) in enumerate(zip(SCORES, VALUES, online(), strict=True), 1):
        rows.append([number, f"{score:g}", f"{value:g}", f"{m:g}", total, out, out / total])
    return rows


def sampling() -> list[list[object]]:
    """Return one distribution tempered and cut."""
    settings = {
        "the model": cut(),
        "$T = 0.5$": cut(0.5),
        "$T = 2$": cut(2),
        "$k = 3$": cut(k=3),
        "$p = 0.7$": cut(p=0.7),
        "$T = 2$, $p = 0.7$": cut(2, p=0.7),
        "$p = 0.82$": cut(p=0.82),
        "$k = 3$, $p = 0.82$": cut(k=3, p=0.82),
    }
    head = ["", *(f"token {number}" for number in range(1, 5))]
    return [head, *([name, *(f"{value:.3g}" for value in row)] for name, row in settings.items())]


def tables() -> dict[str, list[list[object]]]:
    """Return the tables under the names of their places."""
    return {
        "online": blocks(),
        "quantized": quantized(),
        "schedule": schedule(),
        "accumulation": accumulation(),
        "ranks": ranks(),
        "sampling": sampling(),
    }


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    z = np.linspace(-6, 6, 120001)
    (_, total, out), mebi = online()[1], 2**20
    return {
        r"$o / \ell = 21.353 / 1.135 = 18.808$": (out, total, out / total),
        "2 bytes that is 0.5 MiB per token, 2 GiB for a text of 4096": (
            2,
            cache_bytes(32) / mebi,
            4096 * cache_bytes(32) / 2**30,
            4096,
        ),
        "128 KiB in place of 512 per token": (cache_bytes(8) / 1024, cache_bytes(32) / 1024),
        "10.8 for 50 257 tokens": (math.log(50257), 50, 257),
        "with the probabilities 0.5 and 0.005 the first is 20, the second 101": (
            0.5,
            0.005,
            math.exp(-(math.log(0.5) + math.log(0.005)) / 2),
            (1 / 0.5 + 1 / 0.005) / 2,
        ),
        r"steps: 2000 for $\beta_2 = 0.999$": (2 / (1 - 0.999), 2, 0.999),
        "rate would jump from 0.1 down to 0.08": (rate(3), rate(4, warmup=0)),
        "16 of 12 it would be back at 0.06": (16, 12, rate(16)),
        "second part has the norm 4.47, the whole only 1.41": (
            float(np.linalg.norm(PARTS[1])),
            float(np.linalg.norm(COUNTS @ PARTS / COUNTS.sum())),
        ),
        "is four standard deviations, 0.9 % of one": (100 * 4 / 127 / math.sqrt(12),),
        "has a minimum of -0.28 at -1.28": (float(silu(z).min()), float(z[silu(z).argmin()])),
        r"size 0.001 with $\varepsilon = 10^{-5}$ it changes the result by a factor of about 3": (
            0.001,
            1e-5,
            math.sqrt(0.001**2 + 1e-5) / 0.001,
        ),
    }
