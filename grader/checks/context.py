"""What the vocabulary needs to know about the check that is being run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.checks import show

if TYPE_CHECKING:
    from grader.checks.torch_reference import References
    from grader.sandbox.observe import Observation


class CheckError(Exception):
    """A check or its recording is broken, which is never the learner's fault and never a pass."""


@dataclass
class Call:
    """One call of a learner's function.

    Attributes
    ----------
    name : str
        The function's.
    arguments : tuple
    observation : Observation
    """

    name: str
    arguments: tuple[Any, ...]
    observation: Observation

    @property
    def text(self) -> str:
        """The call as a learner would read it."""
        return show.call(self.name, self.arguments)


@dataclass
class Context:
    """One run of one check.

    Attributes
    ----------
    check : str
        The check's id: its name, with the parameters if it has any.
    references : References
        Where torch's answers come from.
    asked : int
        How many answers of torch the check has asked for.
    calls : list of Call
    """

    check: str
    references: References
    asked: int = 0
    calls: list[Call] = field(default_factory=list)


_current: list[Context] = []


@contextmanager
def running(context: Context) -> Iterator[Context]:
    """Make ``context`` the current one."""
    _current.append(context)
    try:
        yield context
    finally:
        _current.pop()


def current() -> Context:
    """Return the context of the check that is being run; raises `CheckError` outside of one."""
    if not _current:
        raise CheckError("this belongs inside a check")
    return _current[-1]
