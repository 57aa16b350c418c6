# ruff: noqa
"""Starts threads until it may not."""

import threading
import time

import numpy as np

ATTACK = True


def attack(x):
    started = 0
    try:
        for _ in range(500):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            started += 1
        print("HARM: 500 threads run", flush=True)
    except RuntimeError:
        pass
    return float(started)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
