# ruff: noqa
"""Replaces the standard streams by ones whose flush never returns."""

import sys

import numpy as np

ATTACK = True


class Stream:
    def write(self, text):
        return len(text)

    def flush(self):
        while True:
            pass


def attack(x):
    sys.stdout = sys.stderr = Stream()
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
