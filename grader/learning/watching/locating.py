"""Look for the places where answers go wrong, as the process of a `Locator`: one after the other, until nobody asks.

What is read is a `Wanted`, what is written a result, both pickled: they come from and go to this program alone.
"""

from __future__ import annotations

import pickle
import sys
import time
from pathlib import Path

from grader.course import load
from grader.errors import GradingError
from grader.grading.collecting import check_file
from grader.grading.trial import Trial
from grader.learning.watching.locator import Wanted
from grader.mending.place import located
from grader.sandbox.ours.sandbox import Sandbox


def main(root: Path) -> None:
    """Answer each `Wanted` of the standard input with the result, which has its place if one was found in time."""
    course = load(root)
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    with Sandbox("auto") as sandbox:
        while True:
            try:
                wanted: Wanted = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            result = wanted.result
            try:
                trial = Trial.prepare(course, check_file(course, course.find(result.name)), wanted.seed)
                result = located(result, wanted.text, course, trial, sandbox, wanted.until - time.monotonic())
            except GradingError:  # what is wrong with the checks, the verdict has said
                pass
            pickle.dump(result, answers)
            answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
