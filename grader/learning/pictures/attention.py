"""Draw attention: who looks at whom."""

from __future__ import annotations

import numpy as np

from grader.learning.pictures.panels import Call, Heat, Panel, Shares


def scaled_dot_product_attention(call: Call) -> list[Panel]:
    """Draw the weights, which come out where the values are unit vectors."""
    rng = np.random.default_rng(5)
    q, k, values = rng.normal(size=(5, 8)) * 1.5, rng.normal(size=(5, 8)), np.eye(5)
    mask = np.array([[1, 1, 0, 1, 1], [1, 1, 1, 1, 0], [0, 0, 0, 0, 0], [1, 0, 1, 1, 1], [1, 1, 1, 1, 1]], bool)
    name = "scaled_dot_product_attention"
    return [
        Heat("weights", call(name, q, k, values), "query", "key"),
        Heat("causal, two more keys", call(name, q[:3], k, values, None, True), "query", "key"),
        Heat("with a mask; query 2 may look nowhere", call(name, q, k, values, mask), "query", "key"),
    ]


def multi_head_attention(call: Call) -> list[Panel]:
    """Draw the weights of two heads, and the output; the last token is padding."""
    rng = np.random.default_rng(5)
    x, tokens = rng.normal(size=(1, 5, 8)), np.array([[False] * 4 + [True]])
    projections = rng.normal(size=(24, 8)) * 0.7, rng.normal(size=24) * 0.5, rng.normal(size=(8, 8)) * 0.5
    out, weights = call("multi_head_attention", x, *projections, rng.normal(size=8), 2, tokens)
    return [
        Heat("weights of head 0; key 4 is padding", weights[0, 0], "query", "key"),
        Heat("weights of head 1", weights[0, 1], "query", "key"),
        Heat("output", out[0], "token", "feature"),
    ]


def transformer_encoder_layer(call: Call) -> list[Panel]:
    """Draw the output of both orders."""
    rng, e, f = np.random.default_rng(5), 6, 8
    shapes = {
        "self_attn.in_proj_weight": (3 * e, e),
        "self_attn.in_proj_bias": (3 * e,),
        "self_attn.out_proj.weight": (e, e),
        "self_attn.out_proj.bias": (e,),
        "linear1.weight": (f, e),
        "linear1.bias": (f,),
        "linear2.weight": (e, f),
        "linear2.bias": (e,),
        "norm1.weight": (e,),
        "norm1.bias": (e,),
        "norm2.weight": (e,),
        "norm2.bias": (e,),
    }
    params = {name: rng.normal(size=shape) * 0.5 for name, shape in shapes.items()}
    x = rng.normal(size=(1, 5, e)) * 1.5
    orders = ("post-LN, ReLU", False, "relu"), ("pre-LN, GELU", True, "gelu")
    return [
        Heat(title, call("transformer_encoder_layer", x, params, 2, first, activation)[0], "token", "feature")
        for title, first, activation in orders
    ]


def bert_mask_tokens(call: Call) -> list[Panel]:
    """Draw what becomes of the tokens."""
    ids = np.random.default_rng(5).integers(5, 1000, size=(100, 200))
    ids[:, 0], ids[:, -1] = 1, 2
    inputs, labels = call("bert_mask_tokens", ids, 1000, 4, [1, 2], np.random.default_rng(0), 0.3)
    chosen, special = labels != -100, ids < 3
    masked, same = chosen & (inputs == 4), chosen & (inputs == ids)

    def share(what: np.ndarray, of: np.ndarray) -> float:
        return float(np.mean(what[of])) if of.any() else 0.0

    answer = [
        share(chosen, ~special),
        share(chosen, special),
        share(masked, chosen),
        share(chosen & ~masked & ~same, chosen),
        share(same, chosen),
        share(inputs != ids, ~chosen),
        share(labels == ids, chosen),
    ]
    labels_of = (
        "tokens chosen",
        "special tokens chosen",
        "[MASK] among the chosen",
        "random among the chosen",
        "unchanged among the chosen",
        "changed among the others",
        "labels that are the original",
    )
    return [Shares("shares, with p = 0.3", np.array(answer) + 0 * (inputs + labels).mean(), labels_of, chance=0.03)]
