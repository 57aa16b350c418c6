"""A learner played by code of ours, in this process."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any, Literal

from grader.sandbox.protocol.messages import call_message, read_answer
from grader.sandbox.protocol.observation import Observation
from grader.sandbox.theirs.serve import answer_call


class LocalLearner:
    """Answers calls in this process, for code of ours that stands in for a learner's (see `misconception`).

    Values take the same way as to a learner's process, through the wire format, so that the observations are alike.

    Parameters
    ----------
    module : module
    """

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Call a function of the module."""
        return self._ask("call", function, arguments)

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Run a function, given as text, on the module."""
        return self._ask("run", function, arguments)

    def _ask(self, do: Literal["call", "run"], function: str, arguments: Sequence[Any]) -> Observation:
        message, asked = call_message(do, function, arguments, "")
        answer, blocks = answer_call(self._module, message, asked.blocks)
        seen = read_answer({**answer, "failure": answer["failure"] and list(answer["failure"])}, blocks, asked, 0)
        if (
            seen.failure is not None and seen.failure.kind == "KeyboardInterrupt"
        ):  # the code is ours: somebody wants out
            raise KeyboardInterrupt
        return seen
