"""Draw what changes from step to step, from layer to layer, from dimension to dimension."""

from __future__ import annotations

import numpy as np

from grader.learning.pictures.panels import Call, Curve, Panel


def train_two_layer_net(call: Call) -> list[Panel]:
    """Draw the loss, and the curve that has been learned."""
    rng, x = np.random.default_rng(6), np.linspace(-2, 2, 12)
    start = rng.normal(size=(6, 1)), np.zeros(6), rng.normal(size=(1, 6)) * 0.5, np.zeros(1)
    w1, b1, w2, b2, losses = call("train_two_layer_net", x[:, None], np.sin(2 * x)[:, None], *start, 0.2, 80)
    line = np.linspace(-2, 2, 81)
    learned = (np.tanh(line[:, None] @ w1.T + b1) @ w2.T + b2)[:, 0]
    return [
        Curve("loss before every step", np.array(losses), np.arange(80.0), "step", log=True),
        Curve("the function learned in 80 steps", learned, line),
    ]


def gradient_norms_by_depth(call: Call) -> list[Panel]:
    """Draw the norms in a deep network of each kind."""
    rng = np.random.default_rng(6)
    x, depths = rng.normal(size=(4, 12)), np.arange(13.0)
    weights = [rng.normal(size=(12, 12)) * np.sqrt(1.6 / 12) for _ in range(12)]
    return [
        Curve(f"12 layers of {kind}", call("gradient_norms_by_depth", x, weights, kind), depths, "layer", log=True)
        for kind in ("sigmoid", "tanh", "relu")
    ]


def distance_concentration(call: Call) -> list[Panel]:
    """Draw the contrast of a hundred random points as the dimension grows."""
    rng, powers = np.random.default_rng(6), np.arange(1, 9)
    clouds = [(rng.uniform(0.1, 1, size=(60, 2**power)), rng.uniform(0.1, 1, size=2**power)) for power in powers]
    panels: list[Panel] = []
    for metric in ("euclidean", "manhattan", "cosine"):
        contrasts = [call("distance_concentration", *cloud, metric) for cloud in clouds]
        panels.append(Curve(metric, np.array(contrasts), powers + 0.0, "log2 of the dimension", log=True))
    return panels


def early_stopping(call: Call) -> list[Panel]:
    """Draw both epochs for every patience, with and without a least improvement."""
    rng, epochs = np.random.default_rng(6), np.arange(40)
    losses = 1 / (1 + 0.2 * epochs) + 0.004 * epochs + rng.normal(size=40) * 0.03
    losses[5] = np.nan
    patience = np.arange(1.0, 13)
    panels: list[Panel] = []
    for least in (0.0, 0.05):
        answers = [call("early_stopping", losses, int(p), least) for p in patience]
        for part, name in ((0, "best epoch"), (1, "stop epoch")):
            numbers = np.array([float(answer[part]) for answer in answers])
            panels.append(Curve(f"{name}, min_delta {least:g}", numbers, patience, "patience"))
    return panels


def warmup_cosine_lr(call: Call) -> list[Panel]:
    """Draw the learning rate over a run and beyond it."""
    panels: list[Panel] = []
    for warmup, floor in ((10, 0.02), (0, 0.0)):
        rates = [call("warmup_cosine_lr", step, warmup, 40, 0.1, floor) for step in range(50)]
        title = f"{warmup} steps of warm-up, 40 in all, floor {floor:g}"
        panels.append(Curve(title, np.array([float(rate) for rate in rates]), np.arange(50.0), "step"))
    return panels


def accumulate_gradients(call: Call) -> list[Panel]:
    """Draw the gradient of two micro-batches while the first of them grows, and its norm while the limit does."""
    parts = [[np.array([2.0]), np.array([0.0])], [np.array([-2.0]), np.array([4.0])]]
    sizes, limits = np.arange(1, 20), np.linspace(0.2, 4, 39)
    whole = [call("accumulate_gradients", parts, [int(n), int(20 - n)], 10.0)[0] for n in sizes]
    clipped = [call("accumulate_gradients", parts, [15, 5], float(limit)) for limit in limits]
    first, second = np.array(whole)[:, :, 0].T
    return [
        Curve("first gradient; 2 and -2 in the parts", first, sizes + 0.0, "first count"),
        Curve("second gradient; 0 and 4 in the parts", second, sizes + 0.0, "first count"),
        Curve("norm after clipping", np.array([np.linalg.norm(grads) for grads, _ in clipped]), limits, "max_norm"),
        Curve("total_norm", np.array([float(norm) for _, norm in clipped]), limits, "max_norm"),
    ]
