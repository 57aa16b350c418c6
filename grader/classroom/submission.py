"""Say what a class has handed in: one submission for each learner or team, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from grader.grading.texts import Texts


@dataclass(frozen=True)
class Handed:
    """What one learner, or one team, has handed in.

    Attributes
    ----------
    id : str
        Whose it is: the id in the roster, where there is one; otherwise the name of the folder, login or number that
        the file came with. It can name a file.
    texts : Texts
        The last attempt.
    members : tuple of str
        The ids of a team; of a learner, only ``id``.
    attempt : int
        Which one it is, from 1.
    late : bool
        Whether the system that collected it marked it so.
    original : str
        What it is called in what was collected: a folder or the beginning of a file's name, by which feedback is
        given back.
    notes : tuple of str
        What the instructor should know: which of two copies is graded, that the roster does not know somebody.
    """

    id: str
    texts: Texts
    members: tuple[str, ...]
    attempt: int = 1
    late: bool = False
    original: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotGraded:
    """Who has no report, and the reason in one line."""

    id: str
    reason: str
    members: tuple[str, ...] = ()
    original: str = ""
