"""Make of whatever something is called what can name a file on every system, and is there only once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

LONGEST = 64
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # by Windows


def file_name(word: str) -> str:
    """Return a word of letters, digits and ``. _ - + @`` that names a file; itself, if it is one already."""
    name = re.sub(r"[^\w.+@-]+", "_", unicodedata.normalize("NFC", word)).strip("._-") or "unnamed"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    if len(name.encode()) > LONGEST:
        name = f"{name.encode()[: LONGEST - 9].decode('utf-8', 'ignore')}-{_digest(word)}"
    return name


class Ids:
    """The ids that are given away; no two of them differ in case only."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {id.casefold() for id in taken}

    def take(self, word: str) -> str:
        """Return an id for what is called so: the second of two that would be the same has a suffix."""
        id = file_name(word)
        number = 0
        while id.casefold() in self._taken:
            number += 1
            id = f"{file_name(word)}-{_digest(f'{word}/{number}')}"
        self._taken.add(id.casefold())
        return id


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode("utf-8", "surrogatepass")).hexdigest()[:8]
