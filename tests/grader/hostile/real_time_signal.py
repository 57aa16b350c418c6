# ruff: noqa
"""Ends itself by a signal that has no name."""

import os

import numpy as np

ATTACK = True


def attack(x):
    os.kill(os.getpid(), 40)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
