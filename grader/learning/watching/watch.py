"""Watch one exercise: check it at every save, show what was found, obey keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from grader.course import Exercise
from grader.errors import KataError
from grader.learning.memory import Memory
from grader.learning.watching import programs
from grader.learning.watching.checker import Answer, Checker
from grader.learning.watching.display import Bar, Display
from grader.learning.watching.keyboard import Closed
from grader.learning.watching.locator import Locator
from grader.learning.watching.picker import Picker
from grader.learning.watching.saves import Saves
from grader.reports import terminal

GONE_SECONDS = 0.3  # an editor may take a file away before it puts the new one there


class Watch:
    """A learner at one exercise, and what the screen shows of it.

    Parameters
    ----------
    checker : Checker
    locator : Locator
    display : Display
    saves : Saves
    exercise : Exercise
        Where to begin.
    """

    def __init__(self, checker: Checker, locator: Locator, display: Display, saves: Saves, exercise: Exercise) -> None:
        self.exercise = exercise
        self.over = False
        self._checker = checker
        self._locator = locator
        self._display = display
        self._saves = saves
        self._answer: Answer | None = None
        self._located = True
        self._checked_at = ""
        self._gone_at: float | None = None
        self._verbose = False
        self._above: list[str] = []
        self._note = ""
        self._question: tuple[str, Callable[[], None]] | None = None
        self._picker: Picker | None = None

    def run(self) -> None:
        """Go on until the learner ends it or the terminal is closed."""
        self._switch(self.exercise)
        while not self.over:
            self._draw()
            self._locate()
            try:
                pressed = self._display.wait(GONE_SECONDS if self._gone_at is not None else None)
            except Closed:
                return
            for key in pressed:
                self._press(key)
            self._look_at(self._saves.take())

    def _locate(self) -> None:
        """Have the place looked for, now that there is an answer to be read; show it once it is there."""
        if self._answer is None:
            return
        if not self._located:
            self._locator.look(self._answer)
            self._located = True
        elif found := self._locator.take():
            self._answer = replace(self._answer, report=replace(self._answer.report, exercises=(found,)))
            self._draw()

    # --- saves ----------------------------------------------------------------------------------------------------

    def _look_at(self, saved: Sequence[Exercise]) -> None:
        if self.exercise in saved or self._gone_at is not None:
            self._check()
        others = [each for each in saved if each != self.exercise and self._checker.workspace.file(each).exists()]
        if others:
            other = others[-1]
            self._question = f"You saved {other.name}. Go there? y/n", lambda: self._switch(other)

    def _check(self) -> None:
        """Check the file as it is now, unless it is gone."""
        now = time.monotonic()
        if self._checker.read(self.exercise) is None:
            self._gone_at = self._gone_at or now
            if now - self._gone_at >= GONE_SECONDS:
                self._answer, self._gone_at = None, None
                self._locator.give_up()
                self._say(f"{self.exercise.path} is gone; x restores it.")
            return
        self._gone_at, self._above, self._note = None, [], ""
        self._draw("checking ...")
        self._locator.give_up()
        try:
            self._answer, self._located = self._checker.check(self.exercise), False
        except KataError as error:
            self._answer = None
            self._say(str(error))
        self._checked_at = time.strftime("%H:%M:%S")
        self._display.show_from_the_top()

    def _switch(self, exercise: Exercise) -> None:
        self.exercise, self._answer, self._verbose, self._gone_at = exercise, None, False, None
        self._above, self._note, self._checked_at = [], "", ""
        memory = Memory(self._checker.workspace)
        memory.opened(exercise.name)
        memory.save()
        self._check()

    # --- the screen -----------------------------------------------------------------------------------------------

    def _draw(self, doing: str = "") -> None:
        screen = self._display.screen
        if self._picker:
            bar = (self._picker.bar,)
            self._display.draw([screen.cut(*row) for row in self._picker.lines(self._display.rows(bar))], bar)
            return
        lines = [screen.cut((f"{self.exercise.path}  {self._checked_at}", "dim")), ""]
        for paragraph in self._above:
            lines += [*screen.paragraph(paragraph), ""]
        lines += self._answered()
        question = self._question[0] if self._question else ""
        said = doing or question or self._note
        self._display.draw(lines, (said,) if said else _BAR)

    def _answered(self) -> list[str]:
        if self._answer is None:
            return []
        report, verdict = self._answer.report, self._answer.verdict
        text = terminal.render(
            report,
            self._display.screen,
            verbose=self._verbose,
            before=verdict.before,
            after=verdict.after,
            ways=_WAYS,
            search=self._search(),
        )
        return text.splitlines() + self._beginning()

    def _search(self) -> terminal.Search | None:
        """Return how far the search for the place is, where there is one: the page keeps a line for what it finds."""
        if self._answer is None or not self._answer.report.exercises[0].mendable:
            return None
        return "running" if self._locator.busy or not self._located else "over"

    def _beginning(self) -> list[str]:
        """Return what a learner needs to begin, where nothing is written yet."""
        if self._answer is None or self._answer.report.exercises[0].status != "not_attempted":
            return []
        text = f"{self.exercise.title}. The docstring says all there is to know. Write, save: the answer comes here."
        return ["", *self._display.screen.paragraph(text, indent="  ")]

    def _say(self, *texts: str) -> None:
        """Show sentences above what is there."""
        self._above = list(texts)
        self._display.show_from_the_top()

    # --- keys -----------------------------------------------------------------------------------------------------

    def _press(self, key: str) -> None:
        """Obey a key; one that means nothing here is ignored."""
        self._note = ""
        if self._question:
            (_, answer), self._question = self._question, None
            if key in ("y", "Y"):
                answer()
        elif self._picker:
            self._pick(self._picker, key)
        elif key in _BY_LETTER:
            _BY_LETTER[key].act(self)
        else:
            self._display.scroll(key)

    def _pick(self, picker: Picker, key: str) -> None:
        if key == "enter" and picker.chosen:
            self._switch(picker.chosen)
        if key in ("enter", "escape"):
            self._picker = None
        else:
            picker.press(key)

    def hint(self) -> None:
        """Show the hints seen so far, and one more."""
        memory, name, hints = Memory(self._checker.workspace), self.exercise.name, self.exercise.hints
        if memory.hints(name) < len(hints):
            memory.hinted(name)
            memory.save()
        seen = hints[: memory.hints(name)]
        self._say(*(f"Hint {number} of {len(hints)}: {hint}" for number, hint in enumerate(seen, 1)))

    def where(self) -> None:
        """Look longer for the place; whoever asks twice is shown the change, where solutions are."""
        self.command("locate", *(["--edit"] if self._checker.workspace.solutions else []))

    def details(self) -> None:
        """Show every failed check in full, or no longer."""
        self._verbose = not self._verbose
        self._display.show_from_the_top()

    def next(self) -> None:
        """Go to what comes next, once this exercise is solved."""
        after = self._answer.verdict.after if self._answer else None
        if after is None:
            self._note = "n works once all checks pass; l goes to any exercise"
        elif after.next is None:
            self._note = "everything is done"
        else:
            self._switch(self._checker.course.find(after.next))

    def pick(self) -> None:
        """Show the list."""
        exercises = self._checker.workspace.exercises(self._checker.course)
        self._picker = Picker(exercises, Memory(self._checker.workspace), self.exercise)

    def edit(self) -> None:
        """Open the file in the learner's editor."""
        command = programs.editor(self._checker.workspace.file(self.exercise))
        if command is None:
            self._note = "which editor? Set EDITOR, as in: export EDITOR=nano"
        else:
            self._run(command)

    def notes(self) -> None:
        """Show the notes of the topic in the pager, with formulas that can be read there."""
        topic = next(topic for topic in self._checker.course.topics if self.exercise in topic.exercises)
        with programs.readable(self._checker.course.note(topic)) as file:
            self._run(programs.pager(file))

    def reset(self) -> None:
        """Ask whether to go back to the stub."""
        self._question = "Back to the stub? What you wrote is kept in .kata/old. y/n", lambda: self.command("reset")

    def command(self, word: str, *options: str) -> None:
        """Run a command of ours for this exercise."""
        self._run(programs.kata(word, self.exercise.name, *options), stay=True)

    def quit(self) -> None:
        """End."""
        self.over = True

    def _run(self, command: Sequence[str], *, stay: bool = False) -> None:
        with self._display.given_back():
            self._note = programs.run(command, stay=stay)


@dataclass(frozen=True)
class Key:
    """A letter, what it is for, and what it does."""

    letter: str
    label: str
    act: Callable[[Watch], None]


KEYS = (
    Key("h", "hint", Watch.hint),
    Key("w", "where", Watch.where),
    Key("d", "details", Watch.details),
    Key("v", "picture", lambda watch: watch.command("show")),
    Key("t", "try", lambda watch: watch.command("try")),
    Key("s", "solution", lambda watch: watch.command("solution")),
    Key("n", "next", Watch.next),
    Key("l", "list", Watch.pick),
    Key("e", "edit", Watch.edit),
    Key("x", "reset", Watch.reset),
    Key("p", "notes", Watch.notes),
    Key("?", "question", lambda watch: watch.command("ask")),
    Key("q", "quit", Watch.quit),
)
_WAYS = terminal.Ways("key d", "key w", "key n", "key s", "key ?")
_BY_LETTER = {key.letter: key for key in KEYS}
_BAR: Bar = tuple(part for key in KEYS for part in ((key.letter, "bold"), (f":{key.label}  ", "dim")))
