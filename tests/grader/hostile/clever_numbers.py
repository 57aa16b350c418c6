# ruff: noqa
"""Returns numbers, lists and dictionaries of kinds that lie about themselves."""

import numpy as np

ATTACK = True


class Number(float):
    def __eq__(self, other):
        return True

    def __float__(self):
        return 1.0


class Text(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


class Items(list):
    def __eq__(self, other):
        return True

    def __iter__(self):
        return iter([Number(1), Text("a")])


def attack(x):
    return Items([Number(i) for i in range(len(x))])


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
