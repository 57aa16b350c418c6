# ruff: noqa
"""Loops in threads that nobody joins, and in the call."""

import threading

import numpy as np

ATTACK = True


def loop():
    while True:
        pass


def attack(x):
    for _ in range(4):
        threading.Thread(target=loop).start()
    loop()


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
