# ruff: noqa
"""Returns the largest arrays that can be sent, in many shapes."""

import numpy as np

ATTACK = True


CALLS = []


def attack(x):
    CALLS.append(1)
    size = (31 if len(CALLS) == 1 else 4) << 20
    shapes = [
        (size,),
        (size, 1),
        (1, size),
        (4, 7, size // 28),
        (size // 28, 4, 7),
        (1,) * 30 + (size,),
        (size // 4, 1, 1, 4),
    ]
    shape = shapes[len(CALLS) % len(shapes)]
    return np.zeros(shape, bool)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
