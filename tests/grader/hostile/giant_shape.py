# ruff: noqa
"""Returns an array of 10**12 elements that takes no memory."""

import numpy as np

ATTACK = True


def attack(x):
    return np.broadcast_to(np.zeros(1), (10**6, 10**6))


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
