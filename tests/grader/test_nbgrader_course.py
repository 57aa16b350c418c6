"""`kata nbgrader` prepares a course; nothing that an instructor wrote or a class was told is forgotten on the way."""

import json
from dataclasses import replace

import pytest

from grader.checks.torch_reference import PUBLIC_SEED
from grader.classroom.nbgrader_course import LINES, NbgraderCourse
from grader.classroom.nbgrader_grading import grade_cells
from grader.course import own_course
from grader.errors import CourseError, GradingError, UsageError
from grader.report import load

from_dict = pytest.importorskip("nbformat").from_dict

WEEK = own_course().assignments["week_1"]
NAMES = [exercise.name for exercise in WEEK.exercises]


@pytest.fixture
def kata(mini, tmp_path):
    """Runs `kata nbgrader` in a repository of two exercises; returns the status, and all that was said."""
    mini.add("double", questions=("Why?", "Why not?"))
    solution, checks = (mini.read(path) for path in ("solutions/basics/double.py", "tests/basics/test_double.py"))
    mini.add("twice", solution=solution.replace("double", "twice"), checks=checks.replace("double", "twice"), points=2)

    def run(*words, **options):
        done = mini.kata("nbgrader", *words, cwd=tmp_path, **options)
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    mini.with_program()
    return run


@pytest.fixture
def place(tmp_path):
    return NbgraderCourse(tmp_path / "course")


def cells(notebook):
    return {cell["id"]: cell for cell in json.loads(notebook.read_text())["cells"]}


# ---- the command --------------------------------------------------------------------------------------------------


def test_it_writes_a_course_and_says_what_comes_next(kata, tmp_path):
    status, said = kata("basics", "--course", "taught", "--seed", "0")
    assert status == 0
    assert "taught/source/basics/basics.ipynb: 2 exercises, 3 points; 2 questions, 1 point each by hand" in said
    assert "nbgrader generate_assignment basics" in said
    assert LINES in (tmp_path / "taught/nbgrader_config.py").read_text()
    found = cells(tmp_path / "taught/source/basics/basics.ipynb")
    points = {name: cell["metadata"]["nbgrader"].get("points") for name, cell in found.items()}
    assert {name: worth for name, worth in points.items() if worth} == {
        "double-checks": 1,
        "twice-checks": 2,
        "double-answer-1": 1,
        "double-answer-2": 1,
    }


def test_questions_for_no_points_are_only_shown(kata, tmp_path):
    assert kata("basics", "--course", "taught", "--seed", "0", "--questions", "0")[0] == 0
    found = cells(tmp_path / "taught/source/basics/basics.ipynb")
    assert "Why not?" in found["double-question-2"]["source"]
    assert not [name for name in found if "answer" in name]


def test_a_drawn_seed_is_kept_with_what_torch_answers_under_it(kata, tmp_path):
    pytest.importorskip("torch")
    kept = tmp_path / "taught/kata/basics"
    assert kata("basics", "--course", "taught")[0] == 0
    before = {path.name: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    assert sorted(before) == ["batch.json", "double.rec", "twice.rec"]
    assert json.loads(before["batch.json"])["seed"] != PUBLIC_SEED
    assert kata("basics", "--course", "taught", "--feedback", "score")[0] == 0
    after = {path.name: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
    assert json.loads(after["batch.json"]) == {**json.loads(before["batch.json"]), "feedback": "score"}
    assert after["double.rec"] == before["double.rec"]


def test_what_an_instructor_changed_is_kept(kata, tmp_path):
    (tmp_path / "taught").mkdir()
    config, source = tmp_path / "taught/nbgrader_config.py", tmp_path / "taught/source/basics/basics.ipynb"
    config.write_text("c = get_config()\n")
    status, said = kata("basics", "--course", "taught", "--seed", "0")
    assert (status, LINES in said, config.read_text()) == (0, True, "c = get_config()\n")
    source.write_text("changed")
    status, said = kata("basics", "--course", "taught")
    assert (status, "kept taught/source/basics/basics.ipynb" in said, source.read_text()) == (0, True, "changed")
    assert kata("basics", "--course", "taught", "--force")[0] == 0
    assert "double" in cells(source)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("basic", "--course", "taught"), "did you mean 'basics'?"),
        (("basics", "--course", "a_file"), "a_file is a file"),
        (("basics", "--course", "taught", "--seed", "one"), "--seed takes a whole number from 0 or the word random"),
        (("basics", "--course", "taught", "--questions", "nan"), "--questions takes a number of points"),
        (("basics", "--course", "taught", "--questions", "-1"), "--questions"),
        (("basics",), "--course"),
    ],
)
def test_wrong_words_are_answered_in_a_line_and_nothing_is_written(kata, tmp_path, words, said):
    (tmp_path / "a_file").write_text("")
    status, answer = kata(*words)
    assert (status, said in answer) == (2, True), answer
    assert not (tmp_path / "taught").exists()


# ---- what is kept of the class ------------------------------------------------------------------------------------


@pytest.fixture
def prepare(place):
    """Prepares the course as the command does, with the public seed where none is named, which needs no torch."""

    def run(feedback, seed=PUBLIC_SEED):
        batch = place.settle(own_course(), WEEK, seed, feedback)
        place.prepare(own_course(), WEEK, batch, feedback, lambda _: None)
        return place.out(WEEK)

    return run


@pytest.fixture
def solved():
    return {name: own_course().solution(own_course().find(name)).read_text() for name in NAMES}


def test_after_full_feedback_less_is_told_under_another_seed_only(place, prepare):
    prepare("full")
    with pytest.raises(UsageError, match="--seed random draws another"):
        place.settle(own_course(), WEEK, PUBLIC_SEED, "names")
    assert place.settle(own_course(), WEEK, None, "names").seed != PUBLIC_SEED
    assert place.settle(own_course(), WEEK, None, "full").seed == PUBLIC_SEED


def test_what_is_new_after_full_feedback_is_not_graded(place, prepare, solved, monkeypatch):
    out = prepare("full")
    monkeypatch.chdir(place.root)
    grade_cells(out, "early", solved)
    (place.root / "feedback/early/week_1").mkdir(parents=True)
    told = grade_cells(out, "early", solved)  # what was graded before may be graded again
    assert {share for _, share in told.values()} == {1.0}
    for student, texts in (("late", solved), ("early", {**solved, "relu": "relu = 1"})):
        with pytest.raises(GradingError, match="after full feedback was made"):
            grade_cells(out, student, texts)
    assert not out.report("late").exists()


def test_other_checks_than_the_class_was_prepared_for_are_refused(place, prepare, solved, monkeypatch):
    out = prepare("names")
    monkeypatch.chdir(place.root)
    out.write(replace(out.read(), checks_sha256="of before"))
    with pytest.raises(GradingError, match="the checks have changed"):
        grade_cells(out, "ann", solved)


def test_the_report_is_kept_and_reads_like_that_of_a_batch(place, prepare, solved, monkeypatch):
    out = prepare("score")
    monkeypatch.chdir(place.root)
    told = grade_cells(out, "ann", {**solved, "relu": "def relu(x):\n    return x\n", "other": "ignored"})
    report = load(out.reports()["ann"])
    assert [result.name for result in report.exercises] == list(out.read().exercises) == NAMES
    assert [share for _, share in told.values()] == [result.score / result.max_score for result in report.exercises]
    assert told["relu"][0] == "relu: 0 of 1 points\n"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("%time\n", "A line that begins with % or ! is for notebooks"),
        ("def relu(x):\n    return helper(x)\n", "Only this cell is graded"),
    ],
)
def test_what_only_a_notebook_does_is_explained(place, prepare, monkeypatch, text, hint):
    out = prepare("names")
    monkeypatch.chdir(place.root)
    told = grade_cells(out, "ann", {"relu": text, "sigmoid": "def sigmoid(x):\n    return x\n"})
    assert hint in told["relu"][0]
    assert hint not in told["sigmoid"][0]


def test_a_long_cause_fits_into_the_page(place, prepare, monkeypatch):
    out = prepare("names")
    monkeypatch.chdir(place.root)
    mistake = "import numpy as np\ndef leaky_relu(x, negative_slope=0.01):\n    return np.where(x < 0, 0.01, x)\n"
    lines = grade_cells(out, "ann", {"leaky_relu": mistake})["leaky_relu"][0].splitlines()
    assert "returns the constant 0.01 for negative inputs" in " ".join(line.strip() for line in lines)
    assert max(map(len, lines)) <= 90


# ---- the steps in nbgrader ----------------------------------------------------------------------------------------


@pytest.fixture
def plugin():
    pytest.importorskip("nbgrader")
    from grader.classroom import nbgrader_plugin

    return nbgrader_plugin


def test_steps_that_an_instructor_has_chosen_stay(plugin):
    from nbgrader.converters import Autograde
    from traitlets.config import Config

    config = Config()
    plugin.configure(config)
    defaults = Autograde.class_traits()["autograde_preprocessors"].default()
    assert config.Autograde.autograde_preprocessors == [plugin.KataGrade, *defaults[1:]]
    chosen = Config()
    chosen.Autograde.sanitize_preprocessors = ["mine.First"]
    plugin.configure(chosen)
    assert chosen.Autograde.sanitize_preprocessors == [plugin.KataRestore, "mine.First"]


def test_points_that_an_instructor_has_changed_count(plugin, place, prepare, monkeypatch):
    from nbgrader.utils import determine_grade

    prepare("names")
    monkeypatch.chdir(place.root)
    place.write_source(own_course(), WEEK, 1, force=False)
    notebook = from_dict(json.loads(place.source(WEEK).read_text()))
    for cell in notebook.cells:
        if cell.id == "relu-checks":
            cell.metadata.nbgrader.points = 7.5
    resources = {"nbgrader": {"assignment": "week_1", "notebook": "week_1", "student": "ann"}}
    graded, _ = plugin.KataGrade().preprocess(notebook, resources)
    grades = {cell.id: determine_grade(cell) for cell in graded.cells if cell.id.endswith("-checks")}
    assert grades.pop("relu-checks") == (7.5, 7.5)
    assert set(grades.values()) == {(1.0, 1.0)}


def test_an_assignment_with_a_line_of_a_solution_is_not_handed_out(plugin, place, prepare, monkeypatch):
    prepare("names")
    monkeypatch.chdir(place.root)
    own = WEEK.exercises[0]
    handed_out = {"nbgrader": {"assignment": "week_1", "notebook": "week_1"}}
    cell = {"cell_type": "code", "metadata": {}, "source": "raise NotImplementedError"}
    clean = from_dict({"cells": [cell]})
    assert plugin.KataRelease().preprocess(clean, handed_out)[0] is clean
    for secret in (own_course().solution(own).read_text(), own.hints[-1]):
        with pytest.raises(CourseError, match="holds a line of"):
            plugin.KataRelease().preprocess(from_dict({"cells": [{**cell, "source": secret}]}), handed_out)


def test_a_cell_that_nothing_gives_points_for_is_not_handed_out_and_gives_none(plugin, place, prepare, monkeypatch):
    from nbgrader.utils import determine_grade

    prepare("names")
    monkeypatch.chdir(place.root)
    marks = {"grade_id": "mine", "grade": True, "solution": False, "locked": True, "points": 3}
    cell = {"cell_type": "code", "source": "assert True", "metadata": {"nbgrader": marks}, "outputs": []}
    resources = {"nbgrader": {"assignment": "week_1", "notebook": "week_1", "student": "ann"}}
    with pytest.raises(CourseError, match="the cell 'mine' cannot be graded"):
        plugin.KataRelease().preprocess(from_dict({"cells": [cell]}), resources)
    graded, _ = plugin.KataGrade().preprocess(from_dict({"cells": [cell]}), resources)
    assert determine_grade(graded.cells[0]) == (0.0, 3.0)


def test_another_notebook_of_the_assignment_is_none_of_ours(plugin, place, prepare, monkeypatch):
    prepare("names")
    monkeypatch.chdir(place.root)
    notebook = from_dict({"cells": []})
    resources = {"nbgrader": {"assignment": "week_1", "notebook": "another"}}
    assert plugin.KataRestore().preprocess(notebook, resources)[0] is notebook
    assert plugin.KataRelease().preprocess(notebook, resources)[0] is notebook
