"""Known mistakes: wrong implementations that the checks must reject and that give a learner's mistake its name."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, TypeVar

from grader.checks.closeness import ALIKE, ALIKE_FLOAT32, Closeness
from grader.checks.comparison import close
from grader.checks.context import Call
from grader.checks.local import LocalLearner
from grader.errors import CheckError
from grader.sandbox.protocol.observation import Observation

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """A wrong implementation.

    Attributes
    ----------
    name : str
        The curriculum's name for the mistake.
    sentence : str
        Continues "This is what you get when the code ...".
    implementation : callable
    replaces : str or None
        The public name that it stands in for; None for an exercise that has only one.
    """

    name: str
    sentence: str
    implementation: Callable[..., Any]
    replaces: str | None

    @property
    def diagnosis(self) -> str:
        """The sentence for the learner."""
        return f"This is what you get when the code {self.sentence}."


@dataclass(frozen=True)
class Statistic:
    """What characterizes a random answer, and how closely two must agree to be called alike."""

    function: Callable[[Any], Any]
    rtol: float


def misconception(sentence: str, replaces: str | None = None) -> Callable[[F], F]:
    """Register the function or class below as a known mistake; see tests/README.md."""

    def register(implementation: F) -> F:
        mistake = Misconception(implementation.__name__, sentence, implementation, replaces)
        implementation.misconception = mistake  # type: ignore[attr-defined]
        return implementation

    return register


def statistic(rtol: float = 0.05) -> Callable[[F], F]:
    """Declare what characterizes an answer of a random exercise; see tests/README.md."""

    def register(function: F) -> F:
        function.statistic = Statistic(function, rtol)  # type: ignore[attr-defined]
        return function

    return register


@cache
def load_module(path: Path) -> types.ModuleType:
    """Run a Python file of ours as a module, once."""
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reference(test_file: str) -> types.ModuleType:
    """Return the module of the solution that belongs to a test file."""
    path = Path(test_file)
    return load_module(path.parents[2] / "solutions" / path.parent.name / f"{path.stem.removeprefix('test_')}.py")


def public_names(solution: types.ModuleType) -> list[str]:
    """Return the functions and classes that a solution defines for others."""
    return [
        name
        for name, value in vars(solution).items()
        if not name.startswith("_")
        and isinstance(value, (type, types.FunctionType))
        and value.__module__ == solution.__name__
    ]


def impersonate(mistake: Misconception, solution: types.ModuleType) -> LocalLearner:
    """Return a learner who has solved the exercise but for this mistake."""
    names = public_names(solution)
    target = mistake.replaces or (names[0] if len(names) == 1 else None)
    if target not in names:
        raise CheckError(f"the misconception {mistake.name} must say which of {', '.join(names)} it replaces")
    module = types.ModuleType(solution.__name__)
    vars(module).update(vars(solution))
    setattr(module, target, mistake.implementation)
    return LocalLearner(module)


def alike(calls: Sequence[Call], others: Sequence[Call], statistic: Statistic | None) -> bool:
    """Tell whether two runs of a check observed the same.

    Parameters
    ----------
    calls, others : sequence of Call
    statistic : Statistic or None
        Compared instead of the values where the exercise is random.
    """
    return (
        len(calls) == len(others)
        and len(calls) > 0
        and all(_same(a.observation, b.observation, statistic) for a, b in zip(calls, others, strict=True))
    )


def _same(seen: Observation, known: Observation, statistic: Statistic | None) -> bool:
    if (seen.exception or [""])[0] != (known.exception or [""])[0] or seen.changed != known.changed:
        return False
    if seen.failure is not None and known.failure is not None:
        return seen.failure.text == known.failure.text or seen.failure.kind == "RecursionError"
    if statistic is None:
        return close(seen.value, known.value, ALIKE) or (
            _holds_float32(known.value) and close(seen.value, known.value, ALIKE_FLOAT32)
        )
    try:
        wanted = Closeness(statistic.rtol, 1e-12)
        return close(statistic.function(seen.value), statistic.function(known.value), wanted)
    except Exception:  # an answer of another shape has no such statistic
        return False


def _holds_float32(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_float32, value))
    if isinstance(value, dict):
        return any(map(_holds_float32, value.values()))
    return getattr(value, "dtype", None) == "float32"
