"""Write a file so that a full disk or an interruption leaves the old one, never half of the new one."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str | bytes) -> None:
    """Replace what is in a file, making its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(text.encode() if isinstance(text, str) else text)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
