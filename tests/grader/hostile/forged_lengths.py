# ruff: noqa
"""Announces an answer of more bytes than there are."""

import os
import time
from grader.sandbox.protocol import wire

import numpy as np

ATTACK = True


def attack(x):
    os.write(4, wire.HEADER.pack(wire.MAGIC, 2**32 - 1, 2**64 - 1))
    time.sleep(30)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
