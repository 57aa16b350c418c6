"""Measure the grader, beside an older version of itself and beside plain pytest with torch on the same checks."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from grader.bench.diagnoses import cases
from grader.bench.measure import peak_memory, run
from grader.bench.saves import save_to_answer
from grader.course import Exercise, own_course, root
from grader.course.stubs import stub_of

KATA = (sys.executable, "-m", "grader.cli")
NAME = "leaky_relu"
THREE = ("leaky_relu", "softmax", "adam_step")
SHARES = {"right": 0.7, "untouched": 0.15, "wrong": 0.15}

MAIN = tuple(exercise.name for topic in own_course().main for exercise in topic.exercises)  # an older version has these
GRADE = (*KATA, "grade", "solutions", *(word for name in MAIN for word in ("--only", name)))

Measure = Callable[[Path], float]  # of the version in a folder


@dataclass(frozen=True)
class Row:
    """Something that is measured; ``most`` is the budget for new:old, ``least`` for rates, where more is better."""

    what: str
    unit: str
    measure: Measure
    most: float | None = None
    least: float | None = None


def rows(folder: Path, people: int) -> list[Row]:
    """Return what is measured; files that are needed are written to a folder."""
    everything, three = _class(folder / "class.json", people, MAIN), _class(folder / "three.json", 8 * people, THREE)
    check, grade = (*KATA, "check", NAME), GRADE
    live = (*grade, "--seed", "5")
    found = [
        Row("one exercise, cold", "s", lambda at: run(check, at).wall, most=0.65),
        Row("    its processor time", "s", lambda at: run(check, at).cpu),
        Row("a save, until its answer", "s", partial(save_to_answer, NAME)),
        Row("the whole course, recorded", "s", lambda at: run(grade, at).wall, most=0.55),
        Row("    its processor time", "s", lambda at: run(grade, at).cpu),
        Row("a class, the whole course", "/min/core", lambda at: 60 * people / run(everything, at).cpu, least=3),
        Row("an assignment of three", "/min/core", lambda at: 60 * 8 * people / run(three, at).cpu),
    ]
    if find_spec("torch"):
        found.insert(5, Row("the whole course, live: processor", "s", lambda at: run(live, at).cpu, most=0.4))
    if sys.platform == "linux":
        found.append(Row("peak memory, all processes", "MB", lambda at: peak_memory(grade, at)))
    return found


def _class(path: Path, people: int, names: Collection[str]) -> tuple[str, ...]:
    """Write what a class hands in, no two right or wrong files alike; return the command that grades it."""
    course, draw = own_course(), random.Random(0)
    exercises = [exercise for exercise in course.exercises if exercise.name in names]
    wrong = {each.name: [case.code for case in cases(course, each) if case.true] for each in exercises}

    def text(exercise: Exercise, person: int) -> str:
        match draw.choices(list(SHARES), list(SHARES.values()))[0]:
            case "untouched":
                return stub_of(course, exercise)
            case "wrong" if wrong[exercise.name]:
                return f"{draw.choice(wrong[exercise.name])}\n# {person}\n"
        return f"{course.solution(exercise).read_text('utf-8')}\n# {person}\n"

    handed_in = [{exercise.name: text(exercise, person) for exercise in exercises} for person in range(people)]
    path.write_text(json.dumps(handed_in))
    return sys.executable, "-c", Path(__file__).with_name("classroom.py").read_text("utf-8"), str(path)


def copy(version: Path, to: Path) -> Path:
    """Copy a checkout, with one exercise solved as a learner would have it."""
    left_out = shutil.ignore_patterns(".*", "grader.egg-info", "build", "dist")
    shutil.copytree(version, to, ignore=left_out)
    solution = next((to / "solutions").glob(f"*/{NAME}.py"))
    shutil.copy(solution, to / "exercises" / solution.parent.name)
    return to


def compare(measures: Sequence[Callable[[], float]], rounds: int) -> list[float]:
    """Return the median of each, measured in turn after one run each that warms the disk's cache."""
    found = [[measure() for measure in measures] for _ in range(rounds + 1)]
    return [statistics.median(column) for column in zip(*found[1:], strict=True)]


def show(row: Row, values: Sequence[float]) -> str:
    """Return a line of the table."""
    line = f"{row.what:36}" + "".join(f"{value:9.2f} {row.unit:9}" for value in values)
    if len(values) == 1:
        return line.rstrip()
    ratio = values[0] / values[1]
    line += f" {ratio:6.2f}"
    if row.most is not None:
        return f"{line}   at most {row.most:g}{'' if ratio <= row.most else '  MISSED'}"
    if row.least is not None:
        return f"{line}   at least {row.least:g}{'' if ratio >= row.least else '  MISSED'}"
    return line


def main(words: Sequence[str] | None = None) -> None:
    """Print a table: each row for this version and, if one is named, for an older one, with the ratio new:old."""
    parser = argparse.ArgumentParser(prog="python -m grader.bench", description=__doc__)
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="a checkout of an older commit")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of which the median counts")
    parser.add_argument("--people", type=int, default=10, metavar="N", help="in the class")
    options = parser.parse_args(words)
    if options.against and not (options.against / "grader" / "cli").is_dir():
        parser.error(f"{options.against} is no checkout of this project: git worktree add --detach FOLDER COMMIT")
    if min(options.rounds, options.people) < 1:
        parser.error("--rounds and --people are at least 1")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        versions = [copy(root(), folder / "new")]
        versions += [copy(options.against, folder / "old")] if options.against else []
        load = ", ".join(f"{number:.1f}" for number in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {load}, median of {options.rounds}")
        print(f"{'':36}{'this version':19}" + (f"{'the other':19} new:old" if options.against else ""))
        for row in rows(folder, options.people):
            print(show(row, compare([partial(row.measure, each) for each in versions], options.rounds)), flush=True)
        if find_spec("torch"):
            _beside_pytest(versions[0], options.rounds)


def _beside_pytest(version: Path, rounds: int) -> None:
    """Print how the same checks compare under plain pytest with torch."""
    yardstick = (sys.executable, "-m", "grader.bench.yardstick")
    for what, ours, names in (
        ("one exercise, cold", (*KATA, "check", NAME), (NAME,)),
        ("the whole course, recorded", GRADE, MAIN),
        ("the whole course, live", (*GRADE, "--seed", "5"), MAIN),
    ):
        measures = [partial(_seconds, words, version) for words in (ours, (*yardstick, *names))]
        mine, plain = compare(measures, rounds)
        print(f"{what:36}{mine:9.2f} s{'':8} pytest with torch {plain:6.2f} s   {mine / plain:6.2f}", flush=True)


def _seconds(words: Sequence[str], version: Path) -> float:
    return run(words, version).wall


if __name__ == "__main__":
    main()
