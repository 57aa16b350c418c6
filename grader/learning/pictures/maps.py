"""Draw matrices as maps of yours, torch's and the error: softmax, normalization, positions, images."""

from __future__ import annotations

import numpy as np

from grader.learning.pictures.panels import Call, Draws, Heat, Panel, Shares

RNG_SEED = 7


def _normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(RNG_SEED).normal(size=shape)


def softmax(call: Call) -> list[Panel]:
    """Draw the probabilities along either axis, and those of large scores."""
    x = _normal(4, 6) * 2
    large = x + np.array([[0.0], [1000.0], [-1000.0], [0.0]])
    return [
        Heat("softmax(x)", call("softmax", x), "row", "column"),
        Heat("softmax(x, axis=0)", call("softmax", x, 0), "row", "column"),
        Heat("scores around 0, 1000, -1000 and 0", call("softmax", large), "row", "column"),
        Heat("softmax(x[:, :, None], axis=1)", call("softmax", x[:, :, None], 1)[:, :, 0], "row", "column"),
    ]


def sample_probs(call: Call) -> list[Panel]:
    """Draw one distribution at several temperatures, and cut in several ways."""
    logits = np.log(np.array([0.05, 0.3, 0.5, 0.03, 0.12]))
    tempered = [call("sample_probs", logits, temperature) for temperature in (0.5, 1.0, 2.0)]
    cuts = [
        call("sample_probs", logits, *cut)
        for cut in ((1.0, 3, 1.0), (1.0, None, 0.6), (2.0, None, 0.75), (1.0, 3, 0.85))
    ]
    return [
        Heat("temperature 0.5 (row 0), 1 and 2", np.stack(tempered), "row", "token"),
        Heat("k = 3; p = 0.6; temperature 2, p = 0.75; k = 3, p = 0.85", np.stack(cuts), "row", "token"),
        Heat(
            "two rows at once, k = 2",
            call("sample_probs", np.stack([logits, logits[::-1] - 9]), 1.0, 2),
            "row",
            "token",
        ),
    ]


def batch_norm(call: Call) -> list[Panel]:
    """Draw a batch in training and in evaluation, and the running statistics."""
    x = _normal(6, 4) * np.array([1.0, 3.0, 0.5, 2.0]) + np.array([0.0, 2.0, -1.0, 4.0])
    state = np.array([1.0, -0.5, 2.0, 0.8]), np.array([0.5, 0.0, -1.0, 1.0]), np.ones(4) * 0.5, np.arange(1.0, 5.0)
    y, mean, var = call("batch_norm", x, *state, True, 0.3)
    evaluated = call("batch_norm", x, *state, False, 0.3)
    images = _normal(3, 4, 2, 2)
    return [
        Heat("y in training", y, "sample", "channel"),
        Heat("y in evaluation", evaluated[0], "sample", "channel"),
        Heat("running statistics after training (0: mean, 1: variance)", np.stack([mean, var]), "statistic", "channel"),
        Heat("running statistics after evaluation", np.stack(evaluated[1:]), "statistic", "channel"),
        Heat("first of three images", call("batch_norm", images, *state, True)[0][0].reshape(4, 4), "channel", "pixel"),
    ]


def layer_norm(call: Call) -> list[Panel]:
    """Draw a batch, and one of tiny numbers, for which eps counts."""
    x = _normal(5, 6) * np.array([[1.0], [3.0], [0.5], [2.0], [1.0]]) + np.arange(5.0)[:, None]
    gamma, beta = np.array([1.0, -0.5, 2.0, 0.8, 1.5, 1.0]), np.array([0.5, 0.0, -1.0, 1.0, 0.0, 0.3])
    return [
        Heat("y", call("layer_norm", x, gamma, beta), "sample", "feature"),
        Heat("first of two sequences", call("layer_norm", np.stack([x, 2 - x]), gamma, beta)[0], "token", "feature"),
        Heat("y of numbers around 0.003", call("layer_norm", 3e-3 * x, gamma, beta), "sample", "feature"),
    ]


def rms_norm(call: Call) -> list[Panel]:
    """Draw a batch far from 0, and one of tiny numbers, for which eps counts."""
    x = _normal(5, 6) * np.array([[1.0], [3.0], [0.5], [2.0], [1.0]]) + np.arange(5.0)[:, None]
    gamma = np.array([1.0, -0.5, 2.0, 0.8, 1.5, 1.0])
    return [
        Heat("y", call("rms_norm", x, gamma), "sample", "feature"),
        Heat("first of two sequences", call("rms_norm", np.stack([x, 2 - x]), gamma)[0], "token", "feature"),
        Heat("y of numbers around 0.003", call("rms_norm", 1e-3 * x, gamma), "sample", "feature"),
    ]


def positional_encoding(call: Call) -> list[Panel]:
    """Draw the waves."""
    return [Heat("encoding", call("positional_encoding", 24, 16), "position", "feature")]


def rope(call: Call) -> list[Panel]:
    """Draw what becomes of pairs (1, 0), and the scores of equal tokens, which depend on the distance."""
    positions = np.arange(16)
    turned = call("rope", np.tile([1.0, 0.0], (16, 4)), positions, 100.0)
    query, key = (np.tile(vector, (16, 1)) for vector in _normal(2, 8))
    q, k = call("rope", query, positions + 3, 100.0), call("rope", key, positions, 100.0)
    return [
        Heat("pairs (1, 0), turned", turned, "position", "feature"),
        Heat("scores of one query, from position 3 on, and one key", q @ k.T, "query", "key"),
    ]


def collapse_linear_layers(call: Call) -> list[Panel]:
    """Draw weights and bias of three layers that have become one."""
    rng = np.random.default_rng(RNG_SEED)
    shapes = (4, 5), (3, 4), (4, 3)
    w, b = call("collapse_linear_layers", [(rng.normal(size=shape), rng.normal(size=shape[0])) for shape in shapes])
    return [Heat("w", w, "output", "input"), Heat("b", b[None, :], "", "output")]


def augment_image(call: Call) -> list[Panel]:
    """Draw a letter that is mirrored, turned, both, and enlarged, and how the noise spreads."""
    letter = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 1, 0, 0, 0], [0] * 5])
    image, gray, rng = 0.8 * letter[None] + 0.1, np.full((1, 120, 120), 0.5), np.random.default_rng(0)

    def density(x: np.ndarray) -> np.ndarray:
        return np.asarray(np.exp(-(((x - 0.5) / 0.1) ** 2) / 2) / (0.1 * np.sqrt(2 * np.pi)))

    return [
        Heat("mirrored", call("augment_image", image, True, 0, 0.0, rng)[0], "row", "column"),
        Heat("turned once", call("augment_image", image, False, 1, 0.0, rng)[0], "row", "column"),
        Heat("mirrored, then turned once", call("augment_image", image, True, 1, 0.0, rng)[0], "row", "column"),
        Heat("twice as large", call("augment_image", image, False, 0, 0.0, rng, 2)[0], "row", "column"),
        Draws("gray 0.5 with noise of 0.1", call("augment_image", gray, False, 0, 0.1, rng)[0], density),
    ]


def kfold_indices(call: Call) -> list[Panel]:
    """Draw which examples each run validates on (1) and trains on (0); -1: on neither."""
    runs = call("kfold_indices", 11, 4)
    table = np.full((4, 11), np.nan)
    for row, (train, validate) in zip(table, runs, strict=True):
        if np.isfinite(train).all() and np.isfinite(validate).all():
            row[:] = -1
            row[[i for i in train.astype(int) if 0 <= i < 11]] = 0
            row[[i for i in validate.astype(int) if 0 <= i < 11]] = 1
    return [Heat("1: validation, 0: training", table, "run", "example")]


def finetune_step(call: Call) -> list[Panel]:
    """Draw how far four parameters move: one trained, one frozen, one without a gradient, one frozen without."""
    names = "trained", "frozen", "no_gradient", "frozen_no_gradient"
    params = {name: np.array([value]) for name, value in zip(names, (1.0, 2.0, -1.5, 3.0), strict=True)}
    grads = {"trained": np.array([0.7]), "frozen": np.array([-1.0])}
    panels: list[Panel] = []
    for decay in (0.0, 0.5):
        new = call("finetune_step", params, grads, ["frozen", "frozen_no_gradient"], 0.5, decay)
        moved = np.array([float(new[name][0] - params[name][0]) for name in names])
        panels.append(Shares(f"how far each moves, weight_decay {decay:g}", moved, names))
    return panels
