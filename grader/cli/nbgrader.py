"""Hand out an assignment as a notebook of nbgrader's."""

from __future__ import annotations

import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import typer

from grader.cli.progress import progress
from grader.cli.screen import count, say
from grader.course import Assignment, choose_assignment, own_course
from grader.errors import UsageError
from grader.grading import seeds

Name = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Of course.toml, or a topic.", show_default=False)]


def nbgrader(
    name: Name,
    folder: Annotated[
        Path, typer.Option("--course", metavar="DIR", help="Of the nbgrader course.", show_default=False)
    ],
    questions: Annotated[
        float, typer.Option(metavar="POINTS", min=0, help="For each interview question; 0 only shows them.")
    ] = 1,
    seed: Annotated[
        str | None, typer.Option(metavar="N|random", help="Of the class; drawn once by default.", show_default=False)
    ] = None,
    feedback: Annotated[
        Literal["names", "full", "score"], typer.Option(help="What learners are told; full is for after the deadline.")
    ] = "names",
    force: Annotated[bool, typer.Option("--force", help="Write the source notebook anew.")] = False,
) -> None:
    """Prepare an assignment in an nbgrader course: its source notebook, configuration and seed."""
    course = own_course()
    assignment = choose_assignment(name, course)
    if not (questions < float("inf")):
        raise UsageError(f"--questions takes a number of points from 0, not {questions:g}")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name the folder of an nbgrader course, or one to make")
    number = None if seed is None else seeds.read(seed)
    from grader.classroom.nbgrader_course import LINES, NbgraderCourse

    place = NbgraderCourse(folder)
    with place.out(assignment).alone():
        batch = place.settle(course, assignment, number, feedback)
        again = place.out(assignment).batch.exists()
        with progress(len(assignment.exercises), "asking torch") as asked:
            place.prepare(course, assignment, batch, feedback, asked)
    source = place.source(assignment)
    if place.write_source(course, assignment, questions, force):
        say(f"{source}: {_contents(assignment, questions)}")
    else:
        say(f"kept {source}, which is not as kata writes it: --force writes it anew")
    if place.write_config():
        say(f"{place.config} has kata's lines")
    else:
        say(f"Add these lines to the end of {place.config}:\n\n{LINES}")
    say(f"seed {batch.seed} and what is kept of the class: {place.out(assignment).root}")
    if again:
        say(f"what was graded before is graded anew by 'nbgrader autograde {assignment.name} --force' only")
    say()
    if find_spec("nbgrader") is None:
        say("nbgrader is not installed here: pip install 'deep-learning-katas[nbgrader]'")
    say(f"Next, in {shlex.quote(str(folder))}:")
    for command in ("generate_assignment", "autograde", "generate_feedback"):
        say(f"  nbgrader {command} {assignment.name}")


def _contents(assignment: Assignment, question_points: float) -> str:
    points = sum(exercise.points for exercise in assignment.exercises)
    questions = sum(len(exercise.questions) for exercise in assignment.exercises)
    by_hand = f", {count(question_points, 'point')} each by hand" if question_points else ""
    exercises = f"{count(len(assignment.exercises), 'exercise')}, {count(points, 'point')}"
    return f"{exercises}; {count(questions, 'question')}{by_hand}"
