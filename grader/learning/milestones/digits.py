"""A convolutional network reads handwritten digits: two convolutions, one pooling between them, and a linear layer.

The digits are 600 of the "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak (1998), UCI Machine
Learning Repository, https://doi.org/10.24432/C50P49, licensed under CC BY 4.0: the first 60 of each class of the test
set, 8 by 8 pixels from 0 to 16, sorted by class.

This file is never imported. Its constants are read, and its text is sent to run beside the learner's code.
"""

from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

TITLE = "A convolutional network reads handwritten digits"
PARTS = (
    "relu",
    "he_normal",
    "sparse_cross_entropy",
    "linear_backward",
    "minibatch_indices",
    "adam_step",
    "conv2d",
    "max_pool2d",
)
STEPS = 200
CURVE = "loss"
FIGURE = "{:.0%} of new digits read right"
AT_LEAST = 0.8
DATA = "digits.npz"
HIDDEN = (  # the weights make up for it, or no call of this training shows it
    "relu.absolute_value",
    "relu.nan_dropped",
    "relu.in_place",
    "relu.arithmetic_on_infinity",
    "he_normal.xavier_for_relu",
    "he_normal.xavier_variance",
    "he_normal.std_as_variance",
    "he_normal.fan_out_mode",
    "he_normal.uniform_shape",
    "he_normal.he_uniform",
    "he_normal.factor_two_missing",
    "he_normal.slope_ignored",
    "he_normal.slope_not_squared",
    "he_normal.bias_counted",
    "he_normal.truncated",
    "he_normal.standardized",
    "he_normal.global_generator",
    "he_normal.own_seed",
    "sparse_cross_entropy.ignored_counted",
    "sparse_cross_entropy.no_max_shift",
    "sparse_cross_entropy.weighted_over_n",
    "sparse_cross_entropy.softmax_jacobian_applied_again",
    "sparse_cross_entropy.gradient_of_the_sum",
    "sparse_cross_entropy.negative_label_wraps",
    "sparse_cross_entropy.log_of_softmax",
    "sparse_cross_entropy.probabilities_clipped",
    "sparse_cross_entropy.ignored_rows_keep_a_gradient",
    "sparse_cross_entropy.weight_ignored",
    "linear_backward.batch_averaged",
    "linear_backward.two_axes_only",
    "linear_backward.db_first_axis_only",
    "linear_backward.db_mean",
    "minibatch_indices.drops_full_batch",
    "minibatch_indices.drop_last_ignored",
    "minibatch_indices.drops_before_shuffling",
    "minibatch_indices.same_every_epoch",
    "minibatch_indices.global_random_state",
    "adam_step.t_one_too_far",
    "adam_step.eps_1e_7_default",
    "adam_step.eps_inside_sqrt",
    "adam_step.eps_before_correction",
    "adam_step.fixed_eps",
    "conv2d.bias_per_channel_in",
    "conv2d.edge_padding",
    "conv2d.bias_missing",
    "conv2d.subsample_input",
    "max_pool2d.zero_padding",
    "max_pool2d.large_negative_padding",
    "max_pool2d.average",
    "max_pool2d.stride_one",
    "max_pool2d.max_of_abs",
)

KNOWN = 395  # digits to learn; the last batch of an epoch is smaller
BATCH, RATE = 8, 0.02
CHANNELS = 4, 24


def batches(parts: Any, n: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield the samples of one batch after the other, epoch after epoch."""
    while True:
        yield from parts.minibatch_indices(n, BATCH, rng)


def forward(parts: Any, p: dict[str, np.ndarray], x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return what each layer makes of images of shape (N, 1, 8, 8); the last are the scores, shape (N, 10)."""
    a1 = parts.conv2d(x, p["w1"], p["b1"], 1, 1)  # (N, 4, 8, 8)
    pooled = parts.max_pool2d(a1, 3, 2, 1)  # (N, 4, 4, 4)
    h1 = parts.relu(pooled)
    a2 = parts.conv2d(h1, p["w2"], p["b2"], 2, 1)  # (N, 24, 2, 2)
    h2 = parts.relu(a2).reshape(len(x), -1)
    return a1, pooled, h1, a2, h2, h2 @ p["w3"].T + p["b3"]


def backward(parts: Any, p: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> tuple[float, dict[str, np.ndarray]]:
    """Return the loss and its gradients with respect to the parameters."""
    a1, pooled, h1, a2, h2, scores = forward(parts, p, x)
    loss, d_scores = parts.sparse_cross_entropy(scores, y)
    g = {}
    dh2, g["w3"], g["b3"] = parts.linear_backward(d_scores, h2, p["w3"])
    dh1, g["w2"], g["b2"] = conv2d_backward(dh2.reshape(a2.shape) * (a2 > 0), h1, p["w2"], 2, 1)
    da1 = max_pool2d_backward(dh1 * (pooled > 0), pooled, a1, 3, 2, 1)
    _, g["w1"], g["b1"] = conv2d_backward(da1, x, p["w1"], 1, 1)
    return loss, g


def conv2d_backward(
    dy: np.ndarray, x: np.ndarray, w: np.ndarray, stride: int, padding: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of the input, the weights and the bias: one place of the kernel after the other."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dx, dw = np.zeros_like(padded), np.zeros_like(w)
    for i, j in np.ndindex(*w.shape[2:]):
        seen = under(i, j, dy, stride)
        dw[:, :, i, j] = np.tensordot(dy, padded[seen], ((0, 2, 3), (0, 2, 3)))
        dx[seen] += np.tensordot(dy, w[:, :, i, j], (1, 0)).transpose(0, 3, 1, 2)
    return inside(dx, padding), dw, dy.sum(axis=(0, 2, 3))


def max_pool2d_backward(
    dy: np.ndarray, y: np.ndarray, x: np.ndarray, kernel: int, stride: int, padding: int
) -> np.ndarray:
    """Return the gradient of the input: all of it goes to the first largest of a window."""
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), constant_values=-np.inf)
    dx, open_ = np.zeros_like(padded), np.ones(y.shape, bool)
    for i, j in np.ndindex(kernel, kernel):
        seen = under(i, j, dy, stride)
        largest = open_ & (padded[seen] == y)
        dx[seen] += dy * largest
        open_ &= ~largest
    return inside(dx, padding)


def under(i: int, j: int, windows: np.ndarray, stride: int) -> tuple[slice, ...]:
    """Return where the place (i, j) of the kernel lies in all windows."""
    rows, columns = windows.shape[2:]
    return np.s_[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]


def inside(padded: np.ndarray, padding: int) -> np.ndarray:
    """Return images without what was put around them."""
    return padded[:, :, padding : padded.shape[2] - padding, padding : padded.shape[3] - padding]


def parameters(parts: Any, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the weights and biases before the first step."""
    first, second = CHANNELS
    return {
        "w1": parts.he_normal(9, first, rng).reshape(first, 1, 3, 3),
        "b1": np.zeros(first),
        "w2": parts.he_normal(9 * first, second, rng).reshape(second, first, 3, 3),
        "b2": np.zeros(second),
        "w3": parts.he_normal(4 * second, 10, rng),
        "b3": np.zeros(10),
    }


def train(
    parts: Any, rng: np.random.Generator, images: np.ndarray, labels: np.ndarray
) -> Generator[float, None, tuple[float, list[tuple[str, Any]]]]:
    """Yield the loss of each batch; return how many digits are read right that were not learned."""
    order = rng.permutation(len(images))
    known, new = np.sort(order[:KNOWN]), order[KNOWN:]
    x = images[:, None] / 8 - 0.6  # one channel, around 0
    p = parameters(parts, rng)
    m = {name: np.zeros_like(w) for name, w in p.items()}
    v = {name: np.zeros_like(w) for name, w in p.items()}
    drawn = batches(parts, KNOWN, rng)
    for t in range(1, STEPS + 1):
        batch = known[next(drawn)]
        loss, g = backward(parts, p, x[batch], labels[batch])
        rate = RATE * (1 - (t - 1) / STEPS)
        for name in p:
            p[name], m[name], v[name] = parts.adam_step(p[name], g[name], m[name], v[name], t, rate)
        yield loss

    read = forward(parts, p, x[new])[-1].argmax(axis=1)
    right = read == labels[new]
    return float(right.mean()), look_at(images[new], read, right)


def look_at(images: np.ndarray, read: np.ndarray, right: np.ndarray) -> list[tuple[str, Any]]:
    """Return some digits side by side with what they were read as, first those that were read wrong."""
    some = np.argsort(right, kind="stable")[:10]
    title = f"read as {' '.join(map(str, read[some]))}; wrong ones first, {int((~right).sum())} in all"
    return [(title, images[some])]
