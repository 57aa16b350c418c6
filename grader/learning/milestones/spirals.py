"""A deep network of your own learns two spirals: initialization, forward, backward, dropout, Adam.

This file is never imported. Its constants are read, and its text is sent to run beside the learner's code.
"""

from collections.abc import Generator
from itertools import pairwise
from typing import Any

import numpy as np

TITLE = "A deep network that learns two spirals"
PARTS = (
    "activation_gradient",
    "adam_step",
    "dropout",
    "linear_backward",
    "mlp_forward",
    "sparse_cross_entropy",
    "xavier_uniform",
)
STEPS = 250
CURVE = "loss"
FIGURE = "a cross-entropy of {:.3f} on new points"
AT_MOST = 0.06
HIDDEN = (
    # the other activations are not used, and 0 is never hit
    "activation_gradient.one_at_zero",
    "activation_gradient.leaky_dead",
    "activation_gradient.gelu_cdf_only",
    "activation_gradient.exp_form_overflow",
    "activation_gradient.gelu_tanh_form",
    # Adam takes its steps by the signs of gradients, whatever their scale
    "adam_step.no_bias_correction",
    "adam_step.t_one_too_far",
    "adam_step.eps_1e_7_default",
    "adam_step.eps_inside_sqrt",
    "adam_step.eps_before_correction",
    "adam_step.swapped_betas",
    "adam_step.v_of_m",
    "adam_step.fixed_eps",
    "linear_backward.batch_averaged",
    "linear_backward.db_mean",
    "sparse_cross_entropy.softmax_jacobian_applied_again",
    "sparse_cross_entropy.gradient_of_the_sum",
    # noise of another kind or size does as well
    "dropout.test_time_scaling",
    "dropout.never_scaled",
    "dropout.mask_not_scaled",
    "dropout.scaled_at_both_times",
    "dropout.fixed_count",
    "dropout.drops_samples",
    "dropout.drops_channels",
    "dropout.global_random_state",
    "dropout.zero_over_zero",
    "dropout.checked_in_training_only",
    "dropout.never_checked",
    # what is not asked for here: more axes, widths that are alike, weights, ignored rows, large logits
    "linear_backward.two_axes_only",
    "linear_backward.db_first_axis_only",
    "mlp_forward.last_layer_by_width",
    "mlp_forward.sigmoid_by_default",
    "sparse_cross_entropy.ignored_counted",
    "sparse_cross_entropy.no_max_shift",
    "sparse_cross_entropy.weighted_over_n",
    "sparse_cross_entropy.negative_label_wraps",
    "sparse_cross_entropy.log_of_softmax",
    "sparse_cross_entropy.probabilities_clipped",
    "sparse_cross_entropy.ignored_rows_keep_a_gradient",
    "sparse_cross_entropy.weight_ignored",
    # the biases stay small
    "mlp_forward.bias_after_activation",
    "mlp_forward.no_bias_in_last_layer",
    # starts that Adam makes up for
    "xavier_uniform.normal_instead",
    "xavier_uniform.sqrt3_over_n",
    "xavier_uniform.gain_under_root",
    "xavier_uniform.whole_mean_of_fans",
    "xavier_uniform.bias_counted",
    "xavier_uniform.global_generator",
    "xavier_uniform.own_seed",
)

WIDTHS = (2, 48, 48, 48, 48, 48, 2)
DROPPED = 0.1
RATE = 0.005
GAIN = 5 / 3  # of tanh
TURNS = 1.5
NOISE = 0.03


def spirals(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return points on two arms that wind around each other, shape (n, 2), and the arm of each, shape (n,)."""
    y = np.arange(n) % 2
    radius = np.sqrt(rng.uniform(0.04, 1, size=n))
    angle = 2 * np.pi * TURNS * radius + np.pi * y
    x = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return 1.5 * (x + rng.normal(0, NOISE, size=x.shape)), y


def gradients(
    parts: Any,
    x: np.ndarray,
    y: np.ndarray,
    weights: list[np.ndarray],
    biases: list[np.ndarray],
    rng: np.random.Generator,
) -> tuple[float, list[np.ndarray]]:
    """Return the loss of a thinned network, and its gradient with respect to all weights, then all biases."""
    inputs, sums, masks = [x], [], []
    for w, b in zip(weights[:-1], biases[:-1], strict=True):
        sums.append(inputs[-1] @ w.T + b)
        h, mask = parts.dropout(np.tanh(sums[-1]), DROPPED, True, rng)
        inputs.append(h)
        masks.append(mask)
    loss, upstream = parts.sparse_cross_entropy(inputs[-1] @ weights[-1].T + biases[-1], y)

    dw: list[np.ndarray] = []
    db: list[np.ndarray] = []
    for layer in reversed(range(len(weights))):
        dx, *own = parts.linear_backward(upstream, inputs[layer], weights[layer])
        dw.insert(0, own[0])
        db.insert(0, own[1])
        if layer:
            upstream = dx * masks[layer - 1] * parts.activation_gradient(sums[layer - 1], "tanh")
    return loss, dw + db


def train(parts: Any, rng: np.random.Generator) -> Generator[float, None, tuple[float, list[tuple[str, Any]]]]:
    """Yield the loss of each step; return the loss on points that were not learned, with nothing dropped."""
    x, y = spirals(300, rng)
    new_x, new_y = spirals(1000, rng)
    start, drops = rng.spawn(2)
    layers = len(WIDTHS) - 1
    parameters = [parts.xavier_uniform(*fans, start, GAIN) for fans in pairwise(WIDTHS)]
    parameters += [np.zeros(width) for width in WIDTHS[1:]]
    first, second = ([np.zeros_like(each) for each in parameters] for _ in range(2))
    for t in range(1, STEPS + 1):
        loss, grads = gradients(parts, x, y, parameters[:layers], parameters[layers:], drops)
        for i, g in enumerate(grads):
            parameters[i], first[i], second[i] = parts.adam_step(parameters[i], g, first[i], second[i], t, RATE)
        yield loss

    new_x, _ = parts.dropout(new_x, DROPPED, False, drops)  # which does nothing
    logits = parts.mlp_forward(new_x, parameters[:layers], parameters[layers:], "tanh")
    figure, _ = parts.sparse_cross_entropy(logits, new_y)
    side = np.linspace(-1.6, 1.6, 48)
    plane = np.stack(np.meshgrid(side, side[::-1]), axis=-1).reshape(-1, 2)
    logits = parts.mlp_forward(plane, parameters[:layers], parameters[layers:], "tanh")
    sure = 1 / (1 + np.exp(np.clip(logits[:, 0] - logits[:, 1], -30, 30)))
    return figure, [("how sure of the second arm", sure.reshape(48, 48))]
