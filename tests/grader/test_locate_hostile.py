"""Files that attack or never end while the place is looked for cost no more than its time, and leave nothing behind."""

import os
import signal
import sys
import time

import pytest

if sys.platform != "linux":
    pytest.skip("bubblewrap is for Linux", allow_module_level=True)

from grader.classroom.out import Out
from grader.report import Place, load

from .terminals import descendants, gone

BUSY = 30  # seconds that all else may take on a busy machine
PATH = "exercises/basics/double.py"
SLIP = "def double(x):\n    y = x\n    return y - x\n"
FILE = """\
import os, signal, sys, time


def double(x):
    i = 0
    while i < 3:
        i = i + 1
    {attack}
    x = x ** i + 1
    x = abs(x) ** i - i
    return x ** i
"""  # three mistakes: no small change mends it
ATTACKS = {
    "never_ends": "pass",  # but many a changed text
    "never_ends_later": "while abs(float(x.sum())) > 1e9: pass",
    "is_slow": "time.sleep(1.1)",
    "leaves_others": "os.fork() or time.sleep(1000)",
    "forks": "[os.fork() for _ in range(20)]",
    "ends_itself": "os._exit(0)",
    "kills": "os.kill(-1, signal.SIGKILL)",
    "prints": "print('x' * 10**7)",
    "fills_memory": "bytearray(10**10)",
    "fools": "sys.modules['numpy'].ndarray = sys.modules['builtins'].float = None",
}
FILES = {name: FILE.format(attack=attack) for name, attack in ATTACKS.items()}
CHECKS = '''\
from grader.checks import assert_close


def test_agrees(student, rng):
    """Is twice the number."""
    x = rng.normal(size=rng.integers(3, 9, size=2))
    assert_close(student.double(x), 2 * x)
'''


@pytest.fixture
def katas(mini):
    mini.add(checks=CHECKS)
    return mini.with_program()


def processes(process):
    """Wait for the end of a process, and return all that it and its like have started."""
    seen = set()
    while process.poll() is None:
        seen |= descendants(process.pid)
        time.sleep(0.02)
    return seen


@pytest.mark.slow
def test_a_class_of_them_is_graded_in_its_time_and_the_others_have_their_places(katas, tmp_path):
    for name, text in {**FILES, "ada": SLIP}.items():
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "double.py").write_text(text)
    out, begun = Out(tmp_path / "out"), time.monotonic()
    screen = katas.terminal("batch", tmp_path / "class", "--out", out.root, "--locate", "--jobs", "2")
    left = processes(screen.process)
    assert screen.ends() == 0, screen.read()
    assert time.monotonic() - begun < BUSY + 12 * len(FILES)  # what one attack may take of grading itself, and 2 s
    assert gone(left)
    reports = {id: load(path) for id, path in out.reports().items()}
    assert reports.keys() == {*FILES, "ada"}
    assert reports.pop("ada").exercises[0].place == Place(3, "operator")
    assert {report.score for report in reports.values()} == {0}


@pytest.mark.parametrize("words", [("check", "double"), ("grade", ".", "--locate"), ("locate", "double")])
@pytest.mark.parametrize("attack", ["never_ends", "leaves_others"])
def test_a_command_ends_in_its_time_and_leaves_nobody(katas, words, attack):
    katas.write(PATH, FILES[attack])
    begun = time.monotonic()
    screen = katas.terminal(*words)
    left = processes(screen.process)
    assert screen.ends() == (0 if words[0] == "grade" else 1)
    assert time.monotonic() - begun < BUSY + 20
    assert "Traceback" not in screen.read()
    assert gone(left)


@pytest.mark.parametrize(("how", "status"), [("\x03", 130), (signal.SIGKILL, -9), (signal.SIGTERM, -15)])
def test_a_check_that_is_interrupted_at_its_search_has_given_its_verdict_and_leaves_nobody(katas, how, status):
    katas.write(PATH, FILES["never_ends"])
    screen = katas.terminal("check", "double")
    assert "Is twice the number" in screen.shows("looking for the place")
    left = descendants(screen.process.pid)
    if isinstance(how, str):
        screen.send(how)
    else:
        os.kill(screen.process.pid, how)
    assert screen.process.wait(30) == status
    assert "Traceback" not in screen.read()
    assert gone(left, seconds=30)
