# ruff: noqa
"""Returns arrays of objects and of records that hold objects."""

import numpy as np

ATTACK = True


class Loud:
    def __eq__(self, other):
        return True

    def __reduce__(self):
        return print, ("HARM: code ran in the grader",)


CALLS = []


def attack(x):
    CALLS.append(1)
    if len(CALLS) % 2:
        return np.array([[Loud()] * x.shape[-1]] * x.shape[0], object)
    return np.zeros(x.shape, [("a", object)])


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
