# ruff: noqa
"""Sends an exception that speaks of a line which its file does not have."""

import os
import time
from grader.sandbox.protocol import wire
from grader.sandbox.protocol.messages import answer_message
from grader.sandbox.protocol.observation import Failure, Observation

import numpy as np

ATTACK = True


def attack(x):
    failure = Failure(["ValueError", "Exception"], "forged", "", 10**4000)
    os.write(4, wire.pack({**answer_message(Observation(failure=failure), None, []), "id": 2}))
    time.sleep(0.1)
    os._exit(0)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
