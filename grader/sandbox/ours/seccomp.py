"""A filter of system calls: what holds memory outside the limits, or reaches beyond the sandbox, fails with EPERM.

The limits on address space, files and processes do not see shared memory segments, message queues, keys, what waits
in a socket, or a file system mounted inside a new user namespace. A socket may also reach the machine around (AF_VSOCK
knows no namespace); locks and watches on the files that every sandbox is shown would be a way to talk to another one;
and mounts are listed with the paths that they have outside. Nothing that NumPy or an exercise needs is refused: a
process may still use the sockets that it was given, which the zygote does and its children cannot.

The filter is assembled here because libseccomp's Python bindings are no package on PyPI: they would have to come from
the system's own Python, whatever version that is.
"""

from __future__ import annotations

import errno
import os
import struct

# number of each refused call by machine, from the kernel's tables
REFUSED: dict[str, dict[str, int]] = {
    "x86_64": {
        "shmget": 29, "semget": 64, "msgget": 68, "ptrace": 101, "setns": 308, "unshare": 272, "mount": 165,
        "pivot_root": 155, "add_key": 248, "request_key": 249, "keyctl": 250, "mq_open": 240, "perf_event_open": 298,
        "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "userfaultfd": 323, "io_uring_setup": 425,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "memfd_secret": 447,
        "socket": 41, "socketpair": 53, "pidfd_getfd": 438, "flock": 73, "inotify_init": 253, "inotify_init1": 294,
        "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304, "syslog": 103, "mincore": 27,
        "cachestat": 451, "statmount": 457, "listmount": 458, "open_tree_attr": 467, "listns": 470,
    },
    "aarch64": {
        "shmget": 194, "semget": 190, "msgget": 186, "ptrace": 117, "setns": 268, "unshare": 97, "mount": 40,
        "pivot_root": 41, "add_key": 217, "request_key": 218, "keyctl": 219, "mq_open": 180, "perf_event_open": 241,
        "process_vm_readv": 270, "process_vm_writev": 271, "bpf": 280, "userfaultfd": 282, "io_uring_setup": 425,
        "open_tree": 428, "move_mount": 429, "fsopen": 430, "memfd_secret": 447,
        "socket": 198, "socketpair": 199, "pidfd_getfd": 438, "flock": 32, "inotify_init1": 26,
        "fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265, "syslog": 116, "mincore": 232,
        "cachestat": 451, "statmount": 457, "listmount": 458, "open_tree_attr": 467, "listns": 470,
    },
}  # fmt: skip
FCNTL = {"x86_64": 72, "aarch64": 25}
# of fcntl: locks (also a way to hold memory without end), leases, watches on folders, larger pipes
REFUSED_COMMANDS = {
    "F_GETLK": 5, "F_SETLK": 6, "F_SETLKW": 7, "F_OFD_GETLK": 36, "F_OFD_SETLK": 37, "F_OFD_SETLKW": 38,
    "F_SETLEASE": 1024, "F_GETLEASE": 1025, "F_NOTIFY": 1026, "F_SETPIPE_SZ": 1031,
}  # fmt: skip
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE_NEWUSER = 0x10000000
X32_BIT = 0x40000000

# classic BPF: the three instructions that are needed, and what a filter may return
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, NO_SUCH_CALL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
NUMBER, ARCH, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24


def program(machine: str | None = None) -> bytes | None:
    """Return the filter for bubblewrap's ``--seccomp``, or None for a machine whose numbers are not known here."""
    machine = machine or os.uname().machine
    if machine not in REFUSED:
        return None
    refuse, missing, allow, command = "refuse", "missing", "allow", "command"
    code: list[tuple[int, int, str | None, str | None]] = [
        (LOAD, ARCH, None, None),
        (JUMP_EQUAL, AUDIT_ARCH[machine], None, refuse),
        (LOAD, NUMBER, None, None),
        (JUMP_AT_LEAST, X32_BIT, refuse, None),
        (
            JUMP_EQUAL,
            CLONE3,
            missing,
            None,
        ),  # its flags are in memory, where a filter cannot look; libc falls back to clone
        *((JUMP_EQUAL, number, refuse, None) for number in REFUSED[machine].values()),
        (JUMP_EQUAL, FCNTL[machine], command, None),
        (JUMP_EQUAL, CLONE[machine], None, allow),
        (LOAD, FIRST_ARGUMENT, None, None),
        (JUMP_ANY_BIT, CLONE_NEWUSER, refuse, allow),
    ]
    commands = len(code)
    code += [
        (LOAD, SECOND_ARGUMENT, None, None),
        *((JUMP_EQUAL, number, refuse, None) for number in REFUSED_COMMANDS.values()),
        (JUMP_EQUAL, REFUSED_COMMANDS["F_SETLK"], refuse, allow),
    ]
    ends = {command: commands, refuse: len(code), missing: len(code) + 1, allow: len(code) + 2}

    def distance(position: int, label: str | None) -> int:
        return ends[label] - position - 1 if label else 0

    packed = [
        struct.pack("<HBBI", operation, distance(i, yes), distance(i, no), value)
        for i, (operation, value, yes, no) in enumerate(code)
    ]
    packed += [struct.pack("<HBBI", RETURN, 0, 0, value) for value in (REFUSE, NO_SUCH_CALL, ALLOW)]
    return b"".join(packed)
