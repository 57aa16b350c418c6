# ruff: noqa
"""Raises an exception while it is loaded that speaks of a line which no file has."""

import numpy as np

ATTACK = True


def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)


def attack():
    raise SyntaxError("gone", ("leaky_relu.py", -(10**400), 0, ""))


if ATTACK:
    print("attack", flush=True)
    attack()
