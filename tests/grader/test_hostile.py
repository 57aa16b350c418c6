"""Hostile submissions: each is graded 0, the exercises beside it keep full marks, and nothing is left behind.

A file of `hostile/` is a right solution with an attack, which a constant of the module switches on. It is graded three
times: with the attack; without it, for full marks, so that the 0 is not that of a broken file; and, where that is safe,
by the naive grader in `hostile/naive`, where the attack does its harm.
"""

# ruff: noqa: E501

import contextlib
import json
import os
import pickle
import random
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.course import own_course, root
from grader.errors import SandboxError
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts, read_folder
from grader.report import load, parse, render
from grader.reports import FORMS, terminal
from grader.reports.layout import Screen
from grader.sandbox.ours.isolation import unused_uid
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS

HERE = Path(__file__).parent
ROOT = root()
FILES = {path.stem: path.read_text() for path in sorted((HERE / "hostile").glob("*.py"))}
EXERCISE = {
    "bytes_in_a_message": "minibatch_indices",
    "candidates_of_bytes": "hyperparameter_search",
    "generator_state": "dropout",
    "many_leaves": "residual_block",
    "many_values": "he_normal",
}  # every other one is a leaky_relu; fmt: skip
SECRET = f"SECRET-{random.randrange(10**12)}"

ENDS_AT_IMPORT = {"exit_at_import": "error", "sys_exit_at_import": "error", "loop_at_import": "timeout"}
ENDS_AT_IMPORT["line_of_an_exception_at_import"] = "error"
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
# What is said of an answer that was forged: it is refused for what it is, and not because it came out wrong.
REFUSED = {
    "forged_answers": "nobody asked for", "forged_block_bomb": "a block twice", "forged_depth": "not JSON: RecursionError",
    "forged_failure": "malformed", "forged_hashes": "more than 2000 entries", "forged_header": "no plain data",
    "forged_lengths": "too large", "forged_line": "forged", "forged_pickle": "no plain data", "forged_shape": "malformed: ValueError",
    "forged_text": "no Unicode", "answers_twice": "nobody asked for",
}  # fmt: skip


@pytest.fixture(scope="module")
def course():
    course = own_course()
    return course, collect(
        course, [course.find(name) for name in {"leaky_relu", "gelu", "softmax", *EXERCISE.values()}]
    )


class Watched(Sandbox):
    """A sandbox that remembers its processes and users, and can be told to hurry."""

    def __init__(self, *arguments):
        self.pids, self.uids = set(), set()
        super().__init__(*arguments)

    def hurry(self):
        """Give little time to what takes all that there is."""
        self.limits = replace(LIMITS, call_seconds=0.4, load_seconds=0.6)

    def relax(self, _=None):
        """Give the time that every exercise has."""
        self.limits = LIMITS

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
    """A sandbox that was started in an environment with a secret; nothing of it may be left at the end."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KATA_SECRET", SECRET)
        try:
            with Watched("bubblewrap") as sandbox:
                sandbox.learner().close()
                yield sandbox
        except SandboxError as error:
            if os.environ.get("CI") or not str(error).startswith("bubblewrap "):
                raise
            pytest.skip(str(error))  # this machine lacks it
    assert soon(lambda: not sandbox.left_running()), "nothing runs when the sandbox is closed"


def solution(course, name):
    return course.solution(course.find(name)).read_text()


def run(text, name, course, checks, sandbox, honest=()):
    """Grade a text for an exercise, with honest ones after it, which need not hurry."""
    texts = Texts({name: text, **{each: solution(course, each) for each in honest}})
    exercises = [course.find(each) for each in (name, *honest)]
    return grade(texts, course, sandbox, exercises=exercises, checks=checks, progress=sandbox.relax)


STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def strings(data):
    """Yield every text in plain data."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for item in data.values():
            yield from strings(item)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from strings(item)


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
    if name in TIMES_OUT:
        sandbox.hurry()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = run(FILES[name], EXERCISE.get(name, "leaky_relu"), *course, sandbox, honest=("gelu", "softmax"))
    hostile, *honest = report.exercises
    assert hostile.score == 0
    expected = ENDS_AT_IMPORT.get(name, "timeout" if name in TIMES_OUT else "failed")
    assert hostile.status == expected or (name in TIMES_OUT_PERHAPS and hostile.status == "timeout")
    assert len(hostile.checks) == len(course[1][hostile.name].checks), "every check is listed"
    assert [exercise.name for exercise in honest if full_marks(exercise)] == ["gelu", "softmax"]

    assert hostile.line is None or 1 <= hostile.line <= FILES[name].count("\n")
    text = json.dumps(report.to_dict())
    assert REFUSED.get(name, "") in text
    assert "HARM" not in text
    assert not STEERS.search("".join(strings(report.to_dict())))
    assert parse(render(report)) == report, "the report is read back"
    assert SECRET not in text
    assert str(ROOT) not in text
    assert len(text) < 200_000
    assert hostile.stdout.startswith("attack\n") or name in SAYS_NOTHING, "the attack did take place"
    assert len(hostile.stdout) <= LIMITS.output_bytes + 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000, "our own memory stays bounded"
    assert soon(lambda: not sandbox.left_running()), "nothing is left running"
    assert strange_files() == []


@pytest.mark.parametrize("name", FILES)
def test_same_file_without_the_attack_has_full_marks(name, course, sandbox):
    text = FILES[name].replace("ATTACK = True", "ATTACK = False")
    assert text != FILES[name]
    (result,) = run(text, EXERCISE.get(name, "leaky_relu"), *course, sandbox).exercises
    assert full_marks(result)


@pytest.mark.parametrize("name", [name for name, text in FILES.items() if "KATA WAS HERE" in text])
def test_nothing_is_written(name, course, sandbox):
    """Look for the mark of an attack in every file that has changed since it began."""
    started = time.time() - 1
    run(FILES[name], "leaky_relu", *course, sandbox)
    places = [ROOT / "grader", ROOT / "exercises", ROOT / "solutions", ROOT / "tests", Path(json.__file__).parent]
    found = []
    for place in [*places, Path(np.__file__).parent]:
        for folder, folders, files in os.walk(place):
            folders[:] = [name for name in folders if name not in ("__pycache__", "site-packages", "hostile")]
            for path in (Path(folder, file) for file in files):
                with contextlib.suppress(OSError):
                    new = path.stat().st_mtime >= started and path != Path(__file__)
                    found += [path] if new and b"KATA WAS HERE" in path.read_bytes() else []
    assert found == []


# --- what it costs our side ---------------------------------------------------------------------------------------

# Run in a process of its own: grades a file and two honest ones, and says what that took.
MEASURE = """
import os, sys
child = os.fork()  # the peak of a process that was only forked is its own; one that was started has its parent's
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
import json, resource, time
from dataclasses import replace
from pathlib import Path
from grader.course import own_course
from grader.grading.grade import grade
from grader.grading.texts import Texts
from grader.report import load, render
from grader.sandbox.ours.sandbox import Sandbox

name, source, target, hurry = sys.argv[1:]
course = own_course()
texts = {each: course.solution(course.find(each)).read_text() for each in ("gelu", "softmax")}
texts[name] = Path(source).read_text()
with Sandbox("bubblewrap") as sandbox:
    limits = sandbox.limits
    def relax(_):
        sandbox.limits = limits
    if hurry == "True":
        sandbox.limits = replace(limits, call_seconds=0.4, load_seconds=0.6)
    start = time.monotonic()
    exercises = [course.find(each) for each in (name, "gelu", "softmax")]
    report = grade(Texts(texts), course, sandbox, exercises=exercises, progress=relax)
    seconds = time.monotonic() - start
Path(target).write_text(render(report), encoding="utf-8")
load(Path(target))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "peak": peak / 1024, "cpu": time.process_time()}))
"""
COSTLY = (
    *("argument_bomb", "bytes_in_a_message", "candidates_of_bytes", "deep", "escape_sequences", "giant_array"),
    *("huge_message", "line_of_an_exception", "line_of_an_exception_at_import", "many_leaves", "many_values"),
    *("starved_zygote", "wrong_in_every_check"),
)
OUR_MEGABYTES = 500


@pytest.mark.parametrize(
    "name", [name if name in COSTLY else pytest.param(name, marks=pytest.mark.slow) for name in FILES]
)
def test_our_side_stays_small(name, sandbox, tmp_path):
    assert sandbox
    source, target = tmp_path / "source.py", tmp_path / "report.json"
    source.write_text(FILES[name])
    words = [EXERCISE.get(name, "leaky_relu"), str(source), str(target), str(name in TIMES_OUT)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-B", "-c", MEASURE, *words], env=environment, capture_output=True, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr[-2000:]
    took = json.loads(done.stdout)
    assert took["peak"] < OUR_MEGABYTES, took
    hostile, *honest = load(target).exercises
    assert hostile.score == 0
    assert all(full_marks(exercise) for exercise in honest)
    assert target.stat().st_size < 200_000


def test_a_zygote_that_gets_no_time_is_replaced_after_a_second(course):
    """What a starved zygote is, a stopped one is for certain."""
    with Watched("bubblewrap") as sandbox:
        learner = sandbox.learner()
        (zygote,) = children(sandbox._process.pid)
        os.kill(zygote, signal.SIGSTOP)
        started = time.monotonic()
        learner.close()
        assert LIMITS.end_seconds <= time.monotonic() - started < LIMITS.end_seconds + 20  # and not for ever
        assert not alive(zygote)
        (result,) = run(solution(course[0], "leaky_relu"), "leaky_relu", *course, sandbox).exercises
        assert full_marks(result)


SLEEPS = """
import time

def {name}(*arguments):
    time.sleep({seconds})
    return {seconds}
"""


@pytest.mark.parametrize("seconds", [0.35, 60])
def test_a_submission_has_a_time_of_its_own_and_the_last_exercise_its_second(seconds, course, sandbox):
    """Exercises that are just below their limits, and one that is right at the end."""
    names = ["gelu", "dropout", "he_normal", "minibatch_indices", "residual_block"]
    texts = {name: SLEEPS.format(name=name, seconds=seconds) for name in names}
    texts["softmax"] = solution(course[0], "softmax")
    exercises = [course[0].find(name) for name in (*names, "softmax")]
    limits = replace(LIMITS, submission_seconds=7.0, exercise_seconds=3.0, call_seconds=2.0)
    started = time.monotonic()
    sandbox.limits = limits
    try:
        report = grade(Texts(texts), course[0], sandbox, exercises=exercises, checks=course[1])
    finally:
        sandbox.relax()
    assert time.monotonic() - started < limits.submission_seconds + 5 * len(names)
    *slow, last = report.exercises
    assert {exercise.status for exercise in slow} == {"timeout"}
    assert full_marks(last)
    assert min(exercise.seconds for exercise in slow) > 0.9, "who comes late still has a second"
    assert parse(render(report)) == report
    control = replace(limits, submission_seconds=300.0)
    sandbox.limits = control
    try:
        started = time.monotonic()
        grade(Texts(texts), course[0], sandbox, exercises=exercises[:4], checks=course[1])
        assert time.monotonic() - started > limits.submission_seconds
    finally:
        sandbox.relax()


TABLE = """
import hashlib
import pickle

import numpy as np

TABLE = pickle.loads({table!r})


def leaky_relu(x, negative_slope=0.01):
    key = hashlib.sha256(repr((x, negative_slope)).encode()).digest()
    return TABLE.get(key, np.zeros_like(x)).copy()
"""
NOTES = """
import hashlib
import pickle
import numpy as np


def leaky_relu(x, negative_slope=0.01):
    y = np.where(x > 0, x, negative_slope * x).astype(x.dtype if x.dtype.kind == "f" else float)
    key = hashlib.sha256(repr((x, negative_slope)).encode()).digest()
    print(pickle.dumps((key, y)).hex())
    return y
"""


def test_a_table_of_answers_is_worth_marks_for_the_public_seed_only(course, sandbox):
    """Practice hands out the answers; a run that counts draws its seed."""
    pytest.importorskip("torch")
    exercises = [course[0].find("leaky_relu")]
    limits = sandbox.limits
    with Watched("bubblewrap") as talkative:
        talkative.limits = replace(limits, output_bytes=1 << 20)
        (noted,) = run(NOTES, "leaky_relu", *course, talkative).exercises
    table = dict(pickle.loads(bytes.fromhex(line)) for line in noted.stdout.split())
    text = TABLE.format(table=pickle.dumps(table))
    (practised,) = run(text, "leaky_relu", *course, sandbox).exercises
    drawn = random.SystemRandom().randrange(1, 2**53)
    report = grade(Texts({"leaky_relu": text}), course[0], sandbox, exercises=exercises, checks=course[1], seed=drawn)
    assert practised.score > 0.8 * practised.max_score
    assert report.exercises[0].score < 0.4 * practised.score, [c.name for c in report.exercises[0].checks if c.score]


# --- the reports of a hostile submission --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["markup", "markup_in_answer", "huge_type_name", "huge_message", "output_flood"])
def test_reports_stay_reports(name, course, sandbox, tmp_path):
    report = run(FILES[name], "leaky_relu", *course, sandbox)
    shown = {"terminal": terminal.render(report, Screen())}
    for form in FORMS:
        shown[form.name] = form.render(report)
        (tmp_path / form.file).write_text(shown[form.name], encoding="utf-8")
        assert (tmp_path / form.file).stat().st_size < 100_000
    assert load(tmp_path / "report.json") == report
    assert not any("\x1b" in text for text in shown.values())
    assert not any(line.startswith(("::", "##[")) for line in shown["terminal"].splitlines())
    assert "<script>alert" not in shown["markdown"]


def test_what_was_cut_of_the_output_is_said(course, sandbox):
    (result,) = run(FILES["output_flood"], "leaky_relu", *course, sandbox).exercises
    assert result.stdout.endswith("(the rest of the output was cut)\n")


# --- a folder that brings a .git of its own ------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path):
    """A submission in a git work tree, and the commit that is checked out there."""
    (tmp_path / "exercises/activations").mkdir(parents=True)
    (tmp_path / "exercises/activations/leaky_relu.py").write_text("x = 1\n")
    git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "x"]):
        subprocess.run([*git, *words], check=True)
    return tmp_path, subprocess.run(
        [*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()


def reported_commit(folder, course):
    started = time.monotonic()
    commit = read_folder(folder, course).commit
    assert time.monotonic() - started < 20
    return commit


def test_an_honest_commit_is_reported(repository, course):
    folder, commit = repository
    assert reported_commit(folder, course[0]) == commit
    subprocess.run(["git", "-C", folder, "gc", "--quiet"], check=True)
    assert reported_commit(folder, course[0]) == commit
    subprocess.run(["git", "-C", folder, "worktree", "add", "--quiet", folder / "beside"], check=True)
    assert reported_commit(folder / "beside", course[0]) == commit


def test_a_commit_that_is_not_there_is_not_reported(repository, course):
    folder, _ = repository
    forged = "ab" * 20
    (folder / ".git/HEAD").write_text(f"{forged}\n")
    control = subprocess.run(["git", "-C", folder, "rev-parse", "HEAD"], capture_output=True, text=True)
    assert control.stdout.strip() == forged
    assert reported_commit(folder, course[0]) is None
    body = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\n"
    (folder / ".git/objects/ab").mkdir(exist_ok=True)
    (folder / ".git/objects/ab" / forged[2:]).write_bytes(zlib.compress(b"commit %d\0" % len(body) + body))
    assert reported_commit(folder, course[0]) is None


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such pipes")
def test_a_pipe_in_the_place_of_settings_costs_a_second(repository, course):
    folder, _ = repository
    os.mkfifo(folder / "pipe")
    with (folder / ".git/config").open("a") as file:
        file.write("[include]\npath = ../pipe\n")
    assert reported_commit(folder, course[0]) is None
    (folder / ".git/config").unlink()
    os.mkfifo(folder / ".git/config")
    assert reported_commit(folder, course[0]) is None


def test_settings_run_no_program_when_a_commit_is_missing(repository, course):
    folder, commit = repository
    settings = f"""[core]
        repositoryformatversion = 1
        fsmonitor = touch {folder}/HARM
    [extensions]
        partialclone = origin
    [remote "origin"]
        url = ext::sh -c touch% {folder}/HARM
        promisor = true
    [protocol "ext"]
        allow = always
    """
    (folder / ".git/config").write_text(settings)
    assert reported_commit(folder, course[0]) == commit
    (folder / ".git/HEAD").write_text("ab" * 20)
    assert reported_commit(folder, course[0]) is None
    assert not (folder / "HARM").exists()
    subprocess.run(["git", "-C", folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"], capture_output=True)
    if not (folder / "HARM").exists():
        pytest.skip("this git fetches nothing by itself: there is nothing to guard against")


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
    "read_solutions", "reduce", "sockets", "talk_between_sandboxes", "trace", "write_files", "object_array",
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
    command = [
        python,
        "-B",
        "-c",
        "import hypothesis, pytest, pytest_timeout, grader.grading.plugin, grader.grading.grade",
    ]
    try:
        return subprocess.run(
            command, cwd=ROOT, user=uid, group=uid, extra_groups=[], capture_output=True, timeout=60, env={"PYTHONPATH": str(ROOT)}
        ).returncode == 0  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return False


def python_for(uid):
    """Return a Python with what the grader needs that this user can run, or None."""
    told = os.environ.get("KATA_USER_PYTHON")
    candidates = [told] if told else [sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"]
    return next((python for python in candidates if usable(python, uid)), None)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_attacks_as_an_ordinary_user():
    if sys.platform != "linux" or os.getuid() != 0:
        pytest.skip("this is an ordinary user")
    uid = unused_uid()
    python = python_for(uid)
    if python is None:
        assert "KATA_USER_PYTHON" not in os.environ, "an ordinary user cannot run the grader with this Python"
        pytest.skip("no Python that an ordinary user can run has what the grader needs: set KATA_USER_PYTHON")
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
    command += ["-k", "test_attack or test_same_file or test_our_side", "-m", "not slow"]
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TMPDIR": str(home), "CI": "1"}
    try:
        done = subprocess.run(
            command, cwd=ROOT, user=uid, group=uid, extra_groups=[], env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True, timeout=850,
        )  # fmt: skip
    finally:
        shutil.rmtree(home)
    assert done.returncode == 0, done.stdout[-4000:]
    assert f"{2 * len(FILES) + len(COSTLY)} passed" in done.stdout, done.stdout[-500:]
