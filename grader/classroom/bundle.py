"""Pack what grades an assignment elsewhere: the program, and the course without its solutions and hints."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from grader.classroom.work import Kit
from grader.course import Assignment, Course
from grader.course.home import BUNDLE, PACKAGE
from grader.course.stubs import emptied
from grader.course.tables import FILE

ROOMS = ("checks", "classroom", "course", "grading", "reports", "sandbox")  # of the program, all that grading needs
SEED = "seed.txt"  # in the course of a bundle: the seed that its recordings were made under


def bundle(course: Course, assignment: Assignment, kit: Kit) -> dict[str, bytes]:
    """Return the files that grade an assignment under the seed of a kit, by their paths.

    They are laid out as in a wheel, and what runs them is `grader.classroom.service`. Stubs come from solutions as
    everywhere; here each region of a solution is empty. A known mistake that stands in for all of an exercise is
    named all the same, and one that builds on the rest of the solution is not.
    """
    inside = BUNDLE.relative_to(PACKAGE.parent).as_posix()
    files = dict(_program())
    files[f"{inside}/{FILE}"] = _table(course, assignment).encode()
    files[f"{inside}/{SEED}"] = f"{kit.seed}\n".encode()
    for exercise in assignment.exercises:
        solution, checks, recording = course.solution(exercise), course.checks(exercise), course.recording(exercise)
        files[f"{inside}/{course.relative(solution)}"] = emptied(solution.read_text("utf-8")).encode()
        files[f"{inside}/{course.relative(checks)}"] = checks.read_bytes()
        recorded = kit.recordings / recording.name if kit.recordings else recording
        if recorded.is_file():
            files[f"{inside}/{course.relative(recording)}"] = recorded.read_bytes()
    return files


def _program() -> Iterator[tuple[str, bytes]]:
    """Yield the files of this program that grading needs."""
    for pattern in ("*.py", *(f"{room}/**/*.py" for room in ROOMS)):
        for path in sorted(PACKAGE.glob(pattern)):
            yield path.relative_to(PACKAGE.parent).as_posix(), path.read_bytes()


def _table(course: Course, assignment: Assignment) -> str:
    """Return a course.toml with these exercises alone; what does not bear on a score is left out."""
    lines = [f"title = {_toml(f'{course.title}: {assignment.title}')}"]
    for topic in course.topics:
        chosen = [exercise for exercise in assignment.exercises if exercise.topic == topic.name]
        if chosen:
            lines += ["", "[[topics]]", f"name = {_toml(topic.name)}", f"title = {_toml(topic.title)}"]
            lines += [f"summary = {_toml(topic.summary)}"]
        for exercise in chosen:
            lines += ["", "[[topics.exercises]]", f"name = {_toml(exercise.name)}", f"title = {_toml(exercise.title)}"]
            lines += [f"difficulty = {exercise.difficulty}", f"points = {exercise.points}"]
            lines += ["prerequisites = []", "questions = []", 'hints = ["None here."]']
            if exercise.forbidden:
                lines += [f"forbidden = {_toml(exercise.forbidden)}"]
    return "\n".join(lines) + "\n"


def _toml(value: str | Sequence[str]) -> str:
    return json.dumps(value, ensure_ascii=False)
