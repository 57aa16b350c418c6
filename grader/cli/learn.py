"""What a learner asks between two attempts: where am I, and what is the next hint."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Annotated

import typer

from grader.cli.attempts import State, state
from grader.cli.progress import Progress
from grader.cli.screen import WIDTH, count, say
from grader.course import Course, Exercise, Topic, load, root

_COLOURS: dict[State, str] = {"done": "green", "attempted": "yellow", "not attempted": "bright_black"}


def show_list() -> None:
    """Show the exercises, how far you are, and what to do next."""
    course = load(root())
    progress = Progress(course.root)
    states = {exercise.name: state(course, exercise, progress) for exercise in course.exercises}
    points = sum(exercise.points for exercise in course.exercises)
    earned = sum(exercise.points for exercise in course.exercises if states[exercise.name] == "done")
    say(f"{course.title}: {_so_far(course.exercises, states)}, {earned:g} of {count(points, 'point')}")
    width = max((len(exercise.name) for exercise in course.exercises), default=0)
    for topic in course.topics:
        if topic.exercises:
            _show_topic(topic, states, width)
    say()
    say(_next(course, states))


def show_hint(name: Annotated[str, typer.Argument(metavar="NAME", help="An exercise.", show_default=False)]) -> None:
    """Show the next hint for an exercise."""
    course = load(root())
    hints = course.find(name).hints
    progress = Progress(course.root)
    seen = progress.hints(name)
    if seen >= len(hints):
        say(f"There are no more hints for {name}. Once more, all of them:")
        for number, hint in enumerate(hints, 1):
            say(fill(hint, WIDTH, initial_indent=f"{number}. ", subsequent_indent="   ", break_on_hyphens=False))
        return
    say(typer.style(f"{name}, hint {seen + 1} of {len(hints)}", bold=True))
    say(fill(hints[seen], WIDTH, break_on_hyphens=False))
    progress.hinted(name)
    progress.save()


def _show_topic(topic: Topic, states: dict[str, State], width: int) -> None:
    say()
    say(f"{typer.style(topic.title, bold=True)}, exercises/{topic.name}: {_so_far(topic.exercises, states)}")
    for exercise in topic.exercises:
        how_far = states[exercise.name]
        dots = "•" * exercise.difficulty
        points = count(exercise.points, "point")
        say(f"  {exercise.name:{width}}  {dots:3}  {points:>10}  {typer.style(how_far, fg=_COLOURS[how_far])}")


def _so_far(exercises: Sequence[Exercise], states: dict[str, State]) -> str:
    done = sum(states[exercise.name] == "done" for exercise in exercises)
    return f"{done} of {len(exercises)} done"


def _next(course: Course, states: dict[str, State]) -> str:
    """Say what to do next: the first exercise that is not done, since its prerequisites all come before it."""
    for exercise in course.exercises:
        if states[exercise.name] != "done":
            verb = "write" if states[exercise.name] == "not attempted" else "finish"
            return f"Next: {verb} {course.stub(exercise).relative_to(course.root).as_posix()}"
    return "Everything is done."
