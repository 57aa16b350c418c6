"""`kata check` and `kata grade` as they are typed, in a repository of three exercises."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from grader.reports import FORMS

SOLUTION = '''\
"""A root."""


def {0}(x):
    """Return the root."""
    ### BEGIN SOLUTION
    return x ** ({1})
    ### END SOLUTION
'''

CHECKS = '''\
import numpy as np

from grader.checks import assert_close, misconception


def test_value(student, rng):
    """Is the root."""
    x = rng.uniform(1, 2, size=3)
    assert_close(student.{0}(x), x**({1}))


def test_zero(student):
    """Is 0 at 0."""
    assert_close(student.{0}(np.zeros(2)), np.zeros(2))


@misconception("squares")
def square(x):
    return x * x
'''

ROOTS = {"square_root": ("1 / 2", 1), "cube_root": ("1 / 3", 2), "fourth_root": ("1 / 4", 2)}
SQUARE = "def square_root(x):\n    return x * x\n"


def right(name):
    return f"def {name}(x):\n    return x ** ({ROOTS[name][0]})\n"


@pytest.fixture
def katas(mini):
    for name, (power, points) in ROOTS.items():
        solution, checks = SOLUTION.format(name, power), CHECKS.format(name, power)
        mini.add(name, topic="roots", title="Root", points=points, solution=solution, checks=checks)
    return mini.with_program()


@pytest.fixture
def submission(tmp_path):
    """Writes exercises of a submission, by default one right, one wrong and one that is missing."""

    def write(**texts):
        folder = tmp_path / "theirs/roots"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (texts or {"cube_root": right("cube_root"), "square_root": SQUARE}).items():
            (folder / f"{name}.py").write_text(text)
        return folder.parent

    return write


def start(katas, *words, **options):
    """Start a command and do not wait for it."""
    return subprocess.Popen(
        command(*words),
        cwd=katas.root,
        env={**os.environ, "PYTHONPATH": str(katas.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def command(*words):
    return [sys.executable, "-m", "grader.cli", *map(str, words)]


def write(katas, name, text):
    katas.write(f"exercises/roots/{name}.py", text)


# ---- kata check ----------------------------------------------------------------------------------------------


def test_check_tells_right_from_wrong_by_its_exit_status_and_remembers(katas):
    result = katas.kata("check")
    assert (result.returncode, result.stderr) == (0, "")
    assert "3 not attempted yet" in result.stdout

    write(katas, "square_root", SQUARE)
    result = katas.kata("check", "square_root")
    assert result.returncode == 1
    assert "→ This is what you get when the code squares." in result.stdout
    assert "│ square_root(x)\n" in result.stdout
    assert "attempted" in katas.kata("list", "square_root").stdout.splitlines()[3]

    write(katas, "square_root", right("square_root"))
    write(katas, "cube_root", SQUARE)
    assert katas.kata("check", "square_root").returncode == 0
    assert katas.kata("check", "square_root", "cube_root").returncode == 1
    lines = katas.kata("list", "roots").stdout.splitlines()
    assert lines[0] == "Katas: 1 of 3 done, 1 of 5 points"
    assert [line.split(maxsplit=4)[4].split(" ·")[0] for line in lines[3:6]] == ["done", "attempted", "not attempted"]


def test_check_of_one_exercise_does_not_speak_of_others(katas):
    write(katas, "square_root", right("square_root"))
    write(katas, "cube_root", "1 / 0\n")
    result = katas.kata("check", "square_root")
    assert result.returncode == 0
    assert "cube_root" not in result.stdout.partition("Next:")[0]
    assert katas.kata("check").returncode == 1


@pytest.mark.parametrize(
    ("words", "solved"),
    [
        (["square"], "square_root  1/1"),
        (["exercises/roots/square_root.py", "sq", "square_root"], "square_root  1/1"),
        (["roots"], "1 of 3 exercises"),
        (["cube_root", "roots"], "1 of 3 exercises"),
        (["cube", "square"], "1 of 2 exercises"),
    ],
)
def test_an_exercise_may_be_called_by_its_beginning_its_path_or_its_topic_and_counts_once(katas, words, solved):
    write(katas, "square_root", right("square_root"))
    result = katas.kata("check", *words)
    assert result.returncode == 0
    assert solved in result.stdout


def test_lines_fit_in_80_columns_and_nothing_is_coloured_in_a_pipe(katas):
    write(katas, "square_root", SQUARE)
    write(katas, "cube_root", "def cube_root(x):\n    return undefined_name_that_is_rather_long + x\n")
    result = katas.kata("check")
    assert "\x1b" not in result.stdout + result.stderr
    assert 60 < max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("words", [["square"], ["square", "-v"], ["square_root", "test_zero"], ["roots"], []])
def test_nothing_is_imported_for_a_check_that_it_does_not_use(katas, words):
    katas.says_what_it_imports()
    write(katas, "square_root", SQUARE)
    result = katas.kata("check", *words)
    assert (result.returncode, result.stderr) == (1, "['grader.checks', 'grader.cli', 'numpy']\n")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_numpy_starts_no_threads_unless_it_is_told_to(katas, monkeypatch):
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    count = (
        "import atexit, os, sys\natexit.register(lambda: print(len(os.listdir('/proc/self/task')), file=sys.stderr))\n"
    )
    katas.write("sitecustomize.py", count)
    assert katas.kata("check", "square").stderr == "1\n"
    told = katas.kata("check", "square", env={"OPENBLAS_NUM_THREADS": "2"}).stderr
    assert told == f"{min(2, os.cpu_count())}\n"


def test_check_shows_all_where_asked(katas):
    write(katas, "square_root", "def square_root(x):\n    return x + 1\n")
    short, long, one = (katas.kata("check", "square", *more).stdout for more in ((), ("-v",), ("test_z",)))
    assert "test_" not in short
    assert "✗ Is the root.  test_value\n    │" in long
    assert "✗ Is 0 at 0.  test_zero\n    │" in long
    assert "✗ Is 0 at 0.  test_zero\n    │" in one
    assert "Is the root." not in one
    assert katas.kata("check", "--verbose", "square_root").stdout == long  # read by typer
    assert katas.kata("check", "--", "square_root", "test_zero").stdout == one


def test_a_check_that_is_not_there_is_one_line(katas):
    write(katas, "square_root", SQUARE)
    result = katas.kata("check", "square", "test_zreo")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == "kata: no check is called 'test_zreo'; did you mean 'test_zero'?\n"
    several = katas.kata("check", "square", "test_").stderr
    assert several == "kata: 'test_' may be test_value, test_zero: write more of it\n"


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
@pytest.mark.parametrize("words", [["check"], ["grade", "solutions"]])
def test_whoever_watches_sees_how_far_a_long_run_is_and_nothing_of_it_stays(katas, words):
    ours, theirs = os.openpty()
    katas.kata(*words, capture_output=False, stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert ["1 of 3" in shown, "3 of 3" in shown, "4 of" in shown] == [True, True, False]
    assert shown.endswith("\r\x1b[K")
    assert "\n" not in shown


@pytest.mark.parametrize("columns", [40, 200])
def test_a_screen_of_any_width_is_used(katas, columns):
    write(katas, "square_root", f'{right("square_root")}\nprint("a word " * 40)\n')
    lines = katas.kata("check", "square", env={"COLUMNS": str(columns)}).stdout.splitlines()
    assert columns - 8 < max(map(len, lines)) <= columns
    assert all(line.startswith("  │ ") for line in lines if "a word" in line)


# ---- kata grade ----------------------------------------------------------------------------------------------


def test_every_form_shows_the_same_score(katas, submission, tmp_path):
    paths = {form.name: tmp_path / f"report.{form.name}" for form in FORMS}
    options = [word for form, path in paths.items() for word in (f"--{form}", path)]
    result = katas.kata("grade", submission(), *options)
    assert result.returncode == 0, result.stderr
    assert "Score 2/5" in result.stdout
    text = {form: path.read_text() for form, path in paths.items()}
    report = json.loads(text["json"])
    assert (report["score"], report["max_score"]) == (2, 5)
    assert [(e["status"], e["score"]) for e in report["exercises"]] == [
        ("failed", 0), ("passed", 2), ("not_attempted", 0),
    ]  # fmt: skip
    assert report["exercises"][0]["checks"][0]["misconception"] == "square"
    assert "2/5" in text["markdown"]
    suites = ET.fromstring(text["junit"])
    assert (suites.get("tests"), suites.get("failures")) == ("6", "1")
    gradescope = json.loads(text["gradescope"])
    assert gradescope["score"] == sum(test["score"] for test in gradescope["tests"]) == 2
    assert json.loads(text["badge"])["message"] == "2/5"
    classroom = json.loads(text["classroom50"])
    assert (classroom["score"], classroom["max-score"]) == (200, 500)


@pytest.mark.parametrize("text", [None, SQUARE, "1 / 0\n", "import os; os._exit(1)\n"])
def test_a_wrong_submission_is_no_error_of_grading(katas, submission, text):
    folder = submission(**({"square_root": text} if text else {"other": ""}))
    result = katas.kata("grade", folder, "--only", "square_root")
    assert (result.returncode, "0/1 points" in result.stdout) == (0, True)


def test_only_what_is_named_is_graded_once_each(katas, submission, tmp_path):
    path = tmp_path / "report.json"

    def graded(*words):
        options = [option for word in words for option in ("--only", word)]
        assert katas.kata("grade", submission(), *options, "--json", path).returncode == 0
        report = json.loads(path.read_text())
        return [exercise["name"] for exercise in report["exercises"]], report["score"], report["max_score"]

    assert graded("cube_root", "square_root", "cube_root") == (["cube_root", "square_root"], 2, 3)
    assert graded("four", "exercises/roots/cube_root.py") == (["fourth_root", "cube_root"], 2, 4)
    assert graded("roots") == (list(ROOTS), 2, 5)


def test_the_whole_course_counts_its_main_track_and_what_is_named_counts(katas, submission, tmp_path):
    katas.add("fifth_root", topic="modern", points=4, checks=CHECKS.format("fifth_root", "1 / 5"))
    katas.change("exercises/course.toml", 'summary = "Modern."', 'summary = "Modern."\napart = true')
    folder, path = submission(), tmp_path / "report.json"

    def graded(*words):
        result = katas.kata("grade", folder, *words)
        assert result.returncode == 0, result.stderr
        return result.stdout

    text = graded("--json", path)
    assert "0 of 1     0/4  a track of its own\n" in text
    assert "1 of 3 exercises solved\n1 not attempted yet; next: fourth_root\nScore 2/5\n" in text
    assert [exercise["apart"] for exercise in json.loads(path.read_text())["exercises"]] == [False] * 3 + [True]
    assert "the same score (2 then, 2 now)" in graded("--like", path)
    assert "Score 2/6\n" in graded("--only", "modern", "--only", "cube_root")


def test_a_report_replaces_the_one_before(katas, submission, tmp_path):
    path = tmp_path / "report.json"
    path.write_text("{" * 100_000)
    katas.kata("grade", submission(), "--json", path)
    assert json.loads(path.read_text())["score"] == 2
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["katas", "report.json", "theirs"]


def test_the_commit_is_what_the_caller_says_where_git_cannot_tell(katas, submission, tmp_path):
    path, sha = tmp_path / "report.json", "0123456789abcdef0123456789abcdef01234567"
    for words, commit in (((), None), (("--commit", sha), sha)):
        katas.kata("grade", submission(), "--json", path, *words, env={"GIT_CEILING_DIRECTORIES": str(tmp_path)})
        assert json.loads(path.read_text())["submission"]["commit"] == commit


def test_plain_process_says_that_it_is_not_isolated(katas, submission, tmp_path):
    path = tmp_path / "report.json"
    result = katas.kata("grade", submission(), "--isolation", "process", "--json", path)
    assert (result.returncode, json.loads(path.read_text())["run"]["isolation"]) == (0, "process")
    assert "not isolated" in result.stderr
    assert json.loads(path.read_text())["score"] == 2


# ---- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["check", "squar_root"], "no exercise or topic is called 'squar_root'; did you mean 'square_root'?"),
        (["check", "rots"], "no exercise or topic is called 'rots'; did you mean 'roots'?"),
        (["grade", "{theirs}", "--only", "cube_rot"], "no exercise or topic is called 'cube_rot'; did you mean 'cube_"),
        (["grade", "{theirs}/nowhere"], "there is no folder {theirs}/nowhere"),
        (
            ["grade", "{theirs}/empty"],
            "no exercises in {theirs}/empty: looked for a folder 'exercises', topic folders (roots, ...), or files",
        ),
        (["grade", "{theirs}", "--seed", "-1"], "--seed takes a whole number from 0 or the word random, not '-1'"),
        (["grade", "{theirs}", "--seed", "rnd"], "--seed takes a whole number from 0 or the word random, not 'rnd'"),
        (["grade", "{theirs}", "--seed", "1.5"], "--seed takes a whole number from 0 or the word random, not '1.5'"),
        (["grade", "{theirs}", "--json", "{theirs}/no/r.json"], "{theirs}/no/r.json cannot be written: No such file"),
        (["grade", "{theirs}", "--badge", "{theirs}/empty"], "{theirs}/empty is a folder; name a file"),
        (["grade", "{theirs}", "--like", "{theirs}/none.json"], "{theirs}/none.json: No such file or directory"),
        (["grade", "{theirs}", "--like", "{theirs}/roots/cube_root.py"], "{theirs}/roots/cube_root.py: not JSON"),
        (["grade", "{theirs}", "--isolation", "docker"], "Invalid value for '--isolation'"),
        (["grade"], "Missing argument 'DIR'"),
        (["grad", "{theirs}"], "No such command 'grad'. Did you mean 'grade', 'grades', 'nbgrader'?"),
    ],
)
def test_a_mistake_is_one_line_before_anything_is_graded(katas, submission, words, error):
    folder = submission()
    (folder / "empty").mkdir()
    result = katas.kata(*(word.format(theirs=folder) for word in words))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"kata: {error.format(theirs=folder)}"), result.stderr
    assert result.stderr.count("\n") == 1


def test_a_path_in_the_way_is_said_and_nothing_else_written(katas, submission, tmp_path):
    good = tmp_path / "good.json"
    result = katas.kata("grade", submission(), "--json", good, "--markdown", tmp_path / "no/report.md")
    assert (result.returncode, result.stdout, good.exists()) == (2, "", False)


HIDE_TORCH = """
import sys
import importlib.metadata as metadata

class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

sys.meta_path.insert(0, Hide())
version = metadata.version

def hidden(name):
    if name == "torch":
        raise metadata.PackageNotFoundError(name)
    return version(name)

metadata.version = hidden
"""


@pytest.fixture
def no_torch(katas):
    katas.write("sitecustomize.py", HIDE_TORCH)


@pytest.mark.usefixtures("no_torch")
@pytest.mark.parametrize("seed", ["random", "7"])
def test_live_references_without_torch_say_the_install_command(katas, submission, tmp_path, seed):
    path = tmp_path / "report.json"
    result = katas.kata("grade", submission(), "--seed", seed, "--json", path)
    assert (result.returncode, result.stdout, path.exists()) == (2, "", False)
    assert "pip install torch==2.13.0" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("no_torch")
def test_the_public_seed_works_without_torch(katas, submission):
    result = katas.kata("grade", submission())
    assert (result.returncode, "Score 2/5" in result.stdout) == (0, True)


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_required_isolation_without_bubblewrap_says_how_to_install_it(katas, submission, tmp_path):
    (tmp_path / "bin").mkdir()
    path = tmp_path / "report.json"
    words = ("grade", submission(), "--json", path)
    result = katas.kata(*words, "--isolation", "bubblewrap", env={"PATH": str(tmp_path / "bin")})
    assert (result.returncode, result.stdout, path.exists()) == (2, "", False)
    assert "apt install bubblewrap" in result.stderr
    assert result.stderr.count("\n") == 1
    result = katas.kata(*words, env={"PATH": str(tmp_path / "bin")})  # auto falls back and says so
    assert (result.returncode, json.loads(path.read_text())["run"]["isolation"]) == (0, "process")
    assert "apt install bubblewrap" in result.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_a_bubblewrap_that_may_not_isolate_says_why(katas, submission, tmp_path):
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin/bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    result = katas.kata("grade", submission(), "--isolation", "bubblewrap", env={"PATH": path})
    assert (result.returncode, result.stdout) == (2, "")
    assert "setting up uid map: Permission denied" in result.stderr
    assert "apparmor_restrict_unprivileged_userns" in result.stderr
    assert result.stderr.count("\n") == 1
    result = katas.kata("grade", submission(), env={"PATH": path})
    assert (result.returncode, "Score 2/5" in result.stdout) == (0, True)
    assert "not isolated" in result.stderr


# ---- --like --------------------------------------------------------------------------------------------------


def test_a_reported_run_is_repeated(katas, submission, tmp_path):
    report = tmp_path / "report.json"
    folder = submission()
    katas.kata("grade", folder, "--only", "cube_root", "--only", "square_root", "--json", report)
    result = katas.kata("grade", folder, "--like", report)
    assert result.returncode == 0
    assert result.stdout.endswith("Repeated with seed 0: the same score (2 then, 2 now).\n")
    assert "fourth_root" not in result.stdout

    submission(square_root=right("square_root"))
    katas.write("tests/roots/test_cube_root.py", katas.read("tests/roots/test_cube_root.py") + "\n# changed\n")
    lines = katas.kata("grade", folder, "--like", report).stdout.splitlines()
    assert lines[-2] == "Repeated with seed 0: another score for square_root (2 then, 3 now)."
    assert lines[-1] == "Not the same as then: submission, checks."

    for option in ("--seed", "--only"):
        result = katas.kata("grade", folder, "--like", report, option, "3")
        assert (result.returncode, result.stdout) == (2, "")
        assert "leave out --only and --seed" in result.stderr

    data = json.loads(report.read_text())
    data["exercises"][0]["name"] = "cube_rot"
    report.write_text(json.dumps(data))
    assert "did you mean 'cube_root'" in katas.kata("grade", folder, "--like", report).stderr


def test_a_random_seed_is_in_the_report_and_can_be_repeated(katas, submission, tmp_path):
    pytest.importorskip("torch")
    report, again = tmp_path / "report.json", tmp_path / "again.json"
    folder = submission(square_root="def square_root(x):\n    print(*x)\n    return x ** 0.5\n")
    words = ("grade", folder, "--only", "square_root")
    katas.kata(*words, "--seed", "random", "--json", report)
    result = katas.kata("grade", folder, "--like", report, "--json", again)
    one, other = (json.loads(path.read_text()) for path in (report, again))
    assert one["run"]["seed"] == other["run"]["seed"] > 0
    assert one["run"]["reference"] == "live"
    assert one["exercises"][0]["stdout"] == other["exercises"][0]["stdout"] != ""
    assert f"Repeated with seed {one['run']['seed']}: the same score (1 then, 1 now)." in result.stdout


# ---- interruptions -------------------------------------------------------------------------------------------


def descendants(pid):
    """The processes below ``pid``, each with the CPU time that it has used in seconds."""
    parents, used = {}, {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(entry.parent.name)
        parents[number] = int(fields[1])
        used[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {number: used.get(number, 0.0) for number in found - {pid}}


def alive(pids):
    states = []
    for pid in pids:
        try:
            states.append(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0])
        except OSError:
            continue
    return [state for state in states if state != "Z"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("isolation", ["auto", "process"])
def test_an_interrupt_leaves_no_report_and_no_process(katas, submission, tmp_path, isolation):
    report = tmp_path / "report.json"
    endless = "def square_root(x):\n    while True:\n        pass\n"
    words = ("grade", submission(square_root=endless), "--json", report, "--isolation", isolation)
    process = start(katas, *words, start_new_session=True)
    deadline = time.monotonic() + 60
    while max((below := descendants(process.pid)).values(), default=0) < 0.7:  # the loop is running
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (130, "", "")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["katas", "theirs"]
    while alive(below):
        assert time.monotonic() < deadline + 10, alive(below)
        time.sleep(0.02)


def test_a_reader_that_leaves_early_gets_no_traceback(katas, submission):
    process = start(katas, "grade", submission())
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) != 0
    assert "Traceback" not in errors
    assert "Exception ignored" not in errors
    assert errors.count("\n") <= 1


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_head_shows_the_first_line(katas, submission):
    line = f"{shlex.join(command('grade', submission()))} | head -1"
    result = subprocess.run(
        line,
        shell=True,
        cwd=katas.root,
        env={**os.environ, "PYTHONPATH": str(katas.root)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in result.stderr
    assert result.stdout.count("\n") == 1
    assert "\x1b" not in result.stdout
