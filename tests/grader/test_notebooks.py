"""The answer to an exercise is found in a notebook, whatever an editor, a learner or an attacker has made of it."""

import json

import pytest

from grader.classroom.notebooks import NOTEBOOK_BYTES, answers, mark
from grader.errors import SubmissionError
from grader.grading.texts import Unreadable

RIGHT = "def double(x):\n    return 2 * x\n"
STUB = "def double(x):\n    raise NotImplementedError\n"


def code(source, grade_id=None, **more):
    marks = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    return {"cell_type": "code", "metadata": marks, "source": source, "outputs": [], **more}


def notebook(*cells):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


@pytest.mark.parametrize(
    "cell",
    [
        code(RIGHT, "double"),
        code(RIGHT, id="double"),
        code(mark("double") + "y = 1\n"),
        code(RIGHT),
        code(RIGHT.splitlines(keepends=True)),
        {"cell_type": "markdown", "source": RIGHT, "metadata": {"nbgrader": {"grade_id": "double"}}},
    ],
    ids=["grade_id", "cell id", "first line", "definition", "list of lines", "turned to Markdown"],
)
def test_each_mark_alone_is_enough(cell):
    found = answers(notebook(code("import numpy as np"), cell), ["double", "other"])
    assert found == {"double": "".join(cell["source"])}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([code(STUB, "double"), code(RIGHT, "double")], RIGHT),
        ([code(RIGHT), code(STUB)], STUB),
        ([code(RIGHT, "double"), code(STUB)], RIGHT),
        ([code("import numpy as np", "double"), code(RIGHT, "double"), code("double(2)", "double")], RIGHT),
        ([code("", "double"), code(RIGHT)], RIGHT),
    ],
    ids=["copied: the last", "unmarked: the last", "marked before unmarked", "split", "emptied and moved"],
)
def test_one_of_several_cells_is_the_answer(cells, expected):
    assert answers(notebook(*cells), ["double"]) == {"double": expected}


def test_a_use_or_a_method_is_no_definition():
    uses = code("double(2)\nclass Other:\n    def double(self): pass\n# def double(x): ...\n")
    assert answers(notebook(uses, code("def doubled(x): ...")), ["double"]) == {}


def test_odd_cells_are_passed_over():
    odd = [None, 1, "x", [], {}, {"source": 3}, {"source": [1, RIGHT], "cell_type": []}, code(RIGHT, id=["double"])]
    nested = [{"metadata": m, "source": ""} for m in (None, 1, {"nbgrader": []}, {"nbgrader": {"grade_id": {}}})]
    assert answers(notebook(*odd, *nested), ["double"]) == {"double": RIGHT}


def test_a_text_that_is_none_is_refused_with_its_reason():
    hostile = [code("def nul(): '\0'"), code("def large(): ...\n" + "#" * 300_000), code("def pair(): '\ud800'")]
    found = answers(notebook(*hostile), ["nul", "large", "pair"])
    assert isinstance(found["nul"], Unreadable)
    assert isinstance(found["large"], Unreadable)
    assert found["pair"] == "def pair(): '?'"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"cells": {}}',
        b'{"worksheets": [{"cells": []}], "nbformat": 3}',
        b'{"cells": [' + b"9" * 5000 + b"]}",
        b" " * (NOTEBOOK_BYTES + 1),
    ],
    ids=["empty", "no JSON", "deep", "no UTF-8", "list", "null", "no list", "version 3", "long number", "too large"],
)
def test_what_is_no_notebook_is_refused_in_one_line(data):
    with pytest.raises(SubmissionError) as raised:
        answers(data, ["double"])
    assert "\n" not in str(raised.value)
