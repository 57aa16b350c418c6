"""Ask a function for the answers that a scene draws, and fit a learner's to the shape that torch's have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from grader.checks import show
from grader.checks.student import Learner, LearnerSide
from grader.errors import GradingError
from grader.report import plain
from grader.sandbox.ours.pipes import LearnerGone
from grader.sandbox.protocol.observation import Observation

FAULT_CHARS = 160


class Reference:
    """Calls the reference, whose answers are right, and keeps them: the learner's are fitted to them."""

    def __init__(self, learner: Learner) -> None:
        self.answers: list[Any] = []
        self._learner = learner

    def __call__(self, function: str | LearnerSide, *arguments: Any) -> Any:
        """Return an answer, its numbers as arrays of float64."""
        seen = _asked(self._learner, function, arguments)
        if seen.failure is not None:
            raise GradingError(f"the picture's call of {function} raised {seen.failure.kind}: {seen.failure.text}")
        self.answers.append(_floats(seen.value))
        return self.answers[-1]


class Fitted:
    """Calls a learner's function; where an answer cannot be drawn there is nan, and a sentence in ``faults``.

    Parameters
    ----------
    learner : Learner
    answers : list
        The reference's answers to the same calls.
    """

    def __init__(self, learner: Learner, answers: list[Any]) -> None:
        self.faults: list[str] = []
        self._learner = learner
        self._expected: Iterator[Any] = iter(answers)
        self._gone = False

    def __call__(self, function: str | LearnerSide, *arguments: Any) -> Any:
        """Return an answer of the form of the reference's."""
        expected = next(self._expected)
        if self._gone:
            return _nowhere(expected)
        try:
            seen = _asked(self._learner, function, arguments)
        except LearnerGone as error:
            self._gone = True
            return self._fault(f"gives no answer: {error}", expected)
        if seen.failure is not None:
            return self._fault(f"raises {seen.failure.kind}: {seen.failure.text}".rstrip(": "), expected)
        return self._fit(seen.value, expected)

    def _fit(self, value: Any, expected: Any) -> Any:
        if isinstance(expected, (tuple, list)):
            if not isinstance(value, (tuple, list)) or len(value) != len(expected):
                return self._fault(f"gives {_kind(value)} where torch gives {len(expected)} parts", expected)
            return type(expected)(self._fit(*pair) for pair in zip(value, expected, strict=True))
        if isinstance(expected, dict):
            if not isinstance(value, dict) or value.keys() != expected.keys():
                given = f"a dict of {show.keys(value)}" if isinstance(value, dict) else _kind(value)
                return self._fault(f"gives {given} where torch gives a dict of {show.keys(expected)}", expected)
            return {key: self._fit(value[key], expected[key]) for key in expected}
        try:
            array = np.asarray(value)
        except ValueError:  # a list of unequal lengths
            array = np.asarray(None)
        if array.dtype.kind not in "biuf":
            return self._fault(f"gives {_kind(value)}, which cannot be drawn", expected)
        if array.shape != expected.shape:
            shapes = f"{show.shape(array.shape)} where torch's is {show.shape(expected.shape)}"
            return self._fault(f"has the shape {shapes}", expected)
        return array.astype(np.float64)

    def _fault(self, what: str, expected: Any) -> Any:
        sentence = plain(" ".join(f"yours {what}".split()))
        if sentence not in self.faults:
            self.faults.append(sentence if len(sentence) <= FAULT_CHARS else f"{sentence[:FAULT_CHARS]}...")
        return _nowhere(expected)


def _asked(learner: Learner, function: str | LearnerSide, arguments: tuple[Any, ...]) -> Observation:
    """Call a function of the file, or run one of ours beside it."""
    if isinstance(function, LearnerSide):
        return learner.run(function.content, arguments)
    return learner.call(function, arguments)


def _floats(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return type(value)(map(_floats, value))
    if isinstance(value, dict):
        return {key: _floats(item) for key, item in value.items()}
    return np.asarray(value, np.float64)


def _nowhere(expected: Any) -> Any:
    """Return an answer of the same form that is nan throughout."""
    if isinstance(expected, (tuple, list)):
        return type(expected)(map(_nowhere, expected))
    if isinstance(expected, dict):
        return {key: _nowhere(item) for key, item in expected.items()}
    return np.full(expected.shape, np.nan)


def _kind(value: Any) -> str:
    match value:
        case None:
            return "None"
        case np.ndarray():
            return f"an array of dtype {value.dtype}"
        case tuple() | list():
            return f"{len(value)} parts"
        case _:
            return f"a value of type {type(value).__name__}"
