# ruff: noqa
"""Forks; the child keeps the pipes open while the parent ends."""

import os
import time

import numpy as np

ATTACK = True


def attack(x):
    if os.fork():
        os._exit(0)
    time.sleep(60)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
