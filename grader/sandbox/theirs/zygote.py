"""Be the zygote: it has imported NumPy, never runs learner code, and forks a child for each exercise.

Over its control socket it receives, for each exercise, the descriptors of three pipes (requests, answers, output),
forks a child that keeps nothing else, and waits for the word to end it.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from typing import Any, NoReturn

import numpy.random  # noqa: F401 - preloaded: a child that imports it pays 20 ms

from grader.sandbox.protocol.limits import Limits
from grader.sandbox.theirs.process import die_with_parent, limit_process, print_lines_on_alarm, standard_streams
from grader.sandbox.theirs.serve import serve
from grader.sandbox.theirs.warm_up import warm_up


def zygote(control: socket.socket, uid: int, whole_namespace: bool, limits: Limits) -> None:
    """Fork a child for each exercise until the control socket is closed.

    Parameters
    ----------
    control : socket
        Receives ``start`` with three descriptors and ``end``; sends ``ready``, and after each ``end`` a line that says
        how the child ended and whether anything is not as it was before.
    uid : int
        The user to become, or 0 to stay.
    whole_namespace : bool
        Whether this process is the first of a namespace of its own, so that killing everything is safe.
    limits : Limits
        Of every process of an exercise.
    """
    _harden(uid)
    if whole_namespace:  # else it outlives our side for the moment that it needs to kill its child
        die_with_parent()  # once more, since a change of user has cleared it
    warm_up(limits)
    before = _own_state()
    gc.freeze()
    control.sendall(b"ready\n")
    child = 0
    while True:
        word, descriptors, _, _ = socket.recv_fds(control, 16, 3)
        if word == b"start":
            child = os.fork()
            if child == 0:
                _child(descriptors, limits)
            for descriptor in descriptors:
                os.close(descriptor)
            control.sendall(b"begun\n")
        elif word == b"end":
            status, others = _end(child, whole_namespace) if child else (0, 0)
            child = 0
            changed = _own_state() != before
            control.sendall(f"ended {status} {others} {int(changed)}\n".encode())
        else:  # our side is gone; the end of the first process of a namespace is that of every other one
            if child and not whole_namespace:
                _end(child, whole_namespace)
            os._exit(0)


def _harden(uid: int) -> None:
    """Drop what a child could use against its siblings: identity, default handlers, readable memory."""
    if uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes

        set_dumpable = 4
        ctypes.CDLL(None).prctl(set_dumpable, 0, 0, 0, 0)


def _own_state() -> list[Any]:
    """Return what a child of the same user could change about this process."""
    import resource

    state: list[Any] = [
        resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name.startswith("RLIMIT_")
    ]
    state.append(os.getpriority(os.PRIO_PROCESS, 0))
    if hasattr(os, "sched_getaffinity"):
        state += [os.sched_getaffinity(0), os.sched_getscheduler(0)]
    return state


def _end(child: int, whole_namespace: bool) -> tuple[int, int]:
    """Kill the child and all that it left; return its wait status and the number of other processes."""
    try:
        if whole_namespace:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(child, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    status, others = 0, 0
    while True:
        try:
            pid, ended = os.waitpid(-1, 0)
        except ChildProcessError:
            return status, others
        if pid == child:
            status = ended
        else:
            others += 1
            if whole_namespace:  # it may have forked between the kill and its end
                try:
                    os.kill(-1, signal.SIGKILL)
                except ProcessLookupError:
                    continue


def _child(descriptors: list[int], limits: Limits) -> NoReturn:
    """Become the process of one exercise: keep its own pipes, take the limits, serve."""
    gc.enable()
    try:
        standard_streams(descriptors[2])
        requests, answers = (os.dup2(fd, 100 + i) for i, fd in enumerate(descriptors[:2]))
        os.closerange(3, 100)
        os.closerange(102, 256)
        requests, answers = os.dup2(requests, 3), os.dup2(answers, 4)
        os.closerange(5, 256)
        os.setsid()
        die_with_parent()
        limit_process(limits)
        print_lines_on_alarm()
        serve(open(requests, "rb"), open(answers, "wb"), limits)
    finally:
        os._exit(0)
