"""Read single keys without Enter: the one place that knows the two kinds of terminal."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from types import ModuleType
from typing import Any, Protocol

ESCAPED = {"[A": "up", "[B": "down", "[5~": "page up", "[6~": "page down", "OA": "up", "OB": "down", "": "escape"}
NAMED = {"\r": "enter", "\n": "enter", "\x7f": "backspace", "\b": "backspace", "\x1b": "escape"}
WINDOWS = {"H": "up", "P": "down", "I": "page up", "Q": "page down"}
TICK = 0.02


class Closed(Exception):
    """The terminal is gone."""


class Keyboard(Protocol):
    """Keys as they are pressed: a character, or a name such as ``up``."""

    def start(self) -> None:
        """Take keys one by one."""

    def stop(self) -> None:
        """Leave the terminal as it was."""

    def wait(self, seconds: float | None) -> list[str]:
        """Return the keys pressed, once there are some, somebody calls `wake` or the time is over."""

    def wake(self) -> None:
        """Make `wait` return; may be called from another thread or a handler of a signal."""


def keyboard() -> Keyboard:
    """Return the keyboard of this system."""
    if sys.platform == "win32":
        import msvcrt

        return ConsoleKeyboard(msvcrt)
    return TerminalKeyboard(sys.stdin.fileno())


class TerminalKeyboard:
    """The keys of a terminal with termios; Ctrl-C and Ctrl-Z still are signals."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before: list[Any] | None = None
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        os.set_blocking(self._woken, False)

    def start(self) -> None:
        """Turn off the line and the echo."""
        import termios

        self._before = termios.tcgetattr(self._descriptor)
        now = termios.tcgetattr(self._descriptor)
        now[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, now)

    def stop(self) -> None:
        """Turn on what was on; a terminal that is closed has nothing to turn on."""
        import termios

        if self._before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
            self._before = None

    def wait(self, seconds: float | None) -> list[str]:
        """Return the keys pressed; raises `Closed`."""
        import select

        ready, _, _ = select.select([self._descriptor, self._woken], [], [], seconds)
        if self._woken in ready:
            os.read(self._woken, 1024)
        if self._descriptor not in ready:
            return []
        try:
            data = os.read(self._descriptor, 1024)
        except OSError:
            data = b""
        if not data:
            raise Closed
        return keys(data.decode(errors="replace"))

    def wake(self) -> None:
        """Make `wait` return."""
        try:
            os.write(self._waker, b".")
        except BlockingIOError:  # it will return
            return


class ConsoleKeyboard:
    """The keys of a console of Windows, which can only be asked whether there are any."""

    def __init__(self, msvcrt: ModuleType) -> None:
        self._msvcrt: Any = msvcrt
        self._woken = False

    def start(self) -> None:
        """Do nothing: keys come one by one."""

    def stop(self) -> None:
        """Do nothing."""

    def wait(self, seconds: float | None) -> list[str]:
        """Return the keys pressed."""
        end = None if seconds is None else time.monotonic() + seconds
        while not self._msvcrt.kbhit():
            if self._woken or (end is not None and time.monotonic() >= end):
                self._woken = False
                return []
            time.sleep(TICK)
        pressed = []
        while self._msvcrt.kbhit():
            key = self._msvcrt.getwch()
            if key in ("\0", "\xe0"):
                key = WINDOWS.get(self._msvcrt.getwch(), "")
            elif key == "\x03":
                raise KeyboardInterrupt
            pressed.append(NAMED.get(key, key))
        return [key for key in pressed if key]

    def wake(self) -> None:
        """Make `wait` return."""
        self._woken = True


def keys(text: str) -> list[str]:
    """Return the keys that a terminal sends as a text; one that has no name here is left out."""
    found = []
    for escaped, key in re.findall(r"\x1b((?:\[[0-9;]*[A-Za-z~]|O[A-Z])?)|([^\x1b])", text):
        found.append(NAMED.get(key, key) if key else ESCAPED.get(escaped, ""))
    return [key for key in found if key and (len(key) > 1 or key.isprintable())]
