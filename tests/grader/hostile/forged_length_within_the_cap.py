# ruff: noqa
"""Announces the largest answer that is allowed and lets it drip."""

import os
import time
from grader.sandbox.protocol import wire

import numpy as np

ATTACK = True


def attack(x):
    os.write(4, wire.HEADER.pack(wire.MAGIC, 1 << 20, 4 << 20))
    while True:
        os.write(4, b" ")
        time.sleep(0.01)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
