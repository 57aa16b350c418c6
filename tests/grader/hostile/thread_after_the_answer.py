# ruff: noqa
"""Leaves a thread that prints and answers after the call has returned."""

import os
import threading

import numpy as np

ATTACK = True


def babble():
    while True:
        for descriptor in (1, 4):
            try:
                os.write(descriptor, b"kata" + b"\0" * 12)
            except OSError:
                pass


def attack(x):
    threading.Thread(target=babble, daemon=True).start()
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
