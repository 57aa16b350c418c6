# ruff: noqa
"""Asks for arrays larger than the machine."""

import numpy as np

ATTACK = True


def attack(x):
    held = np.ones((1 << 15, 1 << 15))
    print("HARM: 8 GiB are held", flush=True)
    return held


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
