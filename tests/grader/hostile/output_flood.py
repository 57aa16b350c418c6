# ruff: noqa
"""Prints 200 MB."""

import os

import numpy as np

ATTACK = True


def attack(x):
    for _ in range(200):
        os.write(1, b"flood " * 170_000)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
