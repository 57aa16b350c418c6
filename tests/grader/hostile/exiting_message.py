# ruff: noqa
"""Raises an exception whose text ends the process, or is no text."""

import numpy as np

ATTACK = True


class Exiting(Exception):
    def __str__(self):
        raise SystemExit(0)


def attack(x):
    raise Exiting


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
