"""Grade: a learner's own work, or a submission for the record."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import early
from grader.cli.early import IsolationChoice
from grader.cli.screen import say
from grader.course import Course, CourseError, Exercise, load, root, write_whole

if TYPE_CHECKING:
    from grader.grading.report import ExerciseResult, Report

Output = Annotated[Path | None, typer.Option(metavar="PATH", show_default=False)]


def check(names: Annotated[list[str] | None, typer.Argument(metavar="NAME", show_default=False)] = None) -> None:
    """Check what you have written; exit status 1 if something you attempted is wrong."""
    course = load(root())
    exercises = [course.find(name) for name in names] if names else list(course.exercises)
    from grader.grading.submission import Folder

    with early.sandbox("auto") as sandbox:
        from grader.grading.grade import grade

        with _progress(exercises) as advance:
            report = grade(
                Folder(course.root / "exercises", course), course, sandbox, exercises=exercises, progress=advance
            )
    _remember(course, report)
    _show(report)
    if any(exercise.status not in ("passed", "not_attempted") for exercise in report.exercises):
        raise typer.Exit(1)


def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False, help="Laid out like exercises/.")],
    only: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Grade only this; may be repeated.")] = None,
    seed: Annotated[
        str | None, typer.Option(metavar="N|random", help="Of the checks' inputs.", show_default=False)
    ] = None,
    isolation: Annotated[
        IsolationChoice, typer.Option(help="What stands between the submission and this machine.")
    ] = "auto",
    like: Annotated[
        Path | None, typer.Option(metavar="REPORT", help="Repeat a reported run.", show_default=False)
    ] = None,
    json: Output = None,
    markdown: Output = None,
    junit: Output = None,
    gradescope: Output = None,
    classroom50: Output = None,
    badge: Output = None,
) -> None:
    """Grade one submission; exit status 0 unless grading itself failed."""
    course = load(root())
    earlier = _earlier(like)
    plan = _plan(course, only, seed, earlier)
    outputs = {"json": json, "markdown": markdown, "junit": junit, "gradescope": gradescope, "classroom50": classroom50}
    wanted = [(form, path) for form, path in {**outputs, "badge": badge}.items() if path is not None]
    for _, path in wanted:
        _must_be_writable(path)
    from grader.grading.submission import Folder

    submission = Folder(folder, course)
    with early.sandbox(isolation) as sandbox:
        from grader.grading.grade import grade

        with _progress(plan.exercises) as advance:
            report = grade(submission, course, sandbox, exercises=plan.exercises, seed=plan.seed, progress=advance)
    for form, path in wanted:
        _write(path, _form(form)(report))
    _show(report)
    if report.run.isolation == "process":
        from grader.sandbox.isolation import INSTALL_HELP

        typer.echo(f"not isolated: bubblewrap is missing or does not work here; {INSTALL_HELP}", err=True)
    if earlier is not None:
        _compare(report, earlier)


@dataclass
class _Plan:
    exercises: list[Exercise]
    seed: int


def _plan(course: Course, only: list[str] | None, seed: str | None, earlier: Report | None) -> _Plan:
    if earlier is not None:
        if only or seed is not None:
            raise CourseError("--like says which exercises and which seed: leave out --only and --seed")
        return _Plan([course.find(exercise.name) for exercise in earlier.exercises], earlier.run.seed)
    exercises = [course.find(name) for name in dict.fromkeys(only or [])] or list(course.exercises)
    return _Plan(exercises, _seed(seed))


def _seed(text: str | None) -> int:
    if text == "random":
        from random import SystemRandom

        return SystemRandom().randrange(1, 1 << 32)
    try:
        number = int(text or 0)
    except ValueError:
        number = -1
    if number < 0:
        raise CourseError(f"--seed takes a whole number from 0 or the word random, not {text!r}")
    return number


def _earlier(path: Path | None) -> Report | None:
    if path is None:
        return None
    from grader.reports import json_report

    try:
        return json_report.load(path)
    except json_report.ReportError as error:
        raise CourseError(str(error)) from None


def _compare(report: Report, earlier: Report) -> None:
    """Say whether a repeated run has come to the same."""
    changed = [
        name
        for name, one, other in (
            ("submission", report.submission.sha256, earlier.submission.sha256),
            ("checks", report.run.checks_sha256, earlier.run.checks_sha256),
            ("numpy", report.run.numpy, earlier.run.numpy),
            ("torch", report.run.torch, earlier.run.torch),
        )
        if one != other
    ]
    pairs = zip(report.exercises, earlier.exercises, strict=True)
    differing = [one.name for one, other in pairs if (one.status, one.score) != (other.status, other.score)]
    same = "the same score" if not differing else f"another score for {', '.join(differing)}"
    say(f"Repeated with seed {report.run.seed}: {same} ({earlier.score:g} then, {report.score:g} now).")
    if changed:
        say(f"Not the same as then: {', '.join(changed)}.")


def _form(name: str) -> Callable[[Report], str]:
    if name == "markdown":
        from grader.reports.markdown import render

        return render
    if name == "classroom50":
        from grader.reports import classroom50

        return lambda report: classroom50.dumps(report, os.environ)
    from importlib import import_module

    dumps: Callable[[Report], str] = import_module(f"grader.reports.{'json_report' if name == 'json' else name}").dumps
    return dumps


def _must_be_writable(path: Path) -> None:
    """Say now, not after grading, that a report cannot be written."""
    if path.exists() and not path.is_file():
        if path.is_dir():
            raise CourseError(f"{path} is a folder; name a file to write the report to")
        return
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}") from None


def _write(path: Path, text: str) -> None:
    if path.exists() and not path.is_file():  # a pipe or a terminal, which cannot be replaced as a whole
        path.write_text(text, "utf-8")
    else:
        write_whole(path, text)


def _show(report: Report) -> None:
    from rich.console import Console

    from grader.reports.terminal import render

    render(report, Console(highlight=False, markup=False, emoji=False))


def _remember(course: Course, report: Report) -> None:
    from grader.cli.progress import Progress

    progress = Progress(course.root)
    for result in report.exercises:
        path = course.stub(course.find(result.name))
        if result.status != "not_attempted" and path.is_file():
            progress.checked(result.name, path.read_bytes(), result.status)
    progress.save()


@contextmanager
def _progress(exercises: list[Exercise]) -> Iterator[Callable[[ExerciseResult], None]]:
    """Show how far a long run is, where somebody is watching."""
    if len(exercises) < 2 or not sys.stderr.isatty():
        yield lambda _: None
        return
    with typer.progressbar(length=len(exercises), file=sys.stderr, show_eta=False) as bar:
        yield lambda _: bar.update(1)
