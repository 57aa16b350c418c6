"""Plain pytest on the hidden checks: ``pytest tests/activations``, or an editor's test explorer.

A file ``tests/<topic>/test_<exercise>.py`` is collected and run as `grade` does it, against the learner's code in the
sandbox; every other test is left alone. What is heavy is imported when the first check is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import unwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import KataError

if TYPE_CHECKING:
    from grader.grading.collecting import Check, CheckFile, Variant
    from grader.grading.plain import PlainChecks


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the hidden checks."""
    group = parser.getgroup("katas")
    group.addoption("--submission", metavar="DIR", help="the folder whose code is checked (default: exercises/)")
    group.addoption("--seed", type=int, default=0, help="the seed of the checks' inputs; other than 0 needs torch")
    group.addoption(
        "--isolation", choices=("auto", "bubblewrap", "process"), default="auto", help="how code is isolated"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the checks of an exercise with the collector of `kata`; leave every other file to pytest."""
    tests = parent.config.rootpath / "tests"
    parts = module_path.relative_to(tests).parts if module_path.is_relative_to(tests) else ()
    if len(parts) != 2 or parts[0] == "grader":
        return None
    return Checks.from_parent(parent, path=module_path)


class Checks(pytest.File):
    """A file of hidden checks."""

    def collect(self) -> Iterator[CheckItem]:
        """Yield one test for each variant of a check."""
        from grader.grading.collecting import check_file

        checks = _session_checks(self.config)
        file = check_file(checks.course, checks.course.find(self.path.stem.removeprefix("test_")))
        for check in file.checks:
            for variant in check.variants:
                yield CheckItem.from_parent(self, name=variant.id, file=file, check=check, variant=variant)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say in one line why the checks cannot be collected."""
        return str(excinfo.value) if isinstance(excinfo.value, KataError) else super().repr_failure(excinfo)


class CheckItem(pytest.Item):
    """A check, with one set of parameters if it has any."""

    def __init__(self, *, file: CheckFile, check: Check, variant: Variant, **keywords: Any) -> None:
        super().__init__(**keywords)
        self._file, self._check, self._variant = file, check, variant

    def runtest(self) -> None:
        """Run the check against the learner's code; a failure is the message that a learner gets."""
        _session_checks(self.config).run(self._file, self._check, self._variant)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Leave out the traceback where the message says what to do."""
        return str(excinfo.value) if isinstance(excinfo.value, KataError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the check stands, for an editor."""
        return self.path, unwrap(self._check.function).__code__.co_firstlineno - 1, self.name


_CHECKS = pytest.StashKey["PlainChecks"]()


def _session_checks(config: pytest.Config) -> PlainChecks:
    """Return what the checks of this session share, made when it is first asked for."""
    if _CHECKS not in config.stash:
        from grader.grading.plain import PlainChecks

        chosen = config.getoption("--submission")
        submission = Path(config.invocation_params.dir, chosen) if chosen else config.rootpath / "exercises"
        config.stash[_CHECKS] = PlainChecks(
            config.rootpath, submission, config.getoption("--seed"), config.getoption("--isolation")
        )
    return config.stash[_CHECKS]


def pytest_unconfigure(config: pytest.Config) -> None:
    """End every process of the learner's side."""
    if checks := config.stash.get(_CHECKS, None):
        checks.close()
