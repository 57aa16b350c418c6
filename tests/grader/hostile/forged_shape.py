# ruff: noqa
"""Sends an array of more elements than there are atoms."""

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
    shape = [0, 999999999999999999, 999999999999999999]
    os.write(4, wire.pack(message(2, {"array": [0, "<f8", shape]}), [b""]))
    time.sleep(30)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
