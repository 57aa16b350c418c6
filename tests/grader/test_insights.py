"""`kata insights`: the figures, the page as people and programs meet it, and what it never says."""

import csv
import html
import re
import stat
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from grader.classroom.insights import figures
from grader.classroom.likeness import forms_of, render_forms
from grader.classroom.out import Batch, Out
from grader.classroom.table import Grade, write_grades
from grader.course import write_whole
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts
from grader.report import Place, load, render
from grader.sandbox.ours.isolation import bubblewrap

SOLUTION = '''\
"""A number, {1} times."""


def {0}(x):
    """Return {1} * x."""
    ### BEGIN SOLUTION
    return {1} * x
    ### END SOLUTION
'''
CHECKS = '''\
import numpy as np

from grader.checks import assert_close, from_torch, misconception


def test_value(student, rng):
    """Is {1} times the number."""
    x = rng.uniform(2, 3, size=3)
    assert_close(student.{0}(x), {1} * x)


def test_zero(student):
    """Is 0 at 0."""
    assert_close(student.{0}(np.zeros(2)), np.zeros(2))


@misconception("returns <the number> as it is")
def once(x):
    return 1 * x


@misconception("squares the number")
def squared(x):
    return x * x
'''
FACTORS = {"double": 2, "triple": 3, "tenfold": 10}
NOTES = """\
# Basics

## Questions

### Why is twice more than once?

Since [`double`](double.py) says so.
"""


def right(name):
    return f"def {name}(x):\n    return {FACTORS[name]} * x\n"


def wrong(name):
    return f"def {name}(x):\n    return x + 7\n"


def once(name):
    return f"def {name}(x):\n    return x\n"


def right_but_at_0(name):
    return f"def {name}(x):\n    return {FACTORS[name]} * x + (x == 0)\n"


def untouched(name):
    return None


@pytest.fixture
def katas(mini):
    for name, factor in FACTORS.items():
        mini.add(name, solution=SOLUTION.format(name, factor), checks=CHECKS.format(name, factor), points=factor)
    mini.write("exercises/basics/README.md", NOTES)
    return mini.with_program()


@pytest.fixture
def school(katas, sandbox, tmp_path):
    """Grades a class, {id: {exercise: text}}, and writes what a batch writes of it; returns the folder."""

    def make(submissions, name="week_1", roster=(), **people):
        course = katas.course
        batch = Batch("Katas", name, name.replace("_", " ").title(), tuple(FACTORS), 0, "c", "0.1", "2", "names")
        out = Out(tmp_path / name)
        out.write(batch)
        write_whole(out.root / "reports" / ".keep", "")
        checks = collect(course, course.exercises)
        rows = []
        for id, texts in submissions.items():
            texts = Texts({exercise: text for exercise, text in texts.items() if text is not None})
            report = grade(texts, course, sandbox, seed=0, checks=checks)
            write_whole(out.report(id), render(report))
            write_whole(out.forms(id), render_forms(forms_of(texts, FACTORS)))
            rows.append(row(id, report.score, submission=id, name=people.get(id, "")))
        write_grades(out.grades, [*rows, *roster], list(FACTORS))
        return out.root

    return make


def row(id, score=None, submission="", name="", email=""):
    return Grade(id, name, email, "", "", "", submission, 1, False, score, 15.0, dict.fromkeys(FACTORS))


def answers(double=right, triple=right, tenfold=right):
    return {"double": double("double"), "triple": triple("triple"), "tenfold": tenfold("tenfold")}


CLASS = {
    **{f"anna{n}": answers() for n in range(12)},
    **{f"ben{n}": answers(double=once, tenfold=wrong) for n in range(6)},
    **{f"cleo{n}": answers(triple=untouched, tenfold=untouched) for n in range(5)},
    "dora": answers(double=lambda name: "import os\nos._exit(3)\n", tenfold=right_but_at_0),
}


@pytest.fixture
def insights(katas):
    """Runs the command; returns what it did, with the page and the table."""

    def run(*words):
        page, table = katas.root / "page.html", katas.root / "figures.csv"
        done = katas.kata("insights", *words, "--html", page, "--csv", table)
        assert "Traceback" not in done.stderr
        done.path = page
        done.page = page.read_text("utf-8") if page.exists() else ""
        done.rows = list(csv.DictReader(table.open(encoding="utf-8-sig"))) if table.exists() else []
        done.value = {(row["batch"], row["exercise"], row["figure"], row["of"]): row["value"] for row in done.rows}
        return done

    return run


# ---- figures -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_those_of_other_programs(seed):
    pandas, pingouin = pytest.importorskip("pandas"), pytest.importorskip("pingouin")
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(seed)
    skill = rng.normal(size=(80, 1))
    scores = np.round(np.clip(skill + rng.normal(size=(80, 5)), 0, 2), 1)
    assert figures.cronbach_alpha(scores) == pytest.approx(pingouin.cronbach_alpha(pandas.DataFrame(scores))[0])
    for item, found in enumerate(figures.discriminations(scores)):
        rest = scores.sum(axis=1) - scores[:, item]
        assert found == pytest.approx(stats.pearsonr(scores[:, item], rest)[0])
    assert figures.difficulties(scores, [2] * 5) == pytest.approx(scores.mean(axis=0) / 2)
    assert figures.shares(scores, [2] * 5) == pytest.approx(scores.sum(axis=1) / 10)
    parts = rng.random(80)
    assert figures.distribution(parts) == np.histogram(parts, bins=10, range=(0, 1))[0].tolist()


def test_figures_that_say_nothing_are_not_there():
    rng = np.random.default_rng(0)
    few, two, same = rng.random((19, 4)), rng.random((40, 2)), np.full((40, 4), 0.1)
    assert figures.discriminations(few) == [None] * 4
    assert figures.cronbach_alpha(few) is None
    assert figures.cronbach_alpha(two) is None
    assert figures.cronbach_alpha(same) is None
    assert figures.discriminations(same) == [None] * 4
    assert figures.discriminations(np.random.rand(40, 1)) == [None]
    assert figures.difficulties(np.empty((0, 2)), [1, 2]) == [None, None]


def test_all_points_count_to_the_last_tenth_and_none_to_the_first():
    assert figures.distribution(np.array([0.0, 0.1, 0.3, 0.7, 0.9999, 1.0])) == [1, 1, 0, 1, 0, 0, 0, 1, 0, 2]


# ---- what is found -------------------------------------------------------------------------------------------


def test_a_class_is_counted(school, insights):
    done = insights(school(CLASS, roster=[row("erik")]))
    assert (done.returncode, done.stderr) == (0, "")
    assert "24 submissions" in done.stdout

    def value(exercise, figure, of=""):
        return done.value["week_1", exercise, figure, of]

    assert (value("", "submissions"), value("", "learners"), value("", "without_score")) == ("24", "25", "1")
    double = [value("double", kind) for kind in ("right", "partly", "wrong", "untried")]
    assert double == ["17", "0", "7", "0"]
    assert [value("tenfold", kind) for kind in ("right", "partly", "wrong", "untried")] == ["12", "1", "6", "5"]
    assert float(value("tenfold", "difficulty")) == pytest.approx(12.5 / 24)
    assert float(value("tenfold", "difficulty_tried")) == pytest.approx(12.5 / 19)
    assert value("double", "mistake", "once") == "6"
    assert value("", "alpha") != ""
    assert "<strong>6</strong> of 24: The code returns &lt;the number&gt; as it is." in done.page
    assert "Why is twice more than once?" in done.page
    assert "1 of 25 learners have no score" in done.page


@pytest.mark.parametrize(
    "submissions",
    [
        {},
        {"anna": answers()},
        {"anna": answers(), "ben": answers(wrong, wrong, wrong)},
        {f"anna{n}": answers() for n in range(25)},
        {f"ben{n}": answers(untouched, untouched, untouched) for n in range(25)},
    ],
    ids=["nobody", "one", "two", "all right", "all untouched"],
)
def test_small_and_uniform_classes_have_no_figures_that_are_no_numbers(school, insights, submissions):
    done = insights(school(submissions))
    assert (done.returncode, done.stderr) == (0, "")
    assert not re.search(r"\b(nan|inf|None)\b", done.page)
    assert not re.search(r"nan|inf|None", "".join(row["value"] for row in done.rows))
    assert ("Nothing has been graded yet" in done.page) is (not submissions)
    assert ("discrimination</dt>" in done.page) is (len(submissions) >= 20)


def test_answers_that_only_few_share_are_a_place_to_look(school, insights):
    odd = "def double(x):\n    {0} = x + 0\n    {0} = {0} * 1\n    return 2 * {0}\n"
    odd_triple = "def triple(y):\n    return [y][0] * 3 + 0\n"
    submissions = {f"anna{n}": answers() for n in range(6)}
    for id, name in (("eva", "value"), ("finn", "z")):
        submissions[id] = {**answers(), "double": odd.format(name), "triple": odd_triple}
    for id in ("gus", "hal"):  # a known mistake is made by many, each alone
        submissions[id] = answers(tenfold=once)
    for n in range(5):  # what five have is not rare
        submissions[f"ida{n}"] = answers(tenfold=wrong)
    folder = school(submissions)
    done = insights(folder, "--names")
    alike = [(row["exercise"], row["of"]) for row in done.rows if row["figure"] == "alike"]
    assert alike == [("double", "eva; finn"), ("triple", "eva; finn")]
    assert "eva, finn: double, triple" in done.page
    assert "not a verdict" in done.page
    for path in folder.glob("forms/*"):
        path.unlink()
    assert "not a verdict" not in insights(folder).page


def test_learners_are_followed_over_several_batches(school, insights):
    first = school({"anna": answers(), "ben": answers(wrong, wrong, wrong)})
    second = school({"anna": answers(), "ben": answers(tenfold=wrong), "cleo": answers()}, "week_2")
    done = insights(first, second, "--names")
    scores = {(row["batch"], row["of"]): row["value"] for row in done.rows if row["figure"] == "score"}
    assert scores["week_1", "ben"] == "0"
    assert float(scores["week_2", "ben"]) == pytest.approx(1 / 3, abs=0.001)
    assert (scores["week_1", "cleo"], scores["week_2", "cleo"]) == ("", "1")
    assert "From batch to batch" in done.page
    assert "From batch to batch" not in insights(first).page


def test_a_folder_without_a_table_of_grades_counts_those_who_have_a_report(school, insights):
    folder = school({"anna": answers(), "ben": answers(tenfold=wrong)})
    Out(folder).grades.unlink()  # an nbgrader course has none
    done = insights(folder, "--names")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.value["week_1", "", "learners", ""] == "2"


# ---- whose it is ---------------------------------------------------------------------------------------------


def test_nobody_is_called_by_name_unless_asked_for(school, insights):
    people = {id: f"Person Called {id}" for id in CLASS}
    first, second = school(CLASS, **people), school(CLASS, "week_2", **people)
    done = insights(first, second)
    said = done.page + "".join(str(row) for row in done.rows)
    assert not [id for id in CLASS if id in said]
    assert "Person" not in said
    assert "Learners have pseudonyms" in done.page
    assert stat.S_IMODE((first / "pseudonyms.key").stat().st_mode) == 0o600
    again = insights(first, second)
    assert again.page == done.page
    (first / "pseudonyms.key").unlink()
    assert insights(first, second).page != done.page
    named = insights(first, second, "--names").page
    assert all(name in named for name in people.values())
    assert "it is personal data" in named


def test_the_order_of_pseudonyms_is_not_that_of_a_class_list(school, insights):
    done = insights(school(CLASS), school(CLASS, "week_2"))
    listed = re.findall(r'<th scope="row">(learner \w+)', done.page)
    assert len(listed) == len(CLASS)
    assert listed == sorted(listed)
    assert [row["of"] for row in done.rows if row["figure"] == "score"][::2] == listed


def test_a_key_that_is_none_is_refused(school, insights):
    folder = school({"anna": answers()})
    (folder / "pseudonyms.key").write_text("secret")
    done = insights(folder)
    assert done.returncode == 2
    assert "holds no key: remove it" in done.stderr


HOSTILE = [
    "<script>alert(1)</script>",
    '" onload="x',
    "{{ 7 * 7 }}",
    "</style><img src=x>",
    "=cmd()",
    "\u202eevil",
    "a" * 500,
]


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_names_are_text_whatever_they_hold(school, insights):
    submissions = {f"s{n}": answers() for n in range(len(HOSTILE))}
    people = {f"s{n}": name for n, name in enumerate(HOSTILE)}
    folders = [school(submissions, name, **people) for name in ("week_1", "week_2")]
    done = insights(*folders, "--names")
    assert done.returncode == 0, done.stderr
    tags = Tags(done.page).found
    assert not [
        tag for tag, attributes in tags if tag in ("script", "img") or "onload" in attributes or "style" in attributes
    ]
    assert "49" not in re.sub(r"<style>.*?</style>", "", done.page, flags=re.DOTALL)
    assert html.escape(HOSTILE[0]) in done.page
    assert "\u202e" not in done.page
    table = (done.path.parent / "figures.csv").read_text("utf-8-sig")
    assert ",'=cmd()," in table


# ---- the page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("theme", "width"), [("light", 1000), ("dark", 1000), ("light", 400), ("dark", 400)])
def test_the_page_is_read_by_everybody_with_the_network_off(school, insights, look, theme, width):
    odd = {"double": "def double(x):\n    return 2 * x + 0 * x\n"}
    submissions = CLASS | {"eva": answers() | odd, "finn": answers() | odd}
    folders = [school(submissions, roster=[row("erik")]), school(CLASS, "week_2")]
    give_places(Out(folders[0]))
    done = insights(*folders, "--names")
    found = look(done.path, theme, width)
    assert found["serious"] == []
    assert [request["request"]["url"] for request in found["requests"]] == [done.path.resolve().as_uri()]
    assert found["errors"] == []
    assert found["width"] <= width
    for heading in ("From batch to batch", "Week 1", "Scores", "What to discuss in class", "Answers that are alike"):
        assert heading in found["text"]
    assert re.search("6 of \\d+: a root, a square or an absolute value", found["text"])


def give_places(out):
    """Let what is wrong in the reports of a batch have a place: some the one, some the other."""
    for id, path in out.reports().items():
        report = load(path)
        kind = "axis" if id == "ben0" else "root"
        exercises = tuple(
            replace(result, place=Place(2, kind)) if result.mendable else result for result in report.exercises
        )
        path.write_text(render(replace(report, exercises=exercises)))


def test_the_page_needs_nothing_and_allows_nothing(school, insights):
    page = insights(school(CLASS)).page
    tags = Tags(page).found
    (policy,) = (attributes["content"] for tag, attributes in tags if attributes.get("http-equiv"))
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not [name for _, attributes in tags for name in ("src", "href", "style") if name in attributes]
    assert len(page) < 40_000


# ---- what is refused -----------------------------------------------------------------------------------------


def test_what_is_no_batch_or_no_longer_fits_is_one_line(school, insights, katas, tmp_path):
    done = insights(tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "is not a folder that 'kata batch' has written" in done.stderr
    folder = school({"anna": answers()})
    report = Out(folder).report("anna")
    text = report.read_text()
    report.write_text(text[:-30])
    done = insights(folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "not JSON" in done.stderr
    report.write_text(text)
    katas.change("exercises/course.toml", 'name = "triple"', 'name = "threefold"')
    done = insights(folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "no exercise is called 'triple'" in done.stderr


def test_without_jinja2_it_says_what_to_install(school, katas):
    folder = school({"anna": answers()})
    words = ["import sys; sys.modules['jinja2'] = None; from grader.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [sys.executable, "-c", *words, "insights", folder, "--html", katas.root / "page.html"],
        cwd=katas.root,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == "kata: the page needs jinja2: pip install 'deep-learning-katas[classroom]'\n"


# ---- after a batch -------------------------------------------------------------------------------------------


@pytest.mark.skipif(bubblewrap() is None, reason="a class is graded under bubblewrap")
def test_a_batch_writes_all_that_is_looked_at(katas, insights):
    odd = "def double({0}):\n    {0} = {0} + 0\n    return 2 * {0}\n"
    submissions = {"anna": answers(), "ben": answers(tenfold=once)}
    submissions |= {id: answers() | {"double": odd.format(name)} for id, name in (("eva", "x"), ("finn", "value"))}
    submissions["ian"] = answers(tenfold=lambda name: f"def {name}(x):\n    return 10 - x\n")
    for id, texts in submissions.items():
        for name, text in texts.items():
            katas.write(f"class/{id}/exercises/basics/{name}.py", text)
    done = katas.kata("batch", katas.root / "class", "--out", katas.root / "out", "--seed", "0", "--locate")
    assert done.returncode == 0, done.stderr
    done = insights(katas.root / "out", "--names")
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["of"] for row in done.rows if row["figure"] == "alike"] == ["eva; finn"]
    assert done.value["Katas", "tenfold", "mistake", "once"] == "1"
    assert done.value["Katas", "tenfold", "place", "an operator"] == "1"
    assert "What goes wrong:" in done.page
    assert "<strong>1</strong> of 2: an operator" in done.page
    assert "Known mistakes show in 1 of the 2 that are not right." in done.page
