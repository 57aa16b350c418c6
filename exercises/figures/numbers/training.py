"""The numbers of the notes on training."""

from __future__ import annotations

import math

import numpy as np

VALUES = np.array([1.0, 2.0, 4.0, 3.0, 5.0, 9.0, 4.0])


def folds() -> list[list[object]]:
    """Return the score of each of three folds, and their mean."""
    rows: list[list[object]] = [["run", "validated on", "mean of the others", "mean squared error"]]
    scores = []
    for i, fold in enumerate(np.array_split(np.arange(len(VALUES)), 3)):
        held = VALUES[fold]
        mean = float(np.delete(VALUES, fold).mean())
        scores.append(float(((held - mean) ** 2).mean()))
        rows.append([str(i + 1), ", ".join(f"{value:g}" for value in held), mean, scores[-1]])
    return [*rows, ["mean", "", "", float(np.mean(scores))]]


def search() -> list[list[object]]:
    """Return the chance of random runs to be among the best, and the runs of a grid."""
    head = ["runs", "chance that one is among the best 5 %", "settings", "runs of a grid of five values"]
    pairs = zip((5, 15, 60, 120), range(1, 5), strict=True)
    return [head, *([str(n), 1 - 0.95**n, str(d), str(5**d)] for n, d in pairs)]


def components() -> list[list[object]]:
    """Return four points, centred, and their coordinates along the first principal component."""
    points = np.array([[2.0, 1.0], [3.0, 4.0], [6.0, 5.0], [9.0, 10.0]])
    centred = points - points.mean(axis=0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    first = directions[0] * np.sign(directions[0, 0])
    along = centred @ first
    back = points.mean(axis=0) + np.outer(along, first)

    def text(row: np.ndarray) -> str:
        return ", ".join(f"{value:.4g}" for value in row)

    head = ["point", "centred", "coordinate", "rebuilt from it"]
    rows = [[text(p), text(c), float(a), text(b)] for p, c, a, b in zip(points, centred, along, back, strict=True)]
    share = float(sizes[0] ** 2 / (sizes**2).sum())
    return [head, *rows, ["direction", text(first), "share of the variance", share]]


def contrast(dimensions: int, draws: int = 100) -> float:
    """Return the median contrast of the distances from a point to 500 others in the unit cube."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(draws):
        distances = np.linalg.norm(rng.random((500, dimensions)) - rng.random(dimensions), axis=1)
        found.append((distances.max() - distances.min()) / distances.min())
    return float(np.median(found))


def tables() -> dict[str, list[list[object]]]:
    """Return a cross-validation, the runs that a search takes, and a principal component."""
    return {"folds": folds(), "search": search(), "components": components()}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    half = np.finfo(np.float16)
    chinchilla = 1.69 + 406.4 / 70e9**0.34 + 410.7 / 1.4e12**0.28
    return {
        "the next number after 1 is 1.0078": (1, 1 + 2**-7),
        "and 1.00098": (1 + float(half.eps),),
        r"no number above 65 504, and below $3 \cdot 10^{-8}$ it": (
            *divmod(int(half.max), 1000),
            float(half.smallest_subnormal) / 2,
        ),
        "70 billion parameters and 1.4 trillion tokens, 20 for each parameter, give 1.94": (
            70,
            1.4,
            1.4e12 / 70e9,
            chinchilla,
        ),
        "saw 148 tokens per parameter": (1e12 / 6738415616,),
        "2.4 in 10, 0.40 in 100 and 0.11 in 1000": (contrast(10, 1000), 10, contrast(100), 100, contrast(1000), 1000),
        "$1 - 0.95^n$: 95 % for $n = 60$": (1, 0.95, 100 * (1 - 0.95**60), 60),
        "edges of 0.63 of the range in 10 dimensions, and of 0.95 in 100": (0.01**0.1, 10, 0.01**0.01, 100),
        "has 150 528 dimensions": divmod(224 * 224 * 3, 1000),
        "with $d = 4096$ and $r = 8$ that is 0.39 %": (4096, 8, 100 * 2 * 8 / 4096),
        "in 100 dimensions 99.4 % of it lie in the outer twentieth": (100, 100 * (1 - 0.95**100)),
        "give or take 0.24": (math.sqrt(7 / 120),),
        "a weight goes from 1 to 0.99": (1, 1 - 0.1 * 0.1),
    }
