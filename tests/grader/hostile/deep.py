# ruff: noqa
"""Returns lists inside lists, a hundred thousand levels deep."""

import numpy as np

ATTACK = True


def attack(x):
    answer = []
    for _ in range(100_000):
        answer = [answer]
    return answer


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
