"""Grading a submission: scores, statuses, what is never a pass, and the report as a whole."""

import json
import re
import shutil
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import resources
from importlib.util import find_spec

import pytest

import grader.report
from grader.authoring.sync import keep
from grader.course import load, own_course
from grader.course.stubs import stub_of
from grader.errors import CourseError, GradingError, TorchMissing
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts, read_folder
from grader.learning.memory import Memory
from grader.learning.states import state
from grader.reports.summary import describe
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS

SOLUTION = '''\
def f(k):
    """Return k."""
    ### BEGIN SOLUTION
    return k
    ### END SOLUTION
'''

IMPORTS = "import numpy as np\nfrom grader.checks import *\n\n"


def check(number, marks=""):
    """Text of a check that asks for one number."""
    title = f'"""Returns {number}."""'
    return f"{marks}\ndef test_{number}(student):\n    {title}\n    assert_close(student.f({number}), {number})\n"


THREE = "".join(map(check, (1, 2, 3)))


@pytest.fixture
def course_of(mini):
    """Returns a course with an exercise for each text of checks: e0, e1, ..."""

    def make(*tests, **options):
        for number, text in enumerate(tests):
            mini.add(f"e{number}", solution=SOLUTION, checks=IMPORTS + text, **options)
        return mini.course

    return make


@pytest.fixture(scope="module")
def impatient():
    """A sandbox that waits for a second and a half."""
    with Sandbox("auto", limits=replace(LIMITS, call_seconds=1.5, load_seconds=1.5)) as sandbox:
        yield sandbox


@pytest.fixture
def graded(sandbox):
    """Returns the report for a text of each exercise; whatever happens, every check is in it."""

    def run(course, *texts, sandbox=sandbox, **options):
        names = [exercise.name for exercise in course.exercises]
        submission = Texts({name: text for name, text in zip(names, texts, strict=False) if text is not None})
        collected = collect(course, course.exercises)
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
        '@parametrize("sign", [1, -1])\n@parametrize("k", [1, 2, 3])\n'
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


# ---- statuses ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status", "checks", "message"),
    [
        (None, "not_attempted", "skipped", None),
        ('def f(k):\n    """Return k."""\n    raise NotImplementedError\n', "not_attempted", "skipped", None),
        ('# I\ndef f(k):\n    """Return k."""\n\n    raise NotImplementedError  #\n', "not_attempted", "skipped", None),
        ("def f(k, axis=0):\n    raise NotImplementedError\n", "not_attempted", "skipped", None),
        ("def f(k):\n    k = 2 * k\n    raise NotImplementedError\n", "failed", "failed", None),
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
    course = course_of(THREE, forbidden=["einsum"])
    text = "import numpy as np\n\ndef f(k):\n    return np.einsum('->', k)\n"
    (result,) = graded(course, text).exercises
    assert (result.status, statuses(result), result.line) == ("failed", ["failed"] * 3, 4)
    assert result.message == "Line 4 uses einsum, which this exercise asks you to do without."
    assert graded(course, "# einsum\ndef f(k):\n    return k\n").score == 1


def test_after_a_timeout_the_rest_is_timeout_and_not_run(course_of, graded, impatient):
    course = course_of(check(1) + check(2) + check(3) + check(4), THREE)
    text = "def f(k):\n    print('asked for', k)\n    while k == 2:\n        pass\n    return k\n"
    slow, right = graded(course, text, right_for(1, 2, 3), sandbox=impatient).exercises
    assert (slow.status, slow.score) == ("timeout", 0.25)
    assert statuses(slow) == ["passed", "timeout", "timeout", "timeout"]
    assert "took too long" in slow.checks[1].message
    assert [check.message for check in slow.checks[2:]] == ["Not run: an earlier check took too long."] * 2
    assert slow.stdout.split("\n")[:2] == ["asked for 1", "asked for 2"]
    assert "asked for 3" not in slow.stdout
    assert (right.status, right.score) == ("passed", 1)


def test_a_file_that_never_finishes_loading_is_a_timeout(course_of, graded, impatient):
    course = course_of(THREE, THREE)
    slow, right = graded(
        course, "x = 1\nwhile x: x = 2 * x % 1024 or 1\n", right_for(1, 2, 3), sandbox=impatient
    ).exercises
    assert (slow.status, slow.score, statuses(slow)) == ("timeout", 0, ["timeout"] * 3)
    assert slow.message == "Loading the file took longer than 1.5 seconds. It was in line 2."
    assert slow.line == 2
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


def test_a_process_that_ends_itself_again_and_again_gets_no_more_time(course_of, graded):
    course = course_of("".join(map(check, range(1, 9))))
    with Sandbox("auto", limits=replace(LIMITS, exercise_seconds=1.5)) as hurried:
        text = "import os, time\ndef f(k):\n    time.sleep(0.4)\n    os._exit(0)\n"
        (result,) = graded(course, text, sandbox=hurried).exercises
    assert result.status == "timeout"
    assert statuses(result)[0] == "error"
    assert statuses(result)[-1] == "timeout"


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
    assert set(statuses(result)) == {"failed"}
    assert all("called    f(1)" in check.message for check in result.checks if check.name != "test_careless")


def test_an_answer_of_a_kind_that_the_check_does_not_expect_is_said_with_the_call(course_of, graded):
    course = course_of("def test_it(student):\n    student.f(7)\n    assert student.f(1).shape == (7, 7)\n")
    (result,) = graded(course, "def f(k):\n    return 3\n").exercises
    assert result.checks[0].message == (
        "The answer could not be used: AttributeError: 'int' object has no attribute 'shape'\n\n  called    f(1)"
    )


def test_what_is_printed_is_shown_and_capped(course_of, graded):
    course = course_of(THREE)
    (result,) = graded(course, "print('loading')\ndef f(k):\n    print('k =', k)\n    return k\n").exercises
    assert result.stdout == "loading\nk = 1\nk = 2\nk = 3\n"
    (result,) = graded(course, "def f(k):\n    print('x' * 10**6)\n    return k\n").exercises
    assert result.score == 1
    assert len(result.stdout) <= LIMITS.output_bytes + 100


# ---- checks that are broken ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        ("def test_it(student):\n    1 / 0\n", "the check e0::test_it is broken: ZeroDivisionError"),
        ("def test_it(student, rng):\n    student.f(rng)\n", "never rng itself"),
    ],
)
def test_a_broken_check_ends_grading_with_one_line(course_of, graded, tests, reason):
    course = course_of(tests)
    with pytest.raises(GradingError, match=reason) as caught:
        graded(course, right_for(1))
    assert "\n" not in str(caught.value)


# ---- inputs --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(find_spec("torch") is None, reason="needs torch")  # it is not imported
def test_inputs_depend_on_the_seed_and_the_check_alone(course_of, graded):
    draw = (
        "def test_{0}(student, rng, child):\n    '''.'''\n    x, y = rng.normal(size=3), child.normal(size=3)\n"
        "    student.f(y)\n    assert_close(student.f(x), x)\n"
    )
    course = course_of(draw.format("a") + draw.format("b"), draw.format("a"))
    honest = "def f(k):\n    print([*map(float, k)])\n    return k\n"
    odd = honest.replace("return k", "k *= 0\n    return 1").replace("def", "import numpy\nnumpy.random.rand(7)\ndef")

    def inputs(text, seed):
        return [result.stdout.splitlines() for result in graded(course, text, text, seed=seed).exercises]

    first = inputs(honest, 0)
    assert inputs(honest, 0) == inputs(odd, 0) == first
    drawn = {line for lines in first + inputs(honest, 1) for line in lines}
    assert len(drawn) == 2 * 2 * 3  # two arrays, two seeds, three checks


def test_without_torch_a_seed_of_ones_own_is_refused_in_one_line(course_of, graded, monkeypatch):
    course = course_of(THREE)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    with pytest.raises(TorchMissing, match=r"^live references need torch, .*: pip install torch"):
        graded(course, right_for(1), seed=3)
    assert graded(course, right_for(1, 2, 3)).score == 1


def test_a_child_is_another_generator_than_those_that_a_check_spawns(course_of, graded):
    course = course_of(
        "def test_it(student, rng, child):\n    other, = rng.spawn(1)\n    same = np.random.default_rng(1)\n"
        "    draws = [float(student.f(generator)) for generator in (child, other, child, same)]\n"
        "    assert draws[3] == np.random.default_rng(1).random()\n    assert len(set(draws)) == 4\n"
    )
    assert graded(course, "def f(k):\n    return k.random()\n").score == 1


def test_a_learner_who_spoils_the_arguments_does_not_change_what_is_expected(course_of, graded):
    course = course_of("def test_it(student):\n    x = np.ones(3)\n" + 2 * "    assert_close(student.f(x), x)\n")
    assert graded(course, "def f(k):\n    k *= 0\n    return k\n").score == 0


# ---- the whole report ----------------------------------------------------------------------------------------


@pytest.fixture
def schema():
    jsonschema = pytest.importorskip("jsonschema")
    text = resources.files("grader").joinpath("report.schema.json").read_text("utf-8")
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
        sandbox=impatient,
    )


def test_the_report_is_complete_and_fits_its_schema(everything, schema, tmp_path):
    assert [result.status for result in everything.exercises] == [
        "passed", "failed", "error", "timeout", "failed", "not_attempted",
    ]  # fmt: skip
    assert (everything.score, everything.max_score) == (1, 6)
    path = tmp_path / "report.json"
    path.write_text(grader.report.render(everything))
    schema.validate(json.loads(path.read_text()))
    assert grader.report.load(path) == everything


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


def test_two_gradings_side_by_side_find_what_they_find_one_after_the_other():
    course, start = own_course(), threading.Barrier(2)
    halves = {
        "right": [course.find(name) for name in ("adamw_step", "softmax")],
        "wrong": [course.find(name) for name in ("lstm_cell", "leaky_relu")],
    }

    def text(exercise, half):
        solution = course.solution(exercise).read_text()
        return solution if half == "right" else re.sub("return (?=[a-z])", "return 2 * ", solution)

    def run(half, wait=lambda: 0):
        exercises = halves[half]
        with Sandbox("auto") as sandbox:
            wait()
            texts = Texts({exercise.name: text(exercise, half) for exercise in exercises})
            return without_times(grade(texts, course, sandbox, exercises=exercises))

    one_after_the_other = {half: run(half) for half in halves}
    assert [report["score"] > 0 for report in one_after_the_other.values()] == [True, False]
    with ThreadPoolExecutor() as pool:
        assert dict(zip(halves, pool.map(run, halves, [start.wait] * 2), strict=True)) == one_after_the_other


# ---- texts that change meanwhile ------------------------------------------------------------------------------


OVERWRITES = (
    "from pathlib import Path\n"
    "def test_first(student):\n    '''Is overwritten meanwhile.'''\n"
    "    file = Path(__file__).parents[2] / 'exercises/basics/e0.py'\n"
    "    assert_close(student.f(1), 1)\n    file.write_text('def f(k): return 0')\n"
    "def test_crash(student):\n    '''Ends the process, so that the text is loaded again.'''\n    student.f(2)\n"
    "def test_again(student):\n    '''Is asked again.'''\n    assert_close(student.f(3), 3)\n"
)
CRASHES_ONCE = "import os\ndef f(k):\n    return os._exit(0) if k == 2 else k\n"


def test_a_file_that_is_overwritten_while_it_is_graded_is_scored_and_hashed_as_it_was_read(course_of, mini, sandbox):
    course = course_of(OVERWRITES)
    file = mini.write("exercises/basics/e0.py", CRASHES_ONCE)
    report = grade(read_folder(mini.root, course), course, sandbox)
    assert statuses(report.exercises[0]) == ["passed", "error", "passed"]
    assert file.read_text() == "def f(k): return 0"
    assert report.submission.sha256 == Texts({"e0": CRASHES_ONCE}).sha256(course.exercises)


def test_a_file_that_is_overwritten_while_it_is_checked_is_remembered_as_it_was_read(course_of, mini):
    course = course_of(OVERWRITES)
    file = mini.write("exercises/basics/e0.py", right_for(1, 2, 3))
    assert mini.kata("check").returncode == 0
    memory = Memory(mini.workspace)
    assert memory.status("e0", right_for(1, 2, 3)) == "passed"
    assert memory.status("e0", file.read_text()) is None
    assert state(course, mini.workspace, course.find("e0"), memory) == "attempted"


# ---- how a run is described -----------------------------------------------------------------------------------


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


def test_checks_that_have_changed_are_read_again(course_of, mini, sandbox):
    course = course_of(check(1))
    assert grade(Texts({"e0": right_for(1)}), course, sandbox).score == 1
    mini.write("tests/basics/test_e0.py", IMPORTS + check(2))
    (result,) = grade(Texts({"e0": right_for(1)}), course, sandbox).exercises
    assert (result.score, [check.name for check in result.checks]) == (0, ["test_2"])


def test_where_the_solutions_are_not_all_but_names_is_as_with_them(course_of, sandbox):
    """An instructor may take them out of what learners can read."""
    course = course_of(THREE)
    keep(course, course.exercises)
    stub = stub_of(course, course.find("e0"))
    texts = [stub, "def f(k):\n    return k\n", "def f(k):\n    return 1\n", "def f(k):\n    return 1 / 0\n"]
    before = [grade(Texts({"e0": text}), course, sandbox).exercises[0] for text in texts]
    shutil.rmtree(course.root / "solutions")
    course = load(course.root)
    after = [grade(Texts({"e0": text}), course, sandbox).exercises[0] for text in texts]
    assert [replace(result, seconds=0) for result in after] == [replace(result, seconds=0) for result in before]
    assert [result.status for result in after] == ["not_attempted", "passed", "failed", "failed"]
    course.kept(course.find("e0")).unlink()
    with pytest.raises(CourseError, match=r"solutions/.*e0.py is missing"):
        grade(Texts({"e0": texts[1]}), course, sandbox)
