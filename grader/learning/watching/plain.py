"""Watch without a terminal: every answer below the last."""

from __future__ import annotations

import threading

from grader.course import Exercise
from grader.errors import KataError
from grader.learning.watching.checker import Answer, Checker
from grader.learning.watching.locator import Locator
from grader.learning.watching.saves import Saves
from grader.reports import terminal
from grader.reports.layout import Screen


def watch_plainly(
    checker: Checker, locator: Locator, saves: Saves, woken: threading.Event, exercise: Exercise, screen: Screen
) -> None:
    """Print the answer to every save, of whichever exercise, until somebody ends the program.

    Parameters
    ----------
    checker : Checker
    locator : Locator
        Whose answer follows that of the checker, unless the next save comes before.
    saves : Saves
    woken : Event
        Set where there is something to take.
    exercise : Exercise
        Checked first.
    screen : Screen
    """
    saved, answer = [exercise], None
    while True:
        if saved:
            locator.give_up()
        for each in saved:
            answer = _answer(checker, each, screen)
        if saved and answer:
            locator.look(answer)
        woken.wait()
        woken.clear()
        if answer and (found := locator.take()):
            print(terminal.render_place(found, answer.report.exercises[0], screen).lstrip("\n"), flush=True)
        saved = saves.take()


def _answer(checker: Checker, exercise: Exercise, screen: Screen) -> Answer | None:
    """Print the answer to a save and return it, where there is one."""
    answer = None
    if checker.read(exercise) is None:
        said = f"{exercise.path} is gone; kata reset {exercise.name} restores it."
    else:
        try:
            answer = checker.check(exercise)
            said = terminal.render(answer.report, screen, before=answer.verdict.before, after=answer.verdict.after)
        except KataError as error:
            said = f"kata: {error}"
    print(said, flush=True)
    return answer
