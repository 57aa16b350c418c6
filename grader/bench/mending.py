"""Measure how many wrong solutions a small change mends: ``python -m grader.bench.mending [NAME...]``.

The cases are those of `grader.bench.diagnoses`; each mend is printed, to be read. ``--misconceptions`` takes in their
place the known mistakes of the course, each written into the reference, and asks for the line too.
"""

from __future__ import annotations

import ast
import inspect
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from grader.bench.diagnoses import cases
from grader.checks.misconceptions import Misconception, public_names
from grader.course import Course, Exercise, choose, own_course
from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt
from grader.grading.collecting import CheckFile, check_file
from grader.grading.trial import Trial
from grader.mending.place import SECONDS, with_place
from grader.mending.search import Found, search
from grader.sandbox.ours.sandbox import Sandbox

LONGEST = 20.0
FOREIGN = {"reference", "expected", "torch"}  # what a check has and a learner has not


@dataclass(frozen=True)
class Wrong:
    """A wrong solution: what is wrong with it, how many things, and the lines that differ from the reference's."""

    what: str
    code: str
    mistakes: int
    lines: frozenset[int] | None = None


@dataclass
class Counts:
    """What became of the solutions with as many mistakes."""

    all: int = 0
    at_the_line: int = 0
    named: int = 0
    agree: int = 0
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    tried: list[int] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        if not self.all:
            return "none"
        mended, soon = len(self.seconds), sum(taken <= SECONDS for taken in self.seconds)
        text = f"{mended} of {self.all} mended ({mended / self.all:.0%}), {soon} within {SECONDS:g} s"
        text += f", {self.at_the_line} at a line that differs" if self.at_the_line else ""
        text += f"; seconds {_spread(self.seconds)}, of our processor {_spread(self.processor)}"
        text += f"; candidates {_spread(self.tried)}"
        return f"{text}; a name agrees in {self.agree} of {self.named}\n  {dict(self.kinds.most_common())}"


def _spread(numbers: Sequence[float]) -> str:
    """Return the median and the 95th of 100."""
    ordered = sorted(numbers) or [0.0]
    return " and ".join(f"{ordered[int(share * (len(ordered) - 1))]:.4g}" for share in (0.5, 0.95))


def diagnosed(course: Course, exercise: Exercise) -> Iterator[Wrong]:
    """Yield the wrong solutions of the benchmark of diagnoses."""
    for case in cases(course, exercise):
        if case.true is not None:
            yield Wrong(case.what, case.code, case.mistakes)


def misconceived(course: Course, exercise: Exercise) -> Iterator[Wrong]:
    """Yield the known mistakes of an exercise, each written into the reference, where it is a function there."""
    file = check_file(course, exercise)
    solution = course.solution(exercise).read_text("utf-8")
    for mistake in file.misconceptions:
        if code := written_into(solution, mistake, file):
            lines = frozenset(i for i, line in enumerate(code.split("\n"), 1) if line not in solution.split("\n"))
            yield Wrong(mistake.name, code, 1, lines)


def written_into(solution: str, mistake: Misconception, file: CheckFile) -> str | None:
    """Return a solution with a known mistake, and what it calls of its file, in the place of what it replaces.

    None where the mistake is no function, or needs what a learner does not have.
    """
    if not inspect.isfunction(mistake.implementation):
        return None
    name = mistake.replaces or public_names(file.solution())[0]
    module = ast.parse(Path(mistake.implementation.__code__.co_filename).read_text("utf-8"))
    defined = {each: node for node in module.body for each in _defines(node)}
    wrong, whole = defined[mistake.implementation.__name__], ast.parse(solution)
    if not isinstance(wrong, ast.FunctionDef):
        return None
    helpers = _needed(wrong, defined)
    if any(isinstance(node, ast.Name) and node.id in FOREIGN for each in helpers for node in ast.walk(each)):
        return None
    wrong.name, wrong.decorator_list = name, []
    body = [node for node in whole.body if getattr(node, "name", "") != name]
    kept = {each for node in body for each in _defines(node)}
    new = [node for node in module.body if node in helpers and node is not wrong and not set(_defines(node)) & kept]
    whole.body = [*body, ast.Import([ast.alias("math")]), *new, wrong]
    return ast.unparse(whole)


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _needed(node: ast.stmt, defined: Mapping[str, ast.stmt]) -> list[ast.stmt]:
    """Return a statement and those of its module that it uses, directly or not."""
    found, ahead = [node], [node]
    while ahead:
        for each in ast.walk(ahead.pop()):
            other = defined.get(each.id) if isinstance(each, ast.Name) else None
            if other is not None and other not in found:
                found.append(other)
                ahead.append(other)
    return found


def judge(course: Course, exercise: Exercise, wrongs: Iterator[Wrong], counts: dict[int, Counts]) -> None:
    """Search for the mend of each wrong solution of an exercise, count what was found and print it."""
    trial = Trial.prepare(course, check_file(course, exercise), 0)
    for wrong in wrongs:
        with Sandbox("auto") as sandbox:
            result = Attempt(wrong.code, stub_of(course, exercise), trial, sandbox).grade()
            if result.status != "failed":
                continue
            start, used = time.perf_counter(), time.process_time()
            found = search(course, trial, wrong.code, sandbox, LONGEST)
            taken, used = time.perf_counter() - start, time.process_time() - used
        count = counts.setdefault(min(wrong.mistakes, 2), Counts())
        count.all += 1
        print(
            f"{exercise.name}: {wrong.what}: {found.tried} tried in {taken:.2f} s{_shown(wrong.code, found)}",
            flush=True,
        )
        if found.mend is None:
            continue
        count.seconds.append(taken)
        count.processor.append(used)
        count.tried.append(found.tried)
        count.kinds.update(edit.kind for edit in found.mend.edits)
        count.at_the_line += any(edit.line in (wrong.lines or ()) for edit in found.mend.edits)
        if result.cause is not None and result.cause.misconception is not None:
            count.named += 1
            count.agree += with_place(result, wrong.code, found.mend, course, trial).cause is not None


def _shown(code: str, found: Found) -> str:
    if found.mend is None:
        return ": nothing"
    rows = [
        f"\n    line {edit.line}, {edit.kind}: {code[splice.start : splice.end]!r} -> {splice.text!r}"
        for edit in found.mend.edits
        for splice in edit.splices
    ]
    return "".join(rows)


def main(words: Sequence[str]) -> int:
    """Print every mend, then the counts."""
    names = [word for word in words if not word.startswith("--")]
    share = next((int(word.removeprefix("--every=")) for word in words if word.startswith("--every=")), 1)
    source = misconceived if "--misconceptions" in words else diagnosed
    course = own_course()
    counts: dict[int, Counts] = {}
    for number, exercise in enumerate(choose(names, course.exercises)):
        judge(course, exercise, islice(source(course, exercise), number % share, None, share), counts)
    for mistakes, word in ((1, "one mistake"), (2, "two mistakes")):
        print(f"{word}: {counts.get(mistakes, Counts())}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
