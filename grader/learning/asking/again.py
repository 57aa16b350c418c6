"""Bring solved exercises back as fresh stubs, apart from the files in which they were solved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.course import Course, Exercise, Workspace, write_whole
from grader.course.stubs import stub_of
from grader.grading.grade import grade
from grader.grading.texts import Texts, read_text
from grader.learning.asking.schedule import rate
from grader.learning.memory import Memory
from grader.report import Report
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.code import same_code

FOLDER = "review"
AT_ONCE = 3  # more would be a burden


def stub_path(workspace: Workspace, exercise: Exercise, folder: str = FOLDER) -> Path:
    """Return where an exercise is written once more."""
    return workspace.memory / folder / f"{exercise.name}.py"


def bring_back(course: Course, workspace: Workspace, exercises: Sequence[Exercise]) -> list[Path]:
    """Write a stub for each of the first exercises, but for those of which one is there, and return where they are."""
    paths = []
    for exercise in exercises[:AT_ONCE]:
        path = stub_path(workspace, exercise)
        if not path.exists():
            write_whole(path, stub_of(course, exercise))
        paths.append(path)
    return paths


def written(
    course: Course, workspace: Workspace, exercises: Sequence[Exercise], folder: str = FOLDER
) -> dict[Exercise, Texts]:
    """Return what is written once more, by exercise; stubs in which nothing is written are left out."""
    found = {}
    for exercise in exercises:
        text = read_text(workspace.root, ".kata", folder, f"{exercise.name}.py")
        if text is not None and not (isinstance(text, str) and same_code(text, stub_of(course, exercise))):
            found[exercise] = Texts({exercise.name: text}, str(stub_path(workspace, exercise, folder)))
    return found


def check(course: Course, exercise: Exercise, texts: Texts, sandbox: Sandbox) -> Report:
    """Check what is written once more; nothing of the exercise itself is touched or remembered."""
    return grade(texts, course, sandbox, exercises=[exercise])


def passed(workspace: Workspace, exercise: Exercise, memory: Memory) -> None:
    """Remember that an exercise was solved again, and put the text away."""
    hard = memory.cards().get(exercise.name, {}).get("failed") is True
    memory.scheduled(exercise.name, {"failed": False})
    rate(memory, exercise.name, "hard" if hard else "good")
    put_away(stub_path(workspace, exercise))


def put_away(path: Path) -> None:
    """Keep what was written the last time in a folder beside, if anything was."""
    if path.exists():
        done = path.parent / "done" / path.name
        done.parent.mkdir(parents=True, exist_ok=True)
        path.replace(done)


def failed(exercise: Exercise, memory: Memory) -> None:
    """Remember that an exercise was not right at once when it came back."""
    memory.scheduled(exercise.name, {"failed": True})
    memory.save()
