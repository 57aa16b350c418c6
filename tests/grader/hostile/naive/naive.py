# ruff: noqa
"""A grader as many are: it imports the submission and compares its answer, all in one process.

The control of the hostile suite: here every attack does what it is meant to do.
"""

import importlib.util
import os
import pickle
import resource
import sys

import numpy as np

resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
results = [open(os.devnull) for _ in range(4)]  # a grader holds files and sockets
x = np.random.default_rng(5).normal(size=(4, 7))
answers = {"expected": np.where(x > 0, x, 0.2 * x), "given": [x]}


def grade(path):
    expected = answers["expected"]
    specification = importlib.util.spec_from_file_location("submission", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    try:
        answer = module.leaky_relu(x.copy(), 0.2)
    except Exception as error:
        print(f"raised {error}")
        return False
    return compare(answer, expected)


def compare(answer, expected):
    try:
        pickle.loads(pickle.dumps(answer))  # as it travels through a queue
    except (AttributeError, TypeError, pickle.PicklingError):
        pass
    return bool(np.all(answer == expected))


print("SCORE", int(grade(sys.argv[1])), flush=True)
