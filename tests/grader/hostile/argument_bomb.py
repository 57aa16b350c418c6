# ruff: noqa
"""Fills its own argument with what is hard to look at."""

import sys

import numpy as np

ATTACK = True


class Loop:
    def __repr__(self):
        while True:
            pass

    __str__ = __eq__ = __hash__ = None


def attack(x):
    x.shape = (1,) * 60 + (x.size,)
    return x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
