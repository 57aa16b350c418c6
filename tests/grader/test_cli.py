"""The commands as they are seen on the screen, run in a repository of three exercises."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.authoring.index import sync_index
from grader.authoring.sync import sync
from grader.cli import attempts
from grader.cli.progress import Progress
from grader.course import load, root

COURSE = """\
title = "Katas"

[[topics]]
name = "roots"
title = "Roots"
summary = "Roots."
{}
[[topics]]
name = "empty"
title = "Empty"
summary = "Nothing yet."
"""

ENTRY = """
[[topics.exercises]]
name = "{}"
title = "Root"
difficulty = {}
points = {}
prerequisites = {}
questions = []
hints = ["Think.", "Which function of the module math takes roots, and would it take the root of an array, too?"]
"""

SOLUTION = '''\
"""A root."""


def {0}(x):
    """Return the root."""
    ### BEGIN SOLUTION
    return x**0.5
    ### END SOLUTION
'''


@pytest.fixture
def repository(tmp_path):
    shutil.copytree(root() / "grader", tmp_path / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    entries = [("square_root", 1, 1, "[]"), ("cube_root", 3, 2.5, '["square_root"]'), ("last_root", 2, 2, "[]")]
    for folder in ("exercises", "solutions/roots"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "exercises/course.toml").write_text(COURSE.format("".join(ENTRY.format(*entry) for entry in entries)))
    for name, *_ in entries:
        (tmp_path / f"solutions/roots/{name}.py").write_text(SOLUTION.format(name))
    sync(load(tmp_path))
    sync_index(load(tmp_path))
    return tmp_path


def kata(repository, *words):
    return python(repository, "-m", "grader.cli", *words)


def python(repository, *words, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([sys.executable, *words], cwd=repository, env=environment(repository), text=True, **options)


def environment(repository):
    return {**os.environ, "PYTHONPATH": str(repository), "COLUMNS": "80"}


def solve(repository, name, status="passed"):
    file = repository / f"exercises/roots/{name}.py"
    file.write_text(f"def {name}(x):\n    return x ** 0.5\n")
    progress = Progress(repository)
    progress.checked(name, file.read_bytes(), status)
    progress.save()
    return file


def test_list_shows_where_you_are_and_what_is_next(repository):
    assert kata(repository, "list").stdout == (
        "Katas: 0 of 3 done, 0 of 5.5 points\n"
        "\n"
        "Roots, exercises/roots: 0 of 3 done\n"
        "  square_root  •       1 point  not attempted\n"
        "  cube_root    •••  2.5 points  not attempted\n"
        "  last_root    ••     2 points  not attempted\n"
        "\n"
        "Next: write exercises/roots/square_root.py\n"
    )


def test_no_command_is_list(repository):
    assert kata(repository).stdout == kata(repository, "list").stdout


def state(repository, name):
    """How far a learner is, without the screen."""
    course = load(repository)
    return attempts.state(course, course.find(name), Progress(repository))


def test_list_tells_done_from_attempted(repository):
    solve(repository, "square_root")
    solve(repository, "cube_root", "failed")
    lines = kata(repository, "list").stdout.splitlines()
    assert lines[0] == "Katas: 1 of 3 done, 1 of 5.5 points"
    assert [line.split(maxsplit=4)[4] for line in lines[3:6]] == ["done", "attempted", "not attempted"]
    assert lines[-1] == "Next: finish exercises/roots/cube_root.py"


def test_a_file_that_changed_since_it_passed_is_not_done(repository):
    solve(repository, "square_root").write_text("def square_root(x):\n    return 1\n")
    assert state(repository, "square_root") == "attempted"


def test_everything_done(repository):
    for name in ("square_root", "cube_root", "last_root"):
        solve(repository, name)
    assert kata(repository).stdout.endswith("\nEverything is done.\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"# a comment\n%s", "not attempted"),
        (b"%s\n\nx = 1\n", "attempted"),
        (b"def square_root(x:\n", "attempted"),
        (b"\xff\x00", "attempted"),
        (b"x = " + b"(" * 5000 + b")" * 5000, "attempted"),
        (None, "not attempted"),
    ],
)
def test_attempted_means_another_syntax_tree_than_the_stub(repository, text, expected):
    file = repository / "exercises/roots/square_root.py"
    stub = file.read_bytes()
    if text is None:
        file.unlink()
    else:
        file.write_bytes(text.replace(b"%s", stub))
    assert state(repository, "square_root") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "not attempted"),
        ("def f(x):\n    '''One.'''\n    raise NotImplementedError\n\ndef g(x):\n    return x\n", "attempted"),
        (
            "class V:\n    def f(x):\n        raise NotImplementedError\n\n    def g(x):\n        return x\n",
            "not attempted",
        ),
        ("class V:\n    def f(x):\n        return x\n", "attempted"),
        ("def f(x):\n    x = 1\n    raise NotImplementedError\n", "attempted"),
        ("", "attempted"),
    ],
)
def test_without_solutions_attempted_is_what_no_longer_only_raises(repository, text, expected):
    shutil.rmtree(repository / "solutions")
    if text is not None:
        (repository / "exercises/roots/square_root.py").write_text(text)
    assert state(repository, "square_root") == expected


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"square_root": 3}', '{"square_root": {"sha256": [], "hints": "x"}}', "\x00"]
)
def test_a_broken_progress_file_is_forgotten(repository, text):
    (repository / ".kata").mkdir()
    (repository / ".kata/progress.json").write_text(text)
    assert state(repository, "square_root") == "not attempted"
    assert "hint 1 of 2" in kata(repository, "hint", "square_root").stdout
    assert "hint 2 of 2" in kata(repository, "hint", "square_root").stdout


def test_hint_shows_one_after_the_other(repository):
    shown = [kata(repository, "hint", "square_root").stdout for _ in range(4)]
    assert shown[0] == "square_root, hint 1 of 2\nThink.\n"
    assert shown[1].startswith("square_root, hint 2 of 2\nWhich function")
    assert shown[2] == shown[3]
    assert shown[2].startswith("There are no more hints for square_root.")
    assert "hint 1 of 2" in kata(repository, "hint", "cube_root").stdout


def test_hints_and_checks_do_not_forget_each_other(repository):
    kata(repository, "hint", "square_root")
    solve(repository, "square_root")
    assert "hint 2 of 2" in kata(repository, "hint", "square_root").stdout
    assert state(repository, "square_root") == "done"


def test_lines_fit_in_80_columns(repository):
    kata(repository, "hint", "square_root")
    for words in ([], ["--help"], ["hint", "square_root"], ["hint", "square_root"], ["sync", "--help"]):
        assert max(map(len, kata(repository, *words).stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["lits"], "No such command 'lits'. Did you mean 'list'?"),
        (["hint", "cube_rot"], "no exercise is called 'cube_rot'; did you mean 'cube_root'?"),
        (["hint"], "Missing argument 'NAME'."),
        (["sync", "--chek"], "No such option: --chek"),
        (["new", "cube"], "write it as TOPIC/NAME, as in activations/leaky_relu, not 'cube'"),
        (["new", "rots/cube"], "no topic is called 'rots'; did you mean 'roots'?"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(repository, words, error):
    result = kata(repository, *words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"kata: {error}")
    assert result.stderr.count("\n") == 1


def test_a_mistake_in_the_course_is_one_line(repository):
    table = repository / "exercises/course.toml"
    table.write_text(table.read_text().replace("difficulty = 3", "difficulty = 9"))
    result = kata(repository)
    expected = "kata: exercises/course.toml:20: topics.exercises 'cube_root': difficulty must be 1, 2 or 3, not 9\n"
    assert (result.returncode, result.stderr) == (2, expected)
    table.unlink()
    assert kata(repository).stderr == f"kata: {table}: No such file or directory\n"


def test_a_folder_that_cannot_be_written_is_one_line(repository):
    (repository / ".kata").write_text("in the way")
    result = kata(repository, "hint", "square_root")
    assert result.returncode == 2
    assert "Think." in result.stdout
    assert result.stderr.startswith(f"kata: {repository}")
    assert result.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line(repository):
    with Path("/dev/full").open("w") as full:
        result = python(repository, "-m", "grader.cli", "list", stdout=full)
    assert (result.returncode, result.stderr) == (2, "kata: No space left on device\n")


def test_a_terminal_without_dots_gets_something_else(repository, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    result = kata(repository)
    assert result.returncode == 0
    assert "  cube_root    ???  2.5 points" in result.stdout


def test_sync_check_names_what_differs(repository):
    result = kata(repository, "sync", "--check")
    assert (result.returncode, result.stdout) == (0, "3 stubs and the index up to date\n")
    solve(repository, "cube_root")
    result = kata(repository, "sync", "--check")
    assert (result.returncode, result.stdout) == (1, "out of date: exercises/roots/cube_root.py\n")


def test_sync_refuses_to_lose_a_solved_exercise(repository):
    file = solve(repository, "cube_root")
    result = kata(repository, "sync")
    assert result.returncode == 2
    assert "exercises/roots/cube_root.py" in result.stderr
    assert "0.5" in file.read_text()
    assert kata(repository, "sync", "--force").stdout == "wrote exercises/roots/cube_root.py\n"


def test_new_says_what_to_do_next(repository):
    result = kata(repository, "new", "empty/nothing")
    assert result.returncode == 0
    assert "wrote tests/empty/test_nothing.py" in result.stdout
    assert "kata sync && kata record && kata verify nothing" in result.stdout
    assert kata(repository, "sync", "--check").returncode == 0
    assert state(repository, "nothing") == "not attempted"


@pytest.mark.parametrize("words", [["--help"], ["list"], ["hint", "square_root"]])
def test_nothing_slow_is_imported_for_a_small_command(repository, words):
    code = (
        "import sys; from grader.cli import main; main();"
        "print(sorted({'numpy', 'pytest', 'rich', 'torch', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    assert python(repository, "-c", code, *words).stderr == "[]\n"


def test_an_interrupt_leaves_no_traceback(repository):
    code = (
        "import time, grader.cli.learn as learn\n"
        "learn.load = lambda root: (print('ready', flush=True), time.sleep(60))\n"
        "import sys, grader.cli; sys.argv[1:] = ['list']; sys.exit(grader.cli.main())"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=repository, env=environment(repository), **pipes) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "")
