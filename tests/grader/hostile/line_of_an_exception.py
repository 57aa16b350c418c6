# ruff: noqa
"""Raises exceptions that speak of lines which no file has."""

import numpy as np

ATTACK = True


LINES = [-5, 0, -(10**400), 10**400, 10**4000, 2**63, True, 3.5, "7", None]
CALLS = []


def attack(x):
    CALLS.append(1)
    raise SyntaxError("gone", ("leaky_relu.py", LINES[len(CALLS) % len(LINES)], 0, ""))


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
