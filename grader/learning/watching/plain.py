"""Watch without a terminal: every answer below the last."""

from __future__ import annotations

import threading

from grader.course import Exercise
from grader.errors import KataError
from grader.learning.watching.checker import Checker
from grader.learning.watching.saves import Saves
from grader.reports import terminal
from grader.reports.layout import Screen


def watch_plainly(checker: Checker, saves: Saves, woken: threading.Event, exercise: Exercise, screen: Screen) -> None:
    """Print the answer to every save, of whichever exercise, until somebody ends the program.

    Parameters
    ----------
    checker : Checker
    saves : Saves
    woken : Event
        Set where there is something to take.
    exercise : Exercise
        Checked first.
    screen : Screen
    """
    saved = [exercise]
    while True:
        for each in saved:
            print(_answer(checker, each, screen), flush=True)
        woken.wait()
        woken.clear()
        saved = saves.take()


def _answer(checker: Checker, exercise: Exercise, screen: Screen) -> str:
    if checker.read(exercise) is None:
        return f"{exercise.path} is gone; kata reset {exercise.name} restores it."
    try:
        answer = checker.check(exercise)
    except KataError as error:
        return f"kata: {error}"
    return terminal.render(answer.report, screen, before=answer.verdict.before, after=answer.verdict.after)
