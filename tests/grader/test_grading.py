"""Grading a submission: scores, statuses, what is never a pass, and the report as a whole."""

import inspect
import json
import shutil
import subprocess
from importlib import resources

import pytest

from grader.authoring.sync import sync
from grader.course import load, root
from grader.grading.collecting import collect
from grader.grading.errors import GradingError
from grader.grading.grade import grade
from grader.grading.submission import Folder, Texts
from grader.reports import json_report
from grader.reports.summary import describe
from grader.sandbox import limits
from grader.sandbox.sandbox import Sandbox

TOPIC = """\
title = "Katas"

[[topics]]
name = "basics"
title = "Basics"
summary = "Basics."
"""

ENTRY = """
[[topics.exercises]]
name = "{}"
title = "An exercise"
difficulty = 1
points = {}
prerequisites = []
questions = []
hints = ["Think."]
{}
"""

SOLUTION = '''\
def f(k):
    """Return k."""
    ### BEGIN SOLUTION
    return k
    ### END SOLUTION
'''

IMPORTS = "import numpy as np\nimport pytest\nfrom grader.checks import *\n\n"


def check(number, marks=""):
    """Text of a check that asks for one number."""
    title = f'"""Returns {number}."""'
    return f"{marks}\ndef test_{number}(student):\n    {title}\n    assert_close(student.f({number}), {number})\n"


THREE = "".join(map(check, (1, 2, 3)))


@pytest.fixture
def course_of(tmp_path):
    """Returns a course with one exercise ``f`` for each text of checks."""

    def make(*tests, points=1, extra=""):
        for folder in ("exercises", "solutions/basics", "tests/basics"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        names = [f"e{number}" for number in range(len(tests))]
        entries = "".join(ENTRY.format(name, points, extra) for name in names)
        (tmp_path / "exercises/course.toml").write_text(TOPIC + entries)
        for name, text in zip(names, tests, strict=True):
            (tmp_path / f"solutions/basics/{name}.py").write_text(SOLUTION)
            (tmp_path / f"tests/basics/test_{name}.py").write_text(IMPORTS + text)
        sync(load(tmp_path), force=True)
        return load(tmp_path)

    return make


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox("auto") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def known():
    """Checks that have been collected, by the texts of their course."""
    return {}


@pytest.fixture
def graded(sandbox, known):
    """Returns the report for a text of each exercise; whatever happens, every check is in it."""

    def run(course, *texts, **options):
        names = [exercise.name for exercise in course.exercises]
        submission = Texts({name: text for name, text in zip(names, texts, strict=False) if text is not None})
        key = tuple(path.read_text() for path in sorted(course.root.rglob("*")) if path.suffix in (".py", ".toml"))
        if key not in known:
            known[key] = collect(course, course.exercises)
        collected = known[key]
        report = grade(submission, course, sandbox, checks=collected, **options)
        for result in report.exercises:
            expected = [(check.name, check.title) for check in collected[result.name].checks]
            assert [(check.name, check.title) for check in result.checks] == expected
            assert result.max_score == course.find(result.name).points
            assert sum(check.max_score for check in result.checks) == pytest.approx(result.max_score, abs=1e-3)
            assert sum(check.score for check in result.checks) == pytest.approx(result.score, abs=6e-3)
            assert (result.score == result.max_score) == (result.status == "passed")
        return report

    return run


def statuses(result):
    return [check.status for check in result.checks]


def right_for(*numbers):
    return f"def f(k):\n    return k if k in {numbers} else None\n"


# ---- scores --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "points", "right", "score"),
    [
        (["", "", ""], 1, (1, 2, 3), 1.0),
        (["", "", ""], 1, (1, 2), 0.67),
        (["", "", ""], 1, (1,), 0.33),
        (["", "", ""], 1, (2, 3), 0.0),
        (["", "", ""], 1, (), 0.0),
        (["", "", ""], 4, (1, 3), 2.67),
        (["", "@core", ""], 1, (1, 3), 0.0),
        (["", "@core", ""], 1, (2,), 0.33),
        (["", "@core", ""], 1, (2, 3), 0.67),
        (["@core", "", "@core"], 1, (1, 2), 0.0),
        (["@core", "", "@core"], 1, (1, 3), 0.67),
        (["@weight(2)", "", ""], 1, (1,), 0.5),
        (["@weight(2)", "", ""], 1, (1, 3), 0.75),
        (["", "@weight(2.5)", "@weight(0.5)"], 2, (1, 2), 1.75),
        (["", "@core\n@weight(3)", ""], 2.5, (2,), 1.5),
    ],
)
def test_the_score_is_the_weight_that_passed_once_the_core_has(course_of, graded, marks, points, right, score):
    course = course_of("".join(check(n, mark) for n, mark in zip((1, 2, 3), marks, strict=True)), points=points)
    report = graded(course, right_for(*right))
    assert (report.score, report.max_score) == (score, points)
    assert statuses(report.exercises[0]) == ["passed" if n in right else "failed" for n in (1, 2, 3)]


def test_a_shape_or_purity_check_does_not_pay_for_a_wrong_answer(course_of, graded):
    course = course_of(
        "def test_value(student):\n    assert_close(student.f(np.ones(2)), np.ones(2))\n"
        "def test_shape(student):\n    assert student.f(np.ones(2)).shape == (2,)\n"
        "def test_pure(student):\n    student.f(np.ones(2))\n    assert_pure(student)\n"
    )
    (result,) = graded(course, "def f(k):\n    return 0 * k\n").exercises
    assert (result.status, result.score, statuses(result)) == ("failed", 0, ["failed", "passed", "passed"])
    assert [check.score for check in result.checks] == [0, 0, 0]


def test_a_parametrized_test_is_one_check(course_of, graded):
    text = (
        '@pytest.mark.parametrize("sign", [1, -1])\n@pytest.mark.parametrize("k", [1, 2, 3])\n'
        "def test_many(student, k, sign):\n    assert_close(student.f(sign * k), sign * k)\n"
    )
    course = course_of(text + check(4))
    assert graded(course, right_for(1, 2, 3, 4, -1, -2, -3)).score == 1
    (result,) = graded(course, right_for(1, 2, 4, -1, -2, -3)).exercises
    assert (result.score, statuses(result)) == (0, ["failed", "passed"])
    assert "called    f(3)" in result.checks[0].message


def test_rounding_loses_nothing_over_the_course(course_of, graded):
    course = course_of(*[THREE] * 3)
    report = graded(course, right_for(1), right_for(1), right_for(1))
    assert report.score == 0.99
    assert graded(course, *[right_for(1, 2, 3)] * 3).score == 3.0


def test_titles_are_the_first_lines_of_the_docstrings(course_of):
    long = "def test_one(student):\n    '''Is one.\n\n    More.\n    '''\n"
    course = course_of(f"{long}def test_two(student):\n    pass\n")
    assert [check.title for check in collect(course, course.exercises)["e0"].checks] == ["Is one.", "test_two"]


# ---- statuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "checks", "message"),
    [
        (None, "not_attempted", "skipped", None),
        ('def f(k):\n    """Return k."""\n    raise NotImplementedError\n', "not_attempted", "skipped", None),
        ('# I\ndef f(k):\n    """Return k."""\n\n    raise NotImplementedError  #\n', "not_attempted", "skipped", None),
        ("def f(k):\n    raise NotImplementedError\n", "failed", "failed", None),
        ("", "failed", "failed", None),
        ("g = 1\n", "failed", "failed", None),
        ("f = 1\n", "failed", "failed", None),
        ("def f(k):\n    return None\n", "failed", "failed", None),
        ("def f(k:\n    return k\n", "error", "error", "SyntaxError"),
        ("def f(k):\n\treturn k\n        return k\n", "error", "error", "TabError"),
        ("import torch\ndef f(k):\n    return k\n", "error", "error", "torch is not available to an exercise"),
        ("def f(k):\n    return k\n1 / 0\n", "error", "error", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)\n", "error", "error", "SystemExit"),
        ("import os\nos._exit(0)\n", "error", "error", "ended itself (exit status 0)"),
        ("x = '\0'\n", "error", "error", None),
    ],
)  # fmt: skip
def test_what_is_not_right_scores_0_with_every_check_listed(course_of, graded, text, status, checks, message):
    course = course_of(THREE, THREE)
    broken, right = graded(course, text, right_for(1, 2, 3)).exercises
    assert (broken.status, broken.score, statuses(broken)) == (status, 0, [checks] * 3)
    if message:
        assert message in broken.message
    assert describe(broken)
    assert (right.status, right.score) == ("passed", 1)


def test_the_line_of_an_error_is_known(course_of, graded):
    course = course_of(THREE)
    assert graded(course, "def f(k):\n    return k\n\n1 / 0\n").exercises[0].line == 4
    assert graded(course, "def f(k):\n    return k\n\ndef g(:\n").exercises[0].line == 4
    assert graded(course, "def f(k):\n    x = k\n    return x[0]\n").exercises[0].line == 3
    assert graded(course, right_for(1, 2, 3)).exercises[0].line is None


def test_a_forbidden_name_fails_the_exercise_and_names_the_line(course_of, graded):
    course = course_of(THREE, extra='forbidden = ["einsum"]')
    text = "import numpy as np\n\ndef f(k):\n    return np.einsum('->', k)\n"
    (result,) = graded(course, text).exercises
    assert (result.status, statuses(result), result.line) == ("failed", ["failed"] * 3, 4)
    assert result.message == "Line 4 uses einsum, which this exercise asks you to do without."
    assert graded(course, "# einsum\ndef f(k):\n    return k\n").score == 1


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(limits, "CALL_SECONDS", 0.5)
    monkeypatch.setattr(limits, "LOAD_SECONDS", 0.5)


def test_after_a_timeout_the_rest_is_timeout_and_not_run(course_of, graded, impatient):
    course = course_of(check(1) + check(2) + check(3) + check(4), THREE)
    text = "def f(k):\n    print('asked for', k)\n    while k == 2:\n        pass\n    return k\n"
    slow, right = graded(course, text, right_for(1, 2, 3)).exercises
    assert (slow.status, slow.score) == ("timeout", 0.25)
    assert statuses(slow) == ["passed", "timeout", "timeout", "timeout"]
    assert "took too long" in slow.checks[1].message
    assert [check.message for check in slow.checks[2:]] == ["Not run: an earlier check took too long."] * 2
    assert slow.stdout.split("\n")[:2] == ["asked for 1", "asked for 2"]
    assert "asked for 3" not in slow.stdout
    assert (right.status, right.score) == ("passed", 1)


def test_a_file_that_never_finishes_loading_is_a_timeout(course_of, graded, impatient):
    course = course_of(THREE, THREE)
    slow, right = graded(course, "while True:\n    pass\n", right_for(1, 2, 3)).exercises
    assert (slow.status, slow.score, statuses(slow)) == ("timeout", 0, ["timeout"] * 3)
    assert slow.message == "Loading the file took longer than 0.5 seconds."
    assert right.score == 1


@pytest.mark.parametrize(
    ("crash", "reason"),
    [
        ("import os; os._exit(3)", "exit status 3"),
        ("import os; os.abort()", "signal 6"),
        ("import ctypes; ctypes.string_at(0)", "segmentation fault"),
    ],
)
def test_after_a_crash_the_next_checks_are_run(course_of, graded, crash, reason):
    course = course_of(check(1) + check(2) + check(3), THREE)
    crashed, right = graded(course, f"def f(k):\n    if k == 2: {crash}\n    return k\n", right_for(1, 2, 3)).exercises
    assert (crashed.status, crashed.score, statuses(crashed)) == ("failed", 0.67, ["passed", "error", "passed"])
    assert reason in crashed.checks[1].message
    assert right.score == 1


def test_a_core_check_that_crashes_keeps_the_others_from_paying(course_of, graded):
    course = course_of(THREE)
    (result,) = graded(course, "import os\ndef f(k):\n    return os._exit(0) if k == 1 else k\n").exercises
    assert (result.score, statuses(result)) == (0, ["error", "passed", "passed"])


def test_the_state_of_a_crashed_process_is_not_taken_over(course_of, graded):
    course = course_of(check(1) + check(2) + check(3))
    text = "import os\nn = 0\ndef f(k):\n    global n\n    n += 1\n    return os._exit(0) if n == 3 else k\n"
    (result,) = graded(course, text).exercises
    assert statuses(result) == ["passed", "passed", "error"]


@pytest.mark.parametrize("answer", ["object()", "lambda: 1", "[object()]", "iter([3])", "10**9999", "np.array([None])"])
def test_what_cannot_be_sent_back_fails_the_check(course_of, graded, answer):
    (result,) = graded(course_of(THREE), f"import numpy as np\ndef f(k):\n    return {answer}\n").exercises
    assert statuses(result) == ["failed"] * 3
    assert "What it returned cannot be used" in result.checks[0].message


ANSWERS = ("None", "True", "np.array(['a'])", "'text'", "{}", "{1, 2}", "[]", "[[1], [2]]", "10**300", "10**2000", "1j",
           "np.ones(3) > 0", "np.bool_(True)", "np.zeros((0, 3))", "float('nan')", "b'x'", "{1: 2}",
           "np.uint8(3)")  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_any_kind_of_answer_is_a_failure_and_not_an_error_of_the_grader(course_of, graded, answer):
    text = (
        "def test_array(student):\n    assert_close(student.f(1), np.linspace(0, 1, 3))\n"
        "def test_number(student):\n    assert_close(student.f(1), 0.5)\n"
        "def test_flags(student):\n    assert_close(student.f(1), np.array([True, False, True]))\n"
        "def test_tuple(student):\n    y, mask = unpack(student.f(1), 'y', 'mask')\n    assert_close(y, mask)\n"
        "def test_careless(student):\n    assert student.f(1).shape == (7, 7)\n"
        "def test_more_careless(student):\n    assert student.f(1)['w'][0] + 1 == 7\n"
    )
    (result,) = graded(course_of(text), f"import numpy as np\ndef f(k):\n    return {answer}\n").exercises
    assert result.score == 0
    assert set(statuses(result)[:3]) | set(statuses(result)[4:]) == {"failed"}


def test_what_is_printed_is_shown_and_capped(course_of, graded):
    (result,) = graded(course_of(THREE), "print('loading')\ndef f(k):\n    print('k =', k)\n    return k\n").exercises
    assert result.stdout == "loading\nk = 1\nk = 2\nk = 3\n"
    (result,) = graded(course_of(THREE), "def f(k):\n    print('x' * 10**6)\n    return k\n").exercises
    assert result.score == 1
    assert len(result.stdout) <= limits.OUTPUT_BYTES + 100


# ---- checks that are broken ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        ("def test_it(student):\n    1 / 0\n", "the check e0::test_it is broken: ZeroDivisionError"),
        ("def test_it(student, rng):\n    student.f(rng)\n", "never rng itself"),
        ("def test_it(student, tmp_path):\n    pass\n", "asks for tmp_path: a check has student and rng only"),
        ("x = 1\n", "tests/basics/test_e0.py holds no checks"),
        ("def test_it(student):\n    pass\n1 / 0\n", "the checks could not be collected.*ZeroDivisionError"),
        ("def test_it(student:\n", "the checks could not be collected"),
        ("@on_learner_side\ndef f(x):\n    return IMPORT\ndef test_it(student):\n    pass\n", "IMPORT does not exist"),
    ],
)
def test_a_broken_check_ends_grading_with_one_line(course_of, graded, sandbox, tests, reason):
    course = course_of(tests)
    with pytest.raises(GradingError, match=reason) as caught:
        grade(Texts({"e0": right_for(1)}), course, sandbox)
    assert "\n" not in str(caught.value)


def test_missing_checks_end_grading(course_of, sandbox):
    course = course_of(THREE, THREE)
    course.checks(course.find("e1")).unlink()
    with pytest.raises(GradingError, match=r"the checks tests/basics/test_e1.py are missing"):
        grade(Texts({}), course, sandbox)


# ---- inputs --------------------------------------------------------------------------------------------------


def test_inputs_depend_on_the_seed_and_the_check_alone(course_of, graded):
    pytest.importorskip("torch")
    draw = "def test_{0}(student, rng):\n    '''.'''\n    x = rng.normal(size=3)\n    assert_close(student.f(x), x)\n"
    course = course_of(draw.format("a") + draw.format("b"), draw.format("a"))
    honest = "def f(k):\n    print([*map(float, k)])\n    return k\n"
    odd = honest.replace("return k", "k *= 0\n    return 1").replace("def", "import numpy\nnumpy.random.rand(7)\ndef")

    def inputs(text, seed):
        return [result.stdout.splitlines() for result in graded(course, text, text, seed=seed).exercises]

    first = inputs(honest, 0)
    assert inputs(honest, 0) == inputs(odd, 0) == first
    assert inputs(honest, 1) != first
    assert len({line for lines in first for line in lines}) == 3


def test_a_learner_who_spoils_the_arguments_does_not_change_what_is_expected(course_of, graded):
    course = course_of("def test_it(student):\n    x = np.ones(3)\n" + 2 * "    assert_close(student.f(x), x)\n")
    assert graded(course, "def f(k):\n    k *= 0\n    return k\n").score == 0


# ---- named mistakes and right answers ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def katas():
    return load(root())


NAMES = ("leaky_relu", "gelu", "softmax", "conv2d", "multi_head_attention", "lstm_cell", "clip_grad_norm", "kd_loss",
         "sparse_cross_entropy", "xavier_uniform", "dropout", "adamw_step", "early_stopping", "mlp_backward",
         "numerical_gradient")  # fmt: skip


@pytest.fixture(scope="module")
def kata_checks(katas):
    return collect(katas, [katas.find(name) for name in NAMES])


@pytest.fixture
def kata(katas, kata_checks, sandbox):
    """Returns the result of one exercise of the repository for a learner's text."""

    def run(name, text):
        exercises = [katas.find(name)]
        submission = Texts({name: f"import math\nimport numpy as np\n{text}"})
        return grade(submission, katas, sandbox, exercises=exercises, checks=kata_checks).exercises[0]

    return run


@pytest.mark.parametrize("name", ["constant_0_01", "max_trick", "plain_relu", "negated_slope"])
def test_each_mistake_about_leaky_relu_is_named(kata, kata_checks, name):
    (mistake,) = [mistake for mistake in kata_checks["leaky_relu"].misconceptions if mistake.name == name]
    source = inspect.getsource(mistake.implementation)
    text = source[source.index("def ") :].replace(f"def {name}(", "def leaky_relu(")
    result = kata("leaky_relu", text)
    assert result.status == "failed"
    failed = [check for check in result.checks if check.status == "failed"]
    assert {check.misconception for check in failed} == {name}
    assert {check.diagnosis for check in failed} == {f"This is what you get when the code {mistake.sentence}."}


def test_a_mistake_written_in_a_learners_own_way_is_named(kata):
    text = "def leaky_relu(x, slope=0.01):\n    return np.array([max(v, 0.0) for v in x.ravel()]).reshape(x.shape)\n"
    assert kata("leaky_relu", text).checks[0].misconception == "plain_relu"


SOFT = """
def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
"""

KD = f"""{SOFT}
def kd_loss(student, teacher, y, temperature=4.0, alpha=0.5):
    p, q = log_softmax(teacher / temperature), log_softmax(student / temperature)
    soft = (np.exp(p) * (p - q)).sum() / len(y)
    hard = -sum(log_softmax(student)[i, k] for i, k in enumerate(y)) / len(y)
    return float(temperature**2 * alpha * soft + (1 - alpha) * hard)
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("* len(y)", "times too large, and {n} is the batch size"),
        ("/ len(y)", "times too small, and {n} is the batch size"),
        ("/ student.shape[1]", "times too small, and {c} is the length of the last axis"),
        ("* student.size", "times too large, and {s} is the number of elements"),
    ],
)
def test_a_loss_divided_by_the_wrong_count_is_said_with_what_the_count_is(kata, line, words):
    result = kata("kd_loss", KD.replace("hard)", f"hard) {line}"))
    call = result.checks[0].message.split("float64 (")[1].split(")")[0]
    n, c = map(int, call.split(", "))
    assert words.format(n=n, c=c, s=n * c) in result.checks[0].diagnosis


# ---- right answers, written differently ----------------------------------------------------------------------


RIGHT = {
    "leaky_relu, in a loop": (
        "leaky_relu",
        "def leaky_relu(x, negative_slope=0.01):\n"
        "    y = np.empty(x.shape, x.dtype if x.dtype.kind == 'f' else float)\n"
        "    for i in np.ndindex(x.shape):\n        y[i] = x[i] if x[i] > 0 else negative_slope * x[i]\n"
        "    return y\n",
    ),
    "leaky_relu, as a sum": (
        "leaky_relu",
        "leaky_relu = lambda x, negative_slope=0.01: np.maximum(x, 0) + negative_slope * np.minimum(x, 0)\n",
    ),
    "softmax, slice by slice": (
        "softmax",
        "def softmax(x, axis=-1):\n"
        "    def one(v):\n"
        "        e = [math.exp(u - max(v)) for u in v]\n"
        "        return np.array(e, v.dtype if v.dtype.kind == 'f' else float) / math.fsum(e)\n"
        "    return np.apply_along_axis(one, axis, x)\n",
    ),
    "softmax, through its logarithm": (
        "softmax",
        "def softmax(x, axis=-1):\n"
        "    x = x - x.max(axis, keepdims=True)\n"
        "    return np.exp(x - np.log(np.sum(np.exp(x), axis, keepdims=True)))\n",
    ),
    "gelu, number by number": (
        "gelu",
        "def gelu(x, approximate='none'):\n"
        "    forms = {'none': lambda v: v * 0.5 * math.erfc(-v / 2**0.5),\n"
        "             'tanh': lambda v: v / (1 + math.exp(min(700, -(8 / math.pi) ** 0.5 * (v + 0.044715 * v**3))))}\n"
        "    if approximate not in forms:\n        raise ValueError\n"
        "    dtype = x.dtype if x.dtype.kind == 'f' else float\n"
        "    return np.array([forms[approximate](float(v)) for v in x.flat], dtype).reshape(x.shape)\n",
    ),
    "conv2d, in loops": (
        "conv2d",
        "def conv2d(x, w, b, stride=1, padding=0):\n"
        "    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])\n"
        "    (n, _, h, l), (o, _, kh, kl) = x.shape, w.shape\n"
        "    y = np.zeros((n, o, (h - kh) // stride + 1, (l - kl) // stride + 1), np.result_type(x, w))\n"
        "    for i in range(y.shape[2]):\n        for j in range(y.shape[3]):\n"
        "            window = x[:, :, i * stride : i * stride + kh, j * stride : j * stride + kl]\n"
        "            y[:, :, i, j] = np.tensordot(window, w, ([1, 2, 3], [1, 2, 3]))\n"
        "    return y if b is None else y + b.reshape(-1, 1, 1)\n",
    ),
    "multi_head_attention, with einsum and a list": (
        "multi_head_attention",
        "def multi_head_attention(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):\n"
        "    n, t, e = x.shape\n"
        "    z = (np.einsum('nte,fe->ntf', x, in_proj_w) + in_proj_b).reshape(n, t, 3, n_heads, e // n_heads)\n"
        "    s = np.einsum('nihd,njhd->nhij', z[:, :, 0], z[:, :, 1]) / (e // n_heads) ** 0.5\n"
        "    if key_padding_mask is not None:\n"
        "        s = np.where(key_padding_mask.reshape(n, 1, 1, t), np.finfo(s.dtype).min, s)\n"
        "    a = np.exp(s - s.max(3, keepdims=True))\n    a /= a.sum(3, keepdims=True)\n"
        "    heads = np.einsum('nhij,njhd->nihd', a, z[:, :, 2])\n"
        "    return [heads.reshape(n, t, e) @ out_w.T + out_b, a]\n",
    ),
    "lstm_cell, row by row, a list for the tuple": (
        "lstm_cell",
        "def lstm_cell(x, h, c, w_ih, w_hh, b_ih, b_hh):\n"
        "    def sigmoid(z):\n        e = np.exp(-np.abs(z))\n        return np.where(z > 0, 1, e) / (1 + e)\n"
        "    hs, cs = [], []\n"
        "    for xi, hi, ci in zip(x, h, c):\n"
        "        i, f, g, o = (w_ih @ xi + b_ih + (w_hh @ hi + b_hh)).reshape(4, -1)\n"
        "        cs.append(sigmoid(f) * ci + sigmoid(i) * np.tanh(g))\n"
        "        hs.append(sigmoid(o) * np.tanh(cs[-1]))\n"
        "    return [np.array(hs), np.array(cs)]\n",
    ),
    "clip_grad_norm, a tuple for the list, a 0-d array for the float": (
        "clip_grad_norm",
        "def clip_grad_norm(grads, max_norm):\n"
        "    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])\n"
        "    scale = float(min(max_norm / (norm + 1e-6), 1))\n"
        "    return tuple(np.multiply(g, scale) for g in grads), np.array(norm)\n",
    ),
    "kd_loss, a float from a loop": ("kd_loss", KD),
    "sparse_cross_entropy, in a loop": (
        "sparse_cross_entropy",
        f"{SOFT}\n"
        "def sparse_cross_entropy(logits, y, weight=None, ignore_index=-100):\n"
        "    p = log_softmax(logits)\n    grad, loss, total = np.zeros_like(p), 0.0, 0.0\n"
        "    for i, k in enumerate(y.tolist()):\n"
        "        if k == ignore_index:\n            continue\n"
        "        if not 0 <= k < p.shape[1]:\n            raise ValueError(k)\n"
        "        w = 1.0 if weight is None else float(weight[k])\n"
        "        total, loss, grad[i] = total + w, loss - w * float(p[i, k]), w * np.exp(p[i])\n"
        "        grad[i, k] -= w\n"
        "    return [loss / total if total else math.nan, grad / (total or 1)]\n",
    ),
    "xavier_uniform, drawn one by one and transposed": (
        "xavier_uniform",
        "def xavier_uniform(fan_in, fan_out, rng, gain=1.0):\n"
        "    a = gain * (6 / (fan_in + fan_out)) ** 0.5\n"
        "    return np.array([[a - 2 * a * rng.random() for _ in range(fan_out)] for _ in range(fan_in)]).T\n",
    ),
    "dropout, another order of draws and a list": (
        "dropout",
        "def dropout(x, p, training, rng):\n"
        "    if p < 0 or p > 1:\n        raise ValueError\n"
        "    dtype = x.dtype if x.dtype.kind == 'f' else float\n"
        "    mask = np.ones(x.shape, dtype)\n"
        "    if training:\n"
        "        kept = (rng.random(x.size) < 1 - p)[::-1].reshape(x.shape)\n"
        "        mask = np.where(kept, 1 / (1 - p), 0).astype(dtype) if p < 1 else np.zeros(x.shape, dtype)\n"
        "    return [x * mask, mask]\n",
    ),
    "adamw_step, with a step size of its own": (
        "adamw_step",
        "def adamw_step(w, g, m, v, t, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):\n"
        "    m = m + (1 - betas[0]) * (g - m)\n    v = betas[1] * v + (1 - betas[1]) * g * g\n"
        "    root = (1 - betas[1] ** t) ** 0.5\n"
        "    step = lr / (1 - betas[0] ** t) * m / (np.sqrt(v) / root + eps)\n"
        "    return [w - lr * weight_decay * w - step, m, v]\n",
    ),
    "early_stopping, integers of NumPy in a list": (
        "early_stopping",
        "def early_stopping(val_losses, patience, min_delta=0.0):\n"
        "    best, at, epoch = math.inf, 0, -1\n    since = 0\n"
        "    for epoch, loss in enumerate(val_losses):\n"
        "        better = loss < best - min_delta\n        since = 0 if better else since + 1\n"
        "        best, at = (loss, epoch) if better else (best, at)\n"
        "        if since >= patience:\n            break\n"
        "    return [np.int64(at), np.int32(epoch)]\n",
    ),
    "mlp_backward, sample by sample": (
        "mlp_backward",
        "def mlp_backward(x, y, w1, b1, w2, b2):\n"
        "    grads = {'db2': 0, 'dw2': 0, 'db1': 0, 'dw1': 0}\n"
        "    for a, k in zip(x, y):\n"
        "        z = w1 @ a + b1\n        r = np.maximum(z, 0)\n        s = w2 @ r + b2\n"
        "        d = np.exp(s - s.max())\n        d = d / d.sum()\n        d[k] -= 1\n        d /= len(y)\n"
        "        u = np.where(z > 0, w2.T @ d, 0)\n"
        "        for name, part in (('db2', d), ('dw2', np.outer(d, r)), ('db1', u), ('dw1', np.outer(u, a))):\n"
        "            grads[name] = grads[name] + part\n"
        "    return {name: part.astype(w1.dtype) for name, part in grads.items()}\n",
    ),
    "numerical_gradient, on the flat copy": (
        "numerical_gradient",
        "def numerical_gradient(f, x, h=1e-5):\n"
        "    flat = np.array(x, float).ravel()\n    grad = []\n"
        "    for i in range(flat.size):\n"
        "        up, down = flat.copy(), flat.copy()\n        up[i] += h\n        down[i] -= h\n"
        "        grad.append(f(up.reshape(x.shape)) / (2 * h) - f(down.reshape(x.shape)) / (2 * h))\n"
        "    return np.array(grad).reshape(x.shape)\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", RIGHT)
def test_a_right_answer_written_differently_has_full_marks(kata, how):
    result = kata(*RIGHT[how])
    assert {check.name: check.message for check in result.checks if check.status != "passed"} == {}
    assert result.status == "passed"


# ---- the whole report ----------------------------------------------------------------------------------------


@pytest.fixture
def schema():
    jsonschema = pytest.importorskip("jsonschema")
    text = resources.files("grader.reports").joinpath("report.schema.json").read_text("utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.fixture
def everything(course_of, graded, impatient):
    """A report with an exercise of every status."""
    course = course_of(*[THREE] * 6)
    return graded(
        course,
        right_for(1, 2, 3),
        "def f(k):\n    print('\\x1b[31mred')\n    return 2 * k\n",
        "1 / 0\n",
        "def f(k):\n    while True: pass\n",
        "import os\ndef f(k):\n    os._exit(1)\n",
    )


def test_the_report_is_complete_and_fits_its_schema(everything, schema, tmp_path):
    assert [result.status for result in everything.exercises] == [
        "passed", "failed", "error", "timeout", "failed", "not_attempted",
    ]  # fmt: skip
    assert (everything.score, everything.max_score) == (1, 6)
    path = tmp_path / "report.json"
    json_report.write(everything, path)
    schema.validate(json.loads(path.read_text()))
    assert json_report.load(path) == everything


def without_times(report):
    data = report.to_dict()
    data["run"] |= {"started": "", "seconds": 0}
    for exercise in data["exercises"]:
        exercise["seconds"] = 0
    return data


def test_the_same_seed_gives_the_same_report(course_of, graded):
    course = course_of(THREE, THREE)
    texts = right_for(1, 2), "def f(k):\n    return 3 * k\n"
    assert without_times(graded(course, *texts)) == without_times(graded(course, *texts))


def test_the_run_is_described_well_enough_to_be_repeated(course_of, graded, sandbox):
    course = course_of(THREE)
    report = graded(course, right_for(1))
    run = report.run
    assert (run.seed, run.reference, run.torch, run.isolation) == (0, "recorded", None, sandbox.isolation)
    path = course.checks(course.exercises[0])
    path.write_text(path.read_text() + "\n# changed\n")
    other = graded(course, right_for(1))
    assert other.run.checks_sha256 != run.checks_sha256
    assert other.submission.sha256 == report.submission.sha256
    assert graded(course, right_for(2)).submission.sha256 != report.submission.sha256


def test_only_the_exercises_asked_for_are_graded(course_of, sandbox):
    course = course_of(THREE, THREE, THREE)
    texts = {f"e{i}": right_for(1, 2, 3) for i in range(3)}
    seen = []
    exercises = [course.find("e2"), course.find("e0")]
    report = grade(Texts(texts), course, sandbox, exercises=exercises, progress=lambda result: seen.append(result.name))
    assert [result.name for result in report.exercises] == seen == ["e2", "e0"]
    assert (report.score, report.max_score) == (2, 2)


def submission(folder, **texts):
    (folder / "basics").mkdir(parents=True)
    for name, text in texts.items():
        (folder / f"basics/{name}.py").write_text(text)
    return folder


SHADOW = (
    "print('SHADOWED')\n"
    "def array_equal(*a, **k): return True\n"
    "class Any:\n    def __getattr__(self, name): return self\n    def __call__(self, *a, **k): return self\n"
    "    def __eq__(self, other): return True\n"
    "import sys\nsys.modules[__name__] = Any()\n"
)


@pytest.mark.parametrize("depth", ["", "basics"])
def test_modules_beside_the_exercise_gain_nothing(course_of, sandbox, tmp_path, depth):
    course = course_of(THREE, THREE)
    folder = submission(tmp_path / "theirs", e0=right_for(2), e1="import numpy as np\nf = lambda k: np.asarray(k)\n")
    for name in ("torch", "numpy", "conftest", "pytest", "grader", "sitecustomize", "math", "test_e0", "__init__"):
        (folder / depth / f"{name}.py").write_text(SHADOW)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (folder / "course.toml").write_text('title = "Mine"\n')
    report = grade(Folder(folder, course), course, sandbox)
    assert [result.score for result in report.exercises] == [0, 1]
    assert "SHADOWED" not in json.dumps(report.to_dict())


def test_a_repository_that_holds_the_exercises_is_accepted(course_of, sandbox, tmp_path):
    course = course_of(THREE)
    repository = tmp_path / "theirs"
    submission(repository / "exercises", e0=right_for(1, 2, 3))
    submission(repository, e0="1 / 0\n")
    for folder in (repository, repository / "exercises"):
        report = grade(Folder(folder, course), course, sandbox)
        assert (report.score, report.submission.path, report.submission.commit) == (1, str(folder), None)


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_commit_is_in_the_report(course_of, sandbox, tmp_path):
    course = course_of(THREE)
    folder = submission(tmp_path / "theirs/exercises", e0=right_for(1)).parent

    def git(*words):
        identity = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", folder, *identity, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "First")
    assert grade(Folder(folder, course), course, sandbox).submission.commit == git("rev-parse", "HEAD").strip()


def test_a_folder_without_exercises_says_what_it_looked_for(course_of, tmp_path):
    course = course_of(THREE)
    (tmp_path / "empty").mkdir()
    with pytest.raises(GradingError, match="empty: looked for a folder 'exercises', or topic folders"):
        Folder(tmp_path / "empty", course)
    with pytest.raises(GradingError, match=r"there is no folder .*nowhere"):
        Folder(tmp_path / "nowhere", course)
    (tmp_path / "file").write_text("")
    with pytest.raises(GradingError, match=r"there is no folder .*file"):
        Folder(tmp_path / "file", course)


def test_two_courses_do_not_see_each_others_checks(course_of, sandbox, tmp_path_factory):
    course = course_of(check(1))
    assert grade(Texts({"e0": right_for(1)}), course, sandbox).score == 1
    course = course_of(check(2))  # the same file with another text
    assert [found.name for found in collect(course, course.exercises)["e0"].checks] == ["test_2"]
    assert grade(Texts({"e0": right_for(1)}), course, sandbox).score == 0
