# ruff: noqa
"""Opens sockets of every family: the machine's own answer some of them, and memory can be parked in others."""

import socket

import numpy as np

ATTACK = True


def attack(x):
    opened = []
    for family in range(64):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                opened.append(socket.socket(family, kind))
            except OSError:
                continue
            print(f"HARM: a socket of family {family}", flush=True)
    try:
        opened += socket.socketpair()
        print("HARM: a pair of sockets", flush=True)
    except OSError:
        pass
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
