"""Bring a class's grades to where they are wanted, and look at the class as a whole."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.screen import count, say


def grades(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="What 'kata batch' has written.", show_default=False)],
    into: Annotated[
        Path, typer.Option("--into", metavar="FILE", help="Exported from Canvas or Moodle.", show_default=False)
    ],
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="PATH", help="Where the filled copy goes; by default FILE.filled.csv beside it."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option("--column", metavar="TITLE", help="Which column is filled; by default the assignment's."),
    ] = None,
) -> None:
    """Fill a copy of your own gradebook file: only the grades change; exit with 1 if one found no row."""
    from grader.classroom.gradebook.filling import fill
    from grader.classroom.gradebook.reading import read_exported
    from grader.classroom.out import Out
    from grader.classroom.table import read_grades
    from grader.course import write_whole

    folder = Out(out)
    batch = folder.read()
    rows = read_grades(folder.grades)
    exported = read_exported(into, [column] if column else [batch.title, *filter(None, [batch.assignment])])
    _compare_points(into, exported.column.most, max((row.max_score or 0 for row in rows), default=0))
    filled = fill(exported, rows)
    path = to or into.with_name(f"{into.stem}.filled{into.suffix}")
    write_whole(path, filled.data)
    say(f"wrote {path}: {count(filled.filled, 'grade')} into the column {_shown([exported.column.heading])}")
    _list("excused there, left so", filled.kept)
    _list("left without a grade", filled.without_grade)
    _list("graded, but not found in the file", filled.without_row)
    if filled.without_row:
        raise typer.Exit(1)


def _compare_points(path: Path, most: float | None, ours: float) -> None:
    from grader.reports.summary import points

    if most is not None and ours and points(most) != points(ours):
        text = f"{path} counts {points(most)} points, the assignment {points(ours)}: grades are written as they are"
        print(f"kata: {text}", file=sys.stderr)


def _list(what: str, names: Sequence[str]) -> None:
    if names:
        say(f"{what}: {len(names)} ({_shown(names)})")


def _shown(names: Sequence[str], most: int = 10) -> str:
    from grader.reports.text import single_line

    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return "; ".join([*(single_line(name, characters=60) for name in names[:most]), *more])
