"""Read what Gradescope's "Export Submissions" makes: ``submission_123/`` for each, and a table of whose they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.classroom.found.files import Collected, Entry, Who
from grader.errors import UsageError
from grader.grading.texts import Unreadable

TABLE = "submission_metadata.yml"
TABLE_BYTES = 128 << 20  # all that graders and learners have printed is in it


def recognises(entries: Sequence[Entry]) -> bool:
    """Return whether Gradescope's table is there."""
    return any(entry.name == TABLE and not entry.is_folder for entry in entries)


def collected(entries: Sequence[Entry]) -> Iterator[Collected]:
    """Find the submissions; raises `UsageError` where the table cannot be read."""
    (table,) = (entry for entry in entries if entry.name == TABLE)
    submitters = _submitters(table)
    for entry in entries:
        if entry.is_folder:
            who = tuple(submitters.get(entry.name, ())) or (Who(entry.name),)
            yield Collected(entry.name, who, entry.files, folder=entry.folder)


def _submitters(table: Entry) -> Mapping[str, Sequence[Who]]:
    """Return whose each submission is, by the name of its folder."""
    try:
        import yaml
    except ImportError:
        raise UsageError("an export of Gradescope needs PyYAML: pip install 'deep-learning-katas[classroom]'") from None
    (file,) = table.files()
    data = file.read(TABLE_BYTES)
    if isinstance(data, Unreadable):
        raise UsageError(f"{TABLE}: {data.reason}")
    try:
        # the loader that makes nothing but text, lists and mappings, whatever the table says it should make
        rows = yaml.load(_without_results(data.decode("utf-8", "replace")), yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{TABLE} cannot be read: {' '.join(str(error).split())}") from None
    if not isinstance(rows, dict):
        raise UsageError(f"{TABLE} cannot be read: it is not a table of submissions")
    return {name: [_who(person) for person in _people(row)] for name, row in rows.items() if isinstance(name, str)}


def _without_results(text: str) -> str:
    """Return the lines that say whose each submission is; those of its results are hundreds of times as many."""
    kept = []
    keep = True
    for line in io.StringIO(text):
        if not line.startswith((" ", "\t")):
            keep = True
        elif re.match(r" {1,2}:?\w+:", line):
            keep = line.strip().lstrip(":").startswith("submitters:")
        if keep:
            kept.append(line)
    return "".join(kept)


def _people(row: Any) -> list[Mapping[str, str]]:
    people = row.get(":submitters", row.get("submitters")) if isinstance(row, dict) else None
    people = people if isinstance(people, list) else []
    return [
        {key.lstrip(":"): word for key, word in person.items() if isinstance(key, str) and isinstance(word, str)}
        for person in people
        if isinstance(person, dict)
    ]


def _who(person: Mapping[str, str]) -> Who:
    sid, email, name = (person.get(key, "") for key in ("sid", "email", "name"))
    return Who(sid or email or name or "unnamed", (("id", sid), ("email", email), ("id", email), ("name", name)))
