# ruff: noqa
"""Ends the process in the call, with the exit status of success."""

import os

import numpy as np

ATTACK = True


def attack(x):
    os._exit(0)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
