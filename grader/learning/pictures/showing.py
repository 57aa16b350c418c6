"""Put a picture where it can be seen: into the terminal, into a viewer, or into a file whose name is said."""

from __future__ import annotations

import base64
import os
import sys
import tempfile
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from grader.course import Workspace, write_whole
from grader.errors import UsageError

KITTY_BYTES = 4096  # of one escape sequence, by its protocol


class Picture(Protocol):
    """What can be drawn; `UsageError` is raised where that takes a program that is missing."""

    @property
    def name(self) -> str:
        """What a file of it is called."""

    def svg(self) -> str:
        """Return an SVG for both themes."""

    def png(self) -> bytes:
        """Return a PNG."""


def save(picture: Picture, path: Path) -> None:
    """Write a picture in the form that the end of a file's name says; raises `UsageError` for another end."""
    match path.suffix.lower():
        case ".svg":
            write_whole(path, picture.svg())
        case ".png":
            write_whole(path, picture.png())
        case other:
            raise UsageError(f"a picture is an .svg or a .png file, not {other or 'one without an ending'}: {path}")


def keep(picture: Picture, workspace: Workspace) -> Path:
    """Write a picture into the workspace, or where that cannot be written among temporary files; return where."""
    text, path = picture.svg(), workspace.memory / "pictures" / f"{picture.name}.svg"
    try:
        write_whole(path, text)
    except OSError:
        path = Path(tempfile.mkdtemp(prefix="kata-")) / path.name
        write_whole(path, text)
    return path


def view(path: Path) -> bool:
    """Open a picture in a program of its own where there is a display; return whether one was found."""
    return has_display(sys.platform, os.environ) and webbrowser.open(path.resolve().as_uri())


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Return whether windows can be opened; Windows and macOS have a desktop, unless somebody came by ssh."""
    if platform in ("win32", "darwin"):
        return "SSH_CONNECTION" not in environment
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def in_terminal(picture: Picture, environment: Mapping[str, str]) -> str | None:
    """Return what draws a picture in this terminal; None where that draws none, or nothing can make a PNG."""
    kitty = environment.get("TERM") == "xterm-kitty"
    if environment.get("TMUX") or not (kitty or environment.get("TERM_PROGRAM") in ("iTerm.app", "WezTerm")):
        return None
    try:
        png = picture.png()
    except UsageError:
        return None
    data = base64.standard_b64encode(png).decode()
    if kitty:
        parts = [data[start : start + KITTY_BYTES] for start in range(0, len(data), KITTY_BYTES)]
        last = len(parts) - 1
        return "".join(
            f"\033_G{'a=T,f=100,' if not number else ''}m={int(number < last)};{part}\033\\"
            for number, part in enumerate(parts)
        )
    return f"\033]1337;File=inline=1;size={len(png)}:{data}\a"
