# ruff: noqa
"""Prints for ever."""

import os

import numpy as np

ATTACK = True


def attack(x):
    while True:
        os.write(2, b"flood " * 10_000)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
