# ruff: noqa
"""Looks for open files and sockets besides its own."""

import os
import stat

import numpy as np

ATTACK = True


def attack(x):
    for descriptor in range(5, 4096):
        try:
            status = os.fstat(descriptor)
        except OSError:
            continue
        print(f"HARM: descriptor {descriptor} is open, a socket: {stat.S_ISSOCK(status.st_mode)}", flush=True)
        break
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
