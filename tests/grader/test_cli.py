"""The commands as they are seen on the screen, run in a repository of three exercises."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader import __version__
from grader.learning.memory import Memory

LONG = "Which function adds a number to itself, and would it add an array to itself as well, and a list?"


@pytest.fixture
def katas(mini):
    mini.add(hints=("Think.", LONG))
    mini.add("quadruple", difficulty=3, points=2.5, prerequisites=("double",), hints=("Think.", LONG))
    mini.add("last_one", difficulty=2, points=2)
    mini.add_topic("empty")
    return mini


def solve(katas, name, status="passed", score=0.0):
    """Write an exercise, and remember that it was checked."""
    text = f"def {name}(x):\n    return x + x\n"
    katas.write(f"exercises/basics/{name}.py", text)
    memory = Memory(katas.workspace)
    memory.checked(name, text, status, score=score)
    memory.save()


def test_list_shows_where_you_are_and_what_is_next(katas):
    expected = (
        "Katas: 0 of 3 done, 0 of 5.5 points\n"
        "\n"
        "  basics  ░░░░░░░░░░░░░░░░░░░░  0 of 3  0/5.5\n"
        "\n"
        "Next: write exercises/basics/double.py\n"
        "  kata watch double checks it at every save\n"
    )
    assert katas.kata("list").stdout == katas.kata().stdout == expected


def test_list_draws_a_bar_of_all_points_and_tells_done_from_attempted(katas):
    solve(katas, "double")
    solve(katas, "quadruple", "failed", score=1.2)
    lines = katas.kata("list").stdout.splitlines()
    assert lines[0] == "Katas: 1 of 3 done, 2.2 of 5.5 points"
    assert lines[2] == "  basics  ████████░░░░░░░░░░░░  1 of 3  2.2/5.5"
    assert lines[-2] == "Next: finish exercises/basics/quadruple.py"


def test_list_of_a_topic_shows_each_exercise_with_what_is_remembered(katas):
    solve(katas, "double")
    solve(katas, "last_one", "failed", score=1.5)
    katas.kata("hint", "double")
    for _ in range(2):
        katas.kata("solution", "last_one")
    assert katas.kata("list", "bas").stdout == (
        "Katas: 1 of 3 done, 2.5 of 5.5 points\n"
        "\n"
        "Basics: 1 of 3 done, 2.5 of 5.5 points\n"
        "  ✓ double     •      1/1  done · 1 try · 1 hint\n"
        "  ○ quadruple  •••  0/2.5  not attempted\n"
        "  ✗ last_one   ••   1.5/2  attempted · 1 try · solution seen\n"
        "\n"
        "Next: finish exercises/basics/last_one.py\n"
        "  kata watch last_one checks it at every save\n"
    )


def test_list_open_leaves_out_what_is_done_and_says_what_comes_before(katas):
    shown = katas.kata("list", "--open").stdout
    assert "○ quadruple  •••  0/2.5  not attempted · after double\n" in shown
    solve(katas, "double")
    shown = katas.kata("list", "--open").stdout
    assert "double " not in shown
    assert "0/2.5  not attempted\n" in shown


@pytest.mark.parametrize(("variables", "marks"), [({}, "█░✓"), ({"PYTHONIOENCODING": "ascii"}, "#.+")])
def test_a_list_fits_the_screen_in_the_characters_that_it_has(katas, variables, marks):
    solve(katas, "double")
    for words in (["list"], ["list", "basics"]):
        shown = katas.kata(*words, env={"COLUMNS": "40", **variables}).stdout
        assert max(map(len, shown.splitlines())) <= 40
        assert "?" not in shown
        assert set(shown) & set(marks), shown


def test_list_counts_a_track_of_its_own_apart(katas):
    katas.add("attend", topic="modern", points=2)
    katas.change("exercises/course.toml", 'summary = "Modern."', 'summary = "Modern."\napart = true')
    solve(katas, "double")
    text = katas.read("exercises/modern/attend.py")
    katas.write("exercises/modern/attend.py", text.replace("raise NotImplementedError", "return 1"))
    lines = katas.kata("list").stdout.splitlines()
    assert lines[0] == "Katas: 1 of 3 done, 1 of 5.5 points"
    (modern,) = [line for line in lines if "modern" in line and "Next" not in line]
    assert modern.endswith("0 of 1    0/2  a track of its own")
    assert lines[-2] == "Next: finish exercises/modern/attend.py"
    katas.write("kata.toml", 'course = "Katas"\nexercises = ["attend"]\n')
    assert katas.kata("list").stdout.startswith("Katas: 0 of 1 done, 0 of 2 points\n\n  modern ")


def test_everything_done(katas):
    for name in ("double", "quadruple", "last_one"):
        solve(katas, name)
    assert katas.kata().stdout.endswith("\nEverything is done.\n")


def test_hint_shows_one_after_the_other_and_a_check_does_not_forget_them(katas):
    assert katas.kata("hint", "double").stdout == "double, hint 1 of 2\nThink.\n"
    solve(katas, "double")
    assert katas.kata("hint", "exercises/basics/double.py").stdout.startswith("double, hint 2 of 2\nWhich function")
    shown = [katas.kata("hint", "dou").stdout for _ in range(2)]
    assert shown[0] == shown[1]
    assert shown[0].startswith("There are no more hints for double. Once more, all of them:\n1. Think.\n2. Which")
    assert "hint 1 of 2" in katas.kata("hint", "quadruple").stdout
    assert "✓ double  •      1/1  done" in katas.kata("list", "double").stdout


@pytest.mark.parametrize("words", [[], ["--help"], ["hint", "double"], ["sync", "--help"], ["init", "--help"]])
def test_lines_fit_in_80_columns_and_nothing_is_coloured_in_a_pipe(katas, words):
    if "hint" in words:
        katas.kata(*words)
    shown = katas.kata(*words).stdout
    assert 40 < max(map(len, shown.splitlines())) <= 80
    assert "\x1b" not in shown


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_gets_colours_unless_it_asks_for_none(katas, variables, coloured):
    ours, theirs = os.openpty()
    katas.kata("list", env=variables, capture_output=False, stdout=theirs)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "0 of 3 done" in shown
    assert ("\x1b[" in shown) == coloured


def test_version_says_program_and_course(katas):
    assert katas.kata("--version").stdout == f"kata {__version__}, Katas: 3 exercises\n"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["lits"], "No such command 'lits'. Did you mean 'list'?"),
        (["hint", "quadrupel"], "no exercise or topic is called 'quadrupel'; did you mean 'quadruple'?"),
        (["list", "basisc"], "no exercise or topic is called 'basisc'; did you mean 'basics'?"),
        (["solution", "doubel"], "no exercise or topic is called 'doubel'; did you mean 'double'?"),
        (["reset", "double", "--back"], "no other text of double is kept: 'kata reset double' keeps one"),
        (["ask", "doubel"], "no exercise or topic is called 'doubel'; did you mean 'double'?"),
        (["ask", "double"], "the notes ask nothing about double"),
        (["interview"], "an interview needs a terminal"),
        (["check", "bascis"], "no exercise or topic is called 'bascis'; did you mean 'basics'?"),
        (["check", "--verbos"], "No such option: --verbos"),
        (["check", "test_pure"], "test_pure is a check and stands alone behind its exercise"),
        (["check", "basics", "test_pure"], "test_pure is a check, and these are 3 exercises"),
        (["check", "double", "test_pur", "test_agrees"], "test_pur is a check and stands alone behind its exercise"),
        (["sync", "--chek"], "No such option: --chek"),
        (["new", "cube"], "write it as TOPIC/NAME, as in activations/leaky_relu, not 'cube'"),
        (["new", "basic/cube"], "no topic is called 'basic'; did you mean 'basics'?"),
        (["new", "basics/double"], "the name 'double' is taken"),
        (["verify", "doubel"], "no exercise or topic is called 'doubel'; did you mean 'double'?"),
        (["record", "doubel"], "no exercise or topic is called 'doubel'; did you mean 'double'?"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(katas, words, error):
    result = katas.kata(*words)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"kata: {error}")
    assert result.stderr.count("\n") == 1


def test_a_mistake_in_the_course_is_one_line(katas):
    katas.change("exercises/course.toml", "difficulty = 3", "difficulty = 9")
    result = katas.kata()
    expected = "kata: exercises/course.toml:20: topics.exercises 'quadruple': difficulty must be 1, 2 or 3, not 9\n"
    assert (result.returncode, result.stderr) == (2, expected)
    table = katas.root / "exercises/course.toml"
    table.unlink()
    assert katas.kata().stderr.splitlines()[-1] == f"kata: {table}: No such file or directory"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_line(katas):
    with Path("/dev/full").open("w") as full:
        result = katas.kata("list", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert (result.returncode, result.stderr) == (2, "kata: No space left on device\n")


def test_a_terminal_without_dots_gets_something_else(katas):
    result = katas.kata("list", "basics", env={"PYTHONIOENCODING": "latin-1"})
    assert result.returncode == 0
    assert "  o quadruple  ***  0/2.5" in result.stdout


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["list"], ["hint", "double"]])
def test_nothing_slow_is_imported_for_a_small_command(katas, words):
    katas.says_what_it_imports()
    assert katas.kata(*words).stderr == "['grader.cli', 'typer']\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_an_interrupt_leaves_no_traceback(katas):
    """The command waits for what stands in its memory, which is a pipe here, and is interrupted meanwhile."""
    pipe = katas.with_program().root / ".kata/progress.json"
    pipe.parent.mkdir()
    os.mkfifo(pipe)
    with subprocess.Popen(
        [sys.executable, "-m", "grader.cli"],
        cwd=katas.root,
        env={**os.environ, "PYTHONPATH": str(katas.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        descriptor = opened_once_read(pipe, process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        os.close(descriptor)
    assert (process.returncode, output, errors) == (130, "", "")


def opened_once_read(pipe, process):
    """Return a descriptor to write to a pipe, as soon as the process reads from it."""
    while process.poll() is None:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            time.sleep(0.01)
    raise AssertionError(process.stderr.read())
