"""Keep what the vocabulary needs to know about the check that is being run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from grader.checks import show
from grader.errors import CheckError
from grader.sandbox.protocol.observation import Observation


@dataclass
class Call:
    """One call of a learner's function.

    Attributes
    ----------
    name : str
        The function's.
    arguments : tuple
    observation : Observation
    sent : callable or None
        A function of the check's own that was run beside the learner's code.
    """

    name: str
    arguments: tuple[Any, ...]
    observation: Observation
    sent: Any = None

    @property
    def text(self) -> str:
        """The call as a learner would read it."""
        return show.call(self.name, self.arguments)


class Answers(Protocol):
    """Where the answers of torch come from: computed live, recorded, or replayed."""

    def answer(self, check: str, number: int, reference: Any, arguments: tuple[Any, ...]) -> Any:
        """Return the answer to the ``number``-th question of a check."""


@dataclass
class Context:
    """One run of one check.

    Attributes
    ----------
    check : str
        The check's id: its name, with the parameters if it has any.
    references : Answers
    names : callable
        Takes a call and returns the names of its first arguments, of as many as are known.
    asked : int
        How many answers of torch the check has asked for.
    calls : list of Call
    """

    check: str
    references: Answers
    names: Callable[[Call], Sequence[str]] = lambda _: ()
    asked: int = 0
    calls: list[Call] = field(default_factory=list)


# A variable of the context, not of the module: two gradings may run side by side in one process.
_current: ContextVar[Context | None] = ContextVar("check", default=None)


@contextmanager
def running(context: Context) -> Iterator[Context]:
    """Make ``context`` the current one."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def current() -> Context:
    """Return the context of the check that is being run; raises `CheckError` outside of one."""
    context = _current.get()
    if context is None:
        raise CheckError("this belongs inside a check")
    return context


def last_call() -> Call | None:
    """Return the last call of the check that is being run; None before the first, and outside of a check."""
    context = _current.get()
    return context.calls[-1] if context and context.calls else None
