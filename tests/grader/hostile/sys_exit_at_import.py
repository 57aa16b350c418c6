# ruff: noqa
"""Leaves by sys.exit while it is loaded."""

import sys

import numpy as np

ATTACK = True


def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)


def attack():
    sys.exit(0)


if ATTACK:
    print("attack", flush=True)
    attack()
