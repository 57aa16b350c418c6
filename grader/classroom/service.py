"""Grade one submission where a service has put it: what the bundles of `kata autograder` run.

``python -m grader.classroom.service gradescope|classroom50 SUBMISSION RESULT``

A score is given under bubblewrap only. Where it does not work, as in most containers, root has the learner's code run
as a user who can read neither the checks nor the result, for feedback alone; others run none of it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from grader.classroom import feedback
from grader.classroom.bundle import SEED
from grader.classroom.found import disk
from grader.classroom.found.texts import read
from grader.course import own_course, root, write_whole
from grader.course.home import PACKAGE
from grader.errors import GradingError, KataError, SandboxError, SubmissionError
from grader.grading.grade import grade
from grader.grading.texts import Texts, Unreadable
from grader.report import Report, plain
from grader.reports import classroom50, gradescope
from grader.reports.markdown import prose
from grader.sandbox.ours.sandbox import Sandbox

FEEDBACK_ONLY = "Feedback only, with a score of 0: bubblewrap does not work here. This is scored by kata batch."
NOTHING_RUN = "Nothing was run: bubblewrap does not work here, and this user is not root. This is scored by kata batch."


@dataclass(frozen=True)
class Graded:
    """What a learner may know: a report that holds no values, and what is to be said before it."""

    report: Report
    notes: tuple[str, ...]

    @property
    def nothing_run(self) -> bool:
        """Whether the report says nothing about what was handed in."""
        return NOTHING_RUN in self.notes


def main(words: list[str]) -> None:
    """Grade a submission and write the result for a service."""
    service, submission, result = words[0], Path(words[1]).resolve(), Path(words[2]).resolve()
    graded = grade_submission(submission, (PACKAGE.parent, result.parent))
    SERVICES[service](graded, result)


def grade_submission(submission: Path, secret: tuple[Path, ...]) -> Graded:
    """Return what the files below a folder are worth.

    Parameters
    ----------
    submission : Path
        Laid out in any way in which files can be found by the names of the exercises.
    secret : tuple of Path
        Folders that the learner's code must not read.

    Raises
    ------
    GradingError
        Where grading itself fails.
    """
    course, seed = own_course(), _seed()
    texts, notes = _texts(submission)
    sandbox = _bubblewrap()
    if sandbox is None and os.getuid() == 0:
        notes = (FEEDBACK_ONLY, *notes)
        for folder in secret:
            folder.chmod(0o700)
        sandbox = Sandbox("process", own_user=True)
    elif sandbox is None:
        texts, notes = {}, (NOTHING_RUN,)
        sandbox = Sandbox("process")
    recordings = course.recording(course.exercises[0]).parent
    with sandbox:
        report = grade(Texts(texts, str(submission)), course, sandbox, seed=seed, recordings=recordings)
    if report.run.isolation != "bubblewrap":
        report = _without_score(report)
    return Graded(replace(report, exercises=tuple(feedback.shown(each, "names") for each in report.exercises)), notes)


def _seed() -> int:
    try:
        return int((root() / SEED).read_text())
    except FileNotFoundError:
        raise GradingError("this program is no bundle that 'kata autograder' has made") from None


def _texts(submission: Path) -> tuple[dict[str, str | Unreadable], tuple[str, ...]]:
    try:
        found = read(disk.files(submission), own_course().exercises)
    except SubmissionError as error:
        return {}, (f"No exercise was found: {error}.",)
    return found.texts, found.notes


def _bubblewrap() -> Sandbox | None:
    """Return a sandbox that holds, or None where there can be none."""
    try:
        sandbox = Sandbox("bubblewrap")
    except SandboxError:
        return None
    try:
        sandbox.learner().close()
    except SandboxError:
        sandbox.close()
        return None
    return sandbox


def _without_score(report: Report) -> Report:
    exercises = tuple(
        replace(each, score=0.0, checks=tuple(replace(check, score=0.0) for check in each.checks))
        for each in report.exercises
    )
    return replace(report, score=0.0, exercises=exercises)


def _write_gradescope(graded: Graded, result: Path) -> None:
    data = json.loads(gradescope.render(graded.report))
    del data["extra_data"]  # it holds the seed
    data["output"] = "\n".join([*map(plain, graded.notes), data["output"]])
    if graded.nothing_run:
        data["tests"] = []
    write_whole(result, json.dumps(data, indent=1) + "\n")


def _write_classroom50(graded: Graded, result: Path) -> None:
    write_whole(result, classroom50.render(graded.report))
    notes = "\n".join(f"> {prose(note)}\n" for note in graded.notes)
    page = "" if graded.nothing_run else feedback.markdown(graded.report, graded.report.course, "names")
    write_whole(result.with_name("release-body.md"), f"{notes}\n{page}")


SERVICES = {"gradescope": _write_gradescope, "classroom50": _write_classroom50}

if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KataError as error:  # the service tells the instructor, and gives no score
        sys.exit(f"kata: {error}")
