"""An LSTM that adds: it reads two binary numbers digit by digit, the last ones first, and learns to carry.

This file is never imported. Its constants are read, and its text is sent to run beside the learner's code.
"""

from collections.abc import Generator
from typing import Any

import numpy as np

TITLE = "An LSTM that adds binary numbers"
PARTS = (
    "bce_with_logits",
    "clip_grad_norm",
    "linear_backward",
    "lstm_cell",
    "momentum_step",
    "sigmoid",
    "xavier_uniform",
)
STEPS = 100
CURVE = "loss"
FIGURE = "a loss of {:.3f} for each digit of sums that are twice as long"
AT_MOST = 0.01
HIDDEN = (
    # no logit here is so large that it shows, and no weight is given
    "bce_with_logits.clamped_sigmoid",
    "bce_with_logits.naive_log_sigmoid",
    "bce_with_logits.pos_weight_on_both",
    "bce_with_logits.pos_weight_on_negatives",
    "bce_with_logits.pos_weight_ignored",
    "bce_with_logits.divided_by_the_weights",
    "sigmoid.overflowing_ratio",
    "sigmoid.clipped_input",
    # steps that are somewhat longer or shorter, which lead to the same place
    "clip_grad_norm.per_tensor_norm",
    "clip_grad_norm.always_rescales",
    "clip_grad_norm.max_norm_inf",
    "clip_grad_norm.norm_after_clipping_returned",
    "clip_grad_norm.sum_of_norms",
    "clip_grad_norm.root_missing",
    "clip_grad_norm.spectral_norm",
    "clip_grad_norm.epsilon_missing",
    "momentum_step.lr_inside_velocity",
    "momentum_step.keras_velocity",
    "momentum_step.nesterov",
    # nothing decays, and no gradient is used twice
    "momentum_step.weight_decay_doubled",
    "momentum_step.decay_past_velocity",
    "momentum_step.no_decay",
    "clip_grad_norm.in_place",
    "clip_grad_norm.same_arrays_below_threshold",
    # other cells that can add as well
    "lstm_cell.coupled_gate",
    "lstm_cell.one_bias",
    # starts that a small network forgives
    "xavier_uniform.variance_2_over_t",
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
)

DIGITS, BATCH, HIDDEN_UNITS = 8, 64, 16
RATE = 2.0
MOMENTUM = 0.9
MAX_NORM = 0.2


def sums(n: int, digits: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return digits of pairs of numbers, shape (n, digits, 2), and of their sums, shape (n, digits, 1)."""
    numbers = rng.integers(2 ** (digits - 1), size=(n, 2))
    places = np.arange(digits)
    x = numbers[:, None, :] >> places[None, :, None] & 1
    y = numbers.sum(axis=1)[:, None, None] >> places[None, :, None] & 1
    return x.astype(float), y.astype(float)


def read(parts: Any, x: np.ndarray, cell: list[np.ndarray]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the hidden and the cell states before the first step and after every one."""
    h = [np.zeros((len(x), HIDDEN_UNITS))]
    c = [np.zeros((len(x), HIDDEN_UNITS))]
    for t in range(x.shape[1]):
        after = parts.lstm_cell(x[:, t], h[-1], c[-1], *cell)
        h.append(after[0])
        c.append(after[1])
    return h, c


def back_through_time(
    parts: Any, x: np.ndarray, h: list[np.ndarray], c: list[np.ndarray], cell: list[np.ndarray], dh: np.ndarray
) -> list[np.ndarray]:
    """Return the gradients of the cell's parameters, from those of all hidden states, shape (n, steps, units)."""
    w_ih, w_hh, b_ih, b_hh = cell
    dw_ih, dw_hh, db = np.zeros_like(w_ih), np.zeros_like(w_hh), np.zeros_like(b_ih)
    dh_later, dc = np.zeros_like(h[0]), np.zeros_like(c[0])
    for t in reversed(range(x.shape[1])):
        z_i, z_f, z_g, z_o = np.split(x[:, t] @ w_ih.T + b_ih + h[t] @ w_hh.T + b_hh, 4, axis=1)
        i, f, g, o = parts.sigmoid(z_i), parts.sigmoid(z_f), np.tanh(z_g), parts.sigmoid(z_o)
        shown = np.tanh(c[t + 1])
        dh_now = dh[:, t] + dh_later
        dc = dc + dh_now * o * (1 - shown**2)
        dz = [dc * g * i * (1 - i), dc * c[t] * f * (1 - f), dc * i * (1 - g**2), dh_now * shown * o * (1 - o)]
        dz_all = np.concatenate(dz, axis=1)
        _, own, own_b = parts.linear_backward(dz_all, x[:, t], w_ih)
        dh_later, own_h, _ = parts.linear_backward(dz_all, h[t], w_hh)
        dw_ih, dw_hh, db = dw_ih + own, dw_hh + own_h, db + own_b
        dc = dc * f
    return [dw_ih, dw_hh, db, db]


def train(parts: Any, rng: np.random.Generator) -> Generator[float, None, tuple[float, list[tuple[str, Any]]]]:
    """Yield the loss of each step; return the share of longer sums of which every digit is right, and a few of them."""
    start, units = rng.spawn(1)[0], HIDDEN_UNITS
    parameters = [
        np.concatenate([parts.xavier_uniform(fan_in, units, start) for _ in range(4)]) for fan_in in (2, units)
    ]
    parameters += [np.zeros(4 * units), np.zeros(4 * units), parts.xavier_uniform(units, 1, start), np.zeros(1)]
    velocities = [np.zeros_like(each) for each in parameters]
    for _ in range(STEPS):
        x, y = sums(BATCH, DIGITS, rng)
        cell, (w, b) = parameters[:4], parameters[4:]
        h, c = read(parts, x, cell)
        states = np.stack(h[1:], axis=1)
        logits = states @ w.T + b
        loss = parts.bce_with_logits(logits, y)
        dstates, dw, db = parts.linear_backward((parts.sigmoid(logits) - y) / y.size, states, w)
        grads, _ = parts.clip_grad_norm([*back_through_time(parts, x, h, c, cell, dstates), dw, db], MAX_NORM)
        for i, g in enumerate(grads):
            parameters[i], velocities[i] = parts.momentum_step(parameters[i], g, velocities[i], RATE, MOMENTUM)
        yield loss

    x, y = sums(500, 2 * DIGITS, rng)
    h, _ = read(parts, x, parameters[:4])
    logits = np.stack(h[1:], axis=1) @ parameters[4].T + parameters[5]
    answers = logits > 0
    right = (answers == y).all(axis=(1, 2))
    sums_seen = [(f"sum {n + 1}", written(x[n], answers[n], right[n])) for n in range(3)]
    return parts.bce_with_logits(logits, y), sums_seen


def written(x: np.ndarray, answer: np.ndarray, right: bool) -> str:
    """Return a sum as it is written."""
    one, other, total = ("".join(str(int(digit)) for digit in row[::-1]) for row in (x[:, 0], x[:, 1], answer[:, 0]))
    return f"{one} + {other} = {total} {'(right)' if right else '(wrong)'}"
