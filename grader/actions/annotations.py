"""Annotate the learner's own lines: by workflow commands in the feedback run, by a check run where the score counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from grader.actions.runner import command
from grader.report import ExerciseResult, Report
from grader.reports import summary
from grader.reports.place import sentence
from grader.reports.text import excerpt, single_line

MOST = 10  # GitHub shows no more of one step
_MOST_OF_A_CHECK = 50  # GitHub takes no more in one request
_READ = 1 << 18


def annotate(report: Report, folder: Path, workspace: Path) -> list[str]:
    """Return one command for each of the first ten exercises that are not right.

    Parameters
    ----------
    report : Report
    folder : Path
        What was graded: laid out like ``exercises/``, or a repository that holds one.
    workspace : Path
        The repository's work tree; files outside it cannot be annotated.

    Returns
    -------
    list of str
    """
    inner = folder / "exercises"
    root = inner if inner.is_dir() and not inner.is_symlink() else folder
    try:
        place = root.resolve().relative_to(workspace.resolve())
    except ValueError:
        return []
    return [_annotation(exercise, root, place) for exercise in summary.failing(report)[:MOST]]


def check_run(report: Report) -> dict[str, Any]:
    """Return what makes a check run of a report, with notes on the lines of up to fifty exercises.

    Where a report names no line, the note is on the first: the file is not here.
    """
    failing = summary.failing(report)
    notes = [
        {
            "path": f"exercises/{exercise.topic}/{exercise.name}.py",
            "start_line": exercise.line or 1,
            "end_line": exercise.line or 1,
            "annotation_level": "failure",
            "title": _heading(exercise),
            "message": _message(exercise),
        }
        for exercise in failing[:_MOST_OF_A_CHECK]
    ]
    text = f"{len(failing)} exercises are not right yet." if len(failing) != 1 else "1 exercise is not right yet."
    return {
        "name": "kata score",
        "head_sha": report.submission.commit,
        "status": "completed",
        "conclusion": "failure" if failing else "success",
        "output": {"title": summary.total(report), "summary": text, "annotations": notes},
    }


def _heading(exercise: ExerciseResult) -> str:
    score = f"{summary.points(exercise.score)}/{summary.points(exercise.max_score)}"
    return single_line(f"{exercise.name} {score}: {summary.describe(exercise)}", characters=255)


def _annotation(exercise: ExerciseResult, root: Path, place: Path) -> str:
    parts = (exercise.topic, f"{exercise.name}.py")
    line = exercise.wrong_line or _definition(root.joinpath(*parts), exercise.name)
    file = single_line(place.joinpath(*parts).as_posix())
    return command("error", _message(exercise), file=file, line=line, title=_heading(exercise))


def _message(exercise: ExerciseResult) -> str:
    place = sentence(exercise.place) if exercise.place else None
    texts = [text for text in (exercise.message, summary.cause(exercise), place) if text]
    for check in summary.telling(exercise)[:1]:
        own = summary.own_diagnosis(exercise, check)
        texts += [single_line(check.title), *(text for text in (own, check.message) if text)]
    shown = "\n".join(excerpt(text, lines=12, characters=1000) for text in texts)
    return shown or summary.describe(exercise)


def _definition(path: Path, name: str) -> int:
    """Return the line on which the exercise's function or class begins, 1 if that cannot be told."""
    try:
        if path.is_symlink() or not path.is_file():
            return 1
        with path.open("rb") as file:
            text = file.read(_READ).decode("utf-8", "replace")
    except OSError:
        return 1
    names = (name, "".join(word.title() for word in name.split("_")))
    for wanted in (*map(re.escape, names), r"\w+"):
        if found := re.search(rf"^(?:def|class)\s+{wanted}\b", text, re.MULTILINE):
            return text.count("\n", 0, found.start()) + 1
    return 1
