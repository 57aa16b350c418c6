"""`kata milestone` in a workspace: the list, what is remembered, what is not handed out; and its proof."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from grader.course import own_course, root
from grader.course.milestones import milestones, offered
from grader.notes.index import index
from grader.proof import milestones as proof

COURSE = own_course()
LOGISTIC = milestones()[0]
EXERCISE = COURSE.find("logistic_regression_step")
SOLUTION = COURSE.solution(EXERCISE).read_text("utf-8")
WRONG = SOLUTION.replace("w - lr * (dz @ x)", "w + lr * (dz @ x)")


@pytest.fixture
def work(tmp_path):
    """A workspace, and a function that runs a command in it."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "FORCE_COLOR")
    variables = {word: value for word, value in os.environ.items() if word not in hidden}
    variables |= {"PYTHONPATH": str(root()), "COLUMNS": "80"}

    def kata(*words):
        command = [sys.executable, "-m", "grader.cli", *words]
        return subprocess.run(command, cwd=kata.folder, env=variables, capture_output=True, text=True, timeout=120)

    kata.folder = tmp_path
    kata("init", "work")
    kata.folder = tmp_path / "work"
    kata.file = kata.folder / EXERCISE.path
    return kata


def one_line(text):
    return " ".join(text.split())


def test_the_list_tells_how_far_each_is_and_an_edit_opens_it_again(work):
    listed = work("milestone")
    assert (listed.returncode, listed.stderr) == (0, "")
    said = one_line(listed.stdout)
    assert f"○ logistic {LOGISTIC.title} 0 of 1 parts solved; still to solve: {EXERCISE.name}" in said
    assert all(each.title in said for each in milestones())
    assert "Ready:" not in work().stdout

    work.file.write_text(SOLUTION)
    work("check", EXERCISE.name)
    assert "ready: kata milestone logistic" in one_line(work("milestone").stdout)
    assert "Ready: kata milestone logistic\n" in work().stdout
    assert "Ready: kata milestone logistic\n" in work("next").stdout

    reached = work("milestone", "logi")
    assert (reached.returncode, reached.stderr) == (0, "")
    assert reached.stdout.startswith("✓ logistic  reached: ")
    assert "Next: kata milestone spirals, which needs " in reached.stdout
    picture = work.folder / ".kata/pictures/logistic.svg"
    assert str(picture) in reached.stdout
    ElementTree.parse(picture)
    assert "✓ logistic" in work("milestone").stdout
    assert "Ready:" not in work().stdout

    work.file.write_text(SOLUTION + "\n# mine\n")
    work("check", EXERCISE.name)
    assert "ready: kata milestone logistic" in one_line(work("milestone").stdout)


def test_parts_are_listed_in_the_order_of_the_course(work):
    order = [exercise.name for exercise in COURSE.exercises]
    for line in re.findall(r"still to solve: (.*?)(?= [✓○] |$)", one_line(work("milestone").stdout)):
        missing = line.split(", ")
        assert missing == sorted(missing, key=order.index)


def test_it_remembers_what_the_checks_of_the_parts_said(work):
    work.file.write_text(WRONG)
    missed = work("milestone", "logistic")
    assert missed.returncode == 1
    assert f"{EXERCISE.name} stops it." in one_line(missed.stdout)
    assert "✗ logistic_regression_step" in work("list", "networks").stdout


def test_a_part_that_fails_is_what_the_learner_is_at(work):
    for name, old, new in (("sparse_cross_entropy", "return", "return 0 *"), ("dropout", "", "")):
        part = COURSE.find(name)
        solution = COURSE.solution(part).read_text("utf-8")
        (work.folder / part.path).write_text(new.join(solution.rsplit(old, 1)) if old else solution)
    assert "✗ sparse_cross_entropy fails" in one_line(work("milestone", "spirals").stdout)
    assert "sparse_cross_entropy" in work("hint").stdout


def test_where_no_solutions_are_shown_none_takes_the_place_of_a_part(work):
    (work.folder / "kata.toml").write_text("solutions = false\n")
    work.file.write_text(WRONG)
    missed = work("milestone", "logistic")
    assert missed.returncode == 1
    assert f"✗ {EXERCISE.name}  fails" in missed.stdout
    assert "reference" not in missed.stdout


def test_in_a_copy_without_solutions_it_still_trains(work, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(root() / "grader", copy / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("exercises", "tests"):
        shutil.copytree(root() / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "grader"))
    (copy / EXERCISE.path).write_text(WRONG)
    command = [sys.executable, "-m", "grader.cli", "milestone", "logistic"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (1, "")
    assert "not reached: " in done.stdout
    assert "reference" not in done.stdout


def test_only_what_is_made_of_the_exercises_of_a_workspace_is_offered(work):
    (work.folder / "kata.toml").write_text(f'exercises = ["relu", "{EXERCISE.name}"]\n')
    assert "spirals" not in work("milestone").stdout
    refused = work("milestone", "spirals")
    assert (refused.returncode, refused.stderr) == (2, "kata: no milestone is called 'spirals'\n")
    (work.folder / "kata.toml").write_text('exercises = ["relu"]\n')
    assert work("milestone").stderr == "kata: no milestone is made of the exercises that are here\n"


def test_a_wrong_word_gets_a_suggestion(work):
    assert work("milestone", "spiral5").stderr == "kata: no milestone is called 'spiral5'; did you mean 'spirals'?\n"


def test_who_checks_a_milestone_is_told_its_command(work):
    checked = work("check", "spirals")
    assert (checked.returncode, checked.stderr) == (2, "kata: spirals is a milestone: kata milestone spirals\n")


def test_one_that_waits_for_a_part_says_what_to_write(work):
    waits = work("milestone", "logistic")
    assert waits.returncode == 1
    assert one_line(waits.stdout) == (
        f"○ logistic waits for 1 of its 1 parts: {EXERCISE.name}. Next: kata watch {EXERCISE.name}"
    )


def test_the_index_lists_them():
    text = index(COURSE)
    assert "\n## Milestones\n" in text
    assert all(f"| `{each.name}` | {each.title} | [`" in text for each in milestones())


def test_a_course_without_their_parts_has_none(mini):
    mini.add()
    assert offered(mini.course.exercises) == []
    assert "Milestones" not in mini.read("exercises/README.md")


# --- their proof ----------------------------------------------------------------------------------------------------


def problems(milestone, *, thorough):
    return [tuple(each) for each in proof.milestone_problems(COURSE, [milestone], thorough=thorough, jobs=1)]


def test_a_maintainer_proves_one_by_its_name(work):
    work.folder = root()
    proven = work("verify", "logistic")
    assert (proven.returncode, proven.stdout) == (0, "1 milestone verified, 0 problems found\n"), proven.stderr
    assert "no exercise or topic is called 'logistik'" in work("verify", "logistic", "logistik").stderr


def test_the_proof_finds_nothing_in_one_that_is_sound():
    assert problems(LOGISTIC, thorough=False) == []


def test_a_threshold_that_the_reference_misses_is_found_for_each_seed():
    reasons = problems(replace(LOGISTIC, at_most=-1.0), thorough=False)
    assert [about for about, _ in reasons] == ["milestone logistic"] * 2
    assert reasons[1][1].startswith("the reference misses it with seed 1: ")


def test_hidden_mistakes_must_be_those_that_training_hides(monkeypatch):
    monkeypatch.setattr(proof, "MANY", 1)
    assert problems(LOGISTIC, thorough=True) == []
    kept = (*LOGISTIC.hidden[1:], f"{EXERCISE.name}.ascent", "nobody.knows")
    reasons = [reason for _, reason in problems(replace(LOGISTIC, hidden=kept), thorough=True)]
    assert reasons[0] == "HIDDEN lists nobody.knows, which no check knows"
    assert any(reason.startswith(f"it is reached with {LOGISTIC.hidden[0]}: ") for reason in reasons)
    assert any(reason.startswith(f"HIDDEN lists {EXERCISE.name}.ascent, which misses it: ") for reason in reasons)
    assert len(reasons) == 3
