"""Say where an exercise goes wrong; the change that would mend it only to those who insist."""

from __future__ import annotations

import ast
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import early
from grader.cli.place import here, one_exercise
from grader.cli.progress import waiting
from grader.cli.screen import say, screen
from grader.course import Course, Exercise, Workspace
from grader.errors import SubmissionError, UsageError
from grader.learning.memory import Memory

if TYPE_CHECKING:
    from grader.mending.edits import Edit
    from grader.mending.search import Found, Mend
    from grader.report import ExerciseResult

SECONDS = 20.0


def locate(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Show the change that mends it, when asked twice.")] = False,
) -> int:
    """Say where it goes wrong: the line and the kind of the smallest change that mends it."""
    course, workspace = here()
    exercise = one_exercise(name, course, workspace)
    if edit and not workspace.solutions:
        raise UsageError(
            f"no solutions are shown here, nor changes towards one: kata locate {exercise.name} says where"
        )
    text = _text(workspace, exercise)
    result, found = _found(course, exercise, text)
    if result.status == "passed":
        say((exercise.name, "bold"), " is right: there is nothing to mend")
        return 0
    if result.status == "not_attempted":
        raise SubmissionError(f"{exercise.name} is not written yet: {exercise.path} is its stub")
    if result.message and result.status == "failed":
        raise SubmissionError(f"{exercise.name} cannot be searched yet. {result.message}")
    if result.status != "failed":
        raise SubmissionError(f"{exercise.name} cannot be searched, since it does not run: kata check {exercise.name}")
    if found.mend is None:
        _say_nothing_was_found(exercise, found)
        return 1
    _say_where(exercise, text, found.mend)
    if edit:
        _show(workspace, exercise, text, found.mend)
    return 1


def _text(workspace: Workspace, exercise: Exercise) -> str:
    from grader.grading.texts import Unreadable, read_workspace_texts

    text = read_workspace_texts(workspace, [exercise]).texts.get(exercise.name)
    if text is None:
        raise SubmissionError(f"there is no {exercise.path} here: kata init writes it anew")
    if isinstance(text, Unreadable):
        raise SubmissionError(f"{exercise.path}: {text.reason}")
    return text


def _found(course: Course, exercise: Exercise, text: str) -> tuple[ExerciseResult, Found]:
    with early.sandbox("auto") as sandbox, waiting("looking for the place ..."):
        from grader.course.stubs import stub_of
        from grader.grading.attempt import Attempt
        from grader.grading.collecting import check_file
        from grader.grading.trial import Trial
        from grader.mending.search import Found, search

        trial = Trial.prepare(course, check_file(course, exercise), 0)
        result = Attempt(text, stub_of(course, exercise), trial, sandbox).grade()
        if result.status != "failed":
            return result, Found()
        return result, search(course, trial, text, sandbox, SECONDS)


def _say_nothing_was_found(exercise: Exercise, found: Found) -> None:
    if not found.tried:
        say(
            (exercise.name, "bold"),
            ": no change could be tried, since the file is too long or does not do the same twice",
        )
        return
    say((exercise.name, "bold"), f": no small change mends it ({found.tried:,} were tried)")
    say(f"Perhaps more than one thing is wrong. Next: kata check {exercise.name}, kata hint {exercise.name}")


def _say_where(exercise: Exercise, text: str, mend: Mend) -> None:
    from grader.report import Place
    from grader.reports.place import where
    from grader.reports.text import visible

    lines = text.split("\n")
    say((exercise.name, "bold"), " goes wrong in")
    for edit in mend.edits:
        say("  ", (where(Place(edit.line, edit.kind)), "bold"))
        print(screen().cut("  ", ("│ ", "dim"), visible(lines[edit.line - 1]).strip()))
    if len(mend.edits) > 1:
        say("Both have to be mended.")


def _show(workspace: Workspace, exercise: Exercise, text: str, mend: Mend) -> None:
    memory = Memory(workspace)
    if not memory.change_was_asked_for(exercise.name, text):
        memory.asked_for_change(exercise.name, text)
        memory.save()
        say(f"Try it there first. Ask once more to see the change: kata locate {exercise.name} --edit")
        return
    for edit in mend.edits:
        if edit.reference:
            say(f"In line {edit.line}, the change is the solution's own text: kata hint {exercise.name} leads there")
        else:
            _show_edit(text, edit)


def _show_edit(text: str, edit: Edit) -> None:
    """Show each statement that changes once, before and after."""
    from grader.mending.source import Source
    from grader.reports.text import visible

    source = Source(text)
    splices = sorted(edit.splices, key=lambda splice: splice.start)
    for _, together in groupby(splices, key=lambda splice: _start(_statement(text, splice.start))):
        pieces = list(together)
        before, after = (_statement(each, pieces[0].start) for each in (text, source.with_(pieces)))
        for sign, statement, style in (("-", before, "red"), ("+", after, "green")):
            for line in ast.unparse(statement).split("\n"):
                print(screen().cut((f"  {sign} {visible(line)}", style)))


def _start(statement: ast.stmt) -> tuple[int, int]:
    return statement.lineno, statement.col_offset


def _statement(text: str, place: int) -> ast.stmt:
    """Return the smallest statement around a place of a text."""
    line = text.count("\n", 0, place) + 1
    column = len(text[text.rfind("\n", 0, place) + 1 : place].encode())
    around = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]

    def size(node: ast.stmt) -> tuple[bool, int, int]:
        end = (node.end_lineno or node.lineno, node.end_col_offset or 0)
        beside = not _start(node) <= (line, column) < end  # another one on the same line
        return beside, end[0] - node.lineno, end[1] - node.col_offset

    return min(around, key=size)
