"""List the commands. What is slow to import is imported inside the command that needs it."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli import (
    asking,
    batch,
    gradebook,
    grading,
    handout,
    learn,
    locate,
    maintain,
    milestone,
    nbgrader,
    pages,
    pictures,
    practise,
    prove,
    trying,
    watch,
)

app = typer.Typer(
    help="Learn deep learning by writing it. Without a command: list.",
    context_settings={"help_option_names": ["-h", "--help"]},
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # importing rich takes longer than everything that kata list does
)


@app.callback(invoke_without_command=True)
def _list_unless_told_otherwise(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Say which program and which course this is.")] = False,
) -> None:
    if version:
        learn.show_version()
    elif context.invoked_subcommand is None:
        learn.show_list()


app.command("list")(learn.show_list)
app.command("init")(learn.init)
app.command("hint")(learn.show_hint)
app.command("locate")(locate.locate)
app.command("next")(learn.show_next)
app.command("solution")(practise.solution)
app.command("reset")(practise.reset)
app.command("ask")(asking.ask)
app.command("review")(asking.review)
app.command("interview")(asking.interview)
app.command("show")(pictures.show)
app.command("milestone")(milestone.milestone)

app.command("check")(grading.check)
app.command("watch")(watch.watch)
app.command("try")(trying.try_case)
app.command("grade")(grading.grade)
app.command("notebook")(pages.notebook)
app.command("site")(pages.site)

app.command("release")(handout.release)
app.command("autograder")(handout.autograder)
app.command("nbgrader")(nbgrader.nbgrader)

app.command("batch")(batch.batch)
app.command("grades")(gradebook.grades)
app.command("insights")(gradebook.insights)

app.command("new")(maintain.new)
app.command("sync")(maintain.sync)
app.command("record")(maintain.record)
app.command("verify")(prove.verify)
