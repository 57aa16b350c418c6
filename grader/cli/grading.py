"""Say what `check` takes, and grade a submission for the record."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import early
from grader.cli.early import IsolationChoice
from grader.cli.progress import progress
from grader.cli.screen import say, screen
from grader.course import Course, Exercise, choose, own_course, write_whole
from grader.errors import TorchMissing, UsageError
from grader.grading import seeds
from grader.reports import FORMS

if TYPE_CHECKING:
    from grader.report import Report

Output = Annotated[Path | None, typer.Option(metavar="PATH", show_default=False)]


def check(
    words: Annotated[list[str] | None, typer.Argument(metavar="[NAME]... [CHECK]", show_default=False)] = None,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Show every failed check in full.")] = False,
) -> int:
    """Check what you have written; exit status 1 if something you attempted is wrong."""
    from grader.cli.check import check

    return check(words or [], verbose=verbose)


def grade(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False, help="Laid out like exercises/.")],
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME|TOPIC", help="Grade only this; may be repeated.")
    ] = None,
    seed: Annotated[
        str | None, typer.Option(metavar="N|random", help="Of the checks' inputs.", show_default=False)
    ] = None,
    isolation: Annotated[
        IsolationChoice, typer.Option(help="What stands between the submission and this machine.")
    ] = "auto",
    like: Annotated[
        Path | None, typer.Option(metavar="REPORT", help="Repeat a reported run.", show_default=False)
    ] = None,
    commit: Annotated[
        str | None, typer.Option(metavar="SHA", help="Of the files, where git cannot tell.", show_default=False)
    ] = None,
    locate: Annotated[
        bool, typer.Option("--locate", help="Look for where each exercise goes wrong: its line, and what kind.")
    ] = False,
    json: Output = None,
    markdown: Output = None,
    html: Output = None,
    junit: Output = None,
    gradescope: Output = None,
    classroom50: Output = None,
    badge: Output = None,
) -> None:
    """Grade one submission; exit status 0 unless grading itself failed."""
    paths = {
        "json": json,
        "markdown": markdown,
        "html": html,
        "junit": junit,
        "gradescope": gradescope,
        "classroom50": classroom50,
        "badge": badge,
    }
    course = own_course()
    earlier = _earlier(like)
    plan = _plan(course, only, seed, isolation, earlier)
    wanted = [(form, path) for form in FORMS if (path := paths.get(form.name)) is not None]
    for _, path in wanted:
        _must_be_writable(path)
    from grader.grading.texts import read_folder

    texts = read_folder(folder, course, plan.exercises, commit)
    with early.sandbox(isolation) as sandbox:
        from grader.grading.grade import grade
        from grader.reports import terminal

        with progress(len(plan.exercises), "grading") as advance:
            report = grade(texts, course, sandbox, exercises=plan.exercises, seed=plan.seed, jobs=2, progress=advance)
        if locate:
            from grader.mending.place import located_report

            report = located_report(report, texts, course, sandbox)
    for form, path in wanted:
        _write(path, form.render(report))
    print(terminal.render(report, screen()), end="")
    if report.run.isolation == "process":
        from grader.sandbox.ours.isolation import INSTALL_HELP

        why = f"bubblewrap is missing or does not work here; {INSTALL_HELP}"
        print(f"not isolated: {why if isolation == 'auto' else 'as --isolation process asks'}", file=sys.stderr)
    if earlier is not None:
        _compare(report, earlier)


@dataclass(frozen=True)
class _Plan:
    exercises: Sequence[Exercise]
    seed: int


def _plan(
    course: Course, only: list[str] | None, seed: str | None, isolation: IsolationChoice, earlier: Report | None
) -> _Plan:
    if earlier is not None:
        if only or seed is not None:
            raise UsageError("--like says which exercises and which seed: leave out --only and --seed")
        return _Plan([course.find(exercise.name) for exercise in earlier.exercises], earlier.run.seed)
    if isolation == "bubblewrap" and seed is None:
        _require_torch_or_a_seed()
        seed = "random"
    return _Plan(choose(only or [], course.exercises), seeds.read(seed or "0"))


def _require_torch_or_a_seed() -> None:
    """Refuse a run that counts where it cannot draw its own seed, and offer one that is good for practice."""
    from importlib.util import find_spec

    if find_spec("torch") is None:
        raise UsageError(
            f"{TorchMissing()}. --isolation bubblewrap draws a seed of its own; --seed 0 needs no torch, for practice: "
            "its answers can be looked up"
        )


def _earlier(path: Path | None) -> Report | None:
    if path is None:
        return None
    from grader.report import load

    return load(path)


def _compare(report: Report, earlier: Report) -> None:
    """Say whether a repeated run has come to the same."""
    changed = [
        name
        for name, now, then in (
            ("submission", report.submission.sha256, earlier.submission.sha256),
            ("checks", report.run.checks_sha256, earlier.run.checks_sha256),
            ("numpy", report.run.numpy, earlier.run.numpy),
            ("torch", report.run.torch, earlier.run.torch),
        )
        if now != then
    ]
    pairs = zip(report.exercises, earlier.exercises, strict=True)
    differing = [now.name for now, then in pairs if (now.status, now.score) != (then.status, then.score)]
    same = "the same score" if not differing else f"another score for {', '.join(differing)}"
    say(f"Repeated with seed {report.run.seed}: {same} ({earlier.score:g} then, {report.score:g} now).")
    if changed:
        say(f"Not the same as then: {', '.join(changed)}.")


def _must_be_writable(path: Path) -> None:
    """Say now, not after grading, that a report cannot be written."""
    if path.exists() and not path.is_file():
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name a file to write the report to")
        return
    try:
        with tempfile.TemporaryFile(dir=path.parent):
            return
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _write(path: Path, text: str) -> None:
    if path.exists() and not path.is_file():  # a pipe or a terminal, which cannot be replaced as a whole
        path.write_text(text, "utf-8")
    else:
        write_whole(path, text)
