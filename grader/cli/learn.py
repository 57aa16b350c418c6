"""Answer what a learner asks between two attempts: where am I, what is the next hint, where can I begin."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from grader import __version__
from grader.cli.place import here
from grader.cli.screen import WIDTH, count, say
from grader.course import Exercise, Topic, choose_one, own_course
from grader.learning.memory import Memory
from grader.learning.states import State, state

_COLOURS: dict[State, str] = {"done": "green", "attempted": "yellow", "not attempted": "grey"}


def show_version() -> None:
    """Say which program and which course this is."""
    course = own_course()
    say(f"kata {__version__}, {course.title}: {count(len(course.exercises), 'exercise')}")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Write among other files as well; overwrites none.")] = False,
) -> None:
    """Make a folder with all exercises to learn in, or bring it up to date; what you have written stays."""
    from grader.learning import workspaces

    made = workspaces.make(folder, own_course(), force=force)
    stubs = [path for path in made.new if path.endswith(".py")]
    say(f"{folder}: {count(len(stubs), 'new exercise')}, {count(len(made.refreshed), 'file')} brought up to date")
    for path in made.kept:
        say(f"kept {path}, in which something else was written")
    say()
    say(f"Next: cd {shlex.quote(str(folder))} && kata")


def show_list() -> None:
    """Show the exercises, how far you are, and what to do next."""
    course, workspace = here()
    exercises = workspace.exercises(course)
    memory = Memory(workspace)
    states = {exercise.name: state(course, workspace, exercise, memory) for exercise in exercises}
    apart = [topic.name for topic in course.apart]
    main = [exercise for exercise in exercises if exercise.topic not in apart] or exercises
    say(f"{course.title}: {_so_far(main, states)}, {_points(main, states)}")
    width = max((len(exercise.name) for exercise in exercises), default=0)
    for topic in course.topics:
        chosen = [exercise for exercise in topic.exercises if exercise.name in states]
        if chosen:
            _show_topic(topic, chosen, states, width)
    say()
    say(_next(exercises, states))


def show_hint(name: Annotated[str, typer.Argument(metavar="NAME", help="An exercise.", show_default=False)]) -> None:
    """Show the next hint for an exercise."""
    course, workspace = here()
    exercise = choose_one(name, workspace.exercises(course))
    hints = exercise.hints
    memory = Memory(workspace)
    seen = memory.hints(exercise.name)
    if seen >= len(hints):
        say(f"There are no more hints for {exercise.name}. Once more, all of them:")
        for number, hint in enumerate(hints, 1):
            say(fill(hint, WIDTH, initial_indent=f"{number}. ", subsequent_indent="   ", break_on_hyphens=False))
        return
    say((f"{exercise.name}, hint {seen + 1} of {len(hints)}", "bold"))
    say(fill(hints[seen], WIDTH, break_on_hyphens=False))
    memory.hinted(exercise.name)
    memory.save()


def _show_topic(topic: Topic, exercises: Sequence[Exercise], states: dict[str, State], width: int) -> None:
    say()
    apart = f", {_points(exercises, states)}, a track of its own" if topic.apart else ""
    say((topic.title, "bold"), f", exercises/{topic.name}: {_so_far(exercises, states)}{apart}")
    for exercise in exercises:
        how_far = states[exercise.name]
        dots = "•" * exercise.difficulty
        points = count(exercise.points, "point")
        say(f"  {exercise.name:{width}}  {dots:3}  {points:>10}  ", (how_far, _COLOURS[how_far]))


def _so_far(exercises: Sequence[Exercise], states: dict[str, State]) -> str:
    done = sum(states[exercise.name] == "done" for exercise in exercises)
    return f"{done} of {len(exercises)} done"


def _points(exercises: Sequence[Exercise], states: dict[str, State]) -> str:
    points = sum(exercise.points for exercise in exercises)
    earned = sum(exercise.points for exercise in exercises if states[exercise.name] == "done")
    return f"{earned:g} of {count(points, 'point')}"


def _next(exercises: Sequence[Exercise], states: dict[str, State]) -> str:
    """Say what to do next: finish what is begun, else the first that is not, since what it needs comes before it."""
    for verb, wanted in (("finish", "attempted"), ("write", "not attempted")):
        for exercise in exercises:
            if states[exercise.name] == wanted:
                return f"Next: {verb} {exercise.path}"
    return "Everything is done."
