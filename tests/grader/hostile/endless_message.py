# ruff: noqa
"""Raises an exception whose text never ends."""

import numpy as np

ATTACK = True


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def attack(x):
    raise Endless


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
