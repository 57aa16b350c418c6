# ruff: noqa
"""Answers every check with 4 MB that are wrong, each of which would be kept for as long as causes are looked for."""

import numpy as np

ATTACK = True


def attack(x):
    return [np.full((131_000,), np.nan) for _ in range(4)]


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
