# ruff: noqa
"""Matches a pattern that takes longer than the universe has."""

import re

import numpy as np

ATTACK = True


def attack(x):
    return re.match("(a+)+$", "a" * 80 + "b")


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
