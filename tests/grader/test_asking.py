"""`kata ask`, `review` and `interview` in a terminal and without one; formulas as a terminal shows them."""

import json
import os
import re
import sys
from datetime import UTC, datetime, timedelta

import pytest

if sys.platform == "win32":
    pytest.skip("a terminal of Unix", allow_module_level=True)

try:
    import fsrs  # noqa: F401
    import pylatexenc  # noqa: F401
except ImportError:
    assert os.environ.get("CI") != "true", "the extra ask is not installed"
    pytest.skip("needs the extra ask", allow_module_level=True)

from grader.course import own_course
from grader.learning.asking.formulas import MATH, readable, with_readable_formulas
from grader.learning.asking.schedule import rate
from grader.learning.asking.tables import fitted
from grader.learning.memory import Memory

RIGHT = "def double(x):\n    return x + x\n"
CHECKS = '''\
from grader.checks import assert_close


def test_twice(student, rng):
    """Returns twice the number."""
    x = rng.normal(size=4)
    assert_close(student.double(x), 2 * x)


def test_zero(student):
    """Is 0 at 0."""
    assert_close(student.double(0.0), 0.0)
'''
NOTES = """\
# Basics

[`double`](double.py), [`other`](other.py)

### Why twice?

**Because $2 \\cdot x$ is more.**

A *second* paragraph, see [`double`](double.py).

<details><summary>They will ask next</summary>

- **And three times?** More still.
- **And never?** Then $x^{2}$.

</details>

### What else?

Nothing.
"""


@pytest.fixture
def katas(mini):
    mini.add(questions=("Why twice?",), checks=CHECKS)
    mini.add("other")
    mini.write("exercises/basics/README.md", NOTES)
    return mini.with_program()


@pytest.fixture
def terminal(katas):
    """Start a command in a terminal."""
    return lambda *words: katas.terminal(*words, columns=90)


def solved(katas, days_ago):
    """Solve the first exercise some days ago."""
    katas.write("exercises/basics/double.py", RIGHT)
    memory = Memory(katas.workspace)
    memory.checked("double", RIGHT, "passed")
    memory.save()
    file = katas.root / ".kata/progress.json"
    data = json.loads(file.read_text())
    data["exercises"]["double"]["solved"] -= days_ago * 86_400
    file.write_text(json.dumps(data))


# ---- kata ask ------------------------------------------------------------------------------------------------


def test_a_question_is_asked_answered_rated_and_comes_back_later(katas, terminal):
    ask = terminal("ask", "double")
    ask.shows("Why twice?")
    ask.shows("> ")
    ask.send("it is more\n")
    shown = ask.shows("again, hard, good, easy")
    assert "Because 2 · x is more." in shown
    assert "see double." in shown
    assert "Then x²." in shown
    ask.send("perhaps\n")
    ask.shows("'perhaps' is none of a, h, g, e and q.")
    ask.send("\n")
    ask.shows("Asked again in 2 days.")
    assert ask.ends() == 0
    (due,) = (entry["due"] for entry in Memory(katas.workspace).cards().values())
    assert datetime.fromisoformat(due) > datetime.now(UTC) + timedelta(days=1)


def test_what_was_answered_is_kept_when_somebody_interrupts(katas, terminal):
    ask = terminal("ask", "basics", "-n", "2")
    ask.shows("q stops.")
    ask.send("\n")
    ask.shows("again, hard")
    ask.send("a\n")
    ask.shows("What else?")
    ask.shows("q stops.")
    ask.shows("> ")
    ask.send("\x03")
    ask.shows("What was answered is remembered.")
    assert ask.ends() == 130
    assert list(Memory(katas.workspace).cards()) == ["basics#why-twice"]


@pytest.mark.parametrize("end", ["q\n", "\x04"])
def test_q_and_the_end_of_the_input_end_it(katas, terminal, end):
    ask = terminal("ask")
    ask.shows("q stops.")
    ask.shows("> ")
    ask.send(end)
    assert ask.ends() == 0
    assert not Memory(katas.workspace).cards()


def test_without_a_terminal_question_and_answer_are_printed(katas):
    result = katas.kata("ask", "double")
    assert result.stderr == ""
    assert "Why twice?\n\n  Because 2 · x is more.\n\n  A second paragraph, see double.\n" in result.stdout
    assert not (katas.root / ".kata").exists()


# ---- kata review ---------------------------------------------------------------------------------------------


def test_a_solved_exercise_comes_back_as_a_stub_and_the_solved_file_stays(katas):
    solved(katas, days_ago=1)
    assert katas.kata("review").stdout == "Nothing is due. kata ask asks something new.\n"
    solved(katas, days_ago=4)
    assert "To repeat: 1 exercise, with kata review\n" in katas.kata().stdout
    again = katas.root / ".kata/review/double.py"
    for _ in range(2):
        assert "Write it once more: .kata/review/double.py\n" in katas.kata("review").stdout
        assert "raise NotImplementedError" in again.read_text()
    again.write_text("def double(x):\n    return x * x\n")
    assert "✗ double  0/1 points" in katas.kata("review").stdout
    again.write_text(RIGHT)
    assert "✓ double  1/1 points" in katas.kata("review").stdout
    assert not again.exists()
    assert katas.read("exercises/basics/double.py") == RIGHT
    assert katas.kata("review").stdout == "Nothing is due. kata ask asks something new.\n"


def test_what_is_due_is_asked_and_a_question_that_the_notes_ask_no_more_is_put_off(katas, terminal):
    memory = Memory(katas.workspace)
    for name in ("basics#what-else", "basics#gone"):
        memory.scheduled(name, {"due": "2026-01-01T00:00:00+00:00"})
    memory.save()
    assert "To repeat: 2 questions, with kata review\n" in katas.kata().stdout
    assert katas.kata("review").stdout == "2 questions due: kata review asks in a terminal\n"
    review = terminal("review")
    review.shows("1 question to repeat")
    review.shows("What else?")
    review.shows("> ")
    review.send("\n")
    review.shows("again, hard")
    review.send("e\n")
    assert review.ends() == 0
    assert "To repeat" not in katas.kata().stdout


# ---- kata interview ------------------------------------------------------------------------------------------


def test_an_interview_asks_has_something_written_and_says_what_to_read(katas, terminal):
    solved(katas, days_ago=0)
    interview = terminal("interview", "5")
    interview.shows("Why twice?")
    interview.shows("> ")
    interview.send("\n")
    interview.shows("again, hard")
    interview.send("h\n")
    interview.shows("What else?")
    interview.shows("> ")
    interview.send("q\n")
    interview.shows("double: write it in .kata/interview/double.py.")
    interview.shows("> ")
    katas.write(".kata/interview/double.py", "def double(x):\n    return x * x\n")
    interview.send("\n")
    assert "squares" not in interview.shows("Not right yet: 1 of 2 checks pass.")
    interview.shows("> ")
    katas.write(".kata/interview/double.py", RIGHT)
    interview.send("\n")
    interview.shows("Right, after 0 min.")
    shown = interview.shows("Exercise double: solved")
    assert "1 question" in shown
    assert "Why twice? (exercises/basics/README.md#why-twice)" in " ".join(shown.split())
    assert interview.ends() == 0


# ---- schedule and formulas -----------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [{}, {"due": 3}, {"due": "2026-01-01", "state": 2, "step": None, "stability": -1}])
def test_a_card_that_nobody_can_have_remembered_begins_anew(katas, entry):
    memory = Memory(katas.workspace)
    memory.scheduled("basics#why-twice", entry)
    assert rate(memory, "basics#why-twice", "good") > datetime.now(UTC)
    first, second = (rate(Memory(katas.workspace), "other", rating) for rating in ("again", "easy"))
    assert first < second


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"\frac{n}{n - 1} \sigma^2", "n/(n - 1) σ²"),
        (r"e^{-z}", "e^(-z)"),
        (r"\sqrt{2 / (n_{in} + n_{out})}", "√(2 / (n_in + n_out))"),
        (r"Z_2 = A_1 W_2^\top + b_2", "Z₂ = A₁ W₂ᵀ + b₂"),
        (r"\lVert w \rVert \le 10^{-3}", "‖w‖ ≤ 10⁻³"),
        (r"a \gt 0", "a > 0"),
    ],
)
def test_a_formula_means_the_same_as_text(formula, text):
    assert readable(formula) == text


def test_no_formula_of_the_notes_keeps_anything_of_latex():
    for topic in own_course().topics:
        notes = re.sub(r"```.*?```", "", own_course().note(topic).read_text("utf-8"), flags=re.DOTALL)
        for match in MATH.finditer(notes):
            text = readable(match[1] or match[2])
            assert text.strip(), match[0]
            assert not re.search(r"[\\{}$]", text.replace("{", "") if "\\{" in match[0] else text), (match[0], text)


def test_a_formula_is_not_taken_for_markup():
    assert with_readable_formulas("so $a_i * b_i$ and \\$5") == "so a\\_i \\* b\\_i and \\$5"


TABLE = "| | attention | good at |\n|---|---|---|\n| encoder-only | both sides | classification |\n"


@pytest.mark.parametrize(
    ("width", "shown"), [(60, TABLE), (30, "- **encoder-only**: attention: both sides; good at: classification\n")]
)
def test_a_table_whose_words_would_be_cut_becomes_a_list(width, shown):
    assert fitted(f"Before.\n\n{TABLE}\nAfter.", width) == f"Before.\n\n{shown}\nAfter."


def test_no_table_of_the_notes_is_in_the_way():
    for topic in own_course().topics:
        notes = own_course().note(topic).read_text("utf-8")
        assert "|---" not in fitted(notes, 20), topic.name
