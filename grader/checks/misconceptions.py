"""Register known mistakes: wrong implementations that checks must reject, and that name a learner's mistake."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from grader.checks.closeness import ALIKE, ALIKE_FLOAT32, Closeness
from grader.checks.comparison import Mismatch, Part, close
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

    def diagnosis_of(self, explained: int, failed: int) -> str:
        """Return the sentence for the learner, where the mistake explains so many of the checks that failed."""
        if explained == failed:
            return self.diagnosis
        return f"In {explained} of the {failed} checks that fail, your answers are those of code that {self.sentence}."


@dataclass(frozen=True)
class Statistic:
    """What characterizes a random answer, and how closely two must agree to be called alike."""

    function: Callable[[Any], Any]
    rtol: float


def misconception(sentence: str, replaces: str | None = None) -> Callable[[F], F]:
    """Register the function or class below as a known mistake, under its own name.

    Parameters
    ----------
    sentence : str
        Continues "This is what you get when the code ...", from a verb in the third person, without a full stop: what
        is computed instead, why it is not the thing, when the two agree.
    replaces : str, optional
        The public name of the exercise that it stands in for, where there are several; the rest is the solution's.

    Examples
    --------
    >>> @misconception("is plain ReLU: negative inputs become 0 and the slope is not used")
    ... def plain_relu(x, negative_slope=0.01):
    ...     return np.maximum(x, 0)
    """

    def register(implementation: F) -> F:
        mistake = Misconception(implementation.__name__, sentence, implementation, replaces)
        implementation.misconception = mistake  # type: ignore[attr-defined]
        return implementation

    return register


def statistic(rtol: float = 0.05) -> Callable[[F], F]:
    """Declare what characterizes an answer of a random exercise, where the draws do not.

    A misconception is then named when the same checks fail and the statistics of every call in them agree.

    Parameters
    ----------
    rtol : float
        How closely. Add a constant to a small share (``0.5 + share``), which it would judge too strictly.

    Examples
    --------
    >>> @statistic(rtol=0.05)
    ... def spread(answer):
    ...     return answer.std(), np.abs(answer).max()
    """

    def register(function: F) -> F:
        function.statistic = Statistic(function, rtol)  # type: ignore[attr-defined]
        return function

    return register


@cache
def load_module(path: Path) -> types.ModuleType:
    """Run a Python file of ours as a module, once."""
    spec = spec_from_file_location(path.stem, path, loader=SourceFileLoader(path.stem, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reference(test_file: str) -> types.ModuleType:
    """Return the module of the solution that belongs to a test file, for a mistake in one method of a class.

    Parameters
    ----------
    test_file : str
        ``__file__``.

    Examples
    --------
    >>> class overwrite_gradient(reference(__file__).Value): ...
    """
    path = Path(test_file)
    name = path.stem.removeprefix("test_")
    solution = path.parents[2] / "solutions" / path.parent.name / f"{name}.py"
    kept = path.parents[1] / "recordings" / f"{name}.stub"  # where the solutions are not: see `Course.solution`
    return load_module(solution if solution.is_file() else kept)


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


FAR = 1e-2


def alike(
    calls: Sequence[Call],
    others: Sequence[Call],
    mismatch: Mismatch | None = None,
    other: Mismatch | None = None,
    *,
    statistic: Statistic | None = None,
) -> bool:
    """Tell whether two runs of a check observed the same.

    Parameters
    ----------
    calls, others : sequence of Call
        Of the learner's code, and of a known mistake in its place.
    mismatch, other : Mismatch, optional
        With which both ended: where numbers differ from the expected ones, those of the mistake must be far nearer to
        the learner's than the expected ones are.
    statistic : Statistic, optional
        Compared instead of the values where the exercise is random.
    """
    if len(calls) != len(others) or not calls:
        return False
    if not all(_same(a.observation, b.observation, statistic) for a, b in zip(calls, others, strict=True)):
        return False
    if mismatch is None or other is None:
        return mismatch is None and other is None
    return alike_part(Part("", mismatch.actual, mismatch.expected), Part("", other.actual, other.expected))


def alike_part(part: Part, other: Part) -> bool:
    """Tell whether a part of a known mistake's answer is the learner's, and not the expected one, up to rounding."""
    if not _close(part.actual, other.actual):
        return False
    near, far = _distance(part.actual, other.actual), _distance(part.actual, part.expected)
    return near is None or far is None or near <= FAR * far


def _close(actual: Any, known: Any) -> bool:
    return close(actual, known, ALIKE) or (_holds_float32(known) and close(actual, known, ALIKE_FLOAT32))


def _distance(actual: Any, other: Any) -> float | None:
    """Return the largest difference of two arrays of numbers where both are finite; None where that says nothing."""
    try:
        values, others = np.asarray(actual, float), np.asarray(other, float)
    except (TypeError, ValueError):
        return None
    if values.shape != others.shape or not values.size:
        return None
    with np.errstate(all="ignore"):
        differences = np.abs(values - others)
    finite = np.isfinite(differences)
    # where one is finite and the other is not, or both are infinite on different sides, no number is near
    if (np.isfinite(values) != np.isfinite(others)).any():
        return np.inf
    return float(differences[finite].max()) if finite.any() else None


def _same(seen: Observation, known: Observation, statistic: Statistic | None) -> bool:
    if (seen.exception or [""])[0] != (known.exception or [""])[0] or seen.changed != known.changed:
        return False
    if seen.failure is not None and known.failure is not None:
        return seen.failure.text == known.failure.text or seen.failure.kind == "RecursionError"
    if statistic is None:
        return _close(seen.value, known.value)
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
