# ruff: noqa
"""Replaces the standard streams by things that raise."""

import sys

import numpy as np

ATTACK = True


class Stream:
    def __getattr__(self, name):
        raise SystemExit(0)


def attack(x):
    sys.stdout = sys.stderr = sys.stdin = Stream()
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
