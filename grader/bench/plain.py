"""The yardstick: the same checks under plain pytest, with torch, the solutions in the same process, no sandbox."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.checks.context import Context, running
from grader.checks.misconceptions import reference
from grader.checks.student import Student
from grader.checks.torch_reference import References
from grader.course import root
from grader.grading.plugin import pytest_pycollect_makeitem as pytest_pycollect_makeitem  # used by pytest
from grader.sandbox.local import LocalLearner


@pytest.fixture
def rng() -> np.random.Generator:
    """Return a generator like the grader's."""
    return np.random.default_rng(1)


@pytest.fixture
def student(request: pytest.FixtureRequest, rng: np.random.Generator) -> Iterator[Student]:
    """Give the solution, called in this process."""
    import torch  # noqa: F401 - what plain pytest pays for

    with running(Context(request.node.name, References())) as context:
        yield Student(LocalLearner(reference(str(request.node.path))), context, rng)


def main(names: list[str]) -> int:
    """Run the checks of all exercises, or of those that are named."""
    tests = root() / "tests"
    files = [str(path) for path in sorted(tests.glob("*/test_*.py")) if path.parent.name != "grader"]
    chosen = [file for file in files if not names or Path(file).stem.removeprefix("test_") in names]
    options = ["-q", "-p", "no:cacheprovider", "-c", str(root() / "grader" / "grading" / "pytest.ini")]
    return pytest.main([*options, "--rootdir", str(root()), *chosen], plugins=[sys.modules[__name__]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
