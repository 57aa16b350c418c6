# ruff: noqa
"""Closes every descriptor and waits."""

import os
import time

import numpy as np

ATTACK = True


def attack(x):
    os.closerange(0, 4096)
    time.sleep(30)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
