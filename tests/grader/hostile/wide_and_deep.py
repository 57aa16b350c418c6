# ruff: noqa
"""Returns a list of few objects and 10**30 leaves."""

import numpy as np

ATTACK = True


def attack(x):
    answer = [0.0]
    for _ in range(30):
        answer = [answer] * 10
    return answer


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
