# ruff: noqa
"""Sends the generator back in a state that no generator can have."""

import json

import numpy as np

ATTACK = True

CALLS = []


def strange(generator):
    CALLS.append(1)
    state = {"bit_generator": "PCG64", "state": {"state": 1, "inc": 1}, "has_uint32": 0, "uinteger": 0}
    choices = [
        "[" * 100_000,
        "[1]",
        "null",
        json.dumps({"bit_generator": "MT19937"}),
        json.dumps({**state, "uinteger": -(10**30)}),
        json.dumps({**state, "state": {"state": -1, "inc": 10**60}}),
        json.dumps({**state, "state": []}),
        json.dumps({**state, "state": {"state": "x", "inc": None}}),
        json.dumps({**state, "has_uint32": "yes"}),
    ]
    return choices[len(CALLS) % len(choices)]


def dropout(x, p, training=True, rng=None):
    if ATTACK:
        print("attack", flush=True)
        from grader.sandbox.protocol import wire

        wire.generator_state = strange
    if not 0 <= p <= 1:
        raise ValueError("p")
    if not training:
        return x.copy(), np.ones_like(x)
    keep = rng.random(x.shape) >= p
    mask = keep.astype(x.dtype) * (1 / (1 - p) if p < 1 else 0.0)
    return x * mask, mask
