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


def grouped_query_attention(call: Call) -> list[Panel]:
    """Draw whom each head of queries looks at: value j of head g is the unit vector of its own number."""
    rng, heads, shared, keys = np.random.default_rng(5), 6, 2, 4
    q, k = rng.normal(size=(1, heads, keys, 8)), rng.normal(size=(1, shared, keys, 8))
    values = np.eye(shared * keys).reshape(1, shared, keys, -1)
    name, columns = "grouped_query_attention", "key (0 to 3 of head 0, 4 to 7 of head 1)"
    one = k[:, :1], values[:, :1, :, :keys]
    causal = call(name, q[:, :, :3], k, values, True)[0, 4]
    return [
        Heat("query 1 of six heads; two heads of keys", call(name, q, k, values)[0, :, 1], "head", columns),
        Heat("causal, three queries of head 4", causal, "query", columns),
        Heat("query 1; one head of keys for all", call(name, q, *one)[0, :, 1], "head", "key"),
        Heat("query 1; as many heads of keys", call(name, q[:, 3:5], k, values)[0, :, 1], "head", columns),
    ]


def kv_cache_step(call: Call) -> list[Panel]:
    """Draw whom new tokens look at, with a cache and without, and what the cache holds then."""
    rng = np.random.default_rng(5)
    q, k, values = rng.normal(size=(5, 4)) * 1.5, rng.normal(size=(5, 4)), np.eye(5)
    panels: list[Panel] = []
    for cached, title in ((2, "three new tokens, two cached"), (4, "one new token, four cached"), (0, "no cache yet")):
        new = q[cached:], k[cached:], values[cached:]
        out, keys, _ = call("kv_cache_step", *new, k[:cached], values[:cached])
        panels.append(Heat(f"weights: {title}", out, "new token", "key"))
        if cached == 2:
            panels.append(Heat("keys in the cache afterwards", keys, "token", "feature"))
    return panels


def online_softmax_attention(call: Call) -> list[Panel]:
    """Draw the weights, which come out where the values are unit vectors, for keys in blocks of two and one."""
    rng = np.random.default_rng(5)
    q, k, values = rng.normal(size=(4, 6)) * 1.5, rng.normal(size=(5, 6)), np.eye(5)
    rising, low = np.linspace(-0.8, 0.8, 5)[:, None] * np.ones(6), np.full((5, 6), -700.0)
    panels: list[Panel] = []
    for title, size, queries, keys in (
        ("blocks of 2, 2 and 1", 2, q, k),
        ("blocks of one key", 1, q, k),
        ("scores that rise along the keys, blocks of 2", 2, np.abs(q), rising),
        ("scores of some -1000, blocks of 2", 2, np.abs(q), low + k),
    ):
        blocks = [(keys[i : i + size], values[i : i + size]) for i in range(0, 5, size)]
        panels.append(Heat(f"weights: {title}", call("online_softmax_attention", queries, blocks), "query", "key"))
    return panels


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
