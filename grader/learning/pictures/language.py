"""Draw what language models learn from: the next token, preferences, and pairs that belong together."""

from __future__ import annotations

from functools import partial

import numpy as np

from grader.learning.pictures.curves import FAR, along
from grader.learning.pictures.panels import Call, Curve, Heat, Panel

LOG_P = np.linspace(-60, 0, 61)
STEP = 1e-3


def causal_lm_loss(call: Call) -> list[Panel]:
    """Draw how the loss moves with each score of two sequences, the second of which is padded, and the perplexity."""
    logits, ids = np.random.default_rng(5).normal(size=(2, 5, 4)), np.array([[2, 0, 3, 1, 1], [1, 3, 2, 0, 0]])
    mask = np.array([[True] * 5, [True] * 3 + [False] * 2])

    def answer(index: tuple[int, ...], change: float) -> tuple[np.ndarray, np.ndarray]:
        moved = logits.copy()
        moved[index] += change
        loss, perplexity = call("causal_lm_loss", moved, ids, mask)
        return loss, perplexity

    slopes = np.zeros(logits.shape)
    for index in np.ndindex(logits.shape):
        slopes[index] = (answer(index, STEP)[0] - answer(index, -STEP)[0]) / (2 * STEP)
    near, far = np.linspace(-6, 6, 41), FAR[::4]
    moving = [answer((0, 1, 3), change) for change in near]
    far_out = along(far, lambda change: float(answer((0, 1, 3), change)[0]))
    return [
        Heat("slope of the loss by each score; the tokens are 2 0 3 1 1", slopes[0], "position", "token"),
        Heat("the tokens are 1 3 2, then padding", slopes[1], "position", "token"),
        Curve("the score of a next token moves: loss", along(moving, lambda pair: float(pair[0])), near, "change"),
        Curve("perplexity", along(moving, lambda pair: float(pair[1])), near, "change"),
        Curve("loss, far out", far_out, far, "change"),
    ]


def dpo_loss(call: Call) -> list[Panel]:
    """Draw the loss of two pairs while the log-probability of an answer moves, and while beta does."""
    start = np.array([[-20.0, -31.0], [-24.0, -30.0], [-22.0, -28.0], [-21.0, -33.0]])

    def loss(row: int, value: float, beta: float = 0.2) -> np.ndarray:
        moved = start.copy()
        moved[row, 0] = value
        answer: np.ndarray = call("dpo_loss", *moved, beta)
        return answer

    answers = "policy, chosen", "policy, rejected", "reference, chosen", "reference, rejected"
    panels: list[Panel] = [
        Curve(f"{name} answer moves", along(LOG_P, partial(loss, row)), LOG_P, "log p")
        for row, name in enumerate(answers)
    ]
    betas, far = np.linspace(0.02, 2, 50), np.linspace(-10_000, 0, 41)
    return [
        *panels,
        Curve("beta moves", along(betas, lambda beta: loss(0, -20.0, beta)), betas, "beta"),
        Curve("policy, chosen, far out", along(far, partial(loss, 0)), far, "log p"),
    ]


def info_nce(call: Call) -> list[Panel]:
    """Draw the loss of three pairs while an embedding turns, while it grows, and while the temperature moves."""
    others = np.array([[-0.5, 0.9], [-0.6, -0.8]])
    partners = np.array([[1.0, 0.2], [-0.2, 1.0], [-0.9, -0.4]])
    turns, lengths, temperatures = np.linspace(-180, 180, 73), np.linspace(0.2, 5, 49), np.linspace(0.05, 3, 60)

    def loss(degrees: float, length: float, temperature: float) -> np.ndarray:
        angle = np.deg2rad(degrees)
        first = length * np.array([[np.cos(angle), np.sin(angle)]])
        answer: np.ndarray = call("info_nce", np.concatenate([first, others]), partners, temperature)
        return answer

    return [
        Curve("an embedding turns", along(turns, lambda turn: loss(turn, 1.5, 0.5)), turns, "degrees"),
        Curve("temperature 0.001", along(turns, lambda turn: loss(turn, 1.5, 1e-3)), turns, "degrees"),
        Curve("the embedding grows", along(lengths, lambda length: loss(60.0, length, 0.5)), lengths, "length"),
        Curve("the temperature moves", along(temperatures, lambda t: loss(60.0, 1.5, t)), temperatures, "temperature"),
    ]
