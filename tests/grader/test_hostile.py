"""Hostile submissions: each is graded 0, the exercises beside it keep full marks, and nothing is left behind.

A file of `hostile/` is a right solution with an attack, which a constant of the module switches on. It is graded three
times: with the attack; without it, for full marks, so that the 0 is not that of a broken file; and, where that is safe,
by the naive grader in `hostile/naive`, where the attack does its harm.
"""

# ruff: noqa: E501

import contextlib
import io
import json
import os
import random
import re
import resource
import select
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import grader.course
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.submission import Texts
from grader.sandbox import limits
from grader.sandbox.isolation import unused_uid
from grader.sandbox.sandbox import Sandbox, SandboxError

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = {path.stem: path.read_text() for path in sorted((HERE / "hostile").glob("*.py"))}
EXERCISE = {"generator_state": "dropout"}  # every other one is a leaky_relu
SECRET = f"SECRET-{random.randrange(10**12)}"

ENDS_AT_IMPORT = {"exit_at_import": "error", "sys_exit_at_import": "error", "loop_at_import": "timeout"}
TIMES_OUT = {
    "endless_message", "fork_bomb_without_end", "forged_length_within_the_cap", "forged_success", "loop", "loop_at_import",
    "loop_ignoring_signals", "loop_in_c", "loop_in_exception", "loop_in_flush", "loop_in_regex", "loop_in_threads",
    "output_flood_without_end", "parent_ends", "wide_and_deep",
}  # fmt: skip
# where it depends on who is faster, or on the version of Python
TIMES_OUT_PERHAPS = {
    "memory_bomb",
    "memory_bomb_mapped",
    "giant_array",
    "closed_descriptors",
    "recursion",
    "answers_twice",
    "alarm",
    "argument_bomb",
    "kill_everything",
}
SAYS_NOTHING = {"kill_everything"}  # its output may be lost with it


def course_and_checks():
    course = grader.course.load(grader.course.root())
    names = ["leaky_relu", "dropout", "gelu", "softmax"]
    return course, collect(course, [course.find(name) for name in names])


@pytest.fixture(scope="module")
def course():
    return course_and_checks()


class Watched(Sandbox):
    """A sandbox that remembers its processes and users."""

    def __init__(self, *arguments):
        self.pids, self.uids = set(), set()
        super().__init__(*arguments)

    def _begin(self):
        pipes = super()._begin()
        found = descendants(self._process.pid)
        self.pids |= found | {self._process.pid}
        self.uids |= {uid for pid in found if (uid := owner(pid)) not in (None, os.getuid())}
        return pipes

    def left_running(self):
        """Return what runs besides the sandbox's own two processes."""
        own = {self._process.pid, *children(self._process.pid)} if self._process else set()
        below = descendants(self._process.pid) if self._process else set()
        strange = {pid for pid in processes() if owner(pid) in self.uids}
        return {pid for pid in (self.pids | below | strange) - own if alive(pid)}


def processes():
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def stat(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def alive(pid):
    fields = stat(pid)
    return fields is not None and fields[0] not in "ZX"


def owner(pid):
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    return int(status.partition("\nUid:")[2].split()[0])


def children(parent):
    return [pid for pid in processes() if (fields := stat(pid)) and int(fields[1]) == parent]


def descendants(pid):
    parents = {each: int(fields[1]) for each in processes() if (fields := stat(each))}
    found, fresh = set(), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def soon(condition, seconds=5.0):
    """Tell whether something comes true within a moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


@pytest.fixture(scope="module")
def sandbox():
    os.environ["KATA_SECRET"] = SECRET
    try:
        with Watched("bubblewrap") as sandbox:
            sandbox.learner().close()
            yield sandbox
    except SandboxError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    finally:
        del os.environ["KATA_SECRET"]
    assert soon(lambda: not sandbox.left_running()), "nothing runs when the sandbox is closed"


def solution(course, name):
    return course.solution(course.find(name)).read_text()


def run(text, name, course, checks, sandbox, impatient=False):
    """Grade a text for an exercise, with two honest ones after it."""
    patch = pytest.MonkeyPatch()
    if impatient:
        patch.setattr(limits, "CALL_SECONDS", 0.4)
        patch.setattr(limits, "LOAD_SECONDS", 0.6)
    texts = Texts({name: text, "gelu": solution(course, "gelu"), "softmax": solution(course, "softmax")})
    exercises = [course.find(each) for each in (name, "gelu", "softmax")]
    try:
        return grade(texts, course, sandbox, exercises=exercises, checks=checks, progress=lambda _: patch.undo())
    finally:
        patch.undo()


def full_marks(result):
    return result.status == "passed" and result.score == result.max_score > 0


WATCHED_PLACES = [
    "/",
    "/dev",
    "/dev/shm",
    "/tmp",
    "/var/tmp",
    "/run",
    "/lib",
    "/usr/lib",
    str(Path(json.__file__).parent),
]
WATCHED_PLACES += [str(Path(np.__file__).parent), str(ROOT), str(ROOT / "grader/sandbox"), str(Path.home()), "."]


def strange_files():
    found = []
    for place in WATCHED_PLACES:
        with contextlib.suppress(OSError):
            found += list(Path(place).glob("kata-hostile*"))
    return found


@pytest.mark.parametrize("name", FILES)
def test_attack_gains_nothing(name, course, sandbox):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = run(FILES[name], EXERCISE.get(name, "leaky_relu"), *course, sandbox, impatient=name in TIMES_OUT)
    hostile, *honest = report.exercises
    assert hostile.score == 0
    expected = ENDS_AT_IMPORT.get(name, "timeout" if name in TIMES_OUT else "failed")
    assert hostile.status == expected or (name in TIMES_OUT_PERHAPS and hostile.status == "timeout")
    assert len(hostile.checks) == len(course[1][hostile.name].checks), "every check is listed"
    assert [exercise.name for exercise in honest if full_marks(exercise)] == ["gelu", "softmax"]

    text = json.dumps(report.to_dict())
    assert "HARM" not in text
    assert SECRET not in text
    assert str(ROOT) not in text
    assert len(text) < 200_000
    assert hostile.stdout.startswith("attack\n") or name in SAYS_NOTHING, "the attack did take place"
    assert len(hostile.stdout) <= limits.OUTPUT_BYTES + 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000, "our own memory stays bounded"
    assert soon(lambda: not sandbox.left_running()), "nothing is left running"
    assert strange_files() == []


@pytest.mark.parametrize("name", FILES)
def test_same_file_without_the_attack_has_full_marks(name, course, sandbox):
    text = FILES[name].replace("ATTACK = True", "ATTACK = False")
    assert text != FILES[name]
    report = run(text, EXERCISE.get(name, "leaky_relu"), *course, sandbox)
    assert all(map(full_marks, report.exercises))


def test_nothing_was_written():
    """Look for the mark of the attacks in every file that changed since this module was imported."""
    places = [ROOT / "grader", ROOT / "exercises", ROOT / "solutions", ROOT / "tests", Path(json.__file__).parent]
    found = []
    for place in [*places, Path(np.__file__).parent]:
        for folder, folders, files in os.walk(place):
            folders[:] = [name for name in folders if name not in ("__pycache__", "site-packages", "hostile")]
            for name in files:
                path = Path(folder, name)
                with contextlib.suppress(OSError):
                    if (
                        path.stat().st_mtime >= STARTED
                        and path != Path(__file__)
                        and b"KATA WAS HERE" in path.read_bytes()
                    ):
                        found.append(path)
    assert not found


STARTED = time.time()


# --- the reports of a hostile submission --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["markup", "markup_in_answer", "huge_type_name", "huge_message", "output_flood"])
def test_reports_stay_reports(name, course, sandbox, tmp_path):
    from rich.console import Console

    from grader.reports import json_report, junit, markdown, terminal

    report = run(FILES[name], "leaky_relu", *course, sandbox)
    screen = io.StringIO()
    terminal.render(report, Console(file=screen, force_terminal=False, width=80))
    shown = screen.getvalue()
    assert "\x1b" not in shown
    assert not any(line.startswith(("::", "##[")) for line in shown.splitlines())
    json_report.write(report, tmp_path / "report.json")
    assert json_report.load(tmp_path / "report.json") == report
    page = markdown.render(report)
    assert "<script>alert" not in page
    assert "\x1b" not in page
    for path, text in (
        (tmp_path / "a.txt", shown),
        (tmp_path / "a.md", page),
        (tmp_path / "a.xml", junit.dumps(report)),
    ):
        path.write_text(text, encoding="utf-8")
        assert path.stat().st_size < 100_000


# --- outside the sandbox, the attacks do their harm ---------------------------------------------------------------

DIES = [
    "exit_at_import", "sys_exit_at_import", "exit_in_call", "sys_exit_in_call", "forged_report", "keyboard_interrupt",
    "generator_exit", "real_time_signal", "segmentation_fault", "abort", "recursion", "exiting_message", "replaced_streams",
    "loop", "loop_at_import", "loop_in_c", "loop_in_regex", "loop_ignoring_signals", "loop_in_threads", "loop_in_exception",
    "loop_in_flush", "loop_at_exit", "endless_message", "closed_descriptors", "output_flood_without_end", "parent_ends",
]  # fmt: skip
SCORES = [
    "always_equal", "array_hooks", "clever_numbers", "frames", "garbage_search", "patched_builtins", "read_solutions",
    "object_array",
]  # fmt: skip
HARMS = [
    "descriptors", "environment", "frames", "garbage_search", "import_checks", "kernel_objects", "memfd_bomb", "network", "proc",
    "read_solutions", "reduce", "trace", "write_files", "object_array",
]  # fmt: skip


@pytest.fixture
def outside(tmp_path):
    """Run the naive grader on a text in a folder of its own; return what it printed within a moment."""
    for folder in ("solutions/activations", "tests/activations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    started = []

    def run(text, seconds=30.0):
        path = tmp_path / "submission.py"
        path.write_text(text)
        environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(tmp_path),
            "KATA_SECRET": SECRET,
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-B", str(HERE / "hostile/naive/naive.py"), str(path)]
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        started.append(process)
        return read(process, seconds)

    yield run
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
        process.stdout.close()


def read(process, seconds):
    """Return what a process prints until it closes its output, or until a moment after its attack has begun."""
    text, end = b"", time.monotonic() + 30
    while time.monotonic() < end and len(text) < 3_000_000:
        if select.select([process.stdout], [], [], 0.02)[0]:
            data = os.read(process.stdout.fileno(), 1 << 16)
            if not data:
                break
            if b"attack" in data:
                end = time.monotonic() + seconds
            text += data
    return text.decode("utf-8", "replace")


@pytest.mark.parametrize("name", DIES)
def test_naive_grader_gives_no_score(name, outside):
    assert not re.search(r"^SCORE \d", outside(FILES[name], seconds=0.3), re.MULTILINE)


@pytest.mark.parametrize("name", SCORES)
def test_naive_grader_gives_full_marks(name, outside):
    assert "SCORE 1" in outside(FILES[name])


@pytest.mark.parametrize("name", HARMS)
def test_naive_grader_is_harmed(name, outside, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        text = FILES[name].replace("PORT = 9\n", f"PORT = {server.getsockname()[1]}\n")
        text = text.replace("PLACES = [\n", f"PLACES = [{str(tmp_path)!r}] or [\n")
        assert "HARM" in outside(text)


def test_naive_grader_prints_everything(outside):
    assert len(outside(FILES["output_flood"])) > 1_000_000


def test_naive_grader_leaves_a_daemon(outside, tmp_path):
    text = FILES["daemon"]
    changed = text.replace('PLACES = ["/", "/dev", "/dev/shm", "/tmp"]', f"PLACES = [{str(tmp_path)!r}]")
    assert changed != text
    assert "SCORE" in outside(changed)
    assert soon(lambda: (tmp_path / "kata-hostile-daemon").exists())


def test_naive_grader_answers_twice(outside):
    assert outside(FILES["answers_twice"]).count("SCORE") == 2


def test_naive_grader_passes_the_honest_part(outside):
    assert "SCORE 1" in outside(FILES["frames"].replace("ATTACK = True", "ATTACK = False"))


# --- the same as an ordinary user ---------------------------------------------------------------------------------


def usable(python, uid):
    """Tell whether a user can run the grader with this Python."""
    command = [python, "-B", "-c", "import pytest, pytest_timeout, rich, jinja2, grader.grading.grade"]
    try:
        return subprocess.run(
            command, cwd=ROOT, user=uid, group=uid, extra_groups=[], capture_output=True, timeout=60, env={"PYTHONPATH": str(ROOT)}
        ).returncode == 0  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return False


def python_for(uid):
    """Return a Python with what the grader needs that this user can run, or None."""
    told = os.environ.get("KATA_USER_PYTHON")
    candidates = [told] if told else [sys.executable, *map(str, Path("/tmp").glob("*/bin/python")), *map(str, Path("/opt").glob("*/bin/python3")),
                  "/usr/local/bin/python3", "/usr/bin/python3"]  # fmt: skip
    return next((python for python in candidates if usable(python, uid)), None)


@pytest.fixture(scope="module", autouse=True)
def as_ordinary_user(tmp_path_factory):
    """Start the attacks once more as an ordinary user, beside the other tests."""
    if sys.platform != "linux" or os.getuid() != 0:
        yield None
        return
    uid = unused_uid()
    python = python_for(uid)
    if python is None:
        yield None
        return
    home = Path("/tmp", f"kata-user-{uid}")
    home.mkdir(mode=0o700)
    os.chown(home, uid, uid)
    command = [
        python,
        "-B",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--basetemp={home / 'tests'}",
        str(Path(__file__)),
    ]
    command += ["-k", "test_attack or test_same_file"]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TMPDIR": str(home), "CI": "1"}
    with (home.with_suffix(".log")).open("w+") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, user=uid, group=uid, extra_groups=[], env=environment, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        yield process, log
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
    shutil.rmtree(home)
    home.with_suffix(".log").unlink()


def test_attacks_as_an_ordinary_user(as_ordinary_user):
    if os.getuid() != 0:
        pytest.skip("this is an ordinary user")
    if as_ordinary_user is None:
        pytest.skip("no Python that an ordinary user can run has what the grader needs: set KATA_USER_PYTHON")
    process, log = as_ordinary_user
    status = process.wait(timeout=280)
    log.seek(0)
    text = log.read()
    assert status == 0, text[-4000:]
    assert f"{2 * len(FILES)} passed" in text, text[-500:]
