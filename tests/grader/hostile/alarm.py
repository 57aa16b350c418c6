# ruff: noqa
"""Lets a timer interrupt everything, with a handler that raises."""

import signal

import numpy as np

ATTACK = True


class Alarm(BaseException):
    pass


def ring(*_):
    raise Alarm


def attack(x):
    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
