"""Grade what was fetched, one commit after the other, under one seed that is drawn here."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from grader.actions.runner import FAILURE, OUT, REPORT, run, variable
from grader.actions.sweep.commits import commits
from grader.course import own_course, write_whole
from grader.errors import KataError
from grader.grading import seeds
from grader.grading.class_memory import ClassMemory
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.references import record_all
from grader.grading.texts import read_folder
from grader.report import render
from grader.sandbox.ours.sandbox import Sandbox

SECONDS = 40 * 60


def main() -> None:
    """Write a report, or why there is none, to ``KATA_OUT/COMMIT`` for every commit in ``KATA_FOLDER``."""
    course, folder, out = own_course(), Path(variable("KATA_FOLDER")), Path(variable(OUT))
    checks = collect(course, course.exercises)
    seed = seeds.draw()
    end = time.monotonic() + float(variable("KATA_SECONDS", str(SECONDS)))
    fetched = [commit for commit in commits(out) if not (out / commit / FAILURE).is_file()]
    memory = ClassMemory()
    with tempfile.TemporaryDirectory(prefix="kata-") as recordings:
        with Sandbox("bubblewrap") as sandbox:
            record_all(course, checks, sandbox, seed, Path(recordings))
        for number, commit in enumerate(fetched):
            if time.monotonic() > end:
                print(f"The time is up: {len(fetched) - number} commits are left for the next run.")
                return
            failure = out / commit / FAILURE
            # should this process be killed, the commit has had its turn: what always fails must not be tried for ever
            failure.write_text("grading ended before there was a report\n", "utf-8")
            try:
                texts = read_folder(folder / commit, course, commit=commit)
                with Sandbox("bubblewrap") as sandbox:
                    report = grade(
                        texts,
                        course,
                        sandbox,
                        seed=seed,
                        recordings=Path(recordings),
                        checks=checks,
                        memory=memory,
                    )
                write_whole(out / commit / REPORT, render(report))
                failure.unlink()
            except KataError as error:
                failure.write_text(f"{error}\n", "utf-8")
    print(f"{len(fetched)} commits are graded with seed {seed}.")


if __name__ == "__main__":
    sys.exit(run(main))
