"""Measure what wrong solutions are told: ``python -m grader.bench.diagnoses [NAME...]``.

The cases are right and wrong solutions written from the stubs, in ``tests/grader/diagnoses``, each wrong one with what
a true sentence about it must say. A case counts as false if a single sentence about it is.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.course import Course, Exercise, choose, own_course
from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt
from grader.grading.collecting import check_file
from grader.grading.trial import Trial
from grader.report import ExerciseResult
from grader.sandbox.ours.sandbox import Sandbox

FOLDER = "tests/grader/diagnoses"
PLACES = re.compile(r"(\w+: w|W)rong exactly where")
Verdict = Literal["true", "false", "silent", "accepted"]


@dataclass(frozen=True)
class Case:
    """A solution, right or wrong.

    Attributes
    ----------
    what : str
        What is special about it, in words for people.
    code : str
    true : tuple of str or None
        Regular expressions of which a true sentence matches one; None for a right solution.
    mistakes : int
        How many it has.
    """

    what: str
    code: str
    true: tuple[str, ...] | None
    mistakes: int

    def judge(self, result: ExerciseResult) -> tuple[Verdict, list[str]]:
        """Return what a wrong solution was told, and the sentences that are false."""
        if result.status == "passed":
            return "accepted", []
        false = [said for said in sentences(result) if not self._is_true(said)]
        if false:
            return "false", false
        return ("true" if sentences(result) else "silent"), []

    def _is_true(self, sentence: str) -> bool:
        """Tell whether a sentence speaks of the mistake."""
        return any(re.search(pattern, sentence, re.IGNORECASE) for pattern in self.true or ())


def sentences(result: ExerciseResult) -> list[str]:
    """Return all that is said about the cause of a failure, each sentence once; where the wrong entries are is none."""
    said = [result.cause.sentence] if result.cause else []
    said += [check.diagnosis for check in result.checks if check.diagnosis]
    return [sentence for sentence in dict.fromkeys(said) if not PLACES.match(sentence)]


def cases(course: Course, exercise: Exercise) -> Iterator[Case]:
    """Yield the cases of an exercise: the right ones, then the wrong ones."""
    path = course.root / FOLDER / f"{exercise.name}.toml"
    if not path.is_file():
        return
    data = tomllib.loads(path.read_text("utf-8"))
    for entry in data.get("right", []):
        yield Case(entry["what"], entry["code"], None, 0)
    for entry in data.get("wrong", []):
        yield Case(entry["what"], entry["code"], tuple(entry["true"]), entry.get("mistakes", 1))


def main(words: Sequence[str]) -> int:
    """Print each case that is not told the truth, then the counts; the status is 1 if a sentence is false."""
    course = own_course()
    counts: Counter[tuple[int, Verdict]] = Counter()
    right = lost = 0
    with Sandbox("auto") as sandbox:
        for exercise in choose(words, course.exercises):
            trial = Trial.prepare(course, check_file(course, exercise), 0)
            for case in cases(course, exercise):
                result = Attempt(case.code, stub_of(course, exercise), trial, sandbox).grade()
                if case.true is None:
                    right += 1
                    lost += result.status != "passed"
                    if result.status != "passed":
                        print(f"{exercise.name}: right, but {result.score:g} of {result.max_score:g}: {case.what}")
                    continue
                verdict, false = case.judge(result)
                counts[min(case.mistakes, 2), verdict] += 1
                if verdict != "true":
                    print(f"{exercise.name}: {verdict}: {case.what}")
                for sentence in false:
                    print(f"    {sentence}")
    print(f"{right} right solutions, {lost} of them lose marks")
    for mistakes, word in ((1, "one mistake"), (2, "two mistakes")):
        found = {verdict: counts[mistakes, verdict] for verdict in ("true", "false", "silent", "accepted")}
        text = ", ".join(f"{verdict} {number}" for verdict, number in found.items())
        print(f"{sum(found.values())} wrong solutions with {word}: {text}")
    return 1 if counts[1, "false"] or counts[2, "false"] or lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
