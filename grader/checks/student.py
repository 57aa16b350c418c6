"""Show the learner's code to a check."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from grader.checks import show
from grader.checks.context import Call, Context
from grader.errors import CheckError
from grader.sandbox.protocol.observation import Failure, Observation
from grader.sandbox.protocol.wire import Sendable


class Learner(Protocol):
    """Whatever answers calls: a process in the sandbox, or code of ours in its place."""

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Call a function of the learner's file."""

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Run a function given as text, on the learner's module."""


class StudentFailed(AssertionError):
    """The learner's code raised an exception where it should have returned a value."""

    def __init__(self, call: Call) -> None:
        failure = call.observation.failure
        assert failure is not None
        super().__init__(_failure_text(call.text, failure))
        self.call = call


class LearnerSide(Sendable):
    """A function that is sent to the learner's side as text.

    Parameters
    ----------
    function : callable
        A module-level function that uses its parameters, ``np`` and ``math`` only.
    """

    kind = "function"

    def __init__(self, function: Callable[..., Any]) -> None:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source).body[0]
        if not isinstance(tree, ast.FunctionDef):
            raise CheckError("on_learner_side takes a function")
        if any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
            raise CheckError(f"{function.__name__} runs on the learner's side, where nothing can be asserted")
        foreign = set(_global_names(function)) - {"np", "math"} - set(dir(builtins))
        foreign |= set(function.__code__.co_freevars)
        if foreign:
            names = ", ".join(sorted(foreign))
            raise CheckError(f"{function.__name__} runs on the learner's side, where {names} does not exist")
        tree.decorator_list = []
        self.content = ast.unparse(tree)
        self.__wrapped__ = function
        self.__name__ = function.__name__

    def __call__(self, *arguments: Any) -> Any:
        """Run the function here."""
        return self.__wrapped__(*arguments)


def on_learner_side(function: Callable[..., Any]) -> LearnerSide:
    """Send a module-level function to be run beside the learner's code, for what takes a callable or defines a class.

    Parameters
    ----------
    function : callable
        Uses its parameters, ``np`` and ``math`` only; computes and never asserts. The learner may read its text. Passed
        as an argument it is a callable for the learner; with ``student.run`` its first parameter is their module.

    Returns
    -------
    LearnerSide
        Called plainly, it runs here.

    Raises
    ------
    CheckError
        When the check file is read: for a function that uses anything else, or asserts.

    Examples
    --------
    >>> @on_learner_side
    ... def paraboloid(x):
    ...     return np.sum(x**2)
    >>> student.numerical_gradient(paraboloid, x)
    """
    return LearnerSide(function)


def _global_names(function: Callable[..., Any]) -> list[str]:
    """Return the global names that a function and those inside it look up."""
    import dis
    import types

    def of(code: types.CodeType) -> list[str]:
        names = [i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")]
        return names + [name for inner in code.co_consts if isinstance(inner, types.CodeType) for name in of(inner)]

    return of(function.__code__)


class Student:
    """Gives the learner's functions to a check: ``student.softmax(x, 0)``.

    Parameters
    ----------
    learner : Learner
    context : Context
        Takes note of every call.
    rng : Generator
        The check's own generator, which must never be passed on.
    """

    def __init__(self, learner: Learner, context: Context, rng: np.random.Generator) -> None:
        self._learner = learner
        self._context = context
        self._rng = rng

    @property
    def last(self) -> Observation:
        """What was observed during the last call."""
        return self._context.calls[-1].observation

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the learner's function of this name, which is run in the sandbox when called."""
        if name.startswith("_"):
            raise AttributeError(name)

        def function(*arguments: Any) -> Any:
            return self._note(name, arguments, self._learner.call)

        return function

    def run(self, function: LearnerSide, *arguments: Any) -> Any:
        """Run ``function`` beside the learner's code, the learner's module as its first argument."""
        return self._note(
            function.__name__, arguments, lambda _, values: self._learner.run(function.content, values), function
        )

    def _note(
        self,
        name: str,
        arguments: tuple[Any, ...],
        ask: Callable[[str, Sequence[Any]], Observation],
        sent: LearnerSide | None = None,
    ) -> Any:
        if _holds(arguments, self._rng):
            raise CheckError("a learner's function is given a child of rng, never rng itself: use the fixture child")
        call = Call(name, arguments, Observation(failure=Failure(["Unanswered"])), sent)
        self._context.calls.append(call)  # before it is answered: one that never is shows in the message, too
        call.observation = ask(name, arguments)
        if call.observation.failure is not None:
            raise StudentFailed(call)
        return call.observation.value


def _holds(value: Any, wanted: object) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return value is wanted or (isinstance(value, (list, tuple)) and any(_holds(item, wanted) for item in value))


def _failure_text(call: str, failure: Failure) -> str:
    """Return the message for an exception of the learner's."""
    if failure.kind == "MissingFunction":
        return f"{failure.text[:1].upper()}{failure.text[1:]}."
    if failure.kind == "UnusableAnswer":
        return f"{failure.text[:1].upper()}{failure.text[1:]}.\n\n{show.line('called', call)}"
    text = f": {failure.text}" if failure.text else ""
    if failure.kind == "NotImplementedError":
        text += "  (this part is still to be written)"
    lines = [show.line("called", call), show.line("raised", f"{failure.kind}{text}"), "", failure.trace]
    return "\n".join(lines).rstrip()
