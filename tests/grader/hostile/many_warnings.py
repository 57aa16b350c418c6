# ruff: noqa
"""Warns a hundred thousand times."""

import warnings

import numpy as np

ATTACK = True


def attack(x):
    for i in range(20_000):
        warnings.warn("w" * 1000 + str(i))
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
