"""The notes, the questions that they answer and the index, broken in copies of a small course."""

import re
import runpy
import shutil
from xml.etree import ElementTree

import pytest
from grader.authoring.index import index, index_problems, sync_index
from grader.authoring.notes import link_problems, question_problems, read_questions
from grader.authoring.notes_markdown import read, slug

from grader.course import load, root

COURSE = """\
title = "Two katas"

[[topics]]
name = "activations"
title = "Activations"
summary = "Slopes."

[[topics.exercises]]
name = "relu"
title = "ReLU | cut"
difficulty = 1
points = 1
prerequisites = []
questions = ["What is ReLU?"]
hints = ["Two cases."]

[[topics]]
name = "networks"
title = "Networks"
summary = "Layers."

[[topics.exercises]]
name = "neuron"
title = "One neuron"
difficulty = 3
points = 2.5
prerequisites = ["relu"]
questions = ["What does a neuron add up?"]
hints = ["A sum."]
"""
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

The larger of 0 and $x$. See [networks](../networks/README.md#what-is-a-neuron) and [`neuron`](../networks/neuron.py).

<!-- answers: 1 Q1 -->
"""
NETWORKS = """\
# Networks

<picture><img src="../figures/net.svg" alt="A net."></picture>

### What is a neuron?

A sum, see [`neuron`](neuron.py) and [above](#networks), or [elsewhere](https://example.com/nothing#here).

<!-- answers: 1 Q2, 1 Q1 -->
"""
FIRST = "exercises/activations/README.md"
SECOND = "exercises/networks/README.md"
ASKED = "exercises/questions.toml"
FILES = {
    "exercises/course.toml": COURSE,
    ASKED: QUESTIONS,
    FIRST: ACTIVATIONS,
    SECOND: NETWORKS,
    "exercises/activations/relu.py": "",
    "exercises/networks/neuron.py": "",
    "exercises/figures/net.svg": "",
    "tests/README.md": "[relu](../exercises/activations/relu.py)\n",
    "grader/checks/README.md": "[root](/tests)\n",
    "README.md": "# Katas\n\nCosts \\$5, `$6` and\n\n    $7\n",
}


@pytest.fixture
def copy(tmp_path):
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    sync_index(load(tmp_path))
    return tmp_path


def change(copy, path, old, new):
    text = (copy / path).read_text()
    assert old in text
    (copy / path).write_text(text.replace(old, new))


def problems(copy):
    course = load(copy)
    return [*question_problems(course), *link_problems(course)]


def test_a_sound_copy_has_no_problems(copy):
    assert problems(copy) == []
    assert list(index_problems(load(copy))) == []


def test_this_course_has_no_problems():
    course = load(root())
    assert len(read_questions(course)) > 150
    assert problems(root()) == []
    assert list(index_problems(course)) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "name", "reason"),
    [
        (SECOND, "1 Q2, 1 Q1", "1 Q1", ASKED, "no note answers 1 Q2: what a neuron is"),
        (SECOND, "1 Q2,", "1 Q2, 1 Q22,", SECOND + ":5", f"answers '1 Q22', which {ASKED} does not ask; did you mean"),
        (SECOND, "### What is", "## What is", SECOND + ":5", "1 Q2 is answered under no question"),
        (FIRST, "<!-- answers: 1 Q1 -->", "### What now?\n\n<!-- answers: 1 Q1 -->", FIRST + ":15", "nothing follows"),
        (SECOND, "(neuron.py)", "(nerve.py)", SECOND + ":7", "links to nerve.py, which does not exist"),
        (FIRST, "#what-is-a-neuron", "#what-is-a-nerve", FIRST + ":13", "no heading has this anchor; did you mean"),
        (SECOND, "(#networks)", "(#activations)", SECOND + ":7", "no heading has this anchor"),
        (SECOND, "net.svg", "net.png", SECOND + ":3", "links to ../figures/net.png, which does not exist"),
        (SECOND, "<img", '<source srcset="dark.svg 2x"><img', SECOND + ":3", "links to dark.svg, which"),
        (SECOND, "A sum,", "A sum\n![of](it.svg)", SECOND + ":8", "links to it.svg, which does not exist"),
        (SECOND, "(neuron.py)", "(neuron.py) [up](../../../x)", SECOND + ":7", "outside the project"),
        ("README.md", "# Katas", "# [Katas](exercise)", "README.md:1", "links to exercise, which does not exist"),
        ("tests/README.md", "relu.py", "elu.py", "tests/README.md:1", "elu.py, which does not exist"),
        ("grader/checks/README.md", "/tests", "/test", "grader/checks/README.md:1", "links to /test, which"),
        (FIRST, "$x_1$", "$x_1", FIRST + ":3", "an odd number of $"),
        (FIRST, "y =", "\ny =", FIRST + ":5", "an odd number of $ or $$"),
        (FIRST, "(relu.py)", "(../networks/neuron.py)", "relu", f"{FIRST} does not link to relu.py"),
    ],
)
def test_everything_that_breaks_is_named(copy, path, old, new, name, reason):
    change(copy, path, old, new)
    found = problems(copy)
    assert [(about, why) for about, why in found if about == name and reason in why], found


def test_a_topic_without_notes(copy):
    (copy / FIRST).unlink()
    assert ("activations", f"{FIRST} is missing") in problems(copy)
    assert "| **Activations** | | | | |\n| [`relu`]" in index(load(copy))


def test_nothing_has_to_be_answered_where_nothing_is_asked(copy):
    (copy / ASKED).unlink()
    reasons = [reason for _, reason in question_problems(load(copy))]
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
def test_a_wrong_list_of_questions_is_one_problem(copy, old, new, reason):
    change(copy, ASKED, old, new)
    ((name, why),) = question_problems(load(copy))
    assert name == ASKED
    assert reason.lower() in why.lower()
    assert "\n" not in why


def test_index(copy):
    text = (copy / "exercises/README.md").read_text()
    assert "2 exercises in 2 topics, worth 3.5 points" in text
    assert "| **[Activations](activations/README.md)** | | | | |\n| [`relu`](activations/relu.py) |" in text
    assert "| [`relu`](activations/relu.py) | ReLU \\| cut | • | 1 |  |" in text
    assert "| [`neuron`](networks/neuron.py) | One neuron | ••• | 2.5 | [`relu`](activations/relu.py) |" in text
    answer = "[What is ReLU?](activations/README.md#what-is-relu)"
    assert f"- {answer} · [`relu`](activations/relu.py), [`neuron`](networks/neuron.py)\n" in text
    assert "- What does a neuron add up? · [`neuron`](networks/neuron.py)\n" in text


@pytest.mark.parametrize("path", ["exercises/course.toml", SECOND])
def test_an_index_that_is_behind_is_written_anew_but_not_when_checking(copy, path):
    change(copy, path, "neuron", "nerve")
    if path != SECOND:
        shutil.move(copy / "exercises/networks/neuron.py", copy / "exercises/networks/nerve.py")
    course = load(copy)
    old = (copy / "exercises/README.md").read_text()
    assert sync_index(course, check=True) == ["exercises/README.md"]
    assert [name for name, _ in index_problems(course)] == ["exercises/README.md"]
    assert (copy / "exercises/README.md").read_text() == old
    assert sync_index(course) == ["exercises/README.md"]
    assert (copy / "exercises/README.md").read_text() != old
    assert sync_index(course) == []


def test_an_index_with_other_line_ends_is_up_to_date(copy):
    path = copy / "exercises/README.md"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert sync_index(load(copy), check=True) == []


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


def test_figures_are_drawn_by_their_script(tmp_path):
    folder = root() / "exercises" / "figures"
    runpy.run_path(str(folder / "draw.py"))["draw"](tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in folder.glob("*.svg")}
    for path in tmp_path.iterdir():
        text = path.read_text("utf-8")
        assert ElementTree.fromstring(text).tag.endswith("svg")
        assert "prefers-color-scheme: dark" in text
        assert len(text.encode()) < 40_000
        # the last digits of a computed point may differ between machines
        kept = (folder / path.name).read_text("utf-8")
        assert re.sub(r"-?[\d.]+", "", text) == re.sub(r"-?[\d.]+", "", kept)
