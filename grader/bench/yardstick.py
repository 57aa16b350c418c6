"""Run the yardstick: the same checks under plain pytest, with torch, the solutions in the same process, no sandbox."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.checks.local import LocalLearner
from grader.checks.torch_reference import References
from grader.course import choose, own_course, root
from grader.grading.collecting import Check, Variant, check_file
from grader.grading.trial import Trial

SEED = 1


class File(pytest.File):
    """A file of checks."""

    def collect(self) -> Iterator[Item]:
        """Yield one test for each variant of a check."""
        import torch  # noqa: F401 - what plain pytest pays for

        course = own_course()
        file = check_file(course, course.find(self.path.stem.removeprefix("test_")))
        trial, learner = Trial(file, SEED, References()), LocalLearner(file.solution())
        for check in file.checks:
            for variant in check.variants:
                item: Item = Item.from_parent(self, name=variant.id)
                item.work = (trial, check, variant, learner)
                yield item


class Item(pytest.Item):
    """A check that is run in this process."""

    work: tuple[Trial, Check, Variant, LocalLearner]

    def runtest(self) -> None:
        """Run the check against the solution."""
        trial, check, variant, learner = self.work
        outcome = trial.run_variant(check, variant, learner)
        assert outcome.status == "passed", outcome.message


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> File:
    """Collect every file that is named as checks."""
    return File.from_parent(parent, path=module_path)


def main(names: list[str]) -> int:
    """Run the checks of all exercises, or of those that are named."""
    course = own_course()
    chosen = [str(course.checks(exercise)) for exercise in choose(names, course.exercises)]
    options = ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(root())]
    return pytest.main([*options, *chosen], plugins=[sys.modules[__name__]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
