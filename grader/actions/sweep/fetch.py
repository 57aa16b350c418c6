"""Bring the exercises of many commits here as data, each into a folder of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.actions.fetch import fetch
from grader.actions.runner import FAILURE, OUT, run, variable
from grader.actions.sweep.commits import commits
from grader.course import own_course
from grader.errors import StepError


def main() -> None:
    """Write the exercises of every commit of the list to ``KATA_FOLDER/COMMIT``, or to ``KATA_OUT`` why not."""
    course, target, out = own_course(), Path(variable("KATA_FOLDER")), Path(variable(OUT))
    for commit in commits(out):
        folder = out / commit
        folder.mkdir()
        try:
            fetch(commit, target / commit, course, os.environ.get("GITHUB_TOKEN", ""))
        except (StepError, OSError) as error:
            (folder / FAILURE).write_text(f"{error}\n", "utf-8")


if __name__ == "__main__":
    sys.exit(run(main))
