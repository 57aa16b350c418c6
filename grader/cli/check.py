"""Check what a learner has written: they wait for it, so nothing is imported that it does not use."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.cli import early
from grader.cli.place import here
from grader.cli.progress import progress, waiting
from grader.cli.screen import screen
from grader.course import choose, meant
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.course import Course
    from grader.grading.texts import Texts
    from grader.learning.verdicts import Verdict
    from grader.report import Report
    from grader.sandbox.ours.sandbox import Sandbox


def check(words: Sequence[str], *, verbose: bool) -> int:
    """Check exercises, show what was found and return the exit status.

    Parameters
    ----------
    words : sequence of str
        What stands for exercises, none for all of them; behind the name of one, perhaps the name of a check.
    verbose : bool
        Whether every check that failed is shown in full.
    """
    names, wanted = _split(words)
    course, workspace = here()
    exercises = choose(names, workspace.exercises(course))
    if wanted and len(exercises) > 1:
        raise UsageError(f"{wanted} is a check, and these are {len(exercises)} exercises: kata check NAME {wanted}")
    from grader.grading.texts import read_workspace_texts

    texts = read_workspace_texts(workspace, exercises)
    with early.sandbox("auto") as sandbox:
        from grader.grading.grade import grade

        with progress(len(exercises), "checking") as advance:
            report = grade(texts, course, sandbox, exercises=exercises, jobs=2, progress=advance)
        from grader.learning.verdicts import remember

        verdict = remember(course, workspace, texts, report)
        print(_shown(report, wanted, verbose, verdict), end="", flush=True)
        if len(exercises) == 1 and not wanted and sys.stdout.isatty() and report.exercises[0].mendable:
            _say_where(report, texts, course, sandbox)
    return int(any(exercise.status not in ("passed", "not_attempted") for exercise in report.exercises))


def _say_where(report: Report, texts: Texts, course: Course, sandbox: Sandbox) -> None:
    """Add, once the verdict is there to be read, where a small change would mend the one exercise of a report."""
    from grader.mending.place import located_report
    from grader.reports import terminal

    (told,) = report.exercises
    with waiting("looking for the place ..."):
        (found,) = located_report(report, texts, course, sandbox).exercises
    print(terminal.render_place(found, told, screen()), end="")


def _split(words: Sequence[str]) -> tuple[Sequence[str], str]:
    """Return the words that stand for exercises, and the one that stands for a check."""
    places = [place for place, word in enumerate(words) if word.startswith("test_")]
    if not places:
        return words, ""
    if places != [1] or len(words) > 2:
        word = words[places[0]]
        raise UsageError(f"{word} is a check and stands alone behind its exercise: kata check NAME {word}")
    return words[:1], words[1]


def _shown(report: Report, wanted: str, verbose: bool, verdict: Verdict) -> str:
    from grader.reports import terminal

    if not wanted:
        return terminal.render(report, screen(), verbose=verbose, before=verdict.before, after=verdict.after)
    (exercise,) = report.exercises
    checks = {check.name: check for check in exercise.checks}
    return terminal.render_check(checks[meant("check", wanted, checks)], exercise, screen())
