# ruff: noqa
"""Raises exceptions that `except Exception` does not catch."""

import numpy as np

ATTACK = True


class Strange(BaseException):
    pass


def attack(x):
    raise Strange("not an Exception")


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
