"""A variational autoencoder learns to draw digits: an encoder, a code of four numbers, a decoder.

The digits are 600 of the "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (1998), UCI Machine
Learning Repository, https://doi.org/10.24432/C50P49, licensed under CC BY 4.0: the first 60 of each class of the test
set, 8 by 8 pixels from 0 to 16, sorted by class.

This file is never imported. Its constants are read, and its text is sent to run beside the learner's code.
"""

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

TITLE = "A variational autoencoder draws digits"
PARTS = (
    "relu",
    "sigmoid",
    "xavier_uniform",
    "bce_with_logits",
    "linear_backward",
    "minibatch_indices",
    "adam_step",
    "vae_sample_and_kl",
)
STEPS = 600
CURVE = "nats for a digit"
FIGURE = "{:.1f} nats for a new digit"
AT_LEAST = 23.8
AT_MOST = 25.8
DATA = "digits.npz"
HIDDEN = (  # the weights make up for it, or no call of this training shows it
    "relu.nan_dropped",
    "relu.in_place",
    "relu.arithmetic_on_infinity",
    "sigmoid.overflowing_ratio",
    "sigmoid.clipped_input",
    "xavier_uniform.normal_instead",
    "xavier_uniform.fan_in_only",
    "xavier_uniform.sqrt3_over_n",
    "xavier_uniform.bound_is_standard_deviation",
    "xavier_uniform.gain_ignored",
    "xavier_uniform.gain_under_root",
    "xavier_uniform.whole_mean_of_fans",
    "xavier_uniform.bias_counted",
    "xavier_uniform.global_generator",
    "xavier_uniform.own_seed",
    "bce_with_logits.clamped_sigmoid",
    "bce_with_logits.naive_log_sigmoid",
    "bce_with_logits.pos_weight_on_both",
    "bce_with_logits.pos_weight_on_negatives",
    "bce_with_logits.pos_weight_ignored",
    "bce_with_logits.divided_by_the_weights",
    "linear_backward.batch_averaged",
    "linear_backward.two_axes_only",
    "linear_backward.db_first_axis_only",
    "linear_backward.db_mean",
    "minibatch_indices.drops_full_batch",
    "minibatch_indices.drop_last_ignored",
    "minibatch_indices.drops_before_shuffling",
    "minibatch_indices.not_shuffled",
    "minibatch_indices.same_every_epoch",
    "minibatch_indices.global_random_state",
    "adam_step.t_one_too_far",
    "adam_step.eps_1e_7_default",
    "adam_step.eps_inside_sqrt",
    "adam_step.eps_before_correction",
    "adam_step.fixed_eps",
    "vae_sample_and_kl.shared_eps",
    "vae_sample_and_kl.logvar_clipped",
)

KNOWN = 400  # digits to learn; the last batch of an epoch is smaller
BATCH, RATE = 32, 0.005
HIDDEN_UNITS, CODE = 64, 4


def batches(parts: Any, n: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the samples of one batch after the other, epoch after epoch."""
    while True:
        yield from parts.minibatch_indices(n, BATCH, rng)


def linear(p: dict[str, np.ndarray], name: str, x: np.ndarray) -> np.ndarray:
    """Return what a layer makes of its input."""
    y: np.ndarray = x @ p[f"{name} w"].T + p[f"{name} b"]
    return y


def encode(parts: Any, p: dict[str, np.ndarray], x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the hidden units, and the mean and the log-variance of each digit's code."""
    h = parts.relu(linear(p, "encoder", x))
    return h, linear(p, "mu", h), linear(p, "logvar", h)


def decode(parts: Any, p: dict[str, np.ndarray], z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the hidden units and the logits of the pixels."""
    h = parts.relu(linear(p, "decoder", z))
    return h, linear(p, "pixels", h)


def bound(parts: Any, p: dict[str, np.ndarray], x: np.ndarray, eps: np.ndarray) -> float:
    """Return the negative evidence lower bound of digits: what code and pixels cost, in nats for a digit."""
    _, mu, logvar = encode(parts, p, x)
    z, kl = parts.vae_sample_and_kl(mu, logvar, eps)
    _, logits = decode(parts, p, z)
    return float(kl.mean() + parts.bce_with_logits(logits, x, None, "sum") / len(x))


def backward(
    parts: Any, p: dict[str, np.ndarray], x: np.ndarray, eps: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """Return the bound and its gradients with respect to the parameters."""
    h1, mu, logvar = encode(parts, p, x)
    z, kl = parts.vae_sample_and_kl(mu, logvar, eps)
    h2, logits = decode(parts, p, z)
    loss = kl.mean() + parts.bce_with_logits(logits, x, None, "sum") / len(x)

    g: dict[str, np.ndarray] = {}

    def back(name: str, d_out: np.ndarray, x: np.ndarray) -> np.ndarray:
        dx: np.ndarray
        dx, g[f"{name} w"], g[f"{name} b"] = parts.linear_backward(d_out, x, p[f"{name} w"])
        return dx

    dh2 = back("pixels", (parts.sigmoid(logits) - x) / len(x), h2)
    dz = back("decoder", dh2 * (h2 > 0), z)
    d_mu = dz + mu / len(x)
    d_logvar = dz * (z - mu) / 2 + (np.exp(logvar) - 1) / 2 / len(x)  # z - mu is exp(logvar / 2) * eps
    dh1 = back("mu", d_mu, h1) + back("logvar", d_logvar, h1)
    back("encoder", dh1 * (h1 > 0), x)
    return float(loss), g


def parameters(parts: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the weights and biases before the first step."""
    sizes = {
        "encoder": (64, HIDDEN_UNITS),
        "mu": (HIDDEN_UNITS, CODE),
        "logvar": (HIDDEN_UNITS, CODE),
        "decoder": (CODE, HIDDEN_UNITS),
        "pixels": (HIDDEN_UNITS, 64),
    }
    p: dict[str, np.ndarray] = {
        f"{name} w": parts.xavier_uniform(inputs, outputs, rng) for name, (inputs, outputs) in sizes.items()
    }
    return p | {f"{name} b": np.zeros(outputs) for name, (_, outputs) in sizes.items()}


def train(
    parts: Any, rng: np.random.Generator, images: np.ndarray, labels: np.ndarray
) -> Generator[float, None, tuple[float, list[tuple[str, Any]]]]:
    """Yield the bound of each batch; return that of digits that were not learned, and some that are drawn anew."""
    order = rng.permutation(len(images))
    x = images.reshape(len(images), -1) / 16
    known, new = x[np.sort(order[:KNOWN])], x[order[KNOWN:]]
    p = parameters(parts, rng)
    m = {name: np.zeros_like(w) for name, w in p.items()}
    v = {name: np.zeros_like(w) for name, w in p.items()}
    drawn = batches(parts, KNOWN, rng)
    for t in range(1, STEPS + 1):
        batch = known[next(drawn)]
        loss, g = backward(parts, p, batch, rng.normal(size=(len(batch), CODE)))
        rate = RATE * (1 - (t - 1) / STEPS)
        for name in p:
            p[name], m[name], v[name] = parts.adam_step(p[name], g[name], m[name], v[name], t, rate)
        yield loss

    _, logits = decode(parts, p, rng.normal(size=(10, CODE)))
    imagined = parts.sigmoid(logits).reshape(-1, 8, 8)
    return bound(parts, p, new, rng.normal(size=(len(new), CODE))), [("digits that nobody wrote", imagined)]
