# ruff: noqa
"""Makes batches of 4 MB of bytes, of text and of numbers: a check that shows what it got would write all of it."""

import numpy as np

ATTACK = True


SIZE = 4_100_000
ANSWERS = [b"\0" * SIZE, np.array("\x01" * (SIZE // 4)), np.zeros(SIZE // 8), np.full(SIZE, "", "S1"), "\0" * 150_000]
CALLS = []


def attack():
    CALLS.append(1)
    return [ANSWERS[len(CALLS) % len(ANSWERS)]]


def minibatch_indices(n, batch_size, rng, drop_last=False):
    if ATTACK:
        print("attack", flush=True)
        return attack()
    order = rng.permutation(n)
    stop = n // batch_size * batch_size if drop_last else n
    return [order[start : start + batch_size] for start in range(0, stop, batch_size)]
