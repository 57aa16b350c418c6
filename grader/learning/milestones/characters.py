"""A character-level transformer learns a text of the notes: one layer that looks back, and writes on from any place.

This file is never imported. Its constants are read, and its text is sent to run beside the learner's code.
"""

import math
from collections.abc import Generator
from typing import Any

import numpy as np

TITLE = "A transformer learns a text by heart, character by character"
PARTS = (
    "relu",
    "xavier_uniform",
    "sparse_cross_entropy",
    "linear_backward",
    "adamw_step",
    "layer_norm",
    "positional_encoding",
    "scaled_dot_product_attention",
    "sample_probs",
)
STEPS = 200
CURVE = "loss"
FIGURE = "{:.0%} of the characters written right"
AT_LEAST = 0.87
HIDDEN = (  # the weights make up for it, or no call of this training shows it
    "relu.step_function",
    "relu.nan_dropped",
    "relu.in_place",
    "relu.arithmetic_on_infinity",
    "xavier_uniform.normal_instead",
    "xavier_uniform.fan_in_only",
    "xavier_uniform.sqrt3_over_n",
    "xavier_uniform.bound_is_standard_deviation",
    "xavier_uniform.gain_ignored",
    "xavier_uniform.gain_under_root",
    "xavier_uniform.one_sided",
    "xavier_uniform.whole_mean_of_fans",
    "xavier_uniform.bias_counted",
    "xavier_uniform.global_generator",
    "sparse_cross_entropy.ignored_counted",
    "sparse_cross_entropy.no_max_shift",
    "sparse_cross_entropy.weighted_over_n",
    "sparse_cross_entropy.gradient_of_the_sum",
    "sparse_cross_entropy.negative_label_wraps",
    "sparse_cross_entropy.log_of_softmax",
    "sparse_cross_entropy.probabilities_clipped",
    "sparse_cross_entropy.ignored_rows_keep_a_gradient",
    "sparse_cross_entropy.weight_ignored",
    "linear_backward.batch_averaged",
    "linear_backward.db_mean",
    "adamw_step.decay_after_step",
    "adamw_step.no_decay",
    "adamw_step.wrong_sign",
    "adamw_step.no_bias_correction",
    "adamw_step.t_one_too_far",
    "adamw_step.eps_inside_sqrt",
    "adamw_step.fixed_eps",
    "layer_norm.unbiased",
    "layer_norm.all_trailing_axes",
    "layer_norm.whole_array",
    "layer_norm.eps_outside",
    "layer_norm.no_affine",
    "layer_norm.unbiased_and_eps_outside",
    "layer_norm.one_pass_variance",
    "layer_norm.rms_norm",
    "layer_norm.divided_by_variance",
    "layer_norm.default_eps_of_1e_6",
    "layer_norm.root_of_deviation",
    "positional_encoding.concatenated_halves",
    "positional_encoding.exponent_i_over_d",
    "positional_encoding.odd_even_swapped",
    "positional_encoding.frequency_per_column",
    "positional_encoding.positions_from_one",
    "positional_encoding.multiplied",
    "positional_encoding.exponent_up_to_one",
    "scaled_dot_product_attention.divide_by_d",
    "scaled_dot_product_attention.scale_by_dv",
    "scaled_dot_product_attention.scale_by_tk",
    "scaled_dot_product_attention.mask_inverted",
    "scaled_dot_product_attention.causal_from_the_end",
    "scaled_dot_product_attention.causal_without_itself",
    "scaled_dot_product_attention.mask_instead_of_causal",
    "scaled_dot_product_attention.nan_for_nothing",
    "scaled_dot_product_attention.large_negative_score",
    "sample_probs.crossing_dropped_but_for_the_first",
    "sample_probs.temperature_without_effect",
    "sample_probs.top_p_before_temperature",
    "sample_probs.top_p_of_all",
    "sample_probs.zero_for_minus_infinity",
    "sample_probs.not_renormalized",
    "sample_probs.not_sorted",
    "sample_probs.no_max_shift",
    "sample_probs.bound_for_each_token",
)

TEXT = (
    "Attention computes, for each query, a weighted average of values; the weights come from comparing the query with "
    "all keys. "
)
BATCH, WINDOW, RATE, DECAY = 16, 24, 0.01, 0.01
WIDTH, HEADS, INNER = 32, 2, 64
STARTS, GIVEN, WRITTEN = 32, 8, 12
Params = dict[str, np.ndarray]


def linear(p: Params, name: str, x: np.ndarray) -> np.ndarray:
    """Return what a layer makes of its input."""
    y: np.ndarray = x @ p[f"{name} w"].T + p[f"{name} b"]
    return y


def split(x: np.ndarray) -> np.ndarray:
    """Return the features of each head by themselves: (N, T, WIDTH) becomes (N, HEADS, T, d)."""
    n, t, _ = x.shape
    return x.reshape(n, t, HEADS, WIDTH // HEADS).swapaxes(1, 2)


def merge(x: np.ndarray) -> np.ndarray:
    """Undo `split`."""
    n, _, t, _ = x.shape
    return x.swapaxes(1, 2).reshape(n, t, WIDTH)


def forward(parts: Any, p: Params, ids: np.ndarray) -> dict[str, np.ndarray]:
    """Return what each layer makes of characters of shape (N, T); the last are the scores, shape (N, T, V)."""
    x = p["embedding"][ids] + parts.positional_encoding(ids.shape[1], WIDTH)
    to_heads = parts.layer_norm(x, p["norm1 w"], p["norm1 b"], 1e-5)
    q, k, v = (split(linear(p, name, to_heads)) for name in ("query", "key", "value"))
    looked_up = merge(parts.scaled_dot_product_attention(q, k, v, None, True))
    h = x + linear(p, "mix", looked_up)
    to_inner = parts.layer_norm(h, p["norm2 w"], p["norm2 b"], 1e-5)
    inner = parts.relu(linear(p, "inner", to_inner))
    y = h + linear(p, "outer", inner)
    to_scores = parts.layer_norm(y, p["norm3 w"], p["norm3 b"], 1e-5)
    seen = {"x": x, "to_heads": to_heads, "q": q, "k": k, "v": v, "looked_up": looked_up, "h": h, "to_inner": to_inner}
    return seen | {"inner": inner, "y": y, "to_scores": to_scores, "scores": linear(p, "scores", to_scores)}


def backward(parts: Any, p: Params, ids: np.ndarray, targets: np.ndarray) -> tuple[float, Params]:
    """Return the loss and its gradients with respect to the parameters."""
    seen = forward(parts, p, ids)
    scores = seen["scores"]
    loss, d_scores = parts.sparse_cross_entropy(scores.reshape(-1, scores.shape[-1]), targets.reshape(-1))
    g: Params = {}

    def back(name: str, d_out: np.ndarray, x: np.ndarray) -> np.ndarray:
        dx: np.ndarray
        dx, g[f"{name} w"], g[f"{name} b"] = parts.linear_backward(d_out, x, p[f"{name} w"])
        return dx

    def norm_back(name: str, d_out: np.ndarray, x: np.ndarray) -> np.ndarray:
        dx, g[f"{name} w"], g[f"{name} b"] = layer_norm_backward(d_out, x, p[f"{name} w"])
        return dx

    dy = norm_back("norm3", back("scores", d_scores.reshape(scores.shape), seen["to_scores"]), seen["y"])
    d_inner = back("outer", dy, seen["inner"]) * (seen["inner"] > 0)
    dh = dy + norm_back("norm2", back("inner", d_inner, seen["to_inner"]), seen["h"])
    d_heads = attention_backward(parts, split(back("mix", dh, seen["looked_up"])), seen["q"], seen["k"], seen["v"])
    d_to_heads = sum(
        back(name, merge(d), seen["to_heads"]) for name, d in zip(("query", "key", "value"), d_heads, strict=True)
    )
    dx = dh + norm_back("norm1", np.asarray(d_to_heads), seen["x"])
    g["embedding"] = np.zeros_like(p["embedding"])
    np.add.at(g["embedding"], ids, dx)
    return loss, g


def layer_norm_backward(dy: np.ndarray, x: np.ndarray, gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of the input, the scale and the shift."""
    std = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    normalized = (x - x.mean(axis=-1, keepdims=True)) / std
    d = dy * gamma
    along = (d * normalized).mean(axis=-1, keepdims=True)
    dx = (d - d.mean(axis=-1, keepdims=True) - normalized * along) / std
    return dx, (dy * normalized).sum(axis=(0, 1)), dy.sum(axis=(0, 1))


def attention_backward(
    parts: Any, dy: np.ndarray, q: np.ndarray, k: np.ndarray, v: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of queries, keys and values."""
    ones = np.broadcast_to(np.eye(k.shape[2]), (*k.shape[:3], k.shape[2]))
    weights = parts.scaled_dot_product_attention(q, k, ones, None, True)  # what comes out for unit vectors
    d_weights = dy @ v.swapaxes(-1, -2)
    d_scores = weights * (d_weights - (weights * d_weights).sum(axis=-1, keepdims=True)) / math.sqrt(q.shape[-1])
    return d_scores @ k, d_scores.swapaxes(-1, -2) @ q, weights.swapaxes(-1, -2) @ dy


def parameters(parts: Any, characters: int, rng: np.random.Generator) -> Params:
    """Return the weights and biases before the first step."""
    shapes = {"query": (WIDTH, WIDTH), "key": (WIDTH, WIDTH), "value": (WIDTH, WIDTH), "mix": (WIDTH, WIDTH)}
    shapes |= {"inner": (WIDTH, INNER), "outer": (INNER, WIDTH), "scores": (WIDTH, characters)}
    p = {f"{name} w": parts.xavier_uniform(inputs, outputs, rng) for name, (inputs, outputs) in shapes.items()}
    p |= {f"{name} b": np.zeros(outputs) for name, (_, outputs) in shapes.items()}
    for name in ("norm1", "norm2", "norm3"):
        p[f"{name} w"], p[f"{name} b"] = np.ones(WIDTH), np.zeros(WIDTH)
    return p | {"embedding": rng.normal(size=(characters, WIDTH))}


def write(parts: Any, p: Params, ids: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return texts, shape (N, T), with as many characters more: each is drawn, looking back over the last WINDOW."""
    for _ in range(count):
        scores = forward(parts, p, ids[:, -WINDOW:])["scores"][:, -1]
        probs = np.cumsum(parts.sample_probs(scores, 0.5, 10, 0.95), axis=-1)
        drawn = (probs < rng.random((len(ids), 1))).sum(axis=-1)
        ids = np.concatenate([ids, np.minimum(drawn, scores.shape[-1] - 1)[:, None]], axis=1)
    return ids


def train(parts: Any, rng: np.random.Generator) -> Generator[float, None, tuple[float, list[tuple[str, Any]]]]:
    """Yield the loss of each batch; return how much of the text is written right from places in it, and a text."""
    alphabet = sorted(set(TEXT))
    text = np.array([alphabet.index(character) for character in TEXT])
    p = parameters(parts, len(alphabet), rng)
    m = {name: np.zeros_like(w) for name, w in p.items()}
    v = {name: np.zeros_like(w) for name, w in p.items()}
    for t in range(1, STEPS + 1):
        starts = rng.integers(len(text), size=(BATCH, 1))
        window = text[(starts + np.arange(WINDOW + 1)) % len(text)]  # after its end it begins again
        loss, g = backward(parts, p, window[:, :-1], window[:, 1:])
        rate = RATE * (1 - (t - 1) / STEPS)
        for name in p:
            p[name], m[name], v[name] = parts.adamw_step(
                p[name], g[name], m[name], v[name], t, rate, (0.9, 0.99), 1e-8, DECAY
            )
        yield loss

    starts = rng.integers(len(text), size=(STARTS, 1))
    asked = text[(starts + np.arange(GIVEN + WRITTEN)) % len(text)]
    written = write(parts, p, asked[:, :GIVEN], WRITTEN, rng)
    right = (written == asked)[:, GIVEN:].mean()
    sample = write(parts, p, text[None, :GIVEN], len(text), rng)[0]
    return float(right), [("what it writes", "".join(alphabet[character] for character in sample))]
