# ruff: noqa
"""Steers the terminal of whoever prints a report: by what it prints, raises, warns of and answers."""

import sys
import warnings

import numpy as np

ATTACK = True


ESCAPES = "\x1b[2J\x1b]0;owned\x07\x1bP\x9b31m\x00\x08\x7f\r"
CALLS = []


class Loud(ValueError):
    pass


Loud.__name__ = ESCAPES.replace("\0", "")


def attack(x):
    CALLS.append(1)
    print(ESCAPES)
    print(ESCAPES, file=sys.stderr)
    warnings.warn(ESCAPES)
    if len(CALLS) % 3 == 0:
        raise Loud(ESCAPES)
    return ESCAPES if len(CALLS) % 3 == 1 else {ESCAPES: np.array([ESCAPES])}


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
