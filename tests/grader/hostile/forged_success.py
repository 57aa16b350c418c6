# ruff: noqa
"""Answers with words that a careless reader could take for success."""

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
    frame = wire.pack(
        message(2, True, passed=True, score=1.0, status="passed", failure=None, expected={"array": [0, "<f8", [0]]}),
        [b""],
    )
    os.write(4, frame)
    time.sleep(30)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
