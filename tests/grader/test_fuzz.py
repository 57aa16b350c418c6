"""Whatever crosses from the other side, grading ends with a report that is read back; no other exercise loses marks.

The other side is replaced where it writes: the learner's file patches its own process, as one that attacks can. ``KATA_FUZZ=500`` looks further.
"""

# ruff: noqa: E501

import json
import os
import pprint
import random
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course import own_course
from grader.grading import attempt
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts
from grader.report import load, render
from grader.reports import FORMS
from grader.sandbox.ours.sandbox import Sandbox

NAMES = ("leaky_relu", "dropout", "hyperparameter_search")  # those that are attacked: plain, random, made of containers
HONEST = ("gelu", "softmax")
FUZZED = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=int(os.environ.get("KATA_FUZZ", "20")),
    suppress_health_check=list(HealthCheck),
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the other side is patched in a forked process")

# What stands at the top of an attacked file: it runs before the honest code that it replaces.
FRAMES = """
import os, time
from grader.sandbox.theirs import serve
def _send(file, number, message, blocks=()):
    for data in {frames!r}:
        os.write(4, data.replace(b"<id>", str(number).encode()))
    {end}
serve._send = _send
"""
MESSAGES = """
from grader.sandbox.protocol import wire
from grader.sandbox.theirs import serve
_count = [0]
_send = serve._send
def _forged(file, number, message, blocks=()):
    changes = CHANGES
    _count[0] += 1
    more = changes[_count[0] % len(changes)]
    _send(file, number, {**message, **more}, list(blocks) + BLOCKS)
serve._send = _forged
"""
ANSWERS = """
import numpy as np
inf, nan, array, float64, float32, int64 = np.inf, np.nan, np.array, np.float64, np.float32, np.int64
_answers, _count = {answers}, [0]
def _odd(*arguments):
    _count[0] += 1
    answer = _answers[_count[0] % len(_answers)]
    if isinstance(answer, BaseException):
        raise answer
    return answer
"""


@pytest.fixture(scope="module")
def course():
    course = own_course()
    return course, collect(course, [course.find(name) for name in (*NAMES, *HONEST)])


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("auto") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def fuzzed(course, sandbox, tmp_path_factory):
    """Grade a text between two honest ones; the limits are small, since some of what crosses never ends."""
    from dataclasses import replace

    path = tmp_path_factory.mktemp("fuzz") / "report.json"
    solutions = {name: course[0].solution(course[0].find(name)).read_text() for name in (*NAMES, *HONEST)}

    def fuzzed(name, prefix, suffix=""):
        texts = Texts({**solutions, name: prefix + solutions[name] + suffix})
        exercises = [course[0].find(each) for each in (HONEST[0], name, HONEST[1])]
        limits, before = sandbox.limits, open_files()
        sandbox.limits = replace(limits, call_seconds=0.5, load_seconds=1.0, exercise_seconds=2.0)

        def relax(result):
            sandbox.limits = limits if result.name == name else sandbox.limits

        try:
            report = grade(texts, course[0], sandbox, exercises=exercises, checks=course[1], progress=relax)
        finally:
            sandbox.limits = limits
        path.write_text(render(report), encoding="utf-8")
        assert load(path) == report
        assert path.stat().st_size < 300_000
        for form in FORMS:
            form.render(report).encode("utf-8")
        first, middle, last = report.exercises
        assert first.score == first.max_score
        assert last.score == last.max_score
        assert len(middle.checks) == len(course[1][name].checks)
        assert open_files() <= before + 8
        return middle

    return fuzzed


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir()) if sys.platform == "linux" else 0


@pytest.fixture(autouse=True)
def nothing_is_swallowed(monkeypatch):
    """Let an error in looking for causes show here: a grading would go on without a cause."""
    find = attempt.find_causes
    failed = []

    def watched(*arguments):
        try:
            return find(*arguments)
        except Exception as error:
            failed.append(error)
            raise

    monkeypatch.setattr(attempt, "find_causes", watched)
    yield
    assert failed == []


texts = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["\x1b[2J", "\0", "\ud800", "ValueError", "SyntaxError", "</script>", "A" * 3000, "::error::"]),
)
numbers = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 10**400, 1e308, True, False]),
)
plain = st.recursive(
    st.one_of(st.none(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)
TAGS = [
    "tuple",
    "set",
    "frozenset",
    "dict",
    "array",
    "bytes",
    "complex",
    "float",
    "int",
    "view",
    "generator",
    "function",
    "scalar",
]
dtypes = st.sampled_from(
    [
        "<f8",
        ">f8",
        "<f4",
        "<f2",
        "|b1",
        "<i8",
        "<u1",
        "<c16",
        "<U1",
        "|S3",
        "|O",
        "<M8[s]",
        "|V8",
        "<f0",
        "<U0",
        "f8,f8",
        8,
        None,
    ]
)
shapes = st.sampled_from(
    [[], [1], [2, 1], [0], [0, 99999999999], [4, 7], [-1], [1] * 71, [True], [1.0], "1", {"1": 1}, 1, None]
)
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.builds(lambda tag, content: {tag: content}, st.sampled_from(TAGS), inner),
        st.builds(lambda number: {"bytes": number}, st.integers(-1, 3)),
        st.builds(lambda *content: {"array": list(content)}, st.integers(-1, 3), dtypes, shapes),
    ),
    max_leaves=6,
)
failures = st.one_of(
    st.none(),
    values,
    st.tuples(st.lists(texts, max_size=3), texts, texts, numbers).map(list),
    st.tuples(st.lists(values, max_size=3), values, values, values).map(list),
)


blocks = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"", b"\0" * 8, b"\xff" * 8, b"\x7f\xf0" * 8, b"\0" * 224, b"\xf0" * 224]),
)
changes = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": values, "value": values, "generators": values, "failure": failures, "changed": values, "same": values,
            "shares_memory": values, "warnings": values, "global_random_touched": values, "used": values,
        },
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@FUZZED
@given(name=st.sampled_from(NAMES), changes=changes, blocks=st.lists(blocks, max_size=3))
def test_parts_of_messages(fuzzed, name, changes, blocks):
    forged = MESSAGES.replace("CHANGES", pprint.pformat(changes, width=10**6)).replace("BLOCKS", repr(blocks))
    attack = "nan, inf = float('nan'), float('inf')" + forged
    compile(attack, name, "exec")  # else nothing is forged
    fuzzed(name, attack)


def frame(text, body=b"", magic=b"kata", more=(0, 0)):
    import struct

    return struct.pack("<4sIQ", magic, max(len(text) + more[0], 0), max(len(body) + more[1], 0)) + text + body


frames = st.one_of(
    st.binary(max_size=80),
    st.builds(
        frame,
        st.one_of(
            st.binary(max_size=60),
            plain.map(lambda value: json.dumps(value).encode()),
            st.builds(
                lambda message, sizes: json.dumps({**message, "id": "<id>", "blocks": sizes}).encode().replace(b'"<id>"', b"<id>"),
                st.dictionaries(st.sampled_from(["same", "used", "failure", "value"]), plain, max_size=4),
                st.one_of(plain, st.lists(st.integers(-2, 9), max_size=3)),
            ),
        ),
        st.binary(max_size=20),
        st.sampled_from([b"kata", b"KATA", b"\0\0\0\0"]),
        st.sampled_from([(0, 0), (0, 0), (1, 0), (0, 1), (-1, 0), (2**31, 0), (0, 2**62), (0, -5)]),
    ),
)  # fmt: skip


@FUZZED
@given(
    name=st.sampled_from(NAMES),
    frames=st.lists(frames, max_size=4),
    end=st.sampled_from(
        ["os._exit(0)", "os._exit(7)", "os.kill(os.getpid(), 11)", "time.sleep(9)", "pass", "os.close(4)"]
    ),
)
def test_frames(fuzzed, name, frames, end):
    fuzzed(name, FRAMES.format(frames=frames, end=end))


odd = st.sampled_from(
    [
        "None", "()", "[]", "{}", "''", "b'x' * 5000", "'x' * 5000", "nan", "-inf", "10**4000", "-10**30", "1j", "True", "set()",
        "{1, 2}", "{'a': {'b': array([1.0, nan])}}", "array([])", "np.zeros((0, 5))", "np.zeros((4, 7))", "np.full((4, 7), nan)",
        "np.full((4, 7), inf, 'f2')", "array(['a', 'b'])", "array('\\x1b')", "array([None], object)", "np.ones((1,) * 32)", "...",
        "NotImplemented", "int", "lambda: 0", "(array(1.0), array('x'))", "(np.zeros((4, 7)), np.zeros((4, 7)))", "((), ())",
        "[{}] * 5", "[{'lr': nan, 'units': 'x'}] * 6", "[{1: 2}]", "({'a': 1},)", "np.zeros((4, 7), 'M8[s]')", "range(10**9)",
        "float32(3)", "int64(2**62)", "np.zeros((4, 7), 'c16') * nan", "np.ma.zeros((4, 7))", "{(1, 2): 3, None: 4}", "{nan: nan}",
        "[[[[[[]]]]]]", "'\\ud800'", "{'\\ud800': 1}", "array('\\ud800')", "1e400", "np.longdouble(1)", "np.zeros(3, [('a', 'f8')])",
        "ValueError('\\x1b[2J')", "KeyError(10**4000)", "SystemExit(3)", "KeyboardInterrupt()", "SyntaxError('x', ('leaky_relu.py', -5, 0, ''))",
        "type('X' * 5000, (Exception,), {})()", "RecursionError()", "MemoryError()", "UnicodeDecodeError('utf-8', b'x', 0, 1, 'y')",
        "ExceptionGroup('g', [ValueError(1)])", "TypeError(\"unsupported operand type(s) for +: 'int' and 'str'\")", "StopIteration()",
        "ValueError('operands could not be broadcast together with shapes (4,7) (3,) ')", "IndexError('\\n' * 3000)",
    ]
)  # fmt: skip
FUNCTIONS = {
    "leaky_relu": ["leaky_relu"],
    "dropout": ["dropout"],
    "hyperparameter_search": ["grid_candidates", "random_candidates"],
}


@FUZZED
@given(name=st.sampled_from(NAMES), answers=st.lists(odd, min_size=1, max_size=5))
def test_answers_and_exceptions(fuzzed, name, answers):
    suffix = ANSWERS.format(answers=f"[{', '.join(answers)}]")
    fuzzed(name, "", "\n" + suffix + "\n".join(f"{each} = _odd" for each in FUNCTIONS[name]) + "\n")


@FUZZED
@given(
    name=st.sampled_from(NAMES), text=st.one_of(st.text(max_size=60), texts), place=st.sampled_from(["before", "after"])
)
def test_texts(fuzzed, name, text, place):
    fuzzed(name, *((f"{text}\n", "") if place == "before" else ("", f"\n{text}")))


@FUZZED
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32))
def test_bytes_of_honest_answers_are_turned(fuzzed, name, seed):
    """Flip bits of what honest code answers: most of a frame is right, and some of it is not."""
    rng = random.Random(seed)
    flips = [(rng.randrange(3), rng.random(), rng.randrange(256)) for _ in range(rng.randrange(1, 4))]
    prefix = f"""
import os
from grader.sandbox.protocol import wire
_pack, _count = wire.pack, [0]
def _turned(message, blocks=()):
    data = bytearray(_pack(message, blocks))
    _count[0] += 1
    for when, where, what in {flips!r}:
        if when == _count[0] % 3:
            data[int(where * len(data))] = what
    return bytes(data)
wire.pack = _turned
"""
    fuzzed(name, prefix)
