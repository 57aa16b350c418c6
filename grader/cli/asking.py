"""Ask the questions of interviews: one, those that are due, or a rehearsal against the clock."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli import early
from grader.cli.place import here
from grader.cli.screen import count, is_terminal, say, screen
from grader.course import Course, Exercise, Workspace, choose
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.learning.asking.cards import Card
    from grader.learning.memory import Memory


def ask(
    topic: Annotated[str | None, typer.Argument(metavar="[TOPIC]", show_default=False)] = None,
    number: Annotated[int, typer.Option("-n", min=1, help="How many questions.")] = 1,
) -> None:
    """Ask a question of interviews, and show the notes' answer; an exercise's name asks what it practises."""
    from grader.learning.asking.cards import in_turn
    from grader.learning.asking.page import Page
    from grader.learning.memory import Memory

    course, workspace = here()
    memory, exercises = Memory(workspace), workspace.exercises(course)
    cards = in_turn(_wanted(topic, course, exercises), memory, exercises)[:number]
    if not cards:
        raise UsageError(f"the notes ask nothing about {topic}" if topic else "the notes ask nothing")
    page = Page()
    if not is_terminal():
        for card in cards:
            page.question(card)
            page.answer(card)
        return
    from grader.learning.asking.quiz import quiz
    from grader.learning.asking.schedule import require

    require()
    with _said("What was answered is remembered."):
        quiz(cards, memory, page)


def review() -> None:
    """Repeat what is due: questions, and solved exercises as fresh stubs, which this checks once they are written."""
    from grader.learning.asking.again import bring_back
    from grader.learning.asking.cards import cards
    from grader.learning.asking.schedule import require
    from grader.learning.memory import Memory
    from grader.learning.progress import due

    require()
    course, workspace = here()
    memory, exercises = Memory(workspace), workspace.exercises(course)
    checked = _check_written(course, workspace, exercises, memory)
    questions, again = due(memory, exercises)
    if questions and is_terminal():
        known = {card.name: card for card in cards(course, course.topics)}
        _ask_due([known[name] for name in questions if name in known], memory)
    elif questions:
        say(f"{count(len(questions), 'question')} due: kata review asks in a terminal")
    paths = bring_back(course, workspace, [each for each in again if each not in checked])
    for path in paths:
        say(f"Write it once more: {os.path.relpath(path)}")
    if paths:
        say(("Then kata review checks it; what you wrote before stays as it is.", "dim"))
    elif not questions and not checked:
        say("Nothing is due. kata ask asks something new.")


def interview(
    minutes: Annotated[int, typer.Argument(metavar="[MINUTES]", min=5, max=240, show_default=False)] = 45,
) -> None:
    """Rehearse an interview of 45 minutes, or so many: questions, then one exercise, without hints."""
    from grader.learning.asking.cards import cards
    from grader.learning.asking.interview import Interview, drawn
    from grader.learning.asking.page import Page
    from grader.learning.asking.schedule import require
    from grader.learning.memory import Memory

    if not is_terminal():
        raise UsageError("an interview needs a terminal")
    require()
    course, workspace = here()
    memory, exercises = Memory(workspace), workspace.exercises(course)
    page = Page()
    known = cards(course, [topic for topic in course.topics if set(topic.exercises) & set(exercises)])
    exercise = _to_write(course, workspace, memory)
    page.say(f"{minutes} minutes: questions first, then an exercise. q ends a part, Ctrl-C all of it.", "bold")
    rehearsal = Interview(course, workspace, memory, page, minutes, exercise)
    with early.sandbox("auto") as sandbox:
        try:
            rehearsal.ask(drawn(known, memory))
            rehearsal.write(sandbox)
        finally:
            rehearsal.summary()


def _wanted(word: str | None, course: Course, exercises: tuple[Exercise, ...]) -> list[Card]:
    """Return the questions of a topic, of an exercise, or all."""
    from grader.learning.asking.cards import cards, practised_by

    chosen = exercises if word is None else choose([word], exercises)
    topics = {exercise.topic for exercise in chosen}
    known = cards(course, [topic for topic in course.topics if topic.name in topics])
    if word is None or len(chosen) > 1 or word in topics:
        return known
    return practised_by(chosen[0], known)


def _check_written(
    course: Course, workspace: Workspace, exercises: tuple[Exercise, ...], memory: Memory
) -> list[Exercise]:
    """Check the solved exercises that were written once more, and return them."""
    from grader.learning.asking import again
    from grader.reports import terminal

    found = again.written(course, workspace, exercises)
    if not found:
        return []
    with early.sandbox("auto") as sandbox:
        for exercise, texts in found.items():
            report = again.check(course, exercise, texts, sandbox)
            if report.exercises[0].status == "passed":
                again.passed(workspace, exercise, memory)
            else:
                again.failed(exercise, memory)
            print(terminal.render(report, screen()))
    return list(found)


def _ask_due(cards: list[Card], memory: Memory) -> None:
    from grader.learning.asking.page import Page
    from grader.learning.asking.quiz import quiz

    say(f"{count(len(cards), 'question')} to repeat")
    with _said("What was answered is remembered; the rest stays due."):
        quiz(cards, memory, Page())


def _to_write(course: Course, workspace: Workspace, memory: Memory) -> Exercise:
    """Return an exercise for an interview: one of those that were solved, else what comes next."""
    from grader.cli.place import one_exercise

    solved = [each for each in workspace.exercises(course) if memory.solved(each.name) is not None]
    return random.choice(solved) if solved else one_exercise(None, course, workspace)


@contextmanager
def _said(sentence: str) -> Iterator[None]:
    """Say a sentence where somebody interrupts."""
    try:
        yield
    except KeyboardInterrupt:
        say()
        say(sentence)
        raise
