"""Train a milestone with somebody's functions, in one process of the sandbox.

All parts are loaded into one process, where each could see what another does: no marks hang on it. Nothing of the
reference is there unless a part of it was put in the learner's place, which they may look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.course.milestones import Milestone
from grader.grading.texts import Unreadable
from grader.reports.text import single_line
from grader.sandbox.ours.learner import LINE_END, LearnerProcess
from grader.sandbox.ours.pipes import LearnerGone, LearnerTimeout
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS

BESIDE = Path(__file__).with_name("beside.py").read_text("utf-8")
TRAINING = replace(LIMITS, exercise_seconds=10.0, load_seconds=3.0, call_seconds=3.0)  # of one training; of one step
FAULT_CHARS = 200
MOST_SEEN, MOST_CELLS, MOST_CHARS = 16, 64 * 64, 400
FARTHEST = 1e99  # of numbers that are drawn


@dataclass(frozen=True)
class Fault:
    """What stopped a training: in which step, and as far as that is known in which part and on which line of it.

    ``slow`` tells that it would have gone on.
    """

    step: int
    what: str
    part: str | None = None
    line: int | None = None
    slow: bool = False


@dataclass(frozen=True)
class Training:
    """What a training came to.

    Attributes
    ----------
    curve : tuple of float
        One point for each step.
    figure : float or None
        What was reached; None where the training was stopped.
    seen : tuple of pair of str and (ndarray or str)
        What can be looked at: titles, with matrices, images of shape (N, rows, columns) or texts.
    fault : Fault or None
    printed : str
        What the learner's code printed.
    """

    curve: tuple[float, ...]
    figure: float | None = None
    seen: tuple[tuple[str, np.ndarray | str], ...] = ()
    fault: Fault | None = None
    printed: str = ""


class _Stop(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


def train(
    milestone: Milestone,
    texts: Mapping[str, str | Unreadable],
    sandbox: Sandbox,
    *,
    seed: int = 0,
    progress: Callable[[object], None] = lambda _: None,
) -> Training:
    """Load the parts into a process and train; whatever the parts do, that is told and not raised.

    Parameters
    ----------
    milestone : Milestone
    texts : mapping of str to str or Unreadable
        The text of each part by its name.
    sandbox : Sandbox
        With the limits `TRAINING`.
    seed : int
        Of data, initialization and all that is drawn.
    progress : callable
        Takes each point of the curve.
    """
    learner = sandbox.learner()
    curve: list[float] = []
    try:
        return _train(milestone, texts, learner, seed, curve, progress)
    except _Stop as stop:
        fault = stop.fault
    except LearnerGone as error:
        fault = _gone(error, milestone, learner, sandbox, len(curve) + 1)
    finally:
        learner.close()
    return Training(tuple(curve), fault=_placed(fault, texts), printed=learner.output)


def _train(
    milestone: Milestone,
    texts: Mapping[str, str | Unreadable],
    learner: LearnerProcess,
    seed: int,
    curve: list[float],
    progress: Callable[[object], None],
) -> Training:
    for part in milestone.parts:
        _load(learner, part, texts[part])
    for name, text in ((milestone.name, milestone.text), ("beside", BESIDE)):
        if (failure := learner.load(text, f"{name}.py").failure) is not None:
            raise _Stop(Fault(0, _line(f"the training cannot be loaded beside it: {failure.kind}: {failure.text}")))
    _ask(learner, "begin", milestone, 0, milestone.name, list(milestone.parts), seed, _data(milestone))
    while len(curve) < milestone.steps:
        point = _ask(learner, "step", milestone, len(curve) + 1).get("point")
        if not isinstance(point, float) or not np.isfinite(point):
            raise _Stop(Fault(len(curve) + 1, f"the {milestone.curve} is no finite number any more"))
        curve.append(float(_drawable(point)))
        progress(point)
    end = _ask(learner, "step", milestone, milestone.steps)
    figure = end.get("figure")
    if not isinstance(figure, float) or not np.isfinite(figure):
        raise _Stop(Fault(milestone.steps, "the training comes to no figure"))
    return Training(tuple(curve), figure, _seen(end.get("seen")), printed=learner.output)


def _load(learner: LearnerProcess, part: str, text: str | Unreadable) -> None:
    """Load a part, or stop for good."""
    if isinstance(text, Unreadable):
        raise _Stop(Fault(0, f"cannot be read: {text.reason}", part))
    try:
        failure = learner.load(text, f"{part}.py").failure
    except LearnerTimeout as error:
        raise _Stop(Fault(0, "takes too long to be loaded", part, error.line, slow=True)) from None
    if failure is not None:
        what = f"cannot be loaded: {failure.kind}: {failure.text}"
        raise _Stop(Fault(0, _line(what), part, None if "SyntaxError" in failure.types else failure.line))


def _data(milestone: Milestone) -> list[np.ndarray]:
    """Return the arrays that a milestone learns, where it does not make them by itself."""
    if milestone.data is None:
        return []
    with np.load(Path(__file__).with_name(milestone.data)) as arrays:
        return [arrays[name] for name in arrays.files]


def _ask(learner: LearnerProcess, function: str, milestone: Milestone, step: int, *arguments: Any) -> dict[str, Any]:
    """Return what a function of ours says that runs beside the learner's code, and so may have been made to say."""
    observed = learner.call(function, arguments)
    if observed.failure is not None:
        raise _Stop(Fault(step, _line(f"the training stops with {observed.failure.kind}: {observed.failure.text}")))
    value = observed.value
    if not isinstance(value, dict):
        raise _Stop(Fault(step, "your code has changed what trains it"))
    if isinstance(fault := value.get("fault"), dict):
        part, line = fault.get("part"), fault.get("line")
        known = part if isinstance(part, str) and part in milestone.parts else None
        raise _Stop(Fault(step, _line(str(fault.get("what"))), known, line if type(line) is int else None))
    return value


def _placed(fault: Fault, texts: Mapping[str, str | Unreadable]) -> Fault:
    """Return a fault without its line, where the part has no such line."""
    text = texts.get(fault.part) if fault.part else None
    lines = len(LINE_END.split(text)) if isinstance(text, str) else 0
    return fault if fault.line is None or 1 <= fault.line <= lines else replace(fault, line=None)


def _gone(error: LearnerGone, milestone: Milestone, learner: LearnerProcess, sandbox: Sandbox, step: int) -> Fault:
    """Return why the process is there no more, and where it was."""
    if not isinstance(error, LearnerTimeout):
        return Fault(step, f"your code is gone: {error}")
    within = ((file.removesuffix(".py"), line) for file, line in error.frames)
    part, line = next(((name, line) for name, line in within if name in milestone.parts), (None, None))
    if learner.seconds > 0:
        return Fault(step, f"takes longer than {sandbox.limits.call_seconds:g} s for one step", part, line, slow=True)
    return Fault(step, f"the training is not done after {sandbox.limits.exercise_seconds:g} s", part, line, slow=True)


def _seen(value: Any) -> tuple[tuple[str, np.ndarray | str], ...]:
    """Return what can be looked at, as far as it can be drawn."""
    found: list[tuple[str, np.ndarray | str]] = []
    for item in value[:MOST_SEEN] if isinstance(value, list) else ():
        title, content = item if isinstance(item, (tuple, list)) and len(item) == 2 else ("", None)
        if isinstance(content, str):
            found.append((_line(str(title)), single_line(content, characters=MOST_CHARS)))
        elif isinstance(content, np.ndarray) and _can_be_drawn(content):
            found.append((_line(str(title)), _drawable(content)))
    return tuple(found)


def _drawable(numbers: Any) -> np.ndarray:
    """Return numbers whose differences do not overflow."""
    with np.errstate(over="ignore"):
        return np.clip(np.asarray(numbers).astype(np.float64), -FARTHEST, FARTHEST)


def _can_be_drawn(array: np.ndarray) -> bool:
    return array.ndim in (2, 3) and 0 < array.size <= MOST_CELLS and array.dtype.kind in "biuf"


def _line(text: str) -> str:
    return single_line(text, characters=FAULT_CHARS)
