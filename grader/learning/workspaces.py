"""Make a folder to learn in, without a checkout, and bring it up to date when the course has grown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from grader.course import Course, Exercise, Workspace, write_whole
from grader.course.stubs import stub_of
from grader.course.upkeep import Made, Written
from grader.course.workspace import MARK, read_workspace
from grader.errors import UsageError
from grader.sandbox.protocol.code import same_code

README = """\
# {title}

Write deep learning in NumPy, one small function at a time. [The curriculum](exercises/README.md) lists {count}
exercises; start with `{first}`: its docstring says all there is to know.

    kata                    where you are, and what to do next
    kata check NAME         check what you have written
    kata watch NAME         check it again at every save
    kata try NAME           run the smallest failing case in your own Python
    kata hint NAME          a nudge, then a bigger one
    kata solution NAME      the reference beside yours
    kata reset NAME         back to the stub; --back restores what you wrote
    kata milestone          what you wrote, put together, trains
    kata ask                a question of interviews

Save, check, read what it says. In VS Code, "Tasks: Run Test Task" checks the file that is open.

When the grader is upgraded, run `kata init .` here: new exercises come, and files in which you have written nothing are
brought up to date. What you have written is never touched.
"""
IGNORED = ".kata/\n.venv/\n__pycache__/\n"
SETTINGS = {"files.exclude": {"**/__pycache__": True, ".kata": True}, "python.testing.pytestEnabled": False}
TASKS = {
    "version": "2.0.0",
    "tasks": [
        {
            "label": "kata check this file",
            "type": "shell",
            "command": "kata",
            "args": ["check", "${file}"],
            "group": {"kind": "test", "isDefault": True},
            "presentation": {"clear": True, "showReuseMessage": False},
            "problemMatcher": [],
        }
    ],
}


def make(folder: Path, course: Course, *, force: bool = False) -> Made:
    """Write a workspace to a folder, or bring the one that is there up to date.

    Parameters
    ----------
    folder : Path
        Empty, missing, or a workspace already.
    course : Course
    force : bool
        Whether to write among other files as well. No file that is there is overwritten.

    Raises
    ------
    UsageError
        Where the folder holds something else.
    """
    known = (folder / MARK).is_file()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder")
    if not known and not force and folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; --force writes the exercises among what is there")
    workspace = read_workspace(folder) if known else Workspace(folder)
    exercises = workspace.exercises(course)
    made = Made()
    for exercise in exercises:
        _write_stub(course, workspace, exercise, made)
    written = Written(folder)
    if not known:
        write_whole(folder / MARK, f"course = {json.dumps(course.title)}\nsolutions = true\n")
        made.new.append(MARK)
    for path, text in _pages(course, exercises):
        written.update(path, text, made)
    written.save()
    return made


def _write_stub(course: Course, workspace: Workspace, exercise: Exercise, made: Made) -> None:
    path, stub = workspace.file(exercise), stub_of(course, exercise)
    if not path.exists():
        made.new.append(exercise.path)
    else:
        text = path.read_text("utf-8", errors="replace")
        if text == stub or not same_code(text, stub):
            return
        made.refreshed.append(exercise.path)
    write_whole(path, stub)


def _pages(course: Course, exercises: tuple[Exercise, ...]) -> Iterator[tuple[str, str]]:
    """Yield what is there to be read, and the few settings: paths from the root, and texts."""
    first = exercises[0].path if exercises else "exercises"
    yield "README.md", README.format(title=course.title, count=len(exercises), first=first)
    yield ".gitignore", IGNORED
    yield ".vscode/settings.json", json.dumps(SETTINGS, indent=4) + "\n"
    yield ".vscode/tasks.json", json.dumps(TASKS, indent=4) + "\n"
    files = [*sorted((course.root / "exercises").glob("*.md")), *(course.note(topic) for topic in course.topics)]
    for file in (*files, *sorted((course.root / "exercises" / "figures").glob("*.svg"))):
        if file.is_file():
            yield course.relative(file), file.read_text("utf-8")
