"""`kata release` writes a starter repository: its examples run anywhere, and nothing in it gives an answer away."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from grader.classroom.leaks import refuse_leaks
from grader.classroom.release import release
from grader.course import choose_assignment, own_course, root
from grader.course.stubs import stub_of
from grader.course.workspace import read_workspace
from grader.errors import CourseError, UsageError

DOUBLE = "exercises/basics/double.py"
ALL = own_course().exercises


def pytest_in(folder):
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120)


@pytest.fixture
def katas(mini):
    mini.add()
    return mini


@pytest.fixture
def basics(katas):
    return choose_assignment("basics", katas.course)


def test_the_examples_fail_in_what_is_handed_out_and_pass_once_it_is_solved(tmp_path):
    course = own_course()
    assignment = course.assignments["week_1"]
    made = release(tmp_path / "starter", course, assignment, workflow=True)
    stubs = [exercise.path for exercise in assignment.exercises]
    others = ["README.md", "pyproject.toml", ".gitignore", "kata.toml", ".github/workflows/examples.yml"]
    assert made.new == stubs + others
    untouched = pytest_in(tmp_path / "starter")
    assert f"{len(stubs)} failed" in untouched.stdout
    assert "passed" not in untouched.stdout
    for exercise in assignment.exercises:
        (tmp_path / "starter" / exercise.path).write_text(course.solution(exercise).read_text())
    solved = pytest_in(tmp_path / "starter")
    assert (solved.returncode, f"{len(stubs)} passed" in solved.stdout) == (0, True), solved.stdout


def test_it_is_a_workspace_of_kata_as_well(katas, tmp_path):
    katas.add("twice")
    done = katas.kata("release", "basics", "--to", "starter")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "starter: Basics, 2 exercises, 2 points"
    workspace = read_workspace(katas.root / "starter")
    assert (workspace.names, workspace.solutions) == (("double", "twice"), False)
    checked = katas.kata("check", cwd=katas.root / "starter")
    assert checked.returncode == 0
    assert "0 of 2 exercises solved" in checked.stdout


def test_the_readme_names_every_exercise_and_its_links_lead_somewhere(tmp_path):
    course = own_course()
    for name in ("week_4", "generative"):
        assignment = choose_assignment(name, course)
        release(tmp_path / name, course, assignment)
        readme = (tmp_path / name / "README.md").read_text()
        links = re.findall(r"\]\(([^)]+)\)", readme)
        assert links == [exercise.path for exercise in assignment.exercises]
        assert all((tmp_path / name / link).is_file() for link in links)
        assert readme.startswith(f"# {assignment.title}\n")


def test_the_workflow_runs_the_examples_with_the_actions_that_this_project_runs(tmp_path, katas, basics):
    release(tmp_path / "without", katas.course, basics)
    assert not (tmp_path / "without/.github").exists()
    release(tmp_path / "with", katas.course, basics, workflow=True)
    text = (tmp_path / "with/.github/workflows/examples.yml").read_text()
    used = set(re.findall(r"uses: (.+)", text))
    ours = "".join(path.read_text() for path in (root() / ".github/workflows").glob("*.yml"))
    assert used <= set(re.findall(r"uses: (.+)", ours))
    assert {action.split("/")[0] for action in used} == {"actions"}
    workflow = yaml.safe_load(text)
    (job,) = workflow["jobs"].values()
    assert (workflow["permissions"], job["permissions"]) == ({}, {"contents": "read"})
    assert job["steps"][-1]["run"] == "python -m pytest"
    zizmor = Path(sys.executable).with_name("zizmor")
    words = [zizmor, "--offline", "--persona=pedantic", "--no-progress", "--quiet", tmp_path / "with/.github"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_line_of_any_solution_check_or_hint_gets_into_any_release(tmp_path):
    """Every exercise, each time in the company of its whole topic, in what is on the disk."""
    course = own_course()
    for topic in course.topics:
        folder = tmp_path / topic.name
        release(folder, course, choose_assignment(topic.name, course), workflow=True)
        handed = "\n".join(path.read_text() for path in folder.rglob("*") if path.is_file())
        lines = {line.strip() for line in handed.splitlines()}
        assert "BEGIN SOLUTION" not in handed
        for exercise in topic.exercises:
            assert not [hint for hint in exercise.hints if hint in handed]
            solution, stub = course.solution(exercise).read_text(), stub_of(course, exercise)
            taken_out = {line.strip() for line in solution.splitlines()} - {line.strip() for line in stub.splitlines()}
            assert taken_out
            assert {line for line in taken_out if len(line) > 20 and not line.startswith("#")} & lines == set()
        assert not [path for path in folder.rglob("*") if "test" in path.name or path.suffix == ".rec"]


@pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)
def test_the_search_finds_what_should_not_be_there(exercise):
    course = own_course()
    stub = stub_of(course, exercise)
    refuse_leaks({exercise.path: stub.encode()}, course, [exercise])
    for text in (
        course.solution(exercise).read_text(),
        course.checks(exercise).read_text(),
        f"A note.\n\n> Think of it: {exercise.hints[-1]}\n",
    ):
        with pytest.raises(CourseError, match=rf"^notes\.md:\d+ holds a line of .+ of {exercise.name}: "):
            refuse_leaks({"notes.md": text.encode()}, course, [exercise])
    if course.recording(exercise).is_file():
        with pytest.raises(CourseError, match=rf"^a\.bin holds the recording of {exercise.name}$"):
            refuse_leaks({"a.bin": b"before" + course.recording(exercise).read_bytes()}, course, [exercise])


def test_a_stub_that_gives_the_answer_away_is_not_handed_out_and_nothing_is_written(
    katas, basics, tmp_path, monkeypatch
):
    monkeypatch.setattr("grader.classroom.release.stub_of", lambda *_: katas.read("solutions/basics/double.py"))
    with pytest.raises(CourseError, match=rf"^{DOUBLE}:21 holds a line of the solution of double: 'return 2 \* x'$"):
        release(tmp_path / "starter", katas.course, basics)
    assert not (tmp_path / "starter").exists()


def test_a_folder_that_is_not_empty_is_refused_and_force_keeps_what_others_wrote(katas, basics, tmp_path):
    folder = tmp_path / "starter"
    folder.mkdir()
    (folder / "syllabus.txt").write_text("mine")
    with pytest.raises(UsageError, match=r"starter is not empty; --force "):
        release(folder, katas.course, basics)
    assert [path.name for path in folder.iterdir()] == ["syllabus.txt"]
    with pytest.raises(UsageError, match=r"syllabus.txt is a file; name a folder"):
        release(folder / "syllabus.txt", katas.course, basics, force=True)
    release(folder, katas.course, basics, force=True)
    (folder / "README.md").write_text("# Ours")
    katas.change("solutions/basics/double.py", "Return 2 * x.", "Return two times x.")
    made = release(folder, katas.course, basics, force=True)
    assert (made.new, made.refreshed, made.kept) == ([], [DOUBLE], ["README.md"])
    assert "two times" in (folder / DOUBLE).read_text()
    assert (folder / "README.md").read_text() == "# Ours"
    assert (folder / "syllabus.txt").read_text() == "mine"


def test_a_stub_that_came_with_a_clone_is_refreshed_where_nothing_is_written_in_it(katas, basics, tmp_path):
    folder = tmp_path / "starter"
    release(folder, katas.course, basics)
    (folder / ".kata/written.json").unlink()
    katas.change("solutions/basics/double.py", "Return 2 * x.", "Return two times x.")
    assert release(folder, katas.course, basics, force=True).refreshed == [DOUBLE]
    (folder / DOUBLE).write_text("def double(x):\n    return x + x\n")
    assert release(folder, katas.course, basics, force=True).kept == [DOUBLE]


def test_an_answer_that_lies_in_the_folder_is_not_handed_out(katas, basics, tmp_path):
    folder = tmp_path / "starter"
    release(folder, katas.course, basics)
    (folder / "tests").mkdir()
    (folder / "tests/test_double.py").write_text("def test_agrees_with_torch(student, rng):\n    pass\n")
    with pytest.raises(CourseError, match=r"starter/tests/test_double.py:1 holds a line of the checks of double"):
        release(folder, katas.course, basics, force=True)


def test_an_unknown_assignment_is_answered_with_the_nearest_name(katas):
    done = katas.kata("release", "basic", "--to", "starter")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kata: no assignment or topic is called 'basic'; did you mean 'basics'?\n"
    assert not (katas.root / "starter").exists()
