"""The notes, the questions that they answer and the index, broken in copies of a small course."""

import re
import runpy
from xml.etree import ElementTree

import pytest

from grader.course import own_course, root
from grader.notes.answers import FollowUp, answer
from grader.notes.index import index, index_problems, sync_index
from grader.notes.links import link_problems, unlinked
from grader.notes.markdown import read, slug
from grader.notes.questions import question_problems, read_questions

QUESTIONS = """\
[[sources]]
title = "A book"

[sources.questions]
"1 Q1" = "what ReLU is"
"1 Q2" = "what a neuron is"
"""
ACTIVATIONS = """\
# Activations

Do [`relu`](relu.py), for $x_1$ and

$$
y = [x](z) \\cdot \\$
$$

## Interview questions

### What is ReLU?

**The larger of 0 and
$x$.**

See [networks](../networks/README.md#what-is-a-neuron) and [`neuron`](../networks/neuron.py).

<details><summary>They will ask next</summary>

- **What is its slope?** 0 or 1, and at 0 what one
  agrees on.
- **Is it linear?** No.

</details>

<!-- answers: 1 Q1 -->
"""
NETWORKS = """\
# Networks

<picture><img src="../figures/net.svg" alt="A net."></picture>

### What is a neuron?

**A sum.**

A sum, see [`neuron`](neuron.py) and [above](#networks), or [elsewhere](https://example.com/nothing#here).

<details><summary>They will ask next</summary>

- **Of what?** Of weighted inputs.
- **And then?** An activation.

</details>

<!-- answers: 1 Q2, 1 Q1 -->
"""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
FIRST = "exercises/activations/README.md"
SECOND = "exercises/networks/README.md"
ASKED = "exercises/questions.toml"
TEXTS = {
    ASKED: QUESTIONS,
    FIRST: ACTIVATIONS,
    SECOND: NETWORKS,
    "exercises/figures/net.svg": "",
    "tests/README.md": "[relu](../exercises/activations/relu.py)\n",
    "grader/checks/README.md": "[root](/tests)\n",
    "README.md": "# Katas\n\nCosts \\$5, `$6` and\n\n    $7\n",
}


@pytest.fixture
def katas(mini):
    """Two topics of one exercise each, with notes that answer what is asked."""
    mini.add("relu", topic="activations", title="ReLU | cut", questions=["What is ReLU?"])
    needs = {"prerequisites": ["relu"], "questions": ["What does a neuron add up?"]}
    mini.add("neuron", topic="networks", title="One neuron", difficulty=3, points=2.5, **needs)
    for path, text in TEXTS.items():
        mini.write(path, text)
    mini.sync()
    return mini


def problems(course):
    of_exercises = [(exercise.name, reason) for exercise in course.exercises for reason in unlinked(course, exercise)]
    return [*question_problems(course), *link_problems(course), *of_exercises]


def test_sound_notes_have_no_problems(katas):
    assert problems(katas.course) == []
    assert list(index_problems(katas.course)) == []


def test_this_course_has_no_problems():
    course = own_course()
    assert len(read_questions(course)) > 150
    assert problems(course) == []
    assert list(index_problems(course)) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "name", "reason"),
    [
        (SECOND, "1 Q2, 1 Q1", "1 Q1", ASKED, "no note answers 1 Q2: what a neuron is"),
        (SECOND, "1 Q2,", "1 Q2, 1 Q22,", SECOND + ":5", f"answers '1 Q22', which {ASKED} does not ask; did you mean"),
        (SECOND, "### What is", "## What is", SECOND + ":5", "1 Q2 is answered under no question"),
        (FIRST, "<!-- answers: 1 Q1 -->", "### What now?\n\n<!-- answers: 1 Q1 -->", FIRST + ":26", "nothing follows"),
        (SECOND, "(neuron.py)", "(nerve.py)", SECOND + ":9", "links to nerve.py, which does not exist"),
        (FIRST, "#what-is-a-neuron", "#what-is-a-nerve", FIRST + ":16", "no heading has this anchor; did you mean"),
        (SECOND, "(#networks)", "(#activations)", SECOND + ":9", "no heading has this anchor"),
        (SECOND, "net.svg", "net.png", SECOND + ":3", "links to ../figures/net.png, which does not exist"),
        (SECOND, "<img", '<source srcset="dark.svg 2x"><img', SECOND + ":3", "links to dark.svg, which"),
        (SECOND, "A sum,", "A sum\n![of](it.svg)", SECOND + ":10", "links to it.svg, which does not exist"),
        (SECOND, "(neuron.py)", "(neuron.py) [up](../../../x)", SECOND + ":9", "outside the project"),
        ("README.md", "# Katas", "# [Katas](exercise)", "README.md:1", "links to exercise, which does not exist"),
        ("tests/README.md", "relu.py", "elu.py", "tests/README.md:1", "elu.py, which does not exist"),
        ("grader/checks/README.md", "/tests", "/test", "grader/checks/README.md:1", "links to /test, which"),
        (FIRST, "$x_1$", "$x_1", FIRST + ":3", "an odd number of $"),
        (FIRST, "y =", "\ny =", FIRST + ":5", "an odd number of $ or $$"),
        (FIRST, "(relu.py)", "(../networks/neuron.py)", "relu", f"{FIRST} does not link to relu.py"),
    ],
)
def test_everything_that_breaks_is_named(katas, path, old, new, name, reason):
    katas.change(path, old, new)
    found = problems(katas.course)
    assert [(about, why) for about, why in found if about == name and reason in why], found


def test_a_topic_without_notes(katas):
    (katas.root / FIRST).unlink()
    assert ("activations", f"{FIRST} is missing") in problems(katas.course)
    assert "| **Activations** | | | | |\n| [`relu`]" in index(katas.course)


def test_nothing_has_to_be_answered_where_nothing_is_asked(katas):
    (katas.root / ASKED).unlink()
    reasons = [reason for _, reason in question_problems(katas.course)]
    assert len(reasons) == 3
    assert all("does not ask" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[[sources]]", "[[sources]", "expected"),
        ("[[sources]]", "[[books]]", "[[sources]]"),
        ('title = "A book"', "", "source 1 must have a title"),
        ('"what ReLU is"', "3", "'1 Q1' must be a token"),
        ('"1 Q1"', '"1, Q1"', "'1, Q1' must be a token"),
        ('"what a neuron is"', '"what"\n[[sources]]\ntitle = "B"\nquestions = {"1 Q1" = "that"}', "by two sources"),
    ],
)
def test_a_wrong_list_of_questions_is_one_problem(katas, old, new, reason):
    katas.change(ASKED, old, new)
    ((name, why),) = question_problems(katas.course)
    assert name == ASKED
    assert reason.lower() in why.lower()
    assert "\n" not in why


def test_the_index_shows_exercises_and_questions_with_links_to_where_they_are_answered(katas):
    text = katas.read("exercises/README.md")
    assert "2 exercises in 2 topics, worth 3.5 points" in text
    assert "| **[Activations](activations/README.md)** | | | | |\n| [`relu`](activations/relu.py) |" in text
    assert "| [`relu`](activations/relu.py) | ReLU \\| cut | • | 1 |  |" in text
    assert "| [`neuron`](networks/neuron.py) | One neuron | ••• | 2.5 | [`relu`](activations/relu.py) |" in text
    answer = "[What is ReLU?](activations/README.md#what-is-relu)"
    assert f"- {answer} · [`relu`](activations/relu.py), [`neuron`](networks/neuron.py)\n" in text
    assert "- What does a neuron add up? · [`neuron`](networks/neuron.py)\n" in text


def test_the_index_counts_a_track_of_its_own_apart(katas):
    katas.change("exercises/course.toml", 'summary = "Networks."', 'summary = "Networks."\napart = true')
    text = index(katas.course)
    assert "1 exercises in 1 topics, worth 1 points" in text
    assert "[Networks](#networks): 1 exercises, worth 2.5 points, not counted" in text
    main, _, apart = text.partition("\n## Networks\n")
    assert "| [`relu`](activations/relu.py) |" in main
    assert "networks/neuron.py" not in main
    assert "| [`neuron`](networks/neuron.py) | One neuron | ••• | 2.5 |" in apart


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [("exercises/course.toml", "One neuron", "One nerve"), (SECOND, "What is a neuron?", "What is a nerve?")],
)
def test_an_index_that_is_behind_is_written_anew_but_not_when_checking(katas, path, old, new):
    katas.change(path, old, new)
    course, before = katas.course, katas.read("exercises/README.md")
    assert sync_index(course, check=True) == ["exercises/README.md"]
    assert [name for name, _ in index_problems(course)] == ["exercises/README.md"]
    assert katas.read("exercises/README.md") == before
    assert sync_index(course) == ["exercises/README.md"]
    assert katas.read("exercises/README.md") == before.replace(old, new).replace(slug(old), slug(new))
    assert sync_index(course) == []


def test_an_index_with_other_line_ends_is_up_to_date(katas):
    path = katas.root / "exercises/README.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert sync_index(katas.course, check=True) == []


def test_the_index_leads_to_the_pages_beside_it(katas):
    katas.write("exercises/costs.md", "# What it costs\n\n[of ReLU](activations/rely.py)\n")
    katas.sync()
    assert "For every topic: [What it costs](costs.md).\n" in katas.read("exercises/README.md")
    assert ("exercises/costs.md:3", "links to activations/rely.py, which does not exist") in problems(katas.course)


def test_an_answer_has_three_depths():
    (question,) = read(ACTIVATIONS).questions
    assert question.answers == ["1 Q1"]
    found = answer(question)
    assert found.short == "The larger of 0 and $x$."
    assert found.text == "See [networks](../networks/README.md#what-is-a-neuron) and [`neuron`](../networks/neuron.py)."
    assert found.follow_ups == (
        FollowUp("What is its slope?", "0 or 1, and at 0 what one agrees on."),
        FollowUp("Is it linear?", "No."),
    )


def test_an_answer_of_one_depth_is_all_text():
    (question,) = read("### What is a neuron?\n\nA sum, see above.\n\n<!-- answers: 1 Q2 -->\n").questions
    found = answer(question)
    assert (found.short, found.follow_ups) == ("", ())
    assert found.text == "A sum, see above."


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("**The larger of 0 and\n$x$.**", "The larger of 0 and\n$x$.", "has no short answer"),
        ("<details><summary>They will ask next</summary>", "<details><summary>Next</summary>", "has 0 questions"),
        ("larger", "larger " * 50, "more than 50 words"),
        ("- **Is it linear?** No.\n", "", "has 1 questions that are asked next"),
        ("- **Is it linear?** No.\n", "- **Is it?** No.\n" * 4, "has 5 questions that are asked next"),
    ],
)
def test_an_answer_that_lacks_a_depth_is_named(katas, old, new, reason):
    katas.change(FIRST, old, new)
    found = problems(katas.course)
    assert [(name, why) for name, why in found if name == FIRST + ":11" and reason in why], found


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("What is ReLU, and why?", "what-is-relu-and-why"),
        ("K-fold & L1/L2", "k-fold--l1l2"),
        ("Über `snake_case` 0.5", "über-snake_case-05"),
    ],
)
def test_anchors_are_those_of_github(title, anchor):
    assert slug(title.replace("`", "")) == anchor
    assert read(f"# {title}\n\n## {title}\n").anchors == {anchor, f"{anchor}-1"}


def test_what_looks_like_a_link_in_math_or_code_is_none():
    page = read("$f[x](y)$ and `[x](y)` and\n[x](z)\n\n```\n[x](y)\n```\n")
    assert [(link.target, link.line) for link in page.links] == [("z", 2)]


def test_exercises_of_this_course_are_worth_their_dots_as_the_index_says():
    exercises = [exercise for topic in own_course().main for exercise in topic.exercises]
    assert [exercise.name for exercise in exercises if exercise.points != exercise.difficulty] == []


def test_exercises_of_a_track_of_its_own_all_count_alike_as_the_index_says():
    assert [len({exercise.points for exercise in topic.exercises}) for topic in own_course().apart] == [1]


def test_figures_are_drawn_by_their_script(tmp_path):
    folder = root() / "exercises" / "figures"
    runpy.run_path(str(folder / "draw.py"))["draw"](tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in folder.glob("*.svg")}
    for path in tmp_path.iterdir():
        text = path.read_text("utf-8")
        assert ElementTree.fromstring(text).tag.endswith("svg")
        assert "prefers-color-scheme: dark" in text
        assert len(text.encode()) < 40_000
        assert int(re.search(r'width="(\d+)"', text)[1]) <= 560, "letters of 13 px must still be read on a phone"
        kept = (folder / path.name).read_text("utf-8")
        assert NUMBER.sub("", text) == NUMBER.sub("", kept)
        for drawn, old in zip(NUMBER.findall(text), NUMBER.findall(kept), strict=True):
            # the last digit of a computed point may differ between machines
            slack = 1.1 * 10.0 ** -max(len(old.partition(".")[2]), 1)
            assert abs(float(drawn) - float(old)) < slack, f"{path.name} has {old}, and {drawn} is drawn"
