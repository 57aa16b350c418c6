"""Load a file of ours and call it, before any child is forked: what is done first costs most, and is shared then."""

from __future__ import annotations

import io
import linecache
import sys

import numpy as np

from grader.sandbox.protocol import wire
from grader.sandbox.protocol.limits import Limits
from grader.sandbox.protocol.messages import Load, call_message
from grader.sandbox.theirs.serve import serve

NAME = "warm_up"
STUB = """
import numpy as np


def warm_up(x, axis, rng):
    raise NotImplementedError
"""
SOURCE = """
import numpy as np


def warm_up(x, axis, rng):
    x = np.asarray(x, dtype=float)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    y = e / e.sum(axis=axis, keepdims=True) + np.maximum(x, 0) * (x > 0)
    z = np.where(y > 0, y, 0.1 * y) @ x.T
    z[0] = np.sqrt(x.var(axis=1) + 1e-5) + x.mean(axis=1) ** 2
    return z, {"noise": rng.normal(size=x.shape)}
"""
CALLS = 12  # by then Python has specialized the code that runs each time


def warm_up(limits: Limits) -> None:
    """Serve the requests about one exercise of ours, and forget it."""
    load: Load = {"do": "load", "source": SOURCE, "filename": f"{NAME}.py", "same_as": STUB, "names": [NAME[::-1]]}
    call, encoder = call_message("call", NAME, [np.ones((2, 3)), 1, np.random.default_rng(0)], f"{NAME}.py", limits)
    frames = [wire.pack({"id": 1, **load}), wire.pack({"id": 2, **call}, encoder.blocks) * CALLS]
    serve(io.BytesIO(b"".join(frames)), io.BytesIO(), limits)
    del sys.modules[NAME]
    linecache.clearcache()
