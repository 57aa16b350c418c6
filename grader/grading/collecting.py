"""Find the checks of an exercise in its test file: the one collector, of `kata`, of plain pytest and of editors."""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from itertools import product
from pathlib import Path
from traceback import extract_tb
from typing import Any

from grader.checks.contract import Contract
from grader.checks.misconceptions import Misconception, Statistic, load_module
from grader.course import Course, Exercise
from grader.errors import GradingError

FIXTURES = ("student", "rng", "child")
MARKED = "has a mark of pytest: core, weight and parametrize come from grader.checks"


@dataclass(frozen=True)
class Variant:
    """A check with its parameters, if it has any; ``id`` tells the variants of an exercise apart."""

    id: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One check of an exercise; the variants of a parametrized test are one check.

    ``wants`` are the names of the fixtures and parameters that the function takes.
    """

    name: str
    title: str
    function: Callable[..., None]
    wants: tuple[str, ...]
    core: bool
    weight: float
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class CheckFile:
    """The checks of one exercise, with the mistakes that they know.

    ``solution`` is a function, since most submissions never need it.
    """

    exercise: Exercise
    checks: tuple[Check, ...]
    misconceptions: tuple[Misconception, ...]
    statistic: Statistic | None
    solution: Callable[[], types.ModuleType]


def collect(course: Course, exercises: Sequence[Exercise]) -> dict[str, CheckFile]:
    """Return the checks of each exercise by its name; raises `GradingError` where a file cannot be collected."""
    return {exercise.name: check_file(course, exercise) for exercise in exercises}


def check_file(course: Course, exercise: Exercise) -> CheckFile:
    """Return the checks of one exercise; raises `GradingError` where its file cannot be collected."""
    path = course.checks(exercise)
    name = course.relative(path)
    if not path.is_file():
        raise GradingError(f"the checks {name} are missing")
    module = _load(path, name)
    try:
        checks = [check for word, member in vars(module).items() for check in _checks(word, member, module)]
        _refuse_repeated_names(checks)
    except GradingError as error:
        raise GradingError(f"{name}: {error}") from None
    if not checks:
        raise GradingError(f"{name} holds no checks")
    if not any(check.core for check in checks):
        checks[0] = replace(checks[0], core=True)
    members = [member for member in vars(module).values() if getattr(member, "__module__", None) == module.__name__]
    mistakes = tuple(member.misconception for member in members if hasattr(member, "misconception"))
    statistic = next((member.statistic for member in members if hasattr(member, "statistic")), None)
    solution = course.solution(exercise)
    return CheckFile(exercise, tuple(checks), mistakes, statistic, lambda: load_module(solution))


def _load(path: Path, name: str) -> types.ModuleType:
    """Run a test file as a module of its own, which no other course and no other run can get in the way of."""
    loader = SourceFileLoader(f"checks_of_{path.stem}", str(path))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    try:
        loader.exec_module(module)
    except Exception as error:  # an author's slip, whatever it is, is one line and not a traceback
        line = _line(error, str(path))
        place = f"{name}, line {line}" if line else name
        raise GradingError(f"the checks could not be collected: {place}: {type(error).__name__}: {error}") from error
    return module


def _line(error: Exception, file: str) -> int | None:
    """Return the line of a file that an error is about."""
    if isinstance(error, SyntaxError):
        return error.lineno
    return next((frame.lineno for frame in reversed(extract_tb(error.__traceback__)) if frame.filename == file), None)


def _checks(name: str, member: Any, module: types.ModuleType) -> Iterator[Check]:
    """Yield the checks that a name of a module stands for."""
    if type(member).__name__ == "MarkDecorator" or name == "pytestmark":
        raise GradingError(f"{name} {MARKED}")
    if getattr(member, "__module__", None) != module.__name__ or hasattr(member, "misconception"):
        return
    if isinstance(member, Contract):
        for function in member.checks():
            yield _check(function.__name__, function, ("student", *member.wants), member)
    elif name.startswith("test_") and isinstance(member, types.FunctionType):
        code = member.__code__
        yield _check(name, member, code.co_varnames[: code.co_argcount], member)


def _check(name: str, function: Callable[..., None], wants: tuple[str, ...], marked: Any) -> Check:
    if hasattr(marked, "pytestmark"):
        raise GradingError(f"{name} {MARKED}")
    title = (function.__doc__ or name).strip().splitlines()[0]
    variants = tuple(_variants(name, getattr(marked, "parameters", [])))
    if not variants:
        raise GradingError(f"{name} has a parameter without values")
    unused = set(variants[0].parameters) - set(wants)
    if unused:
        raise GradingError(f"{name} does not take its parameter {', '.join(sorted(unused))}")
    foreign = set(wants) - set(FIXTURES) - set(variants[0].parameters)
    if foreign:
        given = ", ".join(FIXTURES)
        raise GradingError(f"{name} asks for {', '.join(sorted(foreign))}: a check has {given} and its parameters only")
    return Check(name, title, function, wants, getattr(marked, "core", False), getattr(marked, "weight", 1.0), variants)


def _variants(name: str, parameters: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[Variant]:
    """Yield the variants of a check, their ids written as pytest writes them."""
    ids = set()
    for rows in product(*(enumerate(choices) for choices in parameters)):
        words = [_word(key, value, index) for index, row in rows for key, value in row.items()]
        id = f"{name}[{'-'.join(words)}]" if parameters else name
        if id in ids:
            raise GradingError(f"{id} stands twice among the parameters of one check")
        ids.add(id)
        yield Variant(id, {key: value for _, row in rows for key, value in row.items()})


def _word(key: str, value: Any, index: int) -> str:
    if isinstance(value, str):
        return value.encode("unicode_escape").decode()
    if isinstance(value, bool | int | float | complex) or value is None:
        return str(value)
    return getattr(value, "__name__", f"{key}{index}")


def _refuse_repeated_names(checks: Iterable[Check]) -> None:
    seen = set()
    for check in checks:
        if check.name in seen:
            raise GradingError(f"{check.name} is defined twice")
        seen.add(check.name)


def checks_hash(course: Course, exercises: Iterable[Exercise]) -> str:
    """Return a hash of the files that decide the score of these exercises."""
    digest = hashlib.sha256()
    for exercise in exercises:
        for path in (course.checks(exercise), course.recording(exercise)):
            if path.is_file():
                digest.update(course.relative(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
