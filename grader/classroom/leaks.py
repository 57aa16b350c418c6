"""Search what is handed out, line by line, for what must stay with the course: solutions, checks, recordings, hints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.course import Course, Exercise
from grader.course.stubs import BEGIN, END
from grader.errors import CourseError

LONG = 16  # a line of so many characters gives itself away inside another one as well; a shorter one may be a word


def refuse_leaks(files: Mapping[str, bytes], course: Course, exercises: Sequence[Exercise]) -> None:
    """Raise `CourseError` if a file holds a line of a solution, of a check or of a hint, or a recording.

    Parameters
    ----------
    files : mapping of str to bytes
        By their paths.
    course : Course
    exercises : sequence of Exercise
        Those that are handed out: what stands outside the regions of their solutions is public.
    """
    solutions = {exercise: course.solution(exercise).read_text("utf-8") for exercise in exercises}
    public = "\n".join(line for text in solutions.values() for line in _outside(text))
    public_lines = set(_lines(public))
    for exercise in exercises:
        for what, line in _secrets(course, exercise, solutions[exercise]):
            if line in public_lines or (len(line) >= LONG and line in public):
                continue
            for path, data in files.items():
                if number := _found(line, data.decode("utf-8", "replace")):
                    raise CourseError(f"{path}:{number} holds a line of {what} of {exercise.name}: {line!r}")
        recording = course.recording(exercise)
        if recording.is_file() and (answers := recording.read_bytes()):
            for path, data in files.items():
                if answers in data:
                    raise CourseError(f"{path} holds the recording of {exercise.name}")


def _secrets(course: Course, exercise: Exercise, solution: str) -> Iterator[tuple[str, str]]:
    """Yield what must not be handed out, line by line, and what it is a line of."""
    checks = course.checks(exercise)
    texts = {
        "the solution": "\n".join(_inside(solution)),
        "the checks": checks.read_text("utf-8") if checks.is_file() else "",
        "a hint": "\n".join(exercise.hints),
    }
    for what, text in texts.items():
        for line in dict.fromkeys(_lines(text)):
            yield what, line


def _found(line: str, text: str) -> int | None:
    """Return the number of the first line of a text that is this one, or that holds it where it is long."""
    if line not in text:
        return None
    for number, other in enumerate(text.splitlines(), 1):
        if other.strip() == line or (len(line) >= LONG and line in other):
            return number
    return None


def _lines(text: str) -> Iterable[str]:
    """Return the lines that say something: those with a letter or a digit."""
    return [stripped for line in text.splitlines() if any(map(str.isalnum, stripped := line.strip()))]


def _inside(solution: str) -> Iterator[str]:
    yield from (line for line, inside in _marked(solution) if inside)


def _outside(solution: str) -> Iterator[str]:
    yield from (line for line, inside in _marked(solution) if not inside)


def _marked(solution: str) -> Iterator[tuple[str, bool]]:
    """Yield the lines of a solution without the markers, and whether each stands in a region."""
    inside = False
    for line in solution.splitlines():
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        else:
            yield line, inside
