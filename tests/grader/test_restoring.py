"""A notebook gets back all cells that were handed out, with what the learner wrote in them, whatever it has become."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.classroom.notebooks import grade_id
from grader.classroom.restoring import Known, restore

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")


def known(name, kind, text, *, locked):
    return Known(name, kind, text, {"grade_id": name, "locked": locked})


HANDED_OUT = [
    known("about", "markdown", "# Doubling", locked=True),
    known("double", "code", "def double(x):\n    raise NotImplementedError", locked=False),
    known("double-checks", "code", "double(2)\n### BEGIN HIDDEN TESTS\n1\n### END HIDDEN TESTS", locked=True),
    known("double-question-1", "markdown", "Why?", locked=True),
    known("double-answer-1", "markdown", "YOUR ANSWER HERE", locked=False),
]
NAMES = [each.name for each in HANDED_OUT]
RIGHT = "def double(x):\n    return 2 * x"


def cell(kind, text, name=None):
    return {"cell_type": kind, "source": text, "metadata": {"nbgrader": {"grade_id": name}} if name else {}}


def restored(*cells):
    return restore(cells, HANDED_OUT, ["double"])


def texts(cells):
    return {grade_id(cell): cell["source"] for cell in cells}


def test_a_lost_cell_comes_back_as_it_was():
    assert texts(restored()) == {each.name: each.text for each in HANDED_OUT}


def test_what_is_locked_is_ours_and_what_is_not_is_theirs():
    cells = [cell(each.kind, "theirs", each.name) for each in HANDED_OUT]
    ours = {each.name: each.text for each in HANDED_OUT if each.locked}
    assert texts(restored(*cells)) == {"double": "theirs", "double-answer-1": "theirs", **ours}


def test_without_any_marks_text_and_place_tell():
    stripped = [cell("markdown", "# Doubling"), cell("code", RIGHT), cell("code", "double(2)")]
    cells = restored(*stripped, cell("markdown", "Why?"), cell("markdown", "Because."))
    assert [grade_id(cell) for cell in cells] == NAMES
    assert (texts(cells)["double"], texts(cells)["double-answer-1"]) == (RIGHT, "Because.")


def test_the_learners_own_cells_follow_the_cell_that_they_followed():
    cells = restored(cell("code", "first"), cell("code", RIGHT, "double"), cell("code", "second"), cell("code", " "))
    assert [cell["source"] for cell in cells if grade_id(cell) is None] == ["first", "second"]
    assert cells[0]["source"] == "first"
    assert cells[3]["source"] == "second"


def test_what_the_learner_marked_as_nbgraders_is_not():
    own = cell("code", "50.0", "bonus-checks")
    assert [cell["metadata"] for cell in restored(own) if cell["source"] == "50.0"] == [{}]


def test_pictures_in_an_answer_stay():
    pictures = {"a.png": {"image/png": "aGVsbG8="}}
    answer = {**cell("markdown", "![](attachment:a.png)", "double-answer-1"), "attachments": pictures}
    assert restored(answer)[-1]["attachments"] == pictures


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=4)
ODD = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner))
MARKS = st.sampled_from(NAMES) | ODD
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "evil"]) | ODD,
        "id": MARKS,
        "source": st.sampled_from([RIGHT, "Why?", "\ud800"]) | ODD,
        "metadata": st.fixed_dictionaries({"nbgrader": st.fixed_dictionaries({"grade_id": MARKS})}) | ODD,
        "attachments": st.just({"a.png": {"image/png": "aGVsbG8="}}) | ODD,
        "outputs": ODD,
    },
)


@settings(max_examples=200, deadline=None)
@given(st.lists(CELLS | ODD, max_size=8))
def test_whatever_comes_back_is_a_notebook_with_the_cells_that_were_handed_out(cells):
    found = restored(*cells)
    assert [name for cell in found if (name := grade_id(cell)) is not None] == NAMES
    assert all(texts(found)[each.name] == each.text for each in HANDED_OUT if each.locked)
    notebook = {"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    nbformat.validate(json.loads(json.dumps(notebook)))
