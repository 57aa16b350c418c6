"""What a class is told today does not answer tomorrow."""

import html
import re
import sys
from dataclasses import replace

import numpy as np
import pytest
from markdown_it import MarkdownIt

from grader.classroom.feedback import markdown, shown
from grader.classroom.out import Out
from grader.classroom.table import read_grades
from grader.report import Argument, Case, Cause, CheckResult, ExerciseResult, Place, load

linux = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")

RIGHT = "def double(x):\n    return x + x\n"
# everything that comes back is tried: an error's text, what is printed, the line of an error, the answer
LEAK = """\
def double(x):
    text = f"<<{x.tobytes().hex()}|{x.shape}>>"
    print(text)
    raise ValueError(text)
"""
ZEROS = "def double(x):\n    return 0 * x\n"
LINE = "def double(x):\n    if x.flat[0] > 0:\n        raise ValueError\n    raise ValueError\n"
TABLE = """\
TABLE = {table}


def double(x):
    import numpy as np

    return np.frombuffer(bytes.fromhex(TABLE[x.tobytes().hex()])).reshape(x.shape)
"""


@pytest.fixture
def katas(mini):
    mini.add()
    return mini


def hand_in(folder, **texts):
    for name, text in texts.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "double.py").write_text(text)
    return folder


def table(out):
    """Return an answer that is made of all the feedback of a batch: a table of every input that stands in it."""
    told = html.unescape("".join(path.read_text("utf-8") for path in (out.root / "feedback").iterdir()))
    found = re.findall(r"<<([0-9a-f]+)\|", told.replace("\n", ""))
    return TABLE.format(table={x: (2 * np.frombuffer(bytes.fromhex(x))).tobytes().hex() for x in found}), len(
        set(found)
    )


def score(katas, source, out, *words):
    done = katas.kata("batch", source, "--out", out.root, *words)
    assert done.returncode == 0, done.stderr
    return {row.id: row.score for row in read_grades(out.grades)}


@linux
def test_a_table_of_all_the_feedback_of_a_batch_scores_nothing_in_the_next(katas, tmp_path):
    source, out = tmp_path / "class", Out(tmp_path / "out")
    hand_in(source, ada=RIGHT, leak=LEAK, zeros=ZEROS, line=LINE)
    score(katas, source, out)
    told = {path.stem: path.read_text("utf-8") for path in (out.root / "feedback").iterdir()}
    assert table(out)[1] == 0
    assert "Agrees with torch" in told["leak"]  # the title of a check that fails
    assert not any(
        word in text for text in told.values() for word in ("line 3", "line 4", "seed", str(out.read().seed))
    )
    hand_in(source, cheat=table(out)[0])
    assert score(katas, source, out)["cheat"] == 0

    assert score(katas, source, out, "--feedback", "full")["ada"] == 1
    text, known = table(out)
    assert known == 2  # the attack does work: both checks have given their input away
    seed = out.read().seed
    assert score(katas, hand_in(tmp_path / "other", cheat=text), Out(tmp_path / "again"), "--seed", seed) == {
        "cheat": 1
    }

    hand_in(source, cheat=text)
    stopped = katas.kata("batch", source, "--out", out.root)
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert stopped.stderr == (
        "kata: cheat is new or has changed since the full feedback was written, which gives answers away: "
        "--seed random grades the whole class under a new seed\n"
    )
    assert score(katas, source, out, "--seed", "random") == {"ada": 1, "leak": 0, "zeros": 0, "line": 0, "cheat": 0}
    assert out.read().feedback == "names"


@linux
def test_full_feedback_for_all_is_no_reason_to_stop_while_nothing_is_new(katas, tmp_path):
    source, out = hand_in(tmp_path / "class", ada=RIGHT, zeros=ZEROS), Out(tmp_path / "out")
    score(katas, source, out, "--feedback", "full")
    assert "expected" in out.feedback("zeros").read_text()
    score(katas, source, out, "--feedback", "score")
    assert "checks" not in out.feedback("zeros").read_text()
    assert out.read().feedback == "full"  # what was given away is not taken back
    score(katas, source, out, "--again", "all")


def result(**changes):
    check = CheckResult("test_a", "Agrees.", "failed", 0.0, 1.0, "got 3.25", "Every value is 4 times too large.", None)
    values = {"name": "double", "topic": "basics", "status": "failed", "score": 0.0, "max_score": 1.0, "seconds": 0.1}
    values |= {"checks": (check,), "message": None, "stdout": "x is 1.5", "line": 3}
    return ExerciseResult(**{**values, **changes})


def page(level, report, *results):
    return markdown(replace(report, exercises=results), "Week 1", level)


@pytest.fixture
def report(request):
    return load(request.path.parent / "report_0_1.json")


def test_a_case_with_its_values_is_for_full_feedback_alone():
    case = Case("double", (Argument("x", "3.25"),), 1, "value", "differs", "", "1.5", "6.5", "torch", None, "", "")
    told = result()
    told = replace(told, checks=(replace(told.checks[0], case=case),))
    assert shown(told, "full").checks[0].case == case
    assert shown(told, "names").checks[0].case is None
    assert shown(told, "score").checks == ()


def test_which_line_goes_wrong_is_for_full_feedback_alone():
    told = result(place=Place(3, "sign"))
    assert shown(told, "full").place == Place(3, "sign")
    assert shown(told, "names").place == Place(None, "sign")
    assert shown(told, "score").place is None


def test_each_level_says_more_than_the_one_before(report):
    score, names, full = (page(level, report, result()) for level in ("score", "names", "full"))
    assert "0 of 1 points" in score
    assert "Agrees" not in score
    assert "Agrees." in names
    for text in (score, names):
        assert not any(word in text for word in ("3.25", "1.5", "4 times", "line 3", "seed"))
    assert all(word in full for word in ("3.25", "1.5", "Agrees."))


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Every value is 0.37 times too small, and 0.37 is lr.", False),
        ("Broadcasting made 5 values into (5, 5): an array of shape (5, 1) met one of shape (5,).", False),
        ("It is the transpose of what is expected.", True),
        ("Right elsewhere, but nan where a finite number is expected: look for 0 * inf or the log of 0.", True),
        ("The loss is 1.5 times too large, and 1.5 is x[0].", False),
        ("It is -2.25 too small.", False),
        ("float32 became float64 on the way: a constant of NumPy did it.", True),
        ("It is not summed over axis 0 yet: the sum of your values over it is what is expected.", True),
        ("double is defined on lines 3 and 19: the last of them is what runs.", True),
    ],
)
def test_a_cause_is_told_unless_it_holds_a_number_of_the_call(sentence, told):
    seen = shown(result(cause=Cause(sentence, None, 1, 1)), "names")
    assert (seen.cause is not None) == told


def test_a_file_that_cannot_be_loaded_is_told_why_and_where(report):
    message = "The file could not be loaded: SyntaxError: invalid syntax\n\n```\n# <b>not Markdown</b>"
    text = page("names", report, result(status="error", message=message, stdout="secret", line=7))
    assert "line 7" in text
    seen = MarkdownIt("commonmark").render(text)
    assert "<b>not" not in seen
    assert "&lt;b&gt;not Markdown&lt;/b&gt;" in seen
    assert "secret" not in seen
    assert seen.count("<h") == 1
