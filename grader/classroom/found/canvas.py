"""Read what Canvas's "Download Submissions" makes: loose files, each named after its learner.

``doejane_LATE_123_456_double.py``: the name as it is sorted, without what is no letter; whether it is late; the number
of the learner; that of the file; what the learner called it. A group's name stands in the place of the learner's. Where
grading is anonymous, ``LATE_anon_x1y2z_456_double.py``. Text that was typed in is ``doejane_123_text.html``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.classroom.found import folders
from grader.classroom.found.files import Collected, Entry, File, Who

_NAME = re.compile(
    r"(?P<before>(?:(?P<name>\w+?)_)??(?P<late>LATE_)?(?P<user>anon_[^\W_]+|[0-9]{1,20})_)"
    r"(?:(?P<attachment>[0-9]{1,20})_(?P<file>.+)|(?P<typed>text\.html|link\.html))",
    re.DOTALL,
)


def recognises(entries: Sequence[Entry]) -> bool:
    """Return whether a file is named as Canvas names them."""
    return any(_match(entry) for entry in entries)


def collected(entries: Sequence[Entry]) -> Iterator[Collected]:
    """Find the submissions, and what else lies there."""
    by_user: dict[str, list[tuple[re.Match[str], Entry]]] = {}
    for entry in entries:
        if match := _match(entry):
            by_user.setdefault(match["user"], []).append((match, entry))
    for found in by_user.values():
        yield _submission(sorted(found, key=lambda each: int(each[0]["attachment"] or 0)))
    yield from folders.collected([entry for entry in entries if not _match(entry)])


def _match(entry: Entry) -> re.Match[str] | None:
    return None if entry.is_folder else _NAME.fullmatch(entry.name)


def _submission(found: Sequence[tuple[re.Match[str], Entry]]) -> Collected:
    """Return the submission that files belong to, the last one last."""
    last, _ = found[-1]
    name, user = last["name"] or "", last["user"]
    who = Who(user, (("canvas", user), ("team", name), ("canvas", name)))

    def files() -> Iterator[File]:
        for match, entry in found:
            yield from (File((match["file"] or match["typed"],), file.read) for file in entry.files())

    attachment = f"{last['attachment']}_" if last["attachment"] else ""
    return Collected(last["before"] + attachment, (who,), files, late=last["late"] is not None)
