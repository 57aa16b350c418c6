# ruff: noqa
"""Computes a number of 370 million digits, which no exception interrupts."""

import numpy as np

ATTACK = True


def attack(x):
    return 9**9**9


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
