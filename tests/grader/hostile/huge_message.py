# ruff: noqa
"""Raises an exception whose text is 100 MB long."""

import numpy as np

ATTACK = True


class Huge(Exception):
    def __str__(self):
        return "huge " * 20_000_000


def attack(x):
    raise Huge


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
