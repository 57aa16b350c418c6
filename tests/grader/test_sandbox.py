"""What the sandbox does with honest and with clumsy code, in every mode that this machine has."""

# ruff: noqa: E501, PT012

import contextlib
import dataclasses
import os
import re
import resource
import signal
import struct
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from grader.checks import on_learner_side
from grader.course import root
from grader.errors import SandboxError
from grader.sandbox.ours import seccomp
from grader.sandbox.ours.isolation import bubblewrap
from grader.sandbox.ours.pipes import LearnerEnded, LearnerTimeout
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS

HASTY = dataclasses.replace(LIMITS, load_seconds=1.0, call_seconds=0.4)


def why_not_bubblewrap():
    """Return what this machine lacks; a sandbox that fails for another reason is our own fault."""
    try:
        with Sandbox("bubblewrap") as sandbox:
            sandbox.learner().close()
    except SandboxError as error:
        if not str(error).startswith("bubblewrap "):
            raise
        return str(error)
    return ""


BUBBLEWRAP_FAILS = why_not_bubblewrap()
MODES = {
    "bubblewrap": lambda **more: Sandbox("bubblewrap", **more),
    "process": lambda **more: Sandbox("process", **more),
    "alone": lambda **more: Sandbox("process", fork=False, **more),
}
needs_bubblewrap = pytest.mark.skipif(bool(BUBBLEWRAP_FAILS), reason=BUBBLEWRAP_FAILS)


def modes(*names):
    return [pytest.param(name, marks=needs_bubblewrap) if name == "bubblewrap" else name for name in names]


EVERY_MODE = modes(*MODES)


@pytest.fixture(scope="module", params=EVERY_MODE)
def mode(request):
    return request.param


@pytest.fixture(scope="module")
def sandbox(mode):
    with MODES[mode]() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hasty(mode):
    """A sandbox with little time."""
    with MODES[mode](limits=HASTY) as sandbox:
        yield sandbox


class Learner:
    """A loaded file, whose functions are called by their names."""

    def __init__(self, process, loaded):
        self.process = process
        self.loaded = loaded

    def __getattr__(self, name):
        return lambda *arguments: self.process.call(name, arguments)


def learned(sandbox, source, *arguments):
    """Return a file that was loaded in a sandbox, in which one exercise is run at a time."""
    process = sandbox.learner()
    return Learner(process, process.load(textwrap.dedent(source), "answer.py", *arguments))


@pytest.fixture
def learn(sandbox):
    opened = []

    def learn(source, *arguments, within=sandbox):
        for learner in opened:
            learner.process.close()
        opened.append(learned(within, source, *arguments))
        return opened[-1]

    yield learn
    for learner in opened:
        learner.process.close()


def answers(sandbox):
    """Tell whether an honest file is run as ever."""
    learner = learned(sandbox, "def g(): return 1")
    value = learner.g().value
    learner.process.close()
    return value == 1


stopped_soon = pytest.raises(LearnerTimeout, match="took too long")


def alive(pid):
    """Tell whether a process of this machine runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def soon(condition, seconds=3.0):
    """Tell whether something comes true within a moment."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def descendants(pid):
    """Return the processes below one, in whatever namespace they are."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int(folder.joinpath("stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, fresh = set(), {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


# --- values -------------------------------------------------------------------------------------------------------


VALUES = [
        None, True, 7, -(2**400), 0.1, -0.0, float("inf"), 1 - 2j, "Größe\n", b"\0\xff", [1, [2.0]], (1, (2,)), {"a": (1, [])},
        {1, 2}, frozenset({3}), [], (), {}, "", b"",
]  # fmt: skip


def test_plain_values_come_back_as_they_went(learn):
    learner = learn("def same(x): return x")
    for value in VALUES:
        back = learner.same(value).value
        assert back == value
        assert type(back) is type(value)
        assert repr(back) == repr(value)


ARRAYS = [
        np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T, np.arange(10)[::-3], np.zeros((0, 3)), np.array(1.5),
        np.array([True, False]), np.array([1 + 2j]), np.arange(3, dtype=">i4"), np.array(["a", "äö"]), np.float32([np.nan, -0.0]),
        np.broadcast_to(np.arange(3.0), (2, 3)), np.asfortranarray(np.ones((2, 3))),
]  # fmt: skip


def test_arrays_keep_dtype_strides_and_writeability(learn):
    learner = learn("""
        def same(x): return x
        def facts(x): return x.dtype.str, x.shape, x.strides, x.flags.writeable, type(x).__name__
    """)
    for array in ARRAYS:
        back = learner.same(array).value
        assert type(back) is np.ndarray
        assert back.dtype == array.dtype.newbyteorder("=")
        np.testing.assert_array_equal(back, array)
        dtype, shape, strides, writeable, kind = learner.facts(array).value
        assert (dtype, shape, writeable, kind) == (array.dtype.str, array.shape, array.flags.writeable, "ndarray")
        assert strides == array.strides or not array.size


def test_arguments_share_memory_as_they_do_here(learn):
    learner = learn("""
        def write(a, b):
            a[0, 0] = 99.0
            return b[0, 0]
        def inside(parts):
            parts["whole"][1] = -1.0
            return parts["slice"][0]
    """)
    x = np.arange(6.0).reshape(2, 3)
    assert learner.write(x, x.T).value == 99.0
    assert learner.write(x, x.copy()).value == 0.0
    assert x[0, 0] == 0.0, "the caller's array stays as it was"
    y = np.arange(4.0)
    assert learner.inside({"whole": y, "slice": y[1:]}).value == -1.0


def test_read_only_array_cannot_be_written(learn):
    x = np.arange(3.0)
    x.flags.writeable = False
    seen = learn("def f(x): x += 1").f(x)
    assert seen.failure.kind == "ValueError"
    assert "read-only" in seen.failure.text


def test_numpy_scalar_becomes_an_array_without_axes(learn):
    value = learn("import numpy as np\ndef f(): return np.float32(1.5)").f().value
    assert type(value) is np.ndarray
    assert (value.shape, value.dtype, value[()]) == ((), np.float32, 1.5)


UNSENDABLE = [
    ("object()", "type object"),
    ("lambda: 0", "type function"),
    ("np.array([object()])", "dtype object"),
    ("np.zeros(2, dtype=[('a', 'f4')])", "only numbers"),
    ("np.datetime64('2020-01-01')", "datetime64"),
    ("np.broadcast_to(0.0, (10**6, 10**6))", "too large"),
    ("1 << 9000", "8192 bits"),
    ("set(range(5000))", "2000 entries"),
    ("{i: 0 for i in range(5000)}", "2000 entries"),
    ("cyclic()", "levels deep"),
]


def test_unsendable_answers_are_said_in_a_sentence(learn):
    learner = learn("""
        import numpy as np
        def cyclic():
            a = []
            a.append(a)
            return a
        def f(text): return eval(text)
    """)
    for answer, words in UNSENDABLE:
        seen = learner.f(answer).failure
        assert seen.kind == "UnusableAnswer"
        assert words in seen.text


def test_too_much_text_is_noticed_on_our_side(learn):
    with pytest.raises(LearnerEnded, match="too large"):
        learn("def f(): return [0.123456789] * 200_000").f()


def test_an_answer_of_most_allowed_size(learn):
    value = learn("import numpy as np\ndef f(): return np.ones((4 << 17) - 32)").f().value
    assert value.nbytes == (4 << 20) - 256


def test_subclasses_become_plain(learn):
    learner = learn("""
        import collections, enum, numpy as np
        class Mine(np.ndarray):
            def __eq__(self, other): return True
        class Number(float):
            def __eq__(self, other): return True
        class Colour(enum.IntEnum):
            RED = 3
        Pair = collections.namedtuple("Pair", "a b")
        def array(): return np.zeros(3).view(Mine)
        def number(): return Number(2.5)
        def colour(): return Colour.RED
        def pair(): return Pair(1, 2)
        def ordered(): return collections.OrderedDict(a=1)
        def masked(): return np.ma.masked_array([1.0, 2.0], [True, False])
        def matrix(): return np.matrix([[1.0]])
    """)
    kinds = {
        "array": np.ndarray,
        "number": float,
        "colour": int,
        "pair": tuple,
        "ordered": dict,
        "masked": np.ndarray,
        "matrix": np.ndarray,
    }
    for name, kind in kinds.items():
        assert type(getattr(learner, name)().value) is kind


# --- observations -------------------------------------------------------------------------------------------------


def test_changed_arguments_are_noticed(learn):
    learner = learn("""
        def f(a, b, c, d):
            b[0] = 5.0
            d["k"].append(1)
            return a
    """)
    seen = learner.f(np.zeros(2), np.zeros(2), [1], {"k": []})
    assert seen.changed == [1, 3]
    assert seen.shares_memory == [0]


def test_nan_does_not_look_changed(learn):
    values = [float("nan"), complex("nan"), np.array([np.nan]), [float("nan")], {1.5: float("nan")}]
    assert learn("def f(*x): return 1").f(*values).changed == []


def test_minus_zero_is_a_change(learn):
    assert learn("def f(x): x *= -1").f(np.zeros(2)).changed == [0]


def test_warnings_are_kept_and_capped(learn):
    learner = learn("""
        import warnings, numpy as np
        def divide(): return np.float64(1) / np.array([0.0])
        def many():
            for i in range(100): warnings.warn(f"number {i} " + "x" * 5000)
    """)
    assert learner.divide().warnings == ["divide by zero encountered in divide"]
    many = learner.many().warnings
    assert len(many) == 10
    assert max(map(len, many)) <= LIMITS.text_chars


def test_global_random_state(learn):
    learner = learn("""
        import numpy as np
        def old(): return np.random.rand()
        def seeded(): np.random.seed(0)
        def new(): return float(np.random.default_rng(0).random())
    """)
    assert learner.old().global_random_touched
    assert learner.seeded().global_random_touched
    assert not learner.new().global_random_touched


def test_generators_come_back_in_their_state(learn):
    learner = learn("""
        def draw(rng): return rng.normal(size=3)
        def both(a, b): return a.random(), b.random()
    """)
    ours, theirs = np.random.default_rng(3), np.random.default_rng(3)
    np.testing.assert_array_equal(learner.draw(theirs).value, ours.normal(size=3))
    assert theirs.random() == ours.random()
    one, two = np.random.default_rng(1).spawn(2)
    learner.both(one, two)
    assert one.bit_generator.state != np.random.default_rng(1).spawn(2)[0].bit_generator.state


@on_learner_side
def double(x):
    return 2 * x


@on_learner_side
def twice(learner, x):
    return learner.f(learner.f(x))


def test_functions_are_sent_along(learn):
    learner = learn("def apply(f, x): return f(x)\ndef f(x): return x + 1")
    assert learner.apply(double, 4).value == 8
    assert learner.process.run(twice.content, (1,)).value == 3


# --- output -------------------------------------------------------------------------------------------------------


def test_output_of_every_kind_is_captured(learn):
    learner = learn("""
        import os, sys
        print("while loading")
        def f():
            print("in the call: é")
            print("an error", file=sys.stderr)
            os.write(1, b"raw \\xff\\n")
            sys.stdout.write("no line end")
    """)
    learner.f()
    learner.process.close()
    output = learner.process.output
    for line in ("while loading\n", "in the call: é\n", "an error\n", "raw \N{REPLACEMENT CHARACTER}\n", "no line end"):
        assert line in output


def test_output_is_capped_and_never_waited_for(learn):
    learner = learn("""
        import threading, os
        def flood():
            for i in range(300): os.write(1, b"x" * 65536)
            return 1
        def leave_thread():
            threading.Thread(target=lambda: [print("y" * 1000) for i in iter(int, 1)], daemon=True).start()
            return 2
    """)
    assert learner.flood().value == 1
    assert learner.leave_thread().value == 2
    learner.process.close()  # the thread goes on printing until it is killed
    assert len(learner.process.output) < LIMITS.output_bytes + 100
    assert "cut" in learner.process.output


def test_closed_and_replaced_streams(learn):
    learner = learn("""
        import sys, io
        def replace():
            sys.stdout = io.StringIO()
            sys.stderr = None
            print("nowhere")
            return 1
        def close():
            sys.stdout.close()
            return 2
    """)
    assert learner.replace().value == 1
    assert learner.close().value == 2
    assert learner.replace().value == 1


# --- what is wrong with a file ------------------------------------------------------------------------------------


def test_trace_is_cut_to_the_learners_frames(learn):
    learner = learn("""
        import json
        def parse(text):
            return json.loads(text)
        def f(text):
            return parse(text)
    """)
    failure = learner.f("nonsense").failure
    assert failure.kind == "JSONDecodeError"
    assert failure.types[-2:] == ["ValueError", "Exception"]
    assert re.findall(r'File "([^"]+)", line (\d+)', failure.trace) == [("answer.py", "6"), ("answer.py", "4")]
    assert "return json.loads(text)" in failure.trace
    assert failure.line == 4
    assert "grader" not in failure.trace


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_counts_them(learn, end):
    failure = learn(end.join(["x = 1", "\x0c", "y = '\u2028\x1c'", "def f():", "    return 1 / 0", ""])).f().failure
    assert failure.line == 5
    assert "line 5, in f\n    return 1 / 0\n" in failure.trace
    assert learn(end.join(["x = 1"] * 6 + ["def f(:"])).loaded.failure.line == 7


def test_long_messages_and_traces_are_capped(learn):
    learner = learn("""
        def f(): raise ValueError("é" * 10**6)
        def deep(n): return deep(n + 1)
        class Loud(Exception):
            def __str__(self): raise TypeError("no words")
        def loud(): raise Loud
    """)
    assert len(learner.f().failure.text) == LIMITS.text_chars
    deep = learner.deep(0).failure
    assert deep.kind == "RecursionError"
    assert len(deep.trace) <= LIMITS.text_chars
    assert learner.loud().failure.text == "(its message could not be made: TypeError)"


def test_syntax_error_has_its_line(learn):
    failure = learn("x = 1\ndef f(:\n    pass\n").loaded.failure
    assert (failure.kind, failure.line) == ("SyntaxError", 2)


LOAD_FAILURES = [
    ("1 / 0", "ZeroDivisionError"),
    ("import sys; sys.exit(0)", "SystemExit"),
    ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("raise BaseException", "BaseException"),
    ("class E(Exception): pass\nraise E('x')", "E"),
    ("from . import other", "ImportError"),
    ("import other_exercise", "ModuleNotFoundError"),
    ("x = 1\n\tindented", "IndentationError"),
    ("f = 'unclosed", "SyntaxError"),
    ("(" * 500, "SyntaxError"),
    ("-" * 50_000 + "1", "RecursionError"),
    ("a = " + "+".join(["1.5"] * 50_000), "RecursionError"),
]


@pytest.mark.parametrize(("source", "kind"), LOAD_FAILURES)
def test_exceptions_while_loading(sandbox, learn, source, kind):
    if not sandbox._fork and kind != "SystemExit":
        pytest.skip("the same code as with fork, and slower")
    types = learn(source).loaded.failure.types
    # which of the two a parser runs into first depends on its version
    assert not types or kind in types or {kind, types[0]} <= {"RecursionError", "MemoryError", "SyntaxError"}


def test_missing_function(learn):
    learner = learn("def other(): pass\nnumber = 3")
    assert learner.loaded.failure is None
    for name in ("wanted", "number"):
        failure = learner.process.call(name, ()).failure
        text = f"the file does not define {name}(); it defines other"
        assert (failure.kind, failure.text) == ("MissingFunction", text)


def test_a_missing_function_is_found_under_a_name_that_is_nearly_its_own(learn):
    learner = learn("from math import sqrt\nclass ReLU: pass\ndef softmx(): pass\ndef _helper(): pass")
    for name, text in (
        ("relu", "the file does not define relu(); it defines ReLU"),
        ("softmax", "the file does not define softmax(); it defines softmx"),
        ("sqr", "the file does not define sqr()"),
    ):
        assert learner.process.call(name, ()).failure.text == text


STUB = 'import numpy as np\n\n\ndef f(x):\n    """Do."""\n    raise NotImplementedError\n'


def test_a_file_in_which_nothing_is_written_is_not_run(learn):
    marked = f"import sys\nprint('run')\n{STUB}"
    for text, same_as, same in ((marked, marked, True), (marked, STUB, False), (marked, None, False)):
        learner = learn(text, same_as)
        learner.process.close()
        assert learner.loaded.look.same is same
        assert learner.process.output == ("" if same else "run\n")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import numpy as np\ndef f(x): return np.tanh(x)", 2),
        ("from numpy import tanh as t", 1),
        ("tanh = None", 1),
        ("import numpy as np\rdef f(x):\r    return np.tanh(x)\r", 3),
        ("x = 1\x0c\r\ntanh = None", 2),
        ("import numpy as np\nx = lambda a: " + "+".join(["a"] * 2000) + "\nnp.tanh(1)", 3),
    ],
)
def test_a_file_that_uses_one_of_the_names_is_not_run(learn, source, line):
    learner = learn(f"{source}\nprint('run')", STUB, ["sinh", "tanh"])
    learner.process.close()
    assert learner.loaded.look.used == (("tanh", line),)
    assert learner.process.output == ""


def test_names_in_texts_and_comments_are_not_used(learn):
    learner = learn('"""tanh"""\ndef f(x):\n    return "tanh"  # tanh\n', None, ["tanh"])
    assert learner.loaded.look.used == ()
    assert learner.f(1).value == "tanh"


def test_other_libraries_are_refused_in_one_line(learn):
    learner = learn("import importlib\ndef f(name): importlib.import_module(name)")
    for name in ("torch", "scipy", "grader.checks", "pytest", "scipy.special", "solutions"):
        failure = learner.f(name).failure
        root = name.partition(".")[0]
        assert failure.kind == "ModuleNotFoundError"
        if root != "grader":  # which is there, with the learner's side alone in it
            text = f"{root} is not available to an exercise: write it with NumPy and the standard library only"
            assert failure.text == text


def test_standard_library_and_numpy_are_there(learn):
    learner = learn("""
        import collections, dataclasses, functools, itertools, math, typing, heapq, statistics, fractions, decimal, random
        import numpy.linalg, numpy.fft, numpy.polynomial, numpy.ma, numpy.testing
        from numpy.lib.stride_tricks import sliding_window_view
        @dataclasses.dataclass
        class State:
            step: int = 0
        def f(): return State().step
    """)
    assert learner.loaded.failure is None
    assert learner.f().value == 0


# --- time ---------------------------------------------------------------------------------------------------------


LOOPS = {
    "python": "while True: pass",
    "C": "9 ** 9 ** 9",
    "signals": "for n in range(1, 32):\n  if n not in (9, 19): signal.signal(n, signal.SIG_IGN)\n while True: pass",
    "sleep": "time.sleep(60)",
    "regex": "re.match('(a+)+$', 'a' * 60 + 'b')",
    "read": "sys.stdin.readline(); time.sleep(60)",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_endless_call_is_stopped(hasty, learn, loop):
    if hasty.isolation == "process" and loop not in ("C", "signals"):
        pytest.skip("shown under bubblewrap")
    learner = learn(f"import signal, time, re, sys\ndef f():\n {LOOPS[loop]}\n", within=hasty)
    with stopped_soon:
        learner.f()
    assert learner.process.ended
    assert answers(hasty)


def test_endless_loading_is_stopped(learn, hasty):
    with stopped_soon:
        learn("while True: pass", within=hasty)
    assert answers(hasty)


def test_an_exercise_has_so_much_time_in_all(sandbox):
    process = sandbox.learner(seconds=1.0)
    process.load("import time\ntime.sleep(0.1)\ndef f(): time.sleep(0.2)", "answer.py")
    assert process.seconds <= 0.9
    with pytest.raises(LearnerTimeout):
        for _ in range(6):
            process.call("f", ())
    assert process.seconds <= 0.1


def test_time_is_charged_however_a_call_ends(learn):
    learner = learn("import time, os\ndef f():\n time.sleep(0.2)\n os._exit(0)")
    before = learner.process.seconds
    with pytest.raises(LearnerEnded):
        learner.f()
    assert learner.process.seconds <= before - 0.2


def test_closed_pipes(learn, hasty):
    learner = learn("import os, time\ndef f():\n os.closerange(3, 1000)\n time.sleep(60)", within=hasty)
    with pytest.raises((LearnerEnded, LearnerTimeout)):
        learner.f()
    assert answers(hasty)


def test_large_argument_to_a_process_that_does_not_read(learn, hasty):
    learner = learn(
        """
        import os, time
        from grader.sandbox.protocol import messages, wire
        from grader.sandbox.protocol.observation import Observation
        def f():
            frame = wire.pack({**messages.answer_message(Observation(), 1, []), "id": 2})
            for descriptor in range(3, 10):
                try: os.write(descriptor, frame)
                except OSError: pass
            time.sleep(60)
        """,
        within=hasty,
    )
    assert learner.f().value == 1
    with stopped_soon:
        learner.f(np.zeros(1 << 18))


# --- ends ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("os._exit(7)", r"ended itself \(exit status 7\)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "being killed"),
        ("ctypes.string_at(0)", "segmentation fault"),
        ("os.kill(os.getpid(), 40)", "signal 40|SIGRT"),
        ("os.abort()", "signal 6|SIGABRT"),
    ],
)
def test_a_process_that_ends_says_how(sandbox, learn, end, words):
    learner = learn(f"import os, signal, ctypes\ndef f():\n {end}")
    with pytest.raises(LearnerEnded, match=words):
        learner.f()
    assert answers(sandbox)


def test_end_while_loading(learn):
    with pytest.raises(LearnerEnded):
        learn("import os; os._exit(0)")


WITHOUT_FORK = """
import os, select
for module, names in {os: ("fork", "WIFSIGNALED", "WTERMSIG", "killpg"), select: ("poll",)}.items():
    for name in names:
        delattr(module, name)
from grader.sandbox.ours.pipes import LearnerEnded
from grader.sandbox.ours.sandbox import Sandbox
with Sandbox("auto") as sandbox:
    print(sandbox.isolation)
    for end in ("os._exit(7)", "ctypes.string_at(0)", "os.kill(os.getpid(), 9)", "1 / 0"):
        process = sandbox.learner()
        process.load(f"import ctypes, os\\ndef f(): {end}", "answer.py")
        try:
            print(process.call("f", ()).failure.kind)
        except LearnerEnded as error:
            print(error)
        process.close()
"""


def test_a_system_without_fork_and_wait_statuses_says_how_a_process_ended():
    done = subprocess.run([sys.executable, "-c", WITHOUT_FORK], cwd=root(), capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "process",
        "its process ended itself (exit status 7)",
        "its process was ended by a segmentation fault",
        "its process was ended by being killed",
        "ZeroDivisionError",
    ]


@pytest.mark.parametrize("mode", modes("bubblewrap", "process"))
def test_the_zygote_stays_where_nothing_happened(mode):
    with MODES[mode]() as sandbox:
        pids = {sandbox._process.pid for _ in range(3) if answers(sandbox)}
        assert pids == {sandbox._process.pid}


@pytest.mark.parametrize("mode", modes("bubblewrap", "process"))
def test_a_killed_zygote_is_replaced(mode):
    with MODES[mode]() as sandbox:
        sandbox.learner().close()
        os.kill(sandbox._process.pid, signal.SIGKILL)
        assert answers(sandbox)


@pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit")
@pytest.mark.parametrize(
    ("mode", "change"),
    [
        ("process", "resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (99, 99))"),
        ("process", "os.setpriority(os.PRIO_PROCESS, os.getppid(), 3)"),
        pytest.param("bubblewrap", "os.fork() or time.sleep(60)", marks=needs_bubblewrap),
    ],
)
def test_a_zygote_is_replaced_after_an_exercise_that_changed_it_or_left_something(mode, change):
    with MODES[mode]() as sandbox:
        learner = learned(sandbox, f"import os, resource, time\ndef f():\n {change}\n return 1")
        before = sandbox._process.pid
        assert learner.f().value == 1
        learner.process.close()
        assert sandbox._process.pid != before
        assert answers(sandbox)


def test_limits_hold(sandbox, learn):
    if not sandbox._fork:
        pytest.skip("without fork there are no limits but time")
    learner = learn("""
        import resource, tempfile, mmap, os
        def ask(): return [resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1] for name in ("AS", "NPROC", "NOFILE", "FSIZE", "CORE")]
        def memory(): return len(bytearray(3 << 30))
        def files(): return [os.open("/dev/null", os.O_RDONLY) for i in range(100)]
        def raise_them(): resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    """)
    wanted = [LIMITS.address_space, LIMITS.processes, LIMITS.open_files, LIMITS.file_size, 0]
    assert all(have <= want for have, want in zip(learner.ask().value, wanted, strict=True))
    assert learner.memory().failure.kind == "MemoryError"
    assert learner.files().failure.kind == "OSError"
    if os.getuid() or sandbox.isolation == "bubblewrap":
        assert learner.raise_them().failure.kind == "ValueError"


OTHER_LIMITS = {
    "address_space": 700 << 20, "processes": 5, "open_files": 20, "file_size": 1000,
    "start_seconds": 29.0, "end_seconds": 0.9, "submission_seconds": 100.0, "load_seconds": 2.0, "call_seconds": 1.5, "exercise_seconds": 9.0,
    "answer_json_bytes": 5000, "answer_bytes": 2 << 20, "answer_blocks": 3, "answer_depth": 6, "answer_keys": 9, "output_bytes": 40, "text_chars": 80,
}  # fmt: skip


def test_limits_that_are_handed_over_hold_on_both_sides(mode):
    """Every number but those of time, which other tests keep; a new limit needs a line here."""
    limits = dataclasses.replace(LIMITS, **OTHER_LIMITS)
    assert OTHER_LIMITS.keys() == dataclasses.asdict(LIMITS).keys()
    source = """
        import resource, warnings, numpy as np
        def kernel(): return [resource.getrlimit(getattr(resource, "RLIMIT_" + name))[0] for name in ("AS", "NPROC", "NOFILE", "FSIZE")]
        def nested(depth): return [nested(depth - 1)] if depth else 1
        def keys(count): return dict.fromkeys(range(count))
        def zeros(count): return np.zeros(count, np.int8)
        def arrays(count): return [np.zeros(1)] * count
        def text(count): return "x" * count
        def speak():
            print("y" * 1000)
            warnings.warn("w" * 1000)
            raise ValueError("é" * 1000)
    """
    with MODES[mode](limits=limits) as sandbox:
        learner = learned(sandbox, source)
        assert learner.process.seconds <= 9.0
        if sandbox._fork:
            assert learner.kernel().value == [700 << 20, 5, 20, 1000]
        assert learner.nested(6).value == [[[[[[1]]]]]]
        assert "nested more than 6 levels deep" in learner.nested(8).failure.text
        assert len(learner.keys(9).value) == 9
        assert learner.keys(10).failure.kind == "UnusableAnswer"
        assert learner.zeros(1 << 20).value.nbytes == 1 << 20
        assert len(learner.arrays(3).value) == 3
        assert "more than 3 arrays cannot be sent" in learner.arrays(4).failure.text
        assert learner.zeros(3 << 20).failure.kind == "UnusableAnswer"
        assert learner.text(4000).value == "x" * 4000
        spoken = learner.speak()
        assert (spoken.failure.text, spoken.warnings) == ("é" * 80, ["w" * 80])
        with pytest.raises(LearnerEnded, match="too large"):
            learner.text(6000)
        assert learner.process.output == "y" * 40 + "\n... (the rest of the output was cut)\n"


@needs_bubblewrap
def test_only_five_descriptors_however_many_are_open_here():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 1200
    if soft != resource.RLIM_INFINITY and soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            pytest.skip("this system allows too few open files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        with Sandbox("bubblewrap") as sandbox:
            learner = learned(
                sandbox,
                "import os\ndef f():\n found = []\n for i in range(4096):\n  try: os.fstat(i); found.append(i)\n"
                "  except OSError: pass\n return found",
            )
            assert learner.f().value == [0, 1, 2, 3, 4]
            learner.process.close()
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# --- nothing is left ----------------------------------------------------------------------------------------------

FAMILY = """
import os, subprocess, sys, time, threading
def family():
    for _ in range(2):
        if os.fork() == 0:
            while True: time.sleep(0.01)
    threading.Thread(target=lambda: time.sleep(60)).start()
    while True: pass
def quiet():
    for _ in range(2):
        if os.fork() == 0:
            while True: time.sleep(0.01)
    return 1
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize("function", ["family", "quiet"])
def test_nothing_is_left_running(mode, function):
    before = descendants(os.getpid())
    with MODES[mode](limits=dataclasses.replace(LIMITS, call_seconds=1.0)) as sandbox:
        process = learned(sandbox, FAMILY).process
        with contextlib.suppress(LearnerTimeout):
            process.call(function, ())
        seen = descendants(os.getpid()) - before
        process.close()
        # ours are told apart by their number: what the learner started is none of the first two generations
        assert soon(lambda: len([pid for pid in seen if alive(pid)]) <= 2)
        seen |= descendants(os.getpid()) - before
    assert soon(lambda: not any(map(alive, seen)))
    assert soon(lambda: not [pid for pid in descendants(os.getpid()) - before if alive(pid)])


GRADER = """
import sys
from grader.sandbox.ours.sandbox import Sandbox
with Sandbox(sys.argv[1], fork=sys.argv[2] == "fork") as sandbox:
    process = sandbox.learner()
    process.load("def f():\\n while True: pass", "answer.py")
    print("ready", flush=True)
    process.call("f", ())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
@pytest.mark.parametrize(
    "number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda number: signal.Signals(number).name
)
def test_nothing_outlives_the_grader(mode, number):
    words = ["process", "no fork"] if mode == "alone" else [mode, "fork"]
    command = [sys.executable, "-c", GRADER, *words]
    with subprocess.Popen(command, cwd=root(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as grader:
        assert grader.stdout.readline() == "ready\n"
        below = descendants(grader.pid)
        assert below
        grader.send_signal(number)
        grader.wait(timeout=10)
    assert soon(lambda: not any(map(alive, below)))


@needs_bubblewrap
def test_closing_at_once_leaves_no_half_started_bubblewrap():
    groups = set()
    for number in range(60):
        sandbox = Sandbox("bubblewrap")
        groups.add(sandbox._process.pid)
        time.sleep(number / 60 * 0.012)
        sandbox.close()

    def left():
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                state, _, group = path.read_text().rpartition(")")[2].split()[:3]
                found += [path.parent.name] * (int(group) in groups and state not in "ZX")
        return found

    assert soon(lambda: not left()), left()


def test_no_descriptors_are_left_here(sandbox):
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("looks at /proc")

    assert answers(sandbox)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        assert answers(sandbox)
    assert soon(lambda: len(list(Path("/proc/self/fd").iterdir())) <= before + 3 * (not sandbox._fork))


# --- bubblewrap ---------------------------------------------------------------------------------------------------


def test_missing_bubblewrap(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match="apt install bubblewrap") as caught:
        Sandbox("bubblewrap")
    assert "\n" not in str(caught.value)
    with Sandbox("auto") as sandbox:
        assert sandbox.isolation == "process"


@pytest.fixture
def broken_bubblewrap(monkeypatch, tmp_path):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_broken_bubblewrap_names_apparmor(broken_bubblewrap):
    with Sandbox("bubblewrap") as sandbox, pytest.raises(SandboxError) as caught:
        sandbox.learner()
    text = str(caught.value)
    assert "setting up uid map: Permission denied" in text
    assert "kernel.apparmor_restrict_unprivileged_userns=0" in text
    assert "\n" not in text


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_auto_falls_back_where_bubblewrap_is_broken(broken_bubblewrap):
    with Sandbox("auto") as sandbox:
        assert answers(sandbox)
        assert sandbox.isolation == "process"


@pytest.mark.skipif(not bubblewrap(), reason="bubblewrap is not installed")
def test_bubblewrap_needs_fork():
    with pytest.raises(SandboxError, match="fork"):
        Sandbox("bubblewrap", fork=False).learner()


LOOK_AROUND = """
import os, sys
def root(): return sorted(os.listdir("/")), sorted(os.listdir("/dev")), os.listdir("/numpy"), os.getcwd()
def person(): return dict(os.environ), os.getuid()
def path(): return sys.path
def writeable(): return [path for path, *_ in os.walk("/") if not os.statvfs(path).f_flag & os.ST_RDONLY]
def modules(): return [name for name in sys.modules if name.partition(".")[0] == "grader"]
def files(): return [os.path.join(folder, name) for folder, _, names in os.walk("/kata") for name in names]
def text(path): return open(path, encoding="utf-8").read()
"""


@pytest.fixture(scope="module")
def around():
    """A learner who looks around under bubblewrap."""
    if BUBBLEWRAP_FAILS:
        pytest.skip(BUBBLEWRAP_FAILS)
    with Sandbox("bubblewrap") as sandbox:
        yield learned(sandbox, LOOK_AROUND)


def test_a_learner_s_process_looks_for_garbage_as_any_python_does(learn):
    assert learn("import gc\ndef on(): return gc.isenabled(), gc.get_threshold()[0] > 0").on().value == (True, True)


def test_of_the_system_only_what_python_needs_is_in_view(around):
    top, dev, numpy, here = around.root().value
    assert set(top) <= {"dev", "kata", "lib", "lib64", "numpy", "python", "usr", "newroot", "oldroot"}
    assert dev == ["null"]
    assert set(numpy) <= {"numpy", "numpy.libs"}
    assert here == "/"
    environment, uid = around.person().value
    assert environment == {}
    assert uid != 0
    assert not [folder for folder in around.path().value if folder.startswith(("/kata", "/numpy"))]


def test_every_folder_in_view_is_read_only(around):
    assert around.writeable().value == []


def test_of_this_program_only_theirs_and_the_protocol_are_in_view(around):
    package = root() / "grader"
    rooms = [package / "sandbox" / room for room in ("theirs", "protocol")]
    files = {package / "__init__.py", package / "sandbox/__init__.py"}.union(*(room.rglob("*.py") for room in rooms))
    shown = {path for path in around.files().value if "/__pycache__/" not in path}
    assert shown == {f"/kata/{file.relative_to(root()).as_posix()}" for file in files}
    for file in files:
        assert around.text(f"/kata/{file.relative_to(root()).as_posix()}").value == file.read_text("utf-8")


def test_their_side_imports_nothing_else_of_this_program(around):
    rooms = ("grader.sandbox.theirs.", "grader.sandbox.protocol.")
    above = {"grader", "grader.sandbox", *(room.rstrip(".") for room in rooms)}
    modules = around.modules().value
    assert above <= set(modules)
    assert [name for name in modules if name not in above and not name.startswith(rooms)] == []


# --- the filter of system calls -----------------------------------------------------------------------------------


def verdict(machine, number, *arguments):
    """Run the filter on one system call, as the kernel does."""
    data = struct.pack("<IIQ6Q", number, seccomp.AUDIT_ARCH[machine], 0, *arguments, *[0] * (6 - len(arguments)))
    code = list(struct.iter_unpack("<HBBI", seccomp.program(machine)))
    position, value = 0, 0
    while True:
        operation, yes, no, operand = code[position]
        position += 1
        if operation == seccomp.RETURN:
            return operand
        if operation == seccomp.LOAD:
            value = int.from_bytes(data[operand : operand + 4], "little")
            continue
        holds = {
            seccomp.JUMP_EQUAL: value == operand,
            seccomp.JUMP_AT_LEAST: value >= operand,
            seccomp.JUMP_ANY_BIT: bool(value & operand),
        }[operation]
        position += yes if holds else no


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_refuses_what_it_names_and_nothing_else(machine):
    refused = set(seccomp.REFUSED[machine].values())
    special = {seccomp.CLONE3, seccomp.CLONE[machine], seccomp.FCNTL[machine]}
    for number in range(600):
        if number not in special:
            assert verdict(machine, number) == (seccomp.REFUSE if number in refused else seccomp.ALLOW)
    assert verdict(machine, seccomp.CLONE3) == seccomp.NO_SUCH_CALL
    assert verdict(machine, seccomp.CLONE[machine], 17) == seccomp.ALLOW
    assert verdict(machine, seccomp.CLONE[machine], 17 | seccomp.CLONE_NEWUSER) == seccomp.REFUSE
    commands = {
        command for command in range(1100) if verdict(machine, seccomp.FCNTL[machine], 3, command) != seccomp.ALLOW
    }
    assert commands == set(seccomp.REFUSED_COMMANDS.values())
    assert verdict("x86_64", seccomp.X32_BIT | 41) == seccomp.REFUSE


@pytest.mark.skipif(sys.platform != "linux", reason="the numbers are those of Linux")
def test_the_filters_commands_are_those_of_this_system():
    import fcntl

    known = {name: number for name, number in seccomp.REFUSED_COMMANDS.items() if hasattr(fcntl, name)}
    assert len(known) >= 6
    assert known == {name: getattr(fcntl, name) for name in known}
