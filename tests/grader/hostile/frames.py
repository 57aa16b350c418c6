# ruff: noqa
"""Walks up the stack to where the expected values are."""

import sys

import numpy as np

ATTACK = True


def attack(x):
    frame = sys._getframe()
    while frame is not None:
        for name, value in list(frame.f_locals.items()) + list(frame.f_globals.items()):
            if "expected" in name or "solution" in name or "secret" in name:
                print(f"HARM: found {name}", flush=True)
                if isinstance(value, np.ndarray):
                    return value
        frame = frame.f_back
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
