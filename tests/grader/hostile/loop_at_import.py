# ruff: noqa
"""Is never done being loaded."""

import numpy as np

ATTACK = True


def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)


def attack():
    while True:
        pass


if ATTACK:
    print("attack", flush=True)
    attack()
