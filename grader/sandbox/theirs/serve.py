"""Serve the requests about one exercise: load its text, call its functions."""

from __future__ import annotations

import math
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, BinaryIO

import numpy as np

from grader.sandbox.protocol import wire
from grader.sandbox.protocol.limits import LIMITS, Limits
from grader.sandbox.protocol.messages import Answer, Call, answer_message
from grader.sandbox.protocol.observation import Failure, Observation
from grader.sandbox.theirs.loading import load, look
from grader.sandbox.theirs.observe import describe, observe
from grader.sandbox.theirs.process import alarm


def serve(requests: BinaryIO, answers: BinaryIO, limits: Limits) -> None:
    """Answer requests about one exercise until the pipe is closed."""
    module: types.ModuleType | None = None
    while header := requests.read(wire.HEADER.size):
        _, text, size = wire.HEADER.unpack(header)
        request: Any
        request, body = wire.unpack(requests.read(text), requests.read(size))
        if request["do"] == "load":
            looked = look(request)
            _send(answers, request["id"], looked)
            if not (looked["same"] or looked["used"]):
                module, ran = load(request, limits)
                _send(answers, request["id"], ran)
        else:
            answer, blocks = answer_call(module, request, body, limits)
            _send(answers, request["id"], answer, blocks)


def _send(file: BinaryIO, number: int, message: Mapping[str, Any], blocks: Sequence[bytes] = ()) -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a learner may have closed or replaced it
            continue
    file.write(wire.pack({"id": number, **message}, blocks))
    file.flush()


def answer_call(
    module: types.ModuleType | None, message: Call, blocks: Sequence[wire.Buffer], limits: Limits = LIMITS
) -> tuple[Answer, list[bytes]]:
    """Call the learner's function, or a function sent to be run beside it."""
    decoder = wire.ArgumentDecoder(blocks, _function, limits)
    arguments = [decoder.decode(form) for form in message["arguments"]]
    function: Callable[..., Any] | None
    if message["do"] == "run":
        arguments = [module, *arguments]
        function = _function(message["function"])
    else:
        function = getattr(module, message["function"], None)
        if not callable(function):
            text = _missing(module, message["function"])
            return answer_message(Observation(failure=Failure(["MissingFunction"], text)), None, []), []
    with alarm(limits.call_seconds):
        observed = observe(function, arguments, message["filename"], limits)
    encoder = wire.Encoder(limits)
    value = None
    if observed.failure is None:
        try:
            value = encoder.encode(observed.value)
        except Exception as error:
            observed.failure = _unsendable(error, message["filename"], limits)
            encoder = wire.Encoder(limits)
    states = [wire.generator_state(generator) for generator in decoder.generators]
    return answer_message(observed, value, states), encoder.blocks


def _missing(module: types.ModuleType | None, name: str) -> str:
    """Say that a function is missing, and what is defined in its place."""
    text = f"the file does not define {name}()"
    own = (
        [key for key, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__]
        if module
        else []
    )
    near = [key for key in own if key.lower().replace("_", "") == name.lower().replace("_", "")]
    near = near or get_close_matches(name, own, n=1) or (own if len(own) == 1 else [])
    return f"{text}; it defines {near[0]}" if near else text


def _unsendable(error: Exception, filename: str, limits: Limits) -> Failure:
    start = "what it returned cannot be used"
    if isinstance(error, wire.WireError):
        return Failure(["UnusableAnswer"], f"{start}: {error}")
    failure = describe(error, filename, limits)
    return Failure(["UnusableAnswer"], f"{start}: {failure.kind}: {failure.text}", failure.trace)


def _function(text: str) -> Callable[..., Any]:
    """Return the function that a text defines, which may use NumPy and math."""
    namespace: dict[str, Any] = {"np": np, "math": math}
    exec(compile(text, "<check>", "exec"), namespace)
    function: Callable[..., Any] = next(
        value for name, value in namespace.items() if name not in ("np", "math", "__builtins__")
    )
    return function
