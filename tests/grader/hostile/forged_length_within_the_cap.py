# ruff: noqa
"""Announces the largest answer that is allowed and lets it drip."""

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
    os.write(4, wire.HEADER.pack(wire.MAGIC, 1 << 20, 32 << 20))
    while True:
        os.write(4, b" ")
        time.sleep(0.01)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
