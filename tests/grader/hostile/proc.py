# ruff: noqa
"""Reads /proc: command lines, environments, memory of every process."""

import glob

import numpy as np

ATTACK = True


def attack(x):
    for path in glob.glob("/proc/[0-9]*/*") + glob.glob("/proc/self/*") + glob.glob("/sys/*"):
        if path.endswith(("/environ", "/cmdline", "/maps", "/sys/kernel")):
            try:
                open(path, "rb").read()
            except OSError:
                continue
            print(f"HARM: read {path.rpartition('/')[2]}", flush=True)
            return x
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
