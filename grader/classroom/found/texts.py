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

    @property
    def rank(self) -> tuple[tuple[int, int], int, tuple[str, ...]]:
        """The last counts: by the numbers that were added to its name, then the nearest to the top, then by path."""
        return self.added, -len(self.file.path), self.file.path


def read(files: Iterable[File], exercises: Sequence[Exercise]) -> Found:
    """Return what answers the exercises.

    A submission is laid out as `grader.grading.texts.read_folder` takes it: files in ``exercises/TOPIC/`` count; if
    there are none, those in ``TOPIC/``; if there are none, those that are named like exercises, wherever they are.
    Notebooks answer what no file answers.

    Raises
    ------
    SubmissionError
        Where nothing answers any of them, or too much does.
    """
    candidates, problems, others = _candidates(files, exercises)
    sources = [each for each in candidates if each.suffix == ".py"]
    notebooks = [each for each in candidates if each.suffix == ".ipynb"]
    tier = min((each.tier for each in sources), default=0)
    texts: dict[str, str | Unreadable] = {}
    attempt = 0
    notes: list[str] = []
    for exercise in exercises:
        mine = [each for each in sources if each.name == exercise.name and each.tier == tier]
        if mine:
            last = max(mine, key=lambda each: each.rank)
            texts[exercise.name] = _text(last.file)
            attempt = max(attempt, last.added[0])
            notes += _other_copies(last, mine, texts[exercise.name])
    left = ARCHIVE_BYTES
    from_notebooks: dict[str, str | Unreadable] = {}
    for notebook in sorted(notebooks, key=lambda each: each.rank):
        data = notebook.file.read(min(NOTEBOOK_BYTES, left))
        where = "/".join(notebook.file.path)
        if isinstance(data, Unreadable):
            problems.append(f"{where}: {data.reason}")
            continue
        left -= len(data)
        try:
            for name, text in answers(data, [each.name for each in exercises]).items():
                if from_notebooks.get(name, text) != text:
                    notes.append(f"{name}: notebooks hold different answers; that in {where} is graded")
                from_notebooks[name] = text
        except SubmissionError as error:
            problems.append(f"{where}: {error}")
            continue
        attempt = max(attempt, notebook.added[0])
    for name, text in from_notebooks.items():
        if texts.get(name, text) != text:
            notes.append(f"{name}: a notebook holds another answer than {name}.py, which is graded")
        texts.setdefault(name, text)
    if not texts:
        raise SubmissionError(_nothing(exercises, problems, others))
    return Found(texts, attempt + 1, (*problems, *notes))


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
            candidates.append(_Candidate(file, name, suffix, added, _tier(file.path[:-1], topics.get(name))))
        elif len(others) < 3:
            others.append("/".join(file.path))
        if len(candidates) > CANDIDATES:
            raise SubmissionError(f"it holds more than {CANDIDATES:,} files that are named like exercises")
    return candidates, problems, others


def _tier(folders: tuple[str, ...], topic: str | None) -> int:
    if folders[-2:] == ("exercises", topic):
        return 0
    return 1 if folders[-1:] == (topic,) else 2


def _text(file: File) -> str | Unreadable:
    data = file.read(SOURCE_BYTES)
    return decoded(data) if isinstance(data, bytes) else data


def _other_copies(last: _Candidate, all_of_them: list[_Candidate], text: str | Unreadable) -> list[str]:
    """Return the note that there are copies as late as the last one and different."""
    rivals = [each for each in all_of_them if each is not last and each.added == last.added]
    if any(_text(each.file) != text for each in rivals):
        return [f"{last.name}: there are different copies; {'/'.join(last.file.path)} is graded"]
    return []


def _nothing(exercises: Sequence[Exercise], problems: list[str], others: list[str]) -> str:
    if problems:
        return "; ".join(problems[:3])
    names = ", ".join(f"{exercise.name}.py" for exercise in exercises[:3]) + (", ..." if len(exercises) > 3 else "")
    return f"nothing is named like an exercise ({names}); " + (
        f"there is {', '.join(others)}" if others else "there is no file"
    )
