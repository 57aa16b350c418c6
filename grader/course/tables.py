"""A table of course.toml that is read key by key; whatever is wrong is an error with file, line and key."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from keyword import iskeyword
from reprlib import repr as shortened
from typing import Any

from grader.course import places
from grader.errors import CourseError, did_you_mean

FILE = "exercises/course.toml"


def is_name(word: str) -> bool:
    """Tell whether ``word`` can name a file and a function: a lower case letter, then letters, digits, underscores."""
    return word.isascii() and word.isidentifier() and word == word.lower() and word[0] != "_" and not iskeyword(word)


@dataclass(frozen=True)
class Table:
    """The ``data`` of the ``index``-th table with this ``header`` in the text ``source``; without, the file's top."""

    source: str
    data: dict[str, Any]
    header: str = ""
    index: int = 0

    def error(self, message: str, key: str = "") -> CourseError:
        """Return the error that this table has at this key, or as a whole."""
        start = places.table(self.source, self.header, self.index) if self.header else 0
        line = places.key(self.source, key, start) if key else max(start, 1)
        name = self.data.get("name")
        label = f"{self.header.strip('[]')}{f' {name!r}' if isinstance(name, str) else ''}: " if self.header else ""
        return CourseError(f"{FILE}:{line}: {label}{message}")

    def allow(self, *keys: str) -> None:
        """Raise if the table has any other key."""
        for key in self.data:
            if key not in keys:
                raise self.error(f"unknown key {key!r}{did_you_mean(key, keys)}", key)

    def name(self) -> str:
        """Return the value of ``name``, which must be able to name a file and a function."""
        name = self.text("name")
        if not is_name(name):
            raise self.error("name must be lower_snake_case, as in 'leaky_relu'", "name")
        return name

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._get(key)
        if not _is_text(value):
            raise self._wrong(key, "a text that is not empty")
        return str(value)

    def texts(self, key: str, at_least: int = 0) -> tuple[str, ...]:
        """Return a list of texts, none of them empty."""
        value = self._get(key)
        if not (isinstance(value, list) and all(map(_is_text, value))):
            raise self._wrong(key, "a list of texts that are not empty")
        if len(value) < at_least:
            raise self._wrong(key, "a list that is not empty")
        return tuple(value)

    def positive(self, key: str) -> float:
        """Return a number above 0, within reason."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1000:
            raise self._wrong(key, "a number above 0 and at most 1000")
        return float(value)

    def flag(self, key: str) -> bool:
        """Return true or false, which is false where the key is missing."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def one_of(self, key: str, choices: Collection[int]) -> int:
        """Return one of the integers ``choices``."""
        value = self._get(key)
        if type(value) is not int or value not in choices:
            *others, last = choices
            raise self._wrong(key, f"{', '.join(map(str, others))} or {last}")
        return value

    def tables(self, key: str) -> list[dict[str, Any]]:
        """Return an array of tables, which may be missing."""
        value = self.data.get(key, [])
        if not (isinstance(value, list) and all(isinstance(item, dict) for item in value)):
            raise self._wrong(key, "tables, each with a header of its own")
        return value

    def _get(self, key: str) -> object:
        if key not in self.data:
            raise self.error(f"key {key!r} is missing")
        return self.data[key]

    def _wrong(self, key: str, wanted: str) -> CourseError:
        return self.error(f"{key} must be {wanted}, not {shortened(self.data[key])}", key)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
