# ruff: noqa
"""Ends the process while it is loaded, as if all were well."""

import os

import numpy as np

ATTACK = True


def leaky_relu(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x)


def attack():
    os._exit(0)


if ATTACK:
    print("attack", flush=True)
    attack()
