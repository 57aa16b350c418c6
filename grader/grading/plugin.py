"""Plain pytest on the hidden checks: ``pytest tests/activations``, or an editor's test explorer.

A test under ``tests/<topic>`` is run against the learner's code in the sandbox, as `grade` does it; every other test is
left alone. What is heavy is imported when the first check is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.grading.plain import PlainChecks


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the hidden checks."""
    group = parser.getgroup("katas")
    group.addoption("--submission", metavar="DIR", help="the folder whose code is checked (default: exercises/)")
    group.addoption("--seed", type=int, default=0, help="the seed of the checks' inputs; other than 0 needs torch")
    group.addoption(
        "--isolation", choices=("auto", "bubblewrap", "process"), default="auto", help="how code is isolated"
    )


@pytest.fixture
def student() -> None:
    """Stand for the learner's code, which the checks are given when they run."""


@pytest.fixture
def rng() -> None:
    """Stand for the generator of the inputs, which the checks are given when they run."""


@pytest.fixture(scope="session")
def _plain_checks(request: pytest.FixtureRequest) -> Iterator[PlainChecks]:
    from grader.course import CourseError
    from grader.grading.plain import PlainChecks
    from grader.sandbox.sandbox import SandboxError

    config = request.config
    chosen = config.getoption("--submission")
    submission = Path(config.invocation_params.dir, chosen) if chosen else config.rootpath / "exercises"
    try:
        checks = PlainChecks(config.rootpath, submission, config.getoption("--seed"), config.getoption("--isolation"))
    except (CourseError, SandboxError) as error:
        pytest.exit(str(error), pytest.ExitCode.USAGE_ERROR)
    yield checks
    checks.close()


def _is_check(item: pytest.Item) -> bool:
    tests = item.config.rootpath / "tests"
    parts = item.path.relative_to(tests).parts if item.path.is_relative_to(tests) else ()
    return isinstance(item, pytest.Function) and len(parts) == 2 and parts[0] != "grader"


def pytest_pycollect_makeitem(name: str, obj: object) -> list[pytest.Item] | None:
    """Keep pytest from taking a misconception called ``test_...`` for a test."""
    return [] if hasattr(obj, "misconception") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every check the session's sandbox."""
    for item in items:
        if _is_check(item):
            item.fixturenames.append("_plain_checks")  # type: ignore[attr-defined]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Any:
    """Run a check in the sandbox; leave every other test to pytest."""
    if not _is_check(pyfuncitem):
        return None
    from grader.course import CourseError
    from grader.sandbox.sandbox import SandboxError

    checks: PlainChecks = pyfuncitem.funcargs["_plain_checks"]  # type: ignore[assignment]
    try:
        checks.run(pyfuncitem)
    except (CourseError, SandboxError) as error:  # nobody's traceback helps: the message says what to do
        pytest.fail(str(error), pytrace=False)
    return True
