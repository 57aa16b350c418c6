"""Find where in course.toml something stands, for error messages that name a line.

tomllib forgets line numbers, so tables are found again by their headers. The text is already known to be valid TOML.
"""

from __future__ import annotations


def table(text: str, header: str, index: int = 0) -> int:
    """Return the line of the ``index``-th table with this header, such as ``[[topics]]``; 1 if there is none."""
    found = [number for number, line in enumerate(text.split("\n"), 1) if _code(line) == header]
    return found[index] if index < len(found) else 1


def key(text: str, name: str, start: int = 0) -> int:
    """Return the line that sets this key in the table whose header is at line ``start``, or ``start`` (at least 1)."""
    for number, line in enumerate(text.split("\n")[start:], start + 1):
        if line.startswith("["):
            break
        if line.partition("=")[0].strip() == name:
            return number
    return max(start, 1)


def _code(line: str) -> str:
    return line.partition("#")[0].strip()
