# ruff: noqa
"""Returns an object that calls itself an array."""

import numpy as np

ATTACK = True


class Hook:
    shape = (4, 7)
    dtype = np.dtype(float)
    ndim = 2
    __array_priority__ = 1e9

    def __array__(self, dtype=None, copy=None):
        return np.zeros(self.shape)

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return lambda *_, **__: self


def attack(x):
    return Hook()


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
