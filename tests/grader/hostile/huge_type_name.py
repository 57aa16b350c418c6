# ruff: noqa
"""Raises exceptions of kinds with monstrous names and many parents."""

import numpy as np

ATTACK = True


def attack(x):
    parents = tuple(type("B" * 5000 + str(i), (Exception,), {}) for i in range(200))
    raise type("A" * 1_000_000 + "[bold]", parents, {})("x")


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
