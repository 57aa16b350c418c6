# ruff: noqa
"""Returns an object that runs code when it is unpickled."""

import os

import numpy as np

ATTACK = True


class Pickled(np.ndarray):
    def __reduce__(self):
        return print, ("HARM: code ran in the grader",)


def attack(x):
    return (-x).view(Pickled)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
