"""Count the mistakes that a class has made in an exercise, and say what there is to discuss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.report import ExerciseResult
from grader.reports.summary import is_failing

SHARED = 2  # a cause without a name is told if so many have it: it is written for one learner, and may quote the code


@dataclass(frozen=True)
class Mistake:
    """What several have got wrong in one way.

    Attributes
    ----------
    name : str or None
        In the curriculum, where it has one.
    sentence : str
    count : int
        How many submissions.
    """

    name: str | None
    sentence: str
    count: int


def count_mistakes(results: Iterable[ExerciseResult], sentences: Mapping[str, str]) -> list[Mistake]:
    """Return the mistakes, the most frequent first.

    Parameters
    ----------
    results : iterable of ExerciseResult
        Of one exercise.
    sentences : mapping of str to str
        What the curriculum says of each mistake that it knows.
    """
    named: Counter[str] = Counter()
    unnamed: Counter[str] = Counter()
    said = dict(sentences)
    for result in results:
        if not is_failing(result) or result.cause is None:
            continue
        if result.cause.misconception is None:
            unnamed[result.cause.sentence] += 1
        else:
            named[result.cause.misconception] += 1
            said.setdefault(result.cause.misconception, result.cause.sentence)
    mistakes = [Mistake(name, said[name], count) for name, count in named.items()]
    mistakes += [Mistake(None, sentence, count) for sentence, count in unnamed.items() if count >= SHARED]
    return sorted(mistakes, key=lambda mistake: (-mistake.count, mistake.sentence))
