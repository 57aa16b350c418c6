"""The numbers of the notes on normalization."""

from __future__ import annotations

import numpy as np

X = np.array([1.0, 2.0, 3.0, 6.0])
GRADIENT = np.array([1.0, 0.0, -1.0, 0.5])
GAMMA, BETA = 2.0, 1.0
TABLE = np.array([[1.0, 2.0, 6.0], [3.0, 8.0, 10.0]])


def standardized(x: np.ndarray, axis: int = 0) -> np.ndarray:
    """Return the values without their mean, in units of their standard deviation."""
    return (x - x.mean(axis=axis, keepdims=True)) / x.std(axis=axis, keepdims=True)


def loss(x: np.ndarray) -> float:
    """Return a loss whose gradient with respect to the output of the layer is the given one."""
    return float(GRADIENT @ (GAMMA * standardized(x) + BETA))


def measured(step: float = 1e-5) -> list[float]:
    """Return the gradient with respect to the input, by central differences."""
    return [(loss(X + step * unit) - loss(X - step * unit)) / (2 * step) for unit in np.eye(len(X))]


def batch_norm() -> list[list[object]]:
    """Return one channel, forward and backward, with the sums of its columns."""
    x_hat = standardized(X)
    inner = GRADIENT - GRADIENT.mean() - x_hat * (GRADIENT * x_hat).mean()
    columns = [
        X,
        x_hat,
        GAMMA * x_hat + BETA,
        GRADIENT,
        GRADIENT * x_hat,
        GAMMA / X.std() * inner,
        np.array(measured()),
    ]
    head = [r"$x$", r"$\hat{x}$", "$y$", "$g$", r"$g \hat{x}$", r"$\partial L / \partial x$", "measured"]
    sums = [float(np.round(column.sum(), 8)) + 0.0 for column in columns]
    rows = [["", *head], *(["", *row] for row in (np.stack(columns, axis=1) + 0.0).tolist())]
    return [*rows, ["sum", *sums]]


def tables() -> dict[str, list[list[object]]]:
    """Return batch norm of one channel, and both norms of one table."""
    head = ["example", "features", "batch norm", "layer norm"]
    parts = [TABLE, standardized(TABLE, 0), standardized(TABLE, 1)]
    rows = [[name, *(", ".join(f"{v:.4g}" for v in part[i]) for part in parts)] for i, name in enumerate(("1", "2"))]
    return {"batch_norm": batch_norm(), "norms": [head, *rows]}


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    return {"$0.9^{50} = 0.005$": (0.9, 50, 0.9**50)}
