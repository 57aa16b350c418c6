"""Make a notebook again what was handed out, with what the learner wrote in it, whatever has become of its cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.classroom.notebooks import answer_cells, cell_id, grade_id, source

HIDDEN = "### BEGIN HIDDEN TESTS"
_KINDS = ("code", "markdown", "raw")


@dataclass(frozen=True)
class Known:
    """A cell that was handed out.

    Attributes
    ----------
    name : str
    kind : str
        ``code`` or ``markdown``.
    text : str
        As it was handed out, what is hidden in it included.
    marks : mapping of str to Any
        What nbgrader keeps with it.
    """

    name: str
    kind: str
    text: str
    marks: Mapping[str, Any]

    @property
    def locked(self) -> bool:
        """Whether the learner was not to change its text."""
        return bool(self.marks["locked"])

    def restored(self, cell: object) -> dict[str, Any]:
        """Return it with what the learner wrote in ``cell``, where it is theirs to write; None for a lost cell."""
        text = self.text if self.locked or cell is None else source(cell)
        return _cell(self.kind, self.name, text, cell, {"nbgrader": dict(self.marks)})


def restore(cells: Sequence[object], known: Sequence[Known], exercises: Collection[str]) -> list[dict[str, Any]]:
    """Return all cells that were handed out, in their order, and after each the learner's own that followed it.

    Parameters
    ----------
    cells : sequence
        Of the notebook that came back.
    known : sequence of Known
        What was handed out.
    exercises : collection of str
        The names of the cells with code to write.
    """
    places = _places(cells, known, exercises)
    owners = {place: name for name, place in places.items()}
    own: dict[str, list[dict[str, Any]]] = {}
    before = ""
    for i, cell in enumerate(cells):
        before = owners.get(i, before)
        if i not in owners and source(cell).strip():
            kind = cell.get("cell_type") if isinstance(cell, Mapping) else None
            kind = kind if kind in _KINDS else "raw"
            own.setdefault(before, []).append(_cell(kind, f"own-{i}", source(cell), cell, {}))
    restored = own.get("", [])
    for each in known:
        place = places.get(each.name)
        restored += [each.restored(None if place is None else cells[place]), *own.get(each.name, [])]
    return restored


def _places(cells: Sequence[object], known: Sequence[Known], exercises: Collection[str]) -> dict[str, int]:
    """Return where the cells that were handed out are now: by their names, their texts, or what stands before them."""
    names = [each.name for each in known]
    by_id = {name: i for i, cell in enumerate(cells) if (name := cell_id(cell)) is not None}
    by_mark = {mark: i for i, cell in enumerate(cells) if (mark := grade_id(cell)) is not None}  # the last of several
    by_text = {source(cell).strip(): i for i, cell in enumerate(cells)}
    found = answer_cells(cells, exercises)
    for each in known:
        text = each.text.partition(HIDDEN)[0].strip()
        candidates = [by_mark.get(each.name), by_id.get(each.name), by_text.get(text) if each.locked else None]
        place = next((i for i in candidates if i is not None and i not in found.values()), None)
        if each.name not in exercises and place is not None:
            found[each.name] = place
    for before, each in zip(names, known[1:], strict=False):
        if each.name not in found and not each.locked and each.kind == "markdown" and before in found:
            follows = found[before] + 1
            if follows < len(cells) and follows not in found.values() and not _is_code(cells[follows]):
                found[each.name] = follows
    return found


def _is_code(cell: object) -> bool:
    return isinstance(cell, Mapping) and cell.get("cell_type") == "code"


def _cell(kind: str, name: str, text: str, cell: object, metadata: dict[str, Any]) -> dict[str, Any]:
    """Return a cell made anew: of what the learner's editor kept beside the text only the pictures are taken."""
    made = {"cell_type": kind, "id": name, "metadata": metadata, "source": text.encode("utf-8", "replace").decode()}
    if kind == "code":
        return {**made, "execution_count": None, "outputs": []}
    pictures = cell.get("attachments") if isinstance(cell, Mapping) else None
    return {**made, "attachments": pictures} if kind == "markdown" and _are_pictures(pictures) else made


def _are_pictures(pictures: object) -> bool:
    """Tell whether this is what a notebook keeps of pictures: by file and by kind, as text."""
    return isinstance(pictures, Mapping) and all(
        isinstance(file, Mapping) and all(isinstance(part, str) for item in file.items() for part in item)
        for file in pictures.values()
    )
