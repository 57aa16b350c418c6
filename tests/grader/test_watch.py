"""`kata watch` in a real terminal: what is on the screen after a save and a key, and what is left behind."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

if sys.platform == "win32":
    pytest.skip("a terminal of Unix", allow_module_level=True)

from .terminals import Terminal, descendants, environment, gone

WRONG = "def double(x):\n    return x * x\n"
SLIP = "def double(x):\n    y = x\n    return y - x\n"
SLOW = "import time\n\n\ndef double(x):\n    time.sleep(1.1)\n    return x * x\n"  # no changed text ends in its time
NEVER = """\
def double(x):
    i = 0
    while i < 3:
        i = i + 1
    x = x ** i + 1
    x = abs(x) ** i - i
    return x ** i
"""  # three mistakes, and many a changed text never ends
RIGHT = "def double(x):\n    return x + x\n"
PATH = "exercises/basics/double.py"

CHECKS = '''\
from grader.checks import assert_close, misconception


def test_twice(student, rng):
    """Returns twice the number."""
    x = rng.normal(size=rng.integers(3, 9, size=2))
    assert_close(student.double(x), 2 * x)


def test_vector(student, rng):
    """Works for a vector."""
    x = rng.normal(size=4)
    assert_close(student.double(x), 2 * x)


@misconception("squares the number, which is twice the number for 0 and 2 only")
def squared(x):
    return x * x
'''


@pytest.fixture
def katas(mini):
    mini.add(questions=("Why twice?",), checks=CHECKS)
    solution = mini.read("solutions/basics/double.py")
    mini.add("twofold", solution=solution.replace("double", "twofold"), checks=CHECKS.replace(".double", ".twofold"))
    mini.note()
    return mini.with_program()


@pytest.fixture
def watch(katas):
    """Start a watch in a terminal."""
    return lambda *words, **options: katas.terminal("watch", *words, **options)


def test_every_save_is_answered_and_what_comes_next_is_a_key_away(katas, watch):
    screen = watch()
    assert "Twice a number" in screen.shows("not attempted yet")
    katas.write(PATH, WRONG)
    shown = screen.shows("2 checks fail")
    assert "squares the number" in shown
    assert screen.shows("yours")
    screen.send("n")
    screen.shows("n works once all checks pass")
    screen.clear()
    katas.write(PATH, RIGHT)
    shown = screen.shows("all 2 checks pass")
    assert "Next: twofold" in shown
    assert "key n" in shown
    assert "Compare: key s" in shown
    assert "Why twice?  key ?" in shown
    assert "kata solution" not in shown
    screen.send("n")
    screen.shows("exercises/basics/twofold.py")
    screen.send("q")
    assert screen.ends() == 0


def test_the_place_follows_the_verdict_and_the_change_is_a_key_away_when_asked_twice(katas, watch):
    katas.write(PATH, SLIP)
    screen = watch("double")
    assert "It goes wrong" not in screen.shows("2 checks fail")
    shown = screen.shows("It goes wrong in line 3: an operator")
    assert "Looking for the place" in shown
    screen.send("w")
    screen.shows("Ask once more to see the change")
    assert "+ return" not in screen.shows("Enter goes back")
    screen.send("\r")
    screen.shows("It goes wrong in line 3")
    screen.send("w")
    screen.shows("+ return y + x")


def test_where_solutions_are_not_shown_the_key_shows_the_place_alone(katas, watch):
    katas.write("kata.toml", 'course = "Katas"\nsolutions = false\n')
    katas.write(PATH, SLIP)
    screen = watch("double")
    screen.shows("It goes wrong in line 3")
    screen.send("w")
    screen.shows("line 3: an operator")
    shown = screen.shows("Enter goes back")
    assert "Ask once more" not in shown
    assert "y + x" not in shown


def test_without_keys_the_place_follows_the_answer_below_one_empty_line(katas):
    katas.write(PATH, SLIP)
    screen = katas.terminal("watch", "double", "--plain")
    shown = screen.shows("It goes wrong in line 3: an operator").replace("\r", "")
    assert "\n\n  ⌖ It goes wrong" in shown
    assert "\n\n\n" not in shown


def test_where_no_place_is_found_in_time_a_key_looks_longer(katas, watch):
    katas.write(PATH, SLOW)
    screen = watch("double")
    screen.shows("No small change is found yet that mends it: key w looks longer.")


def test_a_save_ends_the_search_for_the_place(katas, watch):
    katas.write(PATH, SLOW)
    screen = watch("double")
    search = searching(screen)
    left = descendants(screen.process.pid)
    screen.clear()
    katas.write(PATH, RIGHT)
    screen.shows("all 2 checks pass")
    assert gone(left - descendants(screen.process.pid) | search)
    katas.write(PATH, SLIP)
    screen.shows("It goes wrong in line 3: an operator")


def test_a_search_that_dies_is_one_that_finds_nothing(katas, watch):
    katas.write(PATH, SLOW)
    screen = watch("double")
    for pid in searching(screen):
        os.kill(pid, signal.SIGKILL)
    screen.shows("No small change is found yet")
    katas.write(PATH, SLIP)
    screen.shows("It goes wrong in line 3: an operator")


@pytest.mark.parametrize("how", ["\x03", signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, "q"])
@pytest.mark.parametrize("text", ["SLOW", "NEVER"])
def test_nobody_is_left_of_a_search_however_a_watch_ends(katas, watch, text, how):
    katas.write(PATH, {"SLOW": SLOW, "NEVER": NEVER}[text])
    screen = watch("double")
    searching(screen)
    left = descendants(screen.process.pid)
    if isinstance(how, str):
        screen.send(how)
    else:
        os.kill(screen.process.pid, how)
    screen.process.wait(10)
    assert gone(left, seconds=30)


def test_the_next_watch_goes_on_where_the_last_one_was(watch):
    screen = watch("twofold")
    screen.shows("twofold  0/1 points")
    screen.send("q")
    screen.ends()
    watch().shows("twofold  0/1 points")


def test_keys_that_show_more(katas, watch):
    katas.write(PATH, WRONG)
    screen = watch("double")
    screen.shows("squares the number")
    screen.send("hZ9\x1b[15~")  # the last three mean nothing
    shown = screen.shows("Hint 1 of 2: Think.")
    screen.send("h")
    assert "Hint 1 of 2" in screen.shows("Hint 2 of 2: Multiply by two.")
    assert "test_twice" not in shown
    screen.send("d")
    screen.shows("test_twice")
    screen.send("d")
    shown = screen.shows("q:quit")
    assert "test_twice" not in shown
    screen.send("q")
    assert screen.ends() == 0


def test_the_list_is_searched_and_jumped_from(watch):
    screen = watch("double")
    screen.shows("double  0/1 points")
    screen.send("l")
    assert "twofold" in screen.shows("> ○ double")
    screen.send("two")
    screen.shows("> ○ twofold")
    screen.send("\x1b")
    screen.shows("q:quit")
    screen.send("l")
    screen.shows("> ○ double")
    screen.send("fold\r")
    screen.shows("twofold  0/1 points")


def test_a_save_of_another_exercise_asks_before_it_switches(katas, watch):
    screen = watch("double")
    screen.shows("double  0/1 points")
    katas.write("exercises/basics/twofold.py", RIGHT.replace("double", "twofold"))
    screen.shows("You saved twofold. Go there? y/n")
    screen.send("n")
    assert "twofold" not in screen.shows("q:quit")
    katas.write("exercises/basics/twofold.py", WRONG.replace("double", "twofold"))
    screen.shows("You saved twofold. Go there? y/n")
    screen.send("y")
    screen.shows("twofold  0/1 points")


def test_a_file_that_is_taken_away_is_gone_and_one_that_is_put_in_its_place_is_answered(katas, watch):
    katas.write(PATH, RIGHT)
    screen = watch("double")
    screen.shows("all 2 checks pass")
    screen.clear()
    (katas.root / PATH).rename(katas.root / "exercises/basics/away.py")
    screen.shows("exercises/basics/double.py is gone; x restores it")
    screen.clear()
    katas.write("exercises/basics/4913", WRONG)
    (katas.root / "exercises/basics/4913").replace(katas.root / PATH)  # as editors do
    shown = screen.shows("2 checks fail")
    assert "is gone" not in shown.rpartition(PATH)[2]


def test_of_many_saves_the_last_is_answered(katas, watch):
    screen = watch("double")
    screen.shows("not attempted yet")
    for number in range(40):
        katas.write(PATH, f"{WRONG}# {number}\n")
        time.sleep(0.01)
    katas.write(PATH, RIGHT)
    screen.shows("all 2 checks pass")


def test_code_that_hangs_is_stopped_and_the_watch_goes_on(katas, watch):
    screen = watch("double")
    screen.shows("not attempted yet")
    katas.write(PATH, "def double(x):\n    while True: pass\n")
    screen.shows("took too long")
    screen.clear()
    katas.write(PATH, RIGHT)
    screen.shows("all 2 checks pass")


def test_two_watches_answer_the_same_save_and_remember_it(katas, watch):
    screens = [watch("double"), watch("double")]
    for screen in screens:
        screen.shows("not attempted yet")
    katas.write(PATH, RIGHT)
    for screen in screens:
        screen.shows("all 2 checks pass")
        screen.send("q")
        assert screen.ends() == 0
    assert json.loads(katas.read(".kata/progress.json"))["exercises"]["double"]["status"] == "passed"


def test_a_page_is_drawn_anew_for_another_size(watch):
    screen = watch("double")
    screen.shows("h:hint")
    screen.clear()
    screen.resize(12, 40)
    os.kill(screen.process.pid, signal.SIGWINCH)
    shown = screen.shows("q:quit")
    page = shown.split("\r\n")
    assert max(map(len, page)) <= 40
    assert len(page) <= 12


@pytest.mark.parametrize(("how", "status"), [("\x03", 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), ("q", 0)])
def test_however_it_ends_the_terminal_is_as_it_was_and_nobody_is_left(watch, how, status):
    screen = watch("double")
    screen.shows("q:quit")
    left = descendants(screen.process.pid)
    if isinstance(how, str):
        screen.send(how)
    else:
        os.kill(screen.process.pid, how)
    assert screen.ends() == status
    assert screen.written.rstrip().endswith(b"\x1b[?1049l")
    assert gone(left)


def test_nobody_is_left_after_the_terminal_is_closed(watch):
    screen = watch("double")
    screen.shows("q:quit")
    left = descendants(screen.process.pid)
    os.close(screen.ours)
    os.close(screen.theirs)
    screen.ours = screen.theirs = None
    screen.process.wait(10)
    assert gone(left)


def test_it_can_be_stopped_and_goes_on(katas):
    screen = Terminal(["bash", "--norc", "--noprofile", "-i"], katas.root, PS1="$ ")
    try:
        screen.send("stty -g > before\r")
        screen.send(f"{sys.executable} -m grader.cli watch double\r")
        screen.shows("q:quit")
        screen.send("\x1a")
        screen.shows("Stopped")
        assert b"\x1b[?1049l" in screen.written
        screen.send("stty -g | cmp - before && echo as it was | tr a-z A-Z\r")
        screen.shows("AS IT WAS")
        katas.write(PATH, RIGHT)
        screen.send("fg\r")
        screen.shows("all 2 checks pass")
        screen.send("q")
        screen.shows("$ ")
        screen.send("exit\r")
        screen.process.wait(10)
    finally:
        screen.close()


def test_an_editor_has_the_terminal_and_gives_it_back(katas, watch):
    editor = katas.write("editor.py", f"import sys\nopen(sys.argv[1], 'w').write({RIGHT!r})\n")
    screen = watch("double", EDITOR=f"{sys.executable} {editor}")
    screen.shows("not attempted yet")
    screen.send("e")
    screen.shows("all 2 checks pass")
    screen.send("q")
    assert screen.ends() == 0


def test_an_editor_that_is_not_there_is_said(watch):
    screen = watch("double", VISUAL="no-such-editor")
    screen.shows("q:quit")
    screen.send("e")
    screen.shows("no-such-editor cannot be run")
    screen = watch("double", VISUAL="", EDITOR="")
    screen.shows("q:quit")
    screen.send("e")
    screen.shows("export EDITOR=nano")


def test_the_notes_are_shown_with_formulas_that_a_terminal_has(katas, watch):
    pytest.importorskip("pylatexenc")
    katas.write("exercises/basics/README.md", "# Basics\n\n**Twice** is $2 \\cdot x^{2}$.\n")
    screen = watch("double", PAGER="cat")
    screen.shows("q:quit")
    screen.send("p")
    shown = screen.shows("Twice is 2 · x².")
    assert "\\cdot" not in shown
    screen.shows("q:quit")


def test_the_failing_case_is_tried_and_enter_goes_back(katas, watch):
    katas.write(PATH, "def double(x):\n    print('here', x.shape)\n    return x * x\n")
    screen = watch("double")
    assert "key d shows all" in screen.shows("squares the number")
    screen.clear()
    screen.send("t")
    shown = screen.shows("Enter goes back")
    assert "here (" in shown
    assert shown.index("\r\n" * 40) < shown.index("here (")  # on a screen of its own
    screen.send("\r")
    screen.shows("q:quit")


def test_without_a_terminal_every_answer_is_below_the_last(katas):
    katas.write(PATH, WRONG)
    command = [sys.executable, "-m", "grader.cli", "watch", "double"]
    with subprocess.Popen(
        command, cwd=katas.root, env=environment(katas.root), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert_comes(process, "✗ double")
            katas.write(PATH, SLIP)
            assert_comes(process, "It goes wrong in line 3: an operator")
            katas.write(PATH, RIGHT)
            assert_comes(process, "✓ double")
            katas.write("exercises/basics/twofold.py", WRONG.replace("double", "twofold"))
            assert_comes(process, "✗ twofold")
            (katas.root / PATH).unlink()
            assert_comes(process, "is gone; kata reset double restores it")
        finally:
            process.terminate()


def test_a_dumb_terminal_is_not_drawn_on(watch):
    screen = watch("double", TERM="dumb")
    screen.shows("double  0/1 points")
    assert b"\x1b" not in screen.written


def test_a_broken_check_is_said_and_the_watch_goes_on(katas, watch):
    katas.write(PATH, WRONG)
    checks = katas.read("tests/basics/test_double.py")
    katas.write("tests/basics/test_double.py", "1 / 0\n")
    screen = watch("double")
    screen.shows("ZeroDivisionError")
    screen.clear()
    katas.write("tests/basics/test_double.py", checks)
    katas.write(PATH, RIGHT)
    screen.shows("all 2 checks pass")


def searching(screen):
    """Wait until a watch looks for a place, and return the processes in which it does."""
    screen.shows("Looking for the place")
    words = ["ps", "-o", "pid=,args=", "--ppid", str(screen.process.pid)]
    end = time.monotonic() + 30
    while time.monotonic() < end:
        lines = subprocess.run(words, capture_output=True, text=True).stdout.splitlines()
        found = {int(line.split()[0]) for line in lines if "watching.locating" in line}
        if found and all(descendants(pid) for pid in found):
            return found
        time.sleep(0.01)
    raise AssertionError("nobody looks for the place")


def assert_comes(process, text):
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"{text!r} has not come")
