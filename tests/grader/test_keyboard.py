"""Keys as they are pressed, on both kinds of terminal."""

import threading
import time

import pytest

from grader.learning.watching.keyboard import Closed, ConsoleKeyboard, keys


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("q", ["q"]),
        ("hd?", ["h", "d", "?"]),
        ("\r", ["enter"]),
        ("\x7f\b", ["backspace", "backspace"]),
        ("\x1b", ["escape"]),
        ("\x1b[A\x1b[B\x1bOA", ["up", "down", "up"]),
        ("\x1b[5~q\x1b[6~", ["page up", "q", "page down"]),
        ("\x1b[15~\x1b[1;5C\x01\x00", []),
        ("é", ["é"]),
        ("\x1b[200~", []),
    ],
)
def test_what_a_terminal_sends_is_read_as_keys_and_what_has_no_name_is_left_out(sent, expected):
    assert keys(sent) == expected


class Console:
    """What `msvcrt` is on Windows."""

    def __init__(self, text):
        self.waiting = list(text)

    def kbhit(self):
        return bool(self.waiting)

    def getwch(self):
        return self.waiting.pop(0)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("q", ["q"]),
        ("\r\b\x1b", ["enter", "backspace", "escape"]),
        ("\xe0H\xe0P\0I\xe0Q", ["up", "down", "page up", "page down"]),
        ("\xe0;h", ["h"]),
    ],
)
def test_a_console_of_windows_is_read_as_the_same_keys(sent, expected):
    keyboard = ConsoleKeyboard(Console(sent))
    keyboard.start()
    assert keyboard.wait(None) == expected
    keyboard.stop()


def test_ctrl_c_in_a_console_ends():
    with pytest.raises(KeyboardInterrupt):
        ConsoleKeyboard(Console("\x03")).wait(None)


def test_a_console_waits_no_longer_than_it_is_told_and_can_be_woken():
    keyboard = ConsoleKeyboard(Console(""))
    assert keyboard.wait(0) == []
    threading.Timer(0.05, keyboard.wake).start()
    started = time.monotonic()
    assert keyboard.wait(60) == []
    assert time.monotonic() - started < 30


def test_a_terminal_gives_keys_is_woken_and_ends():
    pty = pytest.importorskip("pty", reason="a terminal of Unix")
    import os
    import termios

    from grader.learning.watching.keyboard import TerminalKeyboard

    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    keyboard = TerminalKeyboard(theirs)
    keyboard.start()
    os.write(ours, b"h\x1b[A")
    pressed = []
    while len(pressed) < 2:
        pressed += keyboard.wait(10)
    assert pressed == ["h", "up"]
    keyboard.wake()
    assert keyboard.wait(60) == []
    keyboard.stop()
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    with pytest.raises(Closed):
        keyboard.wait(10)
    os.close(theirs)
