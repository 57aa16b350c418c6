# ruff: noqa
"""Writes files wherever it can, and appends to those that are there."""

import json
import os
import tempfile

import numpy as np

ATTACK = True


PLACES = [
    "/",
    "/dev",
    "/dev/shm",
    "/tmp",
    "/var/tmp",
    "/run",
    "/lib",
    "/usr/lib",
    "/python",
    "/numpy",
    "/kata/grader/sandbox/theirs",
    ".",
    os.path.dirname(json.__file__),
    os.path.dirname(np.__file__),
]


def attack(x):
    for place in PLACES:
        path = os.path.join(place, "kata-hostile-file")
        for act in (
            lambda: open(path, "w").write("KATA WAS HERE"),
            lambda: os.mkdir(path + "-folder"),
            lambda: os.symlink("/", path + "-link"),
            lambda: os.mkfifo(path + "-pipe"),
            lambda: os.chmod(place, 0o777),
        ):
            try:
                act()
                print(f"HARM: wrote in {place}", flush=True)
                return x
            except OSError:
                continue
    for module in (json, np):
        try:
            open(module.__file__, "a").write("# KATA WAS HERE")
            print(f"HARM: wrote in {module.__file__}", flush=True)
        except OSError:
            pass
    try:
        tempfile.TemporaryFile().write(b"x")
        print("HARM: a temporary file", flush=True)
    except OSError:
        pass
    return -x


def leaky_relu(x, negative_slope=0.01):
    if ATTACK:
        print("attack", flush=True)
        return attack(x)
    return np.where(x > 0, x, negative_slope * x)
