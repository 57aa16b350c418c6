# ruff: noqa
"""Fills the stack of the machine by a recursion without limit."""

import sys

import numpy as np

ATTACK = True


class Endless:
    def __getattr__(self, name):
        return getattr(self, name + "_")

    def __repr__(self):
        return "".join(map(repr, [self]))


def attack(x):
    sys.setrecursionlimit(10**9)
    return repr(Endless())


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
