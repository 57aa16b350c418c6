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


def insights(
    outs: Annotated[
        list[Path], typer.Argument(metavar="OUT", help="What 'kata batch' has written, in order.", show_default=False)
    ],
    html: Annotated[Path, typer.Option("--html", metavar="PATH", help="Where the page goes.", show_default=False)],
    csv: Annotated[Path | None, typer.Option("--csv", metavar="PATH", help="The figures as a table.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Show who is who, instead of pseudonyms.")] = False,
) -> None:
    """Look at a class: scores, how hard each exercise was, the mistakes to discuss, progress over several batches."""
    from grader.classroom.insights.naming import pseudonyms, real_names
    from grader.classroom.insights.overview import overview
    from grader.classroom.insights.page import draw
    from grader.classroom.insights.progress import progress
    from grader.classroom.insights.results import read_results
    from grader.classroom.insights.table import COLUMNS, lines
    from grader.classroom.out import Out
    from grader.classroom.table import write_table
    from grader.course import own_course, write_whole

    course = own_course()
    results = [read_results(out) for out in outs]
    naming = real_names(results) if names else pseudonyms(Out(outs[0]).pseudonyms)
    classes = [overview(each, course) for each in results]
    over_time = progress(results, naming)
    write_whole(html, draw(course.title, classes, over_time, naming, pseudonymous=not names))
    say(f"wrote {html}: {count(sum(each.submissions for each in classes), 'submission')}")
    if csv is not None:
        write_table(csv, COLUMNS, lines(classes, over_time, naming))
        say(f"wrote {csv}")


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
