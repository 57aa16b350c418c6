# ruff: noqa
"""Prints its environment and command line."""

import ctypes
import os
import sys

import numpy as np

ATTACK = True


def attack(x):
    environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    found = [f"{name}={value}" for name, value in os.environ.items()]
    for i in range(10_000):
        if not environ or environ[i] is None:
            break
        found.append(environ[i].decode("utf-8", "replace"))
    print(found, sys.argv, sys.orig_argv, sys.path, flush=True)
    if any("SECRET" in text for text in found):
        print("HARM: found a secret", flush=True)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
