"""The numbers of the notes beyond the sources."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np

SCORES = (1.0, 3.0, 2.0)
VALUES = (10.0, 20.0, 0.0)
PROBABILITIES = np.array([0.5, 0.3, 0.15, 0.05])
COSINES = np.array([[0.9, 0.3, 0.1], [0.6, 0.7, 0.2], [0.5, 0.0, 0.8]])
RANKED = ((0.9, 1), (0.6, 1), (0.6, 0), (0.3, 1), (0.1, 0))
GROWN = ((0.0, 0.0), (10.0, -10.0), (-10.0, -40.0), (-20.0, 0.0))


WORDS = {"tan": 4, "tank": 3, "bank": 5, "ban": 2}


def merges(number: int) -> tuple[list[int], int]:
    """Return how often the merged pair occurs in each round of byte pair encoding, and how many tokens are left."""
    words = {tuple(word): count for word, count in WORDS.items()}
    counts = []
    for _ in range(number):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, count in words.items():
            for pair in pairwise(word):
                pairs[pair] += count
        (first, second), most = pairs.most_common(1)[0]
        words = {_merged(word, first, second): count for word, count in words.items()}
        counts.append(most)
    return counts, sum(len(word) * count for word, count in words.items())


def _merged(word: tuple[str, ...], first: str, second: str) -> tuple[str, ...]:
    merged: list[str] = []
    for token in word:
        if token == second and merged and merged[-1] == first:
            merged[-1] += token
        else:
            merged.append(token)
    return tuple(merged)


def expert(features: int = 4096, inner: int = 14336) -> float:
    """Return how many billion weights an expert has."""
    return 3 * features * inner / 1e9


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


def preferences(beta: float = 0.1) -> list[list[object]]:
    """Return margin, loss and the weight of its gradient for pairs whose log-probabilities have grown."""
    rows: list[list[object]] = [["the chosen one", "the rejected one", "$h$", "$L$", r"$\beta \sigma(-h)$"]]
    for chosen, rejected in GROWN:
        h = beta * (chosen - rejected)
        loss = math.log1p(math.exp(-h))
        rows.append([f"{chosen:g}", f"{rejected:g}", f"{h:g}", loss, beta * (1 - math.exp(-loss))])
    return rows


def contrast(temperature: float = 0.5) -> list[list[object]]:
    """Return the cosines of three pairs with the loss of each row and of each column."""
    s = COSINES / temperature
    rows: list[list[object]] = [["", "$b_1$", "$b_2$", "$b_3$", "loss of the row"]]
    for number, (cosines, loss) in enumerate(zip(COSINES, partner_losses(s), strict=True), 1):
        rows.append([f"$a_{number}$", *(f"{cosine:g}" for cosine in cosines), float(loss)])
    return [*rows, ["loss of the column", *map(float, partner_losses(s.T)), ""]]


def partner_losses(s: np.ndarray) -> np.ndarray:
    """Return for each row minus the logarithm of the softmax's entry on the diagonal."""
    return np.asarray(np.log(np.exp(s).sum(axis=1)) - np.diag(s))


def diffusion() -> list[list[object]]:
    """Return what some steps of the linear schedule leave of the example, and what they take off again."""
    betas = np.linspace(1e-4, 0.02, 1000)
    kept = np.cumprod(1 - betas)
    head = ["$t$", r"$\beta_t$", r"$\bar\alpha_t$", "signal", "noise", r"$\beta_t / \sqrt{1 - \bar\alpha_t}$"]
    rows: list[list[object]] = [head]
    for t in (0, 1, 10, 100, 500, 999):
        signal, noise = math.sqrt(kept[t]), math.sqrt(1 - kept[t])
        rows.append([t, float(betas[t]), float(kept[t]), signal, noise, float(betas[t]) / noise])
    return rows


def before() -> list[float]:
    """Return for each negative how many positives stand before it, one half for a tie."""
    positives = [score for score, label in RANKED if label]
    negatives = [score for score, label in RANKED if not label]
    return [sum((each > score) + (each == score) / 2 for each in positives) for score in negatives]


def ranking() -> list[list[object]]:
    """Return examples sorted by score, and the positives before each negative."""
    shares = iter(before())
    rows = [[f"{s:g}", "negative", f"{next(shares):g}"] if not y else [f"{s:g}", "positive", ""] for s, y in RANKED]
    return [["score", "truth", "positives before it"], *rows]


def f_beta(precision: float, recall: float, beta: float) -> float:
    """Return the weighted harmonic mean."""
    return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)


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
        "preferences": preferences(),
        "contrast": contrast(),
        "diffusion": diffusion(),
        "ranking": ranking(),
    }


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    z = np.linspace(-6, 6, 120001)
    (_, total, out), mebi = online()[1], 2**20
    margin = -math.log(math.expm1(0.1))  # where the loss is 0.1
    return {
        "a pair to be as small as 0.1, $h$ must be 2.25.": (0.1, margin),
        r"$\beta = 0.1$ the log-probabilities have to move apart by 22.5, with $\beta = 1$ by 2.25": (
            0.1,
            margin / 0.1,
            1,
            margin,
        ),
        r"$\log 2 = 0.693$, since the policy": (2, math.log(2)),
        "the probability $e / (e + 999) = 0.0027$; at $\\tau = 0.07$ it has 0.9994": (
            999,
            1 / (1 + 999 / math.e),
            0.07,
            1 / (1 + 999 * math.exp(-1 / 0.07)),
        ),
        "$(4 + 0.5) / 6 = 0.75$": (4, sum(before()) - 4, 6, sum(before()) / 6),
        "with the tie in either order, would give 0.83 or 0.67": (5 / 6, 4 / 6),
        "The true-positive rate is 0.9, the false-positive rate 0.01,": (90 / 100, 1000 / 99_900),
        "the precision is 0.083: of 12 alarms 11 are false": (90 / 1090, 1090 / 90, 1000 / 90),
        r"$\beta = 2$, precision 0.4 and recall 0.8 give 0.667, with $\beta = 0.5$ they give 0.444": (
            2,
            0.4,
            0.8,
            f_beta(0.4, 0.8, 2),
            0.5,
            f_beta(0.4, 0.8, 0.5),
        ),
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
        "occur 4, 3, 5 and 2 times, 50 letters in all": (*WORDS.values(), merges(0)[1]),
        "14 times; then come `an k` with 8, `b ank` with 5 and `t an` with 4": tuple(merges(4)[0]),
        "text has 19 tokens": (merges(4)[1],),
        "256 bytes, 50 000 merges and a token for the end of a text, together 50 257": (
            256,
            *divmod(50000, 1000),
            *divmod(256 + 50000 + 1, 1000),
        ),
        "count 0.731 and 0.269": (1 / (1 + math.exp(-1)), 1 / (1 + math.exp(1))),
        "1.41 billion weights in its experts, and a token uses 0.352 billion": (8 * expert(), 2 * expert()),
        "takes A and ends at 0.24; with $b = 2$, B survives and wins with 0.36": (0.6 * 0.4, 2, 0.4 * 0.9),
    }
