"""Play a learner who looks answers up: those of the solution under one seed, given again under another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from grader.checks.context import Answers
from grader.checks.local import LocalLearner
from grader.grading.collecting import CheckFile
from grader.grading.trial import Trial
from grader.sandbox.protocol import wire
from grader.sandbox.protocol.messages import call_message
from grader.sandbox.protocol.observation import Failure, Observation

Table = dict[bytes, Observation]
Ask = Callable[[str, Sequence[Any]], Observation]


def answers_of(file: CheckFile, references: Answers, seed: int) -> Table:
    """Return what the solution answers to every call that the checks make under this seed."""
    recorder = _Recorder(LocalLearner(file.solution()))
    trial = Trial(file, seed, references)
    for check in file.checks:
        trial.run(check, recorder)
    return recorder.table


class TableLearner:
    """Answers a call by looking it up, to the last bit of its arguments, and fails where it is not in the table.

    Parameters
    ----------
    table : dict
        From `answers_of`.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Look up a call of a function."""
        return self._look_up(_key("call", function, arguments))

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Look up a run of a function given as text."""
        return self._look_up(_key("run", function, arguments))

    def _look_up(self, key: bytes) -> Observation:
        unknown = Observation(failure=Failure(["KeyError"], "not in the table"))
        return self._table.get(key, unknown)


class _Recorder:
    """Passes calls on and keeps the answers."""

    def __init__(self, learner: LocalLearner) -> None:
        self._learner = learner
        self.table: Table = {}

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        return self._keep("call", function, arguments, self._learner.call)

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        return self._keep("run", function, arguments, self._learner.run)

    def _keep(self, do: str, function: str, arguments: Sequence[Any], ask: Ask) -> Observation:
        key = _key(do, function, arguments)
        self.table[key] = ask(function, arguments)
        return self.table[key]


def _key(do: str, function: str, arguments: Sequence[Any]) -> bytes:
    message, encoder = call_message("call" if do == "call" else "run", function, arguments, "")
    return wire.pack(dict(message), encoder.blocks)
