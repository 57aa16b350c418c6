"""The numbers of the notes on losses."""

from __future__ import annotations

import math

import numpy as np

TEACHER = np.array([4.0, 1.0, -3.0])
STUDENT = np.array([2.0, 1.0, 0.0])
PREDICTIONS, TARGETS = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.5, 2.5, 2.0, 10.3])


def softmax(z: np.ndarray) -> np.ndarray:
    """Return the shares of a row of scores."""
    e = np.exp(z - z.max())
    return np.asarray(e / e.sum())


def sigmoid(z: float) -> float:
    """Return the logistic function."""
    return 1 / (1 + math.exp(-z))


def kl(p: np.ndarray, q: np.ndarray) -> float:
    """Return the divergence of q from p."""
    return float(np.sum(p * np.log(p / q)))


def soft_gradient(temperature: float) -> float:
    """Return the norm of the gradient of the soft part with respect to the student's logits, without the factor."""
    return float(np.linalg.norm(softmax(STUDENT / temperature) - softmax(TEACHER / temperature)) / temperature)


def numbers(array: np.ndarray) -> str:
    """Return the elements of an array with four digits."""
    return ", ".join(f"{value:.4g}" for value in array)


def binary() -> list[list[object]]:
    """Return the table of a sample of class 1."""
    rows: list[list[object]] = [["logit $z$", "$p$", r"$-\log p$", "gradient, $p - 1$", "squared error's gradient"]]
    for z in (-10.0, -2.0, 0.0, 2.0, 10.0):
        p = sigmoid(z)
        rows.append([f"{z:g}", p, -math.log(p), p - 1, 2 * (p - 1) * p * (1 - p)])
    return rows


def distillation() -> list[list[object]]:
    """Return the table of a teacher and a student."""
    rows: list[list[object]] = [["$T$", "$p$, teacher", "$q$, student", "KL", "$T^2$ KL", "CE at 1", "KD"]]
    hard = -math.log(softmax(STUDENT)[0])
    for t in (1, 4):
        p, q = softmax(TEACHER / t), softmax(STUDENT / t)
        soft = kl(p, q)
        rows.append([t, numbers(p), numbers(q), soft, t * t * soft, hard, 0.5 * t * t * soft + 0.5 * hard])
    return rows


def scores() -> dict[str, float]:
    """Return what 40 true and 60 false positives, 10 false and 890 true negatives are worth."""
    precision, recall = 40 / 100, 40 / 50

    def f(beta: float) -> float:
        return (1 + beta**2) * precision * recall / (beta**2 * precision + recall)

    accuracy = (40 + 890) / 1000
    return {"accuracy": accuracy, "precision": precision, "recall": recall, "F1": f(1), "F2": f(2), "F0.5": f(0.5)}


def tables() -> dict[str, list[list[object]]]:
    """Return a table for each block of formulas."""
    errors = PREDICTIONS - TARGETS
    mse, mae = float(np.mean(errors**2)), float(np.mean(np.abs(errors)))
    regression = [
        ["prediction", *(f"{value:g}" for value in PREDICTIONS), "mean"],
        ["target", *(f"{value:g}" for value in TARGETS), ""],
        ["error", *map(float, errors.round(9)), ""],
        ["squared", *map(float, errors**2), f"MSE {mse:.4g}, RMSE {math.sqrt(mse):.4g}"],
        ["absolute", *map(float, np.abs(errors)), f"MAE {mae:.4g}"],
    ]
    p = softmax(STUDENT)
    classes: list[list[object]] = [["targets", r"$-\log p$", "loss", "gradient, $p - t$"]]
    for smoothing in (0.0, 0.1):
        t = (1 - smoothing) * np.array([1.0, 0.0, 0.0]) + smoothing / 3
        classes.append([numbers(t), numbers(-np.log(p)), float(-np.sum(t * np.log(p))), numbers(p - t)])
    confusion = [list(scores()), list(scores().values())]
    return {
        "regression": regression,
        "binary": binary(),
        "classes": classes,
        "distillation": distillation(),
        "confusion": confusion,
    }


def phrases() -> dict[str, tuple[float, ...]]:
    """Return what the sentences say."""
    p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    one, four = softmax(TEACHER), softmax(TEACHER / 4)
    errors = np.abs(PREDICTIONS - TARGETS)
    return {
        "It makes 96 % of the squared error and 76 % of the absolute one": (
            100 * errors[3] ** 2 / np.sum(errors**2),
            100 * errors[3] / np.sum(errors),
        ),
        "0 for $p = 1$, 0.69 for $p = 1/2$": (0, 1, -math.log(0.5), 1, 2),
        "($p = 0.2$: 0 instead of 0.223)": (0.2, 0, -math.log(0.8)),
        "($p = 0.9$: 2.408 instead of 0.105)": (0.9, -math.log(0.9) - math.log(0.1), -math.log(0.9)),
        "If the true class got 0.9 it costs 0.11, at 0.5 it is 0.69, at 0.01 already 4.6, and each further factor "
        "of 10 adds 2.3": (0.9, -math.log(0.9), 0.5, -math.log(0.5), 0.01, -math.log(0.01), 10, math.log(10)),
        "Clipping $p$ to $10^{-7}$, as other libraries do, limits it to 16.1": (1e-7, -math.log(1e-7)),
        "the gradients are -1 and -0.00009": (sigmoid(-10) - 1, 2 * (sigmoid(-10) - 1) * sigmoid(-10) * sigmoid(10)),
        "it is 0.368 in one direction and 0.511 in the other": (kl(p, q), kl(q, p)),
        "give 0.952, 0.047 and 0.001 at $T = 1$, and 0.607, 0.287 and 0.106 at $T = 4$": (*one, 1, *four, 4),
        "is 0.359 at $T = 1$; at $T = 100$ it is 1.18 with the factor and 0.000118 without": (
            soft_gradient(1),
            1,
            100,
            1e4 * soft_gradient(100),
            soft_gradient(100),
        ),
        "softmax 0.881, loss 0.127": (sigmoid(2), -math.log(sigmoid(2))),
        "Always saying no would have the better accuracy, 0.95": (950 / 1000,),
        "a loss of 0.00105 instead of 0.105": (-(0.1**2) * math.log(0.9), -math.log(0.9)),
    }
