# ruff: noqa
"""Returns an integer of a million digits."""

import numpy as np

ATTACK = True


def attack(x):
    return 1 << 3_300_000


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
