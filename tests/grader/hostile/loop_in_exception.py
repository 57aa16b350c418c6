# ruff: noqa
"""Catches everything that could stop it."""

import time

import numpy as np

ATTACK = True


def attack(x):
    while True:
        try:
            time.sleep(1)
        except BaseException:
            pass


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
