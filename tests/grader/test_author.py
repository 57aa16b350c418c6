"""An author's way from `kata new` to an exercise that `kata verify` proves, on the path that the commands print."""

import os
import re
import subprocess
import sys

import pytest

pytest.importorskip("torch")
pytest.importorskip("cosmic_ray")

from grader.authoring.scaffold import new
from grader.proof.todos import todos

EDITS = {
    "solutions/basics/swish.py": [
        ("TODO: the exercise in one line.", "Swish: a number times its own sigmoid."),
        ("Return TODO.", "Return ``x * sigmoid(x)``."),
        ("        TODO.\n\n    Returns", "        Pre-activations.\n\n    Returns"),
        ("    ndarray, same shape and dtype as ``x``\n        TODO.\n", "    ndarray, same shape and dtype as ``x``\n"),
        ("np.array([-2.0, 0.0, 3.0])", "np.array([0.0])"),
        ("array([0., 0., 3.])", "array([0.])"),
        ("return np.maximum(x, 0)", "return x / (1 + np.exp(-x))"),
    ],
    "tests/basics/test_swish.py": [
        ("import relu  # TODO", "import silu"),
        ("return relu(x)", "return silu(x)"),
        ("TODO: Agrees with torch.nn.functional.relu.", "Agrees with torch.nn.functional.silu."),
        ("TODO: what is computed instead, why it is not the thing, when the two agree", "keeps the magnitude only"),
    ],
    "exercises/course.toml": [
        ('questions = ["TODO"]', "questions = []"),
        ("TODO: a nudge", "What does a sigmoid do to a number?"),
        ("TODO: nearly the line", "Divide by one plus an exponential."),
    ],
    "exercises/basics/README.md": [("# Basics\n", "# Basics\n\n[`swish`](swish.py) is smooth.\n")],
}
MISTAKE = '\n\n@misconception("forgets to multiply by x")\ndef sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n'


@pytest.fixture
def author(mini, tmp_path):
    """Runs a line in a shell in which `kata` is the program of a small repository."""
    mini.add_topic("basics")
    mini.note()
    mini.with_program()
    program = tmp_path / "bin/kata"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{mini.root}" exec "{sys.executable}" -m grader.cli "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"

    def run(line, status=0):
        done = subprocess.run(
            line,
            shell=True,
            cwd=mini.root,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=280,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def finish(mini, *, without=None):
    """Replace all that says TODO, with one of the edits left out."""
    for path, edits in EDITS.items():
        for old, text in edits:
            if old != without:
                mini.change(path, old, text)
    checks = mini.read("tests/basics/test_swish.py")
    mini.write("tests/basics/test_swish.py", checks + MISTAKE)


@pytest.mark.slow
def test_what_new_prints_leads_to_an_exercise_without_a_problem(mini, author):
    printed = author("kata new basics/swish")
    (line,) = (line.strip() for line in printed.splitlines() if line.startswith("  "))
    assert line == "kata sync swish && kata record swish && kata verify swish --mutants"
    finish(mini)
    said = author(line)
    assert "wrote exercises/basics/swish.py" in said
    assert "recorded tests/recordings/swish.rec\n" in said
    assert "1 exercise verified, 0 problems found" in said
    killed, made = re.search(r"killed (\d+) of (\d+) mutants; 0 more are listed as equivalent", said).groups()
    assert int(killed) == int(made) > 5
    assert author("kata verify").strip() == "1 exercise verified, 0 problems found"
    assert (
        author("kata sync --check; kata record --check") == "1 stub and the index up to date\n1 recording up to date\n"
    )
    assert "swish  1/1 points" in author("kata grade solutions --seed 5")


@pytest.mark.parametrize("left", [old for edits in EDITS.values() for old, _ in edits if "TODO" in old])
def test_whatever_is_left_to_do_is_found_with_its_place(mini, left):
    mini.add_topic("basics")
    new(mini.course, "basics", "swish")
    found = list(todos(mini.course, mini.course.find("swish")))
    assert len(found) == 10
    mini.note()
    finish(mini, without=left)
    (problem,) = todos(mini.course, mini.course.find("swish"))
    path, line, reason = re.fullmatch(r"([\w/.]+?)(?::(\d+))?: something is left to do(.*)", problem).groups()
    assert path in EDITS
    assert re.search("TODO.*", left)[0].rstrip('"]') in reason
    if line:
        assert "TODO" in mini.read(path).splitlines()[int(line) - 1]


@pytest.mark.slow
def test_an_exercise_with_something_left_to_do_is_refused_and_no_mutants_are_tried(mini, author):
    author("kata new basics/swish")
    finish(mini, without="TODO: a nudge")
    author("kata sync && kata record")
    said = author("kata verify swish --mutants", status=1)
    assert said == (
        "swish: exercises/course.toml: something is left to do in its entry: TODO: a nudge\n"
        "1 exercise verified, 1 problem found\n"
        "swish: no mutants are tried before it is sound\n"
    )


def test_a_new_docstring_is_synced_and_what_is_written_is_overwritten_only_as_the_command_says(mini, author):
    for name in ("double", "twice", "thrice"):
        mini.add(name)
    for name in ("double", "twice", "thrice"):
        mini.change(f"solutions/basics/{name}.py", "Return 2 * x.", "Return the double.")
    written = "def twice(x):\n    return x + x\n"
    mini.write("exercises/basics/twice.py", written)
    said = author("kata sync", status=2)
    (command,) = re.findall("'(kata .*)' overwrites it", said)
    assert said.startswith("kata: something is written in exercises/basics/twice.py: ")
    assert command == "kata sync --force twice"
    assert "wrote exercises/basics/double.py" in author("kata sync double")
    assert mini.read("exercises/basics/twice.py") == written
    assert "wrote exercises/basics/twice.py" in author(command)
    assert "Return the double." in mini.read("exercises/basics/twice.py")
    assert author("kata sync") == "wrote exercises/basics/thrice.py\nwrote tests/recordings/thrice.stub\n"
    assert author("kata sync --check") == "3 stubs and the index up to date\n"


def test_sync_check_names_what_differs_and_writes_nothing(mini, author):
    mini.add()
    mini.change("solutions/basics/double.py", "Return 2 * x.", "Return the double.")
    mini.change("exercises/course.toml", "Twice a number", "Two times")
    files = ("exercises/basics/double.py", "tests/recordings/double.stub", "exercises/README.md")
    assert author("kata sync --check", status=1) == "".join(f"out of date: {file}\n" for file in files)
    assert author("kata sync") == "".join(f"wrote {file}\n" for file in files)
    assert author("kata sync --check") == "1 stub and the index up to date\n"
