"""Read what Moodle's "Download all submissions" makes: a folder for each learner, or loose files.

``Jane Doe_123_assignsubmission_file/double.py`` (before Moodle 4.1 with one more ``_``), or, not downloaded in folders,
``Jane Doe_123_assignsubmission_file_double.py``. The number is that of the participant in this assignment, and of no
other. Where identities are hidden, the name is the word for "Participant" in the language of the site; where teams hand
in, name and number are the group's, and learners in no group share ``Default group_assignsubmission_file``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.classroom.found import folders
from grader.classroom.found.files import Collected, Entry, File, Who

_NAME = re.compile(
    r"(?P<who>(?P<name>.+?)(?:_(?P<number>[0-9]{1,20}))?)_assignsubmission_(?:file|onlinetext)(?:_(?P<file>.*))?",
    re.DOTALL,
)


def recognises(entries: Sequence[Entry]) -> bool:
    """Return whether something is named as Moodle names it."""
    return any(_NAME.fullmatch(entry.name) for entry in entries)


def collected(entries: Sequence[Entry]) -> Iterator[Collected]:
    """Find the submissions, and what else lies there."""
    by_who: dict[str, list[tuple[re.Match[str], Entry]]] = {}
    for entry in entries:
        if match := _NAME.fullmatch(entry.name):
            by_who.setdefault(match["who"], []).append((match, entry))
    for found in by_who.values():
        yield _submission(found)
    yield from folders.collected([entry for entry in entries if not _NAME.fullmatch(entry.name)])


def _submission(found: Sequence[tuple[re.Match[str], Entry]]) -> Collected:
    match, _ = found[0]
    name, number = match["name"], match["number"] or ""
    who = Who(number or name, (("team", name), ("moodle", number), ("moodle", name), ("name", name)))

    def files() -> Iterator[File]:
        for match, entry in found:
            for file in entry.files():
                yield file if entry.is_folder else File((match["file"] or entry.name,), file.read)

    return Collected(f"{match['who']}_assignsubmission_file", (who,), files)
