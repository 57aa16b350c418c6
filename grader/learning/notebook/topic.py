"""Write a notebook of a topic: its ideas, a cell for each exercise, the questions that it practises below it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode, v4, writes

from grader.course import Course, Exercise, Topic, Workspace, write_whole
from grader.course.stubs import stub_of
from grader.grading.texts import read_text
from grader.learning.asking.cards import Card, cards
from grader.learning.notebook.questions import folded
from grader.notes.markdown import COMMENT, QUESTION, read

_ABOUT = """\
Write each function in its cell and run the cell: it is checked, saved as the exercise's file, and defined here, so that
you can try it in a cell below. `%kata hint NAME` gives a hint, `%kata solution NAME` the reference, `%kata next` says
what to do next, `%kata ask` asks a question."""


def path_of(workspace: Workspace, topic: Topic) -> Path:
    """Return where the notebook of a topic is: beside the notes, so that their links and figures are found."""
    return workspace.root / "exercises" / topic.name / f"{topic.name}.ipynb"


def write(course: Course, workspace: Workspace, topic: Topic) -> Path:
    """Write the notebook of a topic, with what is written in the exercises' files already, and return where."""
    cells = list(_cells(course, workspace, topic))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same every time
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    path = path_of(workspace, topic)
    write_whole(path, writes(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})) + "\n")
    return path


def _cells(course: Course, workspace: Workspace, topic: Topic) -> Iterator[NotebookNode]:
    note = course.note(topic)
    parts = read(note.read_text("utf-8")).sections if note.is_file() else []
    ideas = [part for part in parts if 0 < part.level < QUESTION and COMMENT.sub("", part.text).strip()]
    yield v4.new_markdown_cell(f"# {topic.title}\n\n{_ABOUT}")
    yield v4.new_code_cell("%load_ext grader")
    for part in ideas:
        heading = "" if part.level == 1 else f"{'#' * part.level} {part.title}\n\n"
        yield v4.new_markdown_cell(heading + COMMENT.sub("", part.text).strip())
    left = cards(course, [topic])
    for exercise in (exercise for exercise in topic.exercises if exercise in workspace.exercises(course)):
        yield v4.new_markdown_cell(f"## {exercise.title}\n\n{'•' * exercise.difficulty} `{exercise.name}`")
        yield v4.new_code_cell(f"%%kata {exercise.name}\n{_text(course, workspace, exercise)}")
        yield from map(_question, practised := [card for card in left if card.question in exercise.questions])
        left = [card for card in left if card not in practised]
    if left:
        yield v4.new_markdown_cell("## More questions")
        yield from map(_question, left)


def _question(card: Card) -> NotebookNode:
    cell: NotebookNode = v4.new_markdown_cell(folded(card))
    return cell


def _text(course: Course, workspace: Workspace, exercise: Exercise) -> str:
    text = read_text(workspace.root, *exercise.path.split("/"))
    return (text if isinstance(text, str) else stub_of(course, exercise)).rstrip()
