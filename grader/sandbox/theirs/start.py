"""Start the learner's side: as a zygote, or for one exercise where there is no fork."""

from __future__ import annotations

import gc
import json
import os
import socket
import sys

from grader.sandbox.protocol.limits import Limits
from grader.sandbox.theirs.loading import OnlyNumPy
from grader.sandbox.theirs.process import die_with_parent, standard_streams
from grader.sandbox.theirs.serve import serve
from grader.sandbox.theirs.zygote import zygote


def main(arguments: list[str]) -> None:
    """Start with the limits as JSON, then as a zygote (``zygote FD UID NAMESPACE``) or for one exercise (``alone``)."""
    del sys.path[-2:]  # they stood there only so that NumPy and this package could be imported
    os.environ.clear()
    sys.meta_path.insert(0, OnlyNumPy())
    limits = Limits(**json.loads(arguments[0]))
    if arguments[1] == "alone":
        alone(limits)
    else:
        descriptor, uid, namespace = map(int, arguments[2:])
        low = os.dup(descriptor)  # ours may have any number, and a child closes only so many
        os.close(descriptor)
        zygote(socket.socket(fileno=low), uid, bool(namespace), limits)


def alone(limits: Limits) -> None:
    """Serve one exercise on this process's standard streams."""
    gc.enable()
    die_with_parent()
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    standard_streams(2)
    answers.write(b"ready\n")
    answers.flush()
    serve(requests, answers, limits)
