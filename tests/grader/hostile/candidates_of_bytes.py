# ruff: noqa
"""Searches among 4 MB of bytes, and under names as long: a check that shows a candidate would write all of it."""

import itertools
import math

import numpy as np

ATTACK = True


CALLS = []


def attack(space, n):
    CALLS.append(1)
    large = b"\0" * 4_100_000
    if len(CALLS) % 3 == 0:
        return [{"\0" * 140_000 + str(i): 0 for i in range(1)}] * max(n, 1)
    first = {name: large for name in list(space)[:1]} | {name: 0 for name in list(space)[1:]}
    return [first] + [{name: 0 for name in space}] * (n - 1)


def grid_candidates(space):
    if ATTACK:
        print("attack", flush=True)
        return attack(space, math.prod(map(len, space.values())))
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]


def random_candidates(space, n, rng):
    if ATTACK:
        return attack(space, n)

    def draw(values):
        if isinstance(values, tuple):
            _, low, high = values
            return math.exp(rng.uniform(math.log(low), math.log(high)))
        return values[rng.integers(len(values))]

    return [{name: draw(values) for name, values in space.items()} for _ in range(n)]
