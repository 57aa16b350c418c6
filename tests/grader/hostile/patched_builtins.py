# ruff: noqa
"""Makes every comparison in its process true."""

import builtins
import json

import numpy as np

ATTACK = True


class Always:
    def __call__(self, *_, **__):
        return True

    def __eq__(self, other):
        return True

    def all(self):
        return True


def attack(x):
    for name in ("isclose", "allclose", "array_equal", "all", "equal"):
        setattr(np, name, Always())
    for name in ("abs", "all", "len"):
        setattr(builtins, name, Always())
    json.dumps = lambda *_, **__: '{"score": 1.0}'
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
