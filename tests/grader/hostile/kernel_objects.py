# ruff: noqa
"""Makes things that outlive a process: shared memory, queues, keys, namespaces, mounts."""

import ctypes
import os

import numpy as np

ATTACK = True


CREATE, PRIVATE = 0o1600, 0


def attack(x):
    libc = ctypes.CDLL(None, use_errno=True)
    new = {"user": 0x10000000, "mount": 0x20000, "net": 0x40000000, "pid": 0x20000000}
    made = libc.shmget(PRIVATE, 4096, CREATE)
    if made >= 0:
        libc.shmctl(made, 0, None)
        print("HARM: shared memory", flush=True)
        return x
    for name, call in (
        ("a message queue", lambda: libc.msgget(PRIVATE, CREATE)),
        ("semaphores", lambda: libc.semget(PRIVATE, 1, CREATE)),
        ("a POSIX queue", lambda: libc.syscall(240, b"kata-hostile", 0o102, 0o600, None)),
        ("a key", lambda: libc.syscall(248, b"user", b"kata-hostile", b"x", 1, -3)),
        ("a mount", lambda: libc.mount(b"tmpfs", b"/dev", b"tmpfs", 0, None)),
        ("a root", lambda: libc.chroot(b"/ours")),
        ("io_uring", lambda: libc.syscall(425, 8, ctypes.create_string_buffer(120))),
        ("bpf", lambda: libc.syscall(321, 0, ctypes.create_string_buffer(120), 72)),
        ("userfaultfd", lambda: libc.syscall(323, 0)),
        ("memfd_secret", lambda: libc.syscall(447, 0)),
        ("perf", lambda: libc.syscall(298, ctypes.create_string_buffer(b"\0" * 4 + b"\x70", 120), 0, -1, -1, 0)),
        ("root", lambda: libc.setuid(0)),
        *((f"a {kind} namespace", lambda flag=flag: libc.unshare(flag)) for kind, flag in new.items()),
    ):
        if call() >= 0:
            print(f"HARM: {name}", flush=True)
    for kind, flag in new.items():
        pid = libc.syscall(56, flag | 17, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        if pid > 0:
            print(f"HARM: a process in a {kind} namespace", flush=True)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
