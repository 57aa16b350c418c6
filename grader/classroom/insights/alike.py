"""Find the few answers that share a form which nobody else's has: a place to look, which proves nothing.

Short exercises are solved alike by many. What says something is a form that two to four have and nobody else, where it
is longer than it need be, or wrong in no known way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.classroom.insights.results import Results
from grader.classroom.likeness import Form

MOST = 4


@dataclass(frozen=True)
class Group:
    """Submissions, by their ids, and the exercises in which they alone have the same form."""

    ids: tuple[str, ...]
    exercises: tuple[str, ...]


def like_answers(results: Results, references: Mapping[str, Form | None]) -> list[Group]:
    """Return the groups, those with the most exercises first; ``references`` are the forms of the solutions."""
    found: dict[tuple[str, ...], list[str]] = {}
    for index, name in enumerate(results.batch.exercises):
        for ids in _rare(results, index, name, references.get(name)):
            found.setdefault(ids, []).append(name)
    groups = [Group(ids, tuple(exercises)) for ids, exercises in found.items()]
    return sorted(groups, key=lambda group: (-len(group.exercises), -len(group.ids), group.ids))


def _rare(results: Results, index: int, name: str, reference: Form | None) -> list[tuple[str, ...]]:
    sharing: dict[Form, list[str]] = {}
    for id, result in results.of(index).items():
        form = results.forms[id].get(name)
        if form is None or result.status == "not_attempted":
            continue
        is_long = reference is not None and form.nodes > reference.nodes
        has_known_mistake = result.cause is not None and result.cause.misconception is not None
        if is_long or (result.status != "passed" and not has_known_mistake):
            sharing.setdefault(form, []).append(id)
    return [tuple(ids) for form, ids in sharing.items() if 2 <= len(ids) <= MOST]
