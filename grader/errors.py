"""Name what can go wrong, as one tree: every error that reaches a person is one ready line, and an exit status.

    KataError
    ├── UsageError           the words typed do not fit together, or the place does not fit the words
    ├── CourseError          course.toml, a solution, a note or a stub is not right
    │   └── UnknownName      nothing of the course has this name
    ├── SubmissionError      what was handed in cannot be graded at all
    ├── GradingError         grading itself failed, and the learner is not to blame
    │   ├── CheckError       a check or its recording is broken
    │   ├── TorchMissing     live answers were asked for, and torch is not installed
    │   └── SandboxError     the sandbox cannot be had
    ├── ReportError          a file is not a report
    └── StepError            a step of a workflow cannot do its work

What only passes between two rooms is not here: a check that fails raises an AssertionError, a learner's process that is
gone a `LearnerGone`, and bytes that are no frame a `WireError`.
"""

from __future__ import annotations

from collections.abc import Iterable


class KataError(Exception):
    """Something is wrong, and the message says what and what to do, in one line for a person."""

    status = 2


class UsageError(KataError):
    """The words typed do not fit together, or do not fit the place where they were typed."""


class CourseError(KataError):
    """The course's files are not right, or cannot do what was asked."""


class UnknownName(CourseError, LookupError):
    """Nothing of the course has this name; the nearest one is suggested."""

    def __init__(self, what: str, name: str, names: Iterable[str]) -> None:
        super().__init__(f"no {what} is called {name!r}{did_you_mean(name, names)}")


class SubmissionError(KataError):
    """What was handed in cannot be graded at all."""


class GradingError(KataError):
    """Grading itself failed; the learner is not to blame."""


class CheckError(GradingError):
    """A check or its recording is broken, which is never the learner's fault and never a pass."""


class TorchMissing(GradingError):
    """Live references were asked for where torch is not installed."""

    def __init__(self) -> None:
        install = "pip install torch==2.13.0 --extra-index-url https://download.pytorch.org/whl/cpu"
        super().__init__(f"live references need torch, which is not installed here: {install}")


class SandboxError(GradingError):
    """The sandbox itself cannot be had; the message says what to do."""


class ReportError(KataError):
    """A file is not a report."""


class StepError(KataError):
    """A step of a workflow cannot do its work."""


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return the end of a sentence that suggests the nearest of ``words``, or nothing if none is near."""
    from difflib import get_close_matches

    known = list(words)
    alike = [other for other in known if _plain(other) == _plain(word)]
    nearest = alike or get_close_matches(word, known, n=1)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def _plain(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")
