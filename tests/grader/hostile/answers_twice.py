# ruff: noqa
"""Forks in the call, and both answer."""

import os

import numpy as np

ATTACK = True


def attack(x):
    os.fork()
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
