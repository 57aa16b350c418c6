"""Check a cell with ``%%kata NAME``, and run a command with ``%kata WORDS``."""

from __future__ import annotations

import atexit
import base64
import os
import shlex
import subprocess
import sys
from pathlib import Path

from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.display import display

from grader.course import Exercise, Workspace, choose_one, find_workspace, own_course
from grader.errors import KataError, UsageError
from grader.learning.notebook.cells import keep
from grader.learning.pictures.picture import picture
from grader.learning.watching.checker import Answer, Checker
from grader.reports import panel, terminal
from grader.reports.elements import Html, element, join
from grader.reports.layout import Screen
from grader.reports.view import view
from grader.sandbox.ours.sandbox import Sandbox

WIDTH = 100
IN_A_TERMINAL = ("watch", "review", "interview")


@magics_class
class KataMagics(Magics):
    """The magic ``kata`` of a notebook, whose folder or one around it is the workspace."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._sandbox: Sandbox | None = None
        self._checker: Checker | None = None
        atexit.register(self._end)

    @line_cell_magic
    def kata(self, line: str, cell: str | None = None) -> None:
        """Check the cell below ``%%kata NAME``, or run a command: ``%kata hint NAME``, ``solution``, ``next``, ``ask``.

        The cell runs in the sandbox, as its file would, and then here, so that what it defines can be tried below. It
        is saved as the exercise's file unless something else was written there; ``--force`` saves it all the same.
        """
        try:
            words = shlex.split(line)
            if cell is not None:
                self._check(words, cell)
            elif words[:1] == ["ask"]:
                _ask(words[1:])
            else:
                _run(words)
        except (KataError, ValueError) as error:
            print(f"kata: {error}", file=sys.stderr)
            self._end()
        except KeyboardInterrupt:
            self._end()
            raise

    def _check(self, words: list[str], cell: str) -> None:
        cell = cell.rstrip() + "\n"
        names = [word for word in words if word != "--force"]
        if len(names) != 1:
            raise UsageError("say which exercise the cell is for: %%kata NAME")
        course, workspace = own_course(), find_workspace(Path.cwd())
        exercise = choose_one(names[0], workspace.exercises(course))
        note = keep(course, workspace, exercise, cell, force="--force" in words)
        checker = self._checker_of(workspace)
        checker.take(exercise, cell)
        answer = checker.check(exercise)
        ran = answer.report.exercises[0].status in ("passed", "failed")
        _show(answer, note, self._picture(exercise, cell) if ran else None)
        if ran and self.shell is not None:
            self.shell.run_cell(cell)

    def _checker_of(self, workspace: Workspace) -> Checker:
        if self._checker is None or self._checker.workspace != workspace:
            self._end()
            self._sandbox = Sandbox("auto")
            self._checker = Checker(own_course(), workspace, self._sandbox)
        return self._checker

    def _picture(self, exercise: Exercise, text: str) -> Html | None:
        """Return the picture of what was written; None where there is none, or nothing that draws it."""
        assert self._sandbox is not None
        try:
            drawn = picture(own_course(), exercise, text, self._sandbox)
            source = base64.b64encode(drawn.svg().encode()).decode()
        except UsageError:
            return None
        return element("img", src=f"data:image/svg+xml;base64,{source}", alt=drawn.title, class_="kata-picture")

    def _end(self) -> None:
        """End the sandbox: after an interruption it may be in any state."""
        if self._sandbox is not None:
            self._sandbox.close()
        self._sandbox = self._checker = None


def load(shell: InteractiveShell) -> None:
    """Give a notebook the magic ``kata``."""
    shell.register_magics(KataMagics)


def _show(answer: Answer, note: str, drawn: Html | None) -> None:
    """Show the screen of a check as HTML, and as text where that is all that can be shown."""
    verdict, report = answer.verdict, answer.report
    shown = view(report.exercises[0], verdict.before, verdict.after)
    style = element("style", Html(panel.style()))
    said = element("p", note, class_="kata kata-soft") if note else None
    text = terminal.render(report, Screen(WIDTH), before=verdict.before, after=verdict.after)
    bundle = {"text/html": join(style, panel.panel(shown), drawn, said), "text/plain": f"{text}{note}"}
    display({form: str(content) for form, content in bundle.items()}, raw=True)


def _ask(words: list[str]) -> None:
    """Show a question of interviews, its answer folded."""
    try:
        from grader.learning.notebook.questions import next_question
    except ImportError as error:
        raise UsageError(f"the notes need {error.name}: pip install 'deep-learning-katas[notebook]'") from None
    display({"text/markdown": next_question(own_course(), find_workspace(Path.cwd()), words)}, raw=True)


def _run(words: list[str]) -> None:
    """Run a command in a process of its own, and print what it says."""
    if words[:1] and words[0] in IN_A_TERMINAL:
        raise UsageError(f"{words[0]} needs a terminal: kata {shlex.join(words)}")
    done = subprocess.run(
        [sys.executable, "-m", "grader.cli", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=os.environ | {"COLUMNS": str(WIDTH), "FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        encoding="utf-8",
        errors="replace",
    )
    print(done.stdout, end="")
    print(done.stderr, end="", file=sys.stderr)
