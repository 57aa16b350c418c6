# ruff: noqa
"""Registers a loop for the end of the process, and ends it."""

import atexit
import sys
import weakref

import numpy as np

ATTACK = True


def loop():
    while True:
        pass


class Thing:
    pass


THING = Thing()


def attack(x):
    atexit.register(loop)
    weakref.finalize(THING, loop)
    sys.exit(0)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
