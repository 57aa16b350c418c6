"""Own the terminal while somebody watches: a page that scrolls, a bar below it, and everything as it was afterwards."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from grader.learning.watching.keyboard import Keyboard
from grader.reports.layout import Part, Screen

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"  # another screen, no cursor, no lines that go on by themselves
_LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l"

Bar = tuple[Part, ...]


class Display:
    """The terminal, taken for the time of a context.

    Parameters
    ----------
    keyboard : Keyboard
    screen : Screen
        Its colours and characters; how large it is, is asked again for every page.
    """

    def __init__(self, keyboard: Keyboard, screen: Screen) -> None:
        self._keyboard = keyboard
        self._screen = screen
        # without a buffer, which must not be entered twice: the handler of Ctrl-Z writes, too
        self._out = open(sys.stdout.fileno(), "wb", buffering=0, closefd=False)  # noqa: SIM115
        self._handlers: dict[signal.Signals, Any] = {}
        self._top = 0
        self._height = 0

    def __enter__(self) -> Display:
        self._take()
        for name, handler in (("SIGWINCH", self._resized), ("SIGTSTP", self._stopped), *_ENDS):
            if hasattr(signal, name):
                number = signal.Signals[name]
                self._handlers[number] = signal.signal(number, handler)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._give_back()

    @contextmanager
    def given_back(self) -> Iterator[None]:
        """Let another program have the terminal, with Ctrl-C and Ctrl-Z."""
        before = {number: signal.signal(number, handler) for number, handler in _theirs()}
        self._give_back()
        try:
            yield
        finally:
            self._take()
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def screen(self) -> Screen:
        """What is laid out for now."""
        return self._screen._replace(width=_size().columns)

    def wait(self, seconds: float | None = None) -> list[str]:
        """Return the keys pressed, none where something else has happened."""
        return self._keyboard.wait(seconds)

    def wake(self) -> None:
        """Make `wait` return; may be called from another thread."""
        self._keyboard.wake()

    def scroll(self, key: str) -> None:
        """Obey a key that scrolls; any other does nothing."""
        page = self._height
        self._top += {"up": -1, "down": 1, "page up": -page, "page down": page, " ": page}.get(key, 0)

    def show_from_the_top(self) -> None:
        """Begin the next page with its first line."""
        self._top = 0

    def rows(self, bar: Bar) -> int:
        """Return how many lines of a page can be seen above a bar."""
        return max(_size().lines - len(list(self.screen.paragraph(*bar))) - 1, 1)

    def draw(self, lines: Sequence[str], bar: Bar) -> None:
        """Draw a page from where it is scrolled to, and a bar at the bottom."""
        self._height = self.rows(bar)
        hidden = len(lines) - self._height
        self._top = max(min(self._top, hidden), 0)
        shown = list(lines[self._top : self._top + self._height])
        shown += [""] * (self._height - len(shown))
        more = [text for text, there in (("↑", self._top > 0), ("↓ space: more", self._top < hidden)) if there]
        rows = [*shown, self.screen.line(("  ".join(more), "dim")), *self.screen.paragraph(*bar)]
        # a line is cleared before it is written: behind one that fills the screen its last character would go
        self._write("\x1b[H" + "\n".join(f"\x1b[K{row}" for row in rows[: _size().lines]))

    def _take(self) -> None:
        self._keyboard.start()
        self._write(_ENTER)

    def _give_back(self) -> None:
        with suppress(OSError):  # a terminal that is closed
            self._write(_LEAVE)
        self._keyboard.stop()

    def _write(self, text: str) -> None:
        data = text.encode(self._screen.encoding, "replace")
        while data:
            data = data[self._out.write(data) or 0 :]

    def _resized(self, _signal: int, _frame: FrameType | None) -> None:
        self._keyboard.wake()

    def _stopped(self, number: int, _frame: FrameType | None) -> None:
        """Give the terminal back before this process is stopped, and take it again when it goes on."""
        self._give_back()
        handler = signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
        signal.signal(number, handler)
        self._take()
        self._keyboard.wake()


def _theirs() -> Iterator[tuple[signal.Signals, Any]]:
    """Yield what becomes of signals that another program is sent as well: it decides what they do."""
    yield signal.SIGINT, lambda *_: None  # a handler is not inherited
    if hasattr(signal, "SIGTSTP"):
        yield signal.SIGTSTP, signal.SIG_DFL


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


_ENDS: tuple[tuple[str, Callable[[int, FrameType | None], None]], ...] = (("SIGHUP", _end), ("SIGTERM", _end))


def _size() -> os.terminal_size:
    """Return how large the terminal is, which the environment may have said long ago."""
    try:
        return os.get_terminal_size(sys.stdout.fileno())
    except OSError:
        return os.terminal_size((80, 24))
