"""Choose among the files of a submission those that answer an exercise, and read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.classroom.found.archive import ARCHIVE_BYTES, unfolded
from grader.classroom.found.files import File, split_name
from grader.classroom.notebooks import NOTEBOOK_BYTES, answers
from grader.course import Exercise
from grader.errors import SubmissionError
from grader.grading.texts import Unreadable, decoded
from grader.sandbox.protocol.limits import SOURCE_BYTES

CANDIDATES = 2000  # files of a submission that are looked at
NOTES = 20
_LOOSE = 2  # the tier of a file that is in no folder of a topic
_FOLDERS = ("exercises/TOPIC", "folders of topics")  # by tier: where there are files, no others count


@dataclass(frozen=True)
class Found:
    """The texts of a submission by the names of the exercises, which attempt it is, and what was decided about it."""

    texts: dict[str, str | Unreadable]
    attempt: int
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    file: File
    name: str  # of the exercise; of a notebook, its own
    suffix: str
    added: tuple[int, int]
    tier: int
    order: int

    @property
    def where(self) -> str:
        """Where it is in the submission."""
        return "/".join(self.file.path)

    @property
    def rank(self) -> tuple[tuple[int, int], int, int]:
        """The last counts: by the numbers that were added to its name, then the nearest to the top, then as found."""
        return self.added, -len(self.file.path), self.order


def read(files: Iterable[File], exercises: Sequence[Exercise]) -> Found:
    """Return what answers the exercises.

    A submission is laid out as `grader.grading.texts.read_folder` takes it: files in ``exercises/TOPIC/`` count; if
    there are none, those in ``TOPIC/``; if there are none, those that are named like exercises, wherever they are.
    Notebooks answer what no file answers.

    Raises
    ------
    SubmissionError
        Where nothing that can be read answers any of them, or too much does.
    """
    candidates, problems, others = _candidates(files, exercises)
    sources = _sources([each for each in candidates if each.suffix == ".py"], exercises)
    notebooks = _notebooks([each for each in candidates if each.suffix == ".ipynb"], exercises)
    texts = {**notebooks.texts, **sources.texts}
    unreadable = [f"{name}: {text.reason}" for name, text in texts.items() if isinstance(text, Unreadable)]
    notes = [*problems, *unreadable, *sources.notes, *notebooks.notes]
    if len(unreadable) == len(texts):
        raise SubmissionError("; ".join(notes[:3]) or _nothing(exercises, others))
    for name, text in sources.texts.items():
        if notebooks.texts.get(name, text) != text:
            notes.append(f"{name}: a notebook holds another answer than {name}.py, which is graded")
    return Found(texts, max(sources.attempt, notebooks.attempt), tuple(notes[:NOTES]))


def _sources(candidates: Sequence[_Candidate], exercises: Sequence[Exercise]) -> Found:
    """Read for each exercise the last of the files that are named like it."""
    tier = min((each.tier for each in candidates), default=0)
    texts: dict[str, str | Unreadable] = {}
    attempt = 1
    notes: list[str] = []
    for exercise in exercises:
        # in the folders of topics of a whole course are its solutions as well: nothing is said about them
        named = [each for each in candidates if each.name == exercise.name and each.tier in (tier, _LOOSE)]
        mine = [each for each in named if each.tier == tier]
        if mine:
            last = max(mine, key=lambda each: each.rank)
            texts[exercise.name] = _text(last.file)
            attempt = max(attempt, last.added[0] + 1)
            notes += _other_copies(last, named, texts[exercise.name])
        elif named:
            notes.append(f"{exercise.name}: {named[0].where} is not graded, since there are files in {_FOLDERS[tier]}")
    return Found(texts, attempt, tuple(notes))


def _notebooks(candidates: Sequence[_Candidate], exercises: Sequence[Exercise]) -> Found:
    """Read all notebooks; what stands in a later one counts."""
    names = [exercise.name for exercise in exercises]
    texts: dict[str, str | Unreadable] = {}
    attempt = 1
    notes: list[str] = []
    left = ARCHIVE_BYTES
    for candidate in sorted(candidates, key=lambda each: each.rank):
        data = candidate.file.read(min(NOTEBOOK_BYTES, left))
        try:
            if isinstance(data, Unreadable):
                raise SubmissionError(data.reason)
            left -= len(data)
            found = answers(data, names)
        except SubmissionError as error:
            notes.append(f"{candidate.where}: {error}")
            continue
        for name, text in found.items():
            if texts.get(name, text) != text:
                notes.append(f"{name}: notebooks hold different answers; that in {candidate.where} is graded")
        texts |= found
        attempt = max(attempt, candidate.added[0] + 1 if found else 1)
    return Found(texts, attempt, tuple(notes))


def _candidates(files: Iterable[File], exercises: Sequence[Exercise]) -> tuple[list[_Candidate], list[str], list[str]]:
    topics = {exercise.name: exercise.topic for exercise in exercises}
    candidates: list[_Candidate] = []
    problems: list[str] = []
    others: list[str] = []
    for file in unfolded(files):
        if isinstance(file, SubmissionError):
            problems.append(str(file))
            continue
        name, added, suffix = split_name(file.path[-1])
        if suffix == ".ipynb" or (suffix == ".py" and name in topics):
            tier = _tier(file.path[:-1], topics.get(name))
            candidates.append(_Candidate(file, name, suffix, added, tier, len(candidates)))
        if suffix == ".ipynb" or name not in topics:
            others = [*others, "/".join(file.path)][:3]  # of what is there, if it is nothing
        if len(candidates) > CANDIDATES:
            raise SubmissionError(f"it holds more than {CANDIDATES:,} files that are named like exercises")
    return candidates, problems, others


def _tier(folders: tuple[str, ...], topic: str | None) -> int:
    if folders[-2:] == ("exercises", topic):
        return 0
    return 1 if folders[-1:] == (topic,) else _LOOSE


def _text(file: File) -> str | Unreadable:
    data = file.read(SOURCE_BYTES)
    return decoded(data) if isinstance(data, bytes) else data


def _other_copies(last: _Candidate, all_of_them: list[_Candidate], text: str | Unreadable) -> list[str]:
    """Return the note that there are copies as late as the last one, or in folders that do not count, and different."""
    rivals = [each for each in all_of_them if each is not last and (each.tier, each.added) >= (last.tier, last.added)]
    if any(_text(each.file) != text for each in rivals):
        return [f"{last.name}: there are different copies; {last.where} is graded"]
    return []


def _nothing(exercises: Sequence[Exercise], others: list[str]) -> str:
    names = ", ".join(f"{exercise.name}.py" for exercise in exercises[:3]) + (", ..." if len(exercises) > 3 else "")
    there = f"there is {', '.join(others)}" if others else "there is no file"
    return f"nothing is named like an exercise ({names}); {there}"
