# ruff: noqa
"""Traces the grader's own functions after the call."""

import sys
import threading

import numpy as np

ATTACK = True


def trace(frame, event, argument):
    for name in frame.f_locals:
        if "expected" in name or "secret" in name:
            print(f"HARM: saw {name} in {frame.f_code.co_name}", flush=True)
            sys.settrace(None)
            return None
    return trace


def attack(x):
    threading.settrace(trace)
    sys.settrace(trace)
    frame = sys._getframe()
    while frame is not None:
        frame.f_trace = trace
        frame = frame.f_back
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
