# ruff: noqa
"""Takes memory until there is none."""

import numpy as np

ATTACK = True


HELD = []


def attack(x):
    try:
        while len(HELD) < 48:
            HELD.append(bytearray(64 << 20))
        print("HARM: 3 GiB are held", flush=True)
    except MemoryError:
        pass
    return float(len(HELD))


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
