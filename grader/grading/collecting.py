"""Let pytest find the checks, so that they can be run as often as needed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from grader.checks.misconceptions import Misconception, Statistic, load_module
from grader.course import Course, Exercise
from grader.grading.errors import GradingError
from grader.grading.plugin import pytest_pycollect_makeitem

FIXTURES = {"student", "rng"}
# parts of pytest that only matter where it runs tests or prints; importing them takes longer than collecting the checks
UNUSED = (
    *("cacheprovider", "capture", "debugging", "doctest", "faulthandler", "junitxml", "legacypath", "logging"),
    *("monkeypatch", "pastebin", "recwarn", "reports", "setuponly", "setupplan", "skipping", "stepwise", "subtests"),
    *("terminal", "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings"),
)


@dataclass(frozen=True)
class Variant:
    """A check with its parameters, if it has any; ``id`` tells the variants of an exercise apart."""

    id: str
    parameters: dict[str, Any]


@dataclass
class Check:
    """One check of an exercise; the variants of a parametrized test are one check."""

    name: str
    title: str
    function: Callable[..., None]
    core: bool
    weight: float
    variants: list[Variant] = field(default_factory=list)


@dataclass
class CheckFile:
    """The checks of one exercise, with the mistakes that they know.

    ``solution`` is a function, since most submissions never need it.
    """

    exercise: Exercise
    checks: list[Check]
    misconceptions: list[Misconception]
    statistic: Statistic | None
    solution: Callable[[], ModuleType]


def collect(course: Course, exercises: Sequence[Exercise]) -> dict[str, CheckFile]:
    """Return the checks of each exercise by its name; raises `GradingError` where a file cannot be collected."""
    files = {course.checks(exercise): exercise for exercise in exercises}
    missing = [path for path in files if not path.is_file()]
    if missing:
        raise GradingError(f"the checks {missing[0].relative_to(course.root)} are missing")
    plugin = _Collector()
    configuration = Path(__file__).with_name("pytest.ini")
    arguments = ["--collect-only", "-c", str(configuration), "--rootdir", str(course.root), "--disable-plugin-autoload"]
    arguments += [f"-pno:{name}" for name in UNUSED]
    with _no_modules(".".join(path.relative_to(course.root).with_suffix("").parts) for path in files):
        status = pytest.main([*arguments, *map(str, files)], plugins=[plugin])
    if plugin.errors or status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise GradingError(f"the checks could not be collected: {plugin.errors[0] if plugin.errors else status}")
    return {exercise.name: check_file(course, exercise, plugin.items.get(path, [])) for path, exercise in files.items()}


@contextmanager
def _no_modules(names: Iterable[str]) -> Iterator[None]:
    """Keep pytest from taking modules for ours that another course, or an older text of a file, has left behind."""
    before = {name: sys.modules.pop(name, None) for name in names}
    try:
        yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


class _Collector:
    """A pytest plugin that keeps what was collected."""

    def __init__(self) -> None:
        self.items: dict[Path, list[pytest.Function]] = {}
        self.errors: list[str] = []

    @pytest.fixture
    def student(self) -> None:
        """Stands for the real one, which the runner makes."""

    @pytest.fixture
    def rng(self) -> None:
        """Stands for the real one, which the runner makes."""

    pytest_pycollect_makeitem = staticmethod(pytest_pycollect_makeitem)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not be collected."""
        if report.failed:
            lines = str(report.longrepr).strip().splitlines()
            self.errors.append(f"{report.nodeid}: {lines[-1] if lines else 'unknown reason'}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the tests by file, in the order of the file."""
        for item in session.items:
            if isinstance(item, pytest.Function):
                self.items.setdefault(item.path, []).append(item)


def check_file(course: Course, exercise: Exercise, items: Iterable[pytest.Function]) -> CheckFile:
    """Return what the tests of one file say about their exercise; raises `GradingError`."""
    checks: dict[str, Check] = {}
    module: ModuleType | None = None
    for item in items:
        module = item.module
        function = item.function
        name = item.originalname
        parameters = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        foreign = set(item.fixturenames) - FIXTURES - set(parameters) - {"request", "_plain_checks"}
        if foreign:
            foreign = foreign & set(function.__code__.co_varnames) or foreign
            raise GradingError(f"{item.nodeid} asks for {', '.join(sorted(foreign))}: a check has student and rng only")
        if name not in checks:
            title = (function.__doc__ or name).strip().splitlines()[0]
            core, weight = getattr(function, "core", False), getattr(function, "weight", 1.0)
            checks[name] = Check(name, title, function, core, weight)
        checks[name].variants.append(Variant(item.name, parameters))
    if module is None:
        raise GradingError(f"{course.checks(exercise).relative_to(course.root)} holds no checks")
    found = list(checks.values())
    if not any(check.core for check in found):
        found[0].core = True
    members = list(vars(module).values())
    mistakes = [member.misconception for member in members if hasattr(member, "misconception") and _own(member, module)]
    statistics = [member.statistic for member in members if hasattr(member, "statistic") and _own(member, module)]
    path = course.solution(exercise)
    return CheckFile(exercise, found, mistakes, statistics[0] if statistics else None, lambda: load_module(path))


def _own(member: Any, module: ModuleType) -> bool:
    return getattr(member, "__module__", None) == module.__name__


def checks_hash(course: Course, exercises: Iterable[Exercise]) -> str:
    """Return a hash of the files that decide the score of these exercises."""
    digest = hashlib.sha256()
    for exercise in exercises:
        for path in (course.checks(exercise), course.recording(exercise)):
            if path.is_file():
                digest.update(path.relative_to(course.root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
