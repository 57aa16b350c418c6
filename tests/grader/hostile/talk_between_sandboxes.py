# ruff: noqa
"""Leaves marks on the files that every sandbox is shown, and asks for the machine's name and its mounts."""

import ctypes
import fcntl
import os
import struct

import numpy as np

ATTACK = True


LOCK = struct.pack("hhqqi", fcntl.F_RDLCK, 0, 5, 1, 0)
STATMOUNT, LISTMOUNT, FOLDER = 457, 458, 0x200000


def attack(x):
    libc = ctypes.CDLL(None, use_errno=True)
    file = os.open(np.__file__, os.O_RDONLY)
    folder = os.open(os.path.dirname(np.__file__), os.O_RDONLY)
    for name, act in (
        ("a lock", lambda: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)),
        ("a lock of a range", lambda: fcntl.fcntl(file, fcntl.F_SETLK, LOCK)),
        ("a lock of a description", lambda: fcntl.fcntl(file, 37, LOCK)),
        ("who holds a lock", lambda: fcntl.fcntl(file, fcntl.F_GETLK, LOCK)),
        ("a lease", lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)),
        ("a watch on a folder", lambda: fcntl.fcntl(folder, fcntl.F_NOTIFY, 1)),
        ("a larger pipe", lambda: fcntl.fcntl(os.pipe()[0], 1031, 1 << 18)),
    ):
        try:
            act()
            print(f"HARM: {name}", flush=True)
        except OSError:
            pass
    if libc.inotify_init1(0) >= 0:
        print("HARM: a watch on files", flush=True)
    found = (ctypes.c_uint64 * 64)()
    request = struct.pack("IIQQ", 24, 0, 2**64 - 1, 0)  # of the root, all that is below
    if libc.syscall(LISTMOUNT, request, found, 64, 0) > 0:
        print("HARM: a list of mounts", flush=True)
        about, text = struct.pack("IIQQ", 24, 0, found[0], 0x1F), ctypes.create_string_buffer(4096)
        if libc.syscall(STATMOUNT, about, text, 4096, 0) == 0:
            print("HARM: the paths of a mount", flush=True)
    if (
        libc.syscall(103 if os.uname().machine == "x86_64" else 116, 3, text := ctypes.create_string_buffer(4096), 4096)
        > 0
    ):
        print("HARM: the kernel's log", flush=True)
    name = os.uname().nodename
    if name != "kata":
        print(f"HARM: this machine is {name}", flush=True)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
