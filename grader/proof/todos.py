"""Find what an author has left to do in an exercise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.course import Course, Exercise

TODO = re.compile(r"\bTODO\b")


def todos(course: Course, exercise: Exercise) -> Iterator[str]:
    """Yield every TODO in the solution, the checks and the entry in course.toml."""
    for path in (course.solution(exercise), course.checks(exercise)):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if TODO.search(line):
                yield f"{course.relative(path)}:{number}: something is left to do: {line.strip()}"
    for text in (exercise.title, *exercise.questions, *exercise.hints):
        if TODO.search(text):
            yield f"exercises/course.toml: something is left to do in its entry: {text}"
