"""The search for the smallest change that mends a wrong answer, in the sandbox, on exercises of the course."""

import ast
import time

import pytest

from grader.course import own_course
from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt
from grader.grading.collecting import check_file
from grader.grading.trial import Outcome, Trial
from grader.mending.candidates import Candidates
from grader.mending.likely import COSTS
from grader.mending.place import agrees, located, place_of
from grader.mending.search import search
from grader.mending.source import MOST_CHARACTERS, Source
from grader.mending.trying import Tries
from grader.report import ExerciseResult
from grader.reports.place import WORDS, sentence
from grader.sandbox.ours.sandbox import Sandbox

COURSE = own_course()
SECONDS = 60.0  # a machine may be busy: what is tested is the order, and not the time


def trial(name):
    return Trial.prepare(COURSE, check_file(COURSE, COURSE.find(name)), 0)


def solution(name):
    return COURSE.solution(COURSE.find(name)).read_text()


def changed(name, old, new):
    """Return a solution with its last piece of this kind changed: the first may stand in the docstring."""
    before, piece, after = solution(name).rpartition(old)
    assert piece, f"{old!r} is not in the solution of {name}"
    return before + new + after


def line_of(text, piece):
    return text[: text.rindex(piece)].count("\n") + 1


def mend_of(sandbox, name, text, seconds=SECONDS):
    return search(COURSE, trial(name), text, sandbox, seconds).mend


SINGLE = [
    ("leaky_relu", "x > 0", "x < 0", {"comparison", "parts", "arguments", "sign"}),
    ("leaky_relu", "negative_slope * x", "negative_slope / x", {"operator"}),
    ("leaky_relu", "negative_slope * x)", "x)", {"missing term"}),
    ("adam_step", "np.sqrt(v_hat) + eps", "np.sqrt(v_hat + eps)", {"root"}),
    ("adam_step", "(1 - beta2) * g**2", "(1 - beta2) * g", {"root", "missing term"}),
    ("adam_step", "(1 - beta1) * g\n", "beta1 * g\n", {"one minus"}),
    ("adam_step", "+ eps), m, v", "+ eps), v, m", {"parts"}),
    ("adam_step", "v / (1 - beta2**t)", "v / (1 - beta1**t)", {"name"}),
    ("adagrad_step", "eps: float = 1e-10", "eps: float = 1e-8", {"default"}),
    ("softmax", "axis=axis, keepdims=True))", "axis=0, keepdims=True))", {"name", "axis"}),
]


@pytest.mark.parametrize(("name", "old", "new", "kinds"), SINGLE, ids=[f"{row[0]}-{row[2]}" for row in SINGLE])
def test_a_single_mistake_is_mended_in_its_line(sandbox, name, old, new, kinds):
    text = changed(name, old, new)
    mend = mend_of(sandbox, name, text)
    (edit,) = mend.edits
    assert edit.line == line_of(text, new)
    assert edit.kind in kinds
    assert not edit.reference


def test_the_same_mistake_made_twice_is_one_change(sandbox):
    text = (
        "import numpy as np\n\n\ndef softmax(x, axis=-1):\n"
        "    e = np.exp(x - np.max(x, axis=1, keepdims=True))\n"
        "    return e / np.sum(e, axis=1, keepdims=True)\n"
    )
    (edit,) = mend_of(sandbox, "softmax", text).edits
    assert edit.line == 5
    assert len(edit.splices) == 2


def test_two_mistakes_in_two_parts_of_the_answer_are_mended_together(sandbox):
    text = changed("adam_step", "(1 - beta1) * g\n", "g\n").replace("(1 - beta2) * g**2", "(1 - beta2) * g")
    mend = mend_of(sandbox, "adam_step", text)
    assert [edit.line for edit in mend.edits] == [line_of(text, "* m + g\n"), line_of(text, "(1 - beta2) * g\n")]


def test_what_comes_from_the_solution_is_marked(sandbox):
    text = "import numpy as np\n\n\ndef relu(x):\n    return np.tanh(np.exp(x) / 3) + np.sign(x)\n"
    (edit,) = mend_of(sandbox, "relu", text).edits
    assert (edit.line, edit.kind, edit.reference) == (5, "expression", True)


def test_a_value_that_the_solution_computes_anew_is_said_to_be_wrong_with_all_that_it_is_made_of(sandbox):
    text = (
        "import numpy as np\n\n\ndef rms_norm(x, gamma, eps=1e-5):\n    total = 0\n"
        "    for i in range(1, x.shape[-1]):\n        total = total + x[..., i] ** 2\n"
        "    return gamma * x / np.sqrt(total / x.shape[-1] + eps)[..., None]\n"
    )
    place = place_of(mend_of(sandbox, "rms_norm", text))
    assert sentence(place) == "It goes wrong in line 8: what is computed, or what it is computed from."


def test_there_is_nothing_to_mend_where_nothing_is_wrong_or_nothing_runs(sandbox):
    right = solution("leaky_relu")
    stub = stub_of(COURSE, COURSE.find("leaky_relu"))
    for text in (right, stub, "def leaky_relu(", "raise ValueError", ""):
        assert mend_of(sandbox, "leaky_relu", text) is None


def test_a_mend_does_without_forbidden_names(sandbox):
    exercise = next(each for each in COURSE.exercises if each.forbidden)
    for text in (solution(exercise.name).replace("+", "-", 1), solution(exercise.name).replace("*", "/", 1)):
        mend = mend_of(sandbox, exercise.name, text, 5.0)
        names = (
            {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(ast.parse(mend.text))}
            if mend
            else set()
        )
        assert not names & set(exercise.forbidden)


def test_likely_changes_come_first():
    text = changed("adam_step", "np.sqrt(v_hat) + eps", "np.sqrt(v_hat + eps)")
    edits = Candidates(Source(text), Source(solution("adam_step"))).likely()
    assert [edit.cost for edit in edits] == sorted(edit.cost for edit in edits)
    right = [Source(text).with_(edit.splices) for edit in edits[:5]]
    assert any("(np.sqrt(v_hat) + eps)" in each for each in right)


def test_every_kind_has_a_cost_and_words():
    assert COSTS.keys() == WORDS.keys()


def test_a_change_keeps_the_rest_of_the_text_as_it_is():
    text = "def f(x):\n    é = 'ü'  # ä\n    return (x +  1) / é\n"
    source = Source(text)
    number = next(node for node in ast.walk(source.tree) if isinstance(node, ast.Constant) and node.value == 1)
    assert source.with_([source.replaced(number, ast.Constant(2))]) == text.replace("1", "(2)")
    name = next(
        node
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id == "é" and isinstance(node.ctx, ast.Load)
    )
    assert source.with_([source.replaced(name, ast.Name("y", ast.Load()))]) == text.replace("/ é", "/ y")


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n" * MOST_CHARACTERS,
        "x = " + "(" * 500 + ")" * 500,
        "x = " + "-" * 9000 + "1",
        "x = 1" + "+1" * 9000,
        "\0",
    ],
)
def test_a_text_that_nobody_writes_is_not_searched(text):
    with pytest.raises(ValueError, match="text"):
        Source(text)


HOSTILE = {
    "never ends": "while True: pass",
    "ends itself": "import os; os._exit(0)",
    "kills all": "import os, signal; os.kill(-1, signal.SIGKILL)",
    "forks": "import os\n    while True: os.fork()",
    "prints": "print('x' * 10**7)",
    "fills memory": "a = bytearray(10**10)",
    "changes numpy": "np.add = np.exp = np.where = None",
}


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_costs_no_more_than_the_budget(attack):
    text = f"import numpy as np\n\n\ndef leaky_relu(x, negative_slope=0.01):\n    y = -x\n    {attack}\n    return y\n"
    with Sandbox("auto") as sandbox:
        start = time.monotonic()
        search(COURSE, trial("leaky_relu"), text, sandbox, 2.0)
        assert time.monotonic() - start < 20  # ending and starting a sandbox on a busy machine
        whole = Attempt(solution("leaky_relu"), "", trial("leaky_relu"), sandbox).grade()
    assert whole.status == "passed"


def test_a_change_that_is_slow_only_in_a_process_of_its_own_gets_what_is_left_of_the_budget(sandbox):
    of = trial("leaky_relu")
    failed = {check.name: Outcome("failed", check.variants[0]) for check in of.file.checks}
    tries = Tries("", "", of, failed, sandbox, 0.0)
    right = solution("leaky_relu")
    assert tries.mends(right)
    assert not tries.mends(right.replace("    return", "    import time; time.sleep(0.9)\n    return"))


def test_a_file_that_attacks_only_when_it_is_changed_mends_nothing(sandbox):
    text = (
        "import numpy as np\nimport sys\n\n\ndef leaky_relu(x, negative_slope=0.01):\n"
        "    if sys.modules.setdefault('seen', []) is None: pass\n"
        "    sys.modules['seen'].append(1)\n"
        "    if len(sys.modules['seen']) > 20:\n        return np.where(x > 0, x, negative_slope * x)\n"
        "    return np.tanh(x) ** 3 + 17\n"
    )
    mend = mend_of(sandbox, "leaky_relu", text, 10.0)
    if mend is not None:  # what passes does so in a process of its own
        result = Attempt(mend.text, "", trial("leaky_relu"), sandbox).grade()
        assert result.status == "passed"


def test_a_name_that_speaks_of_the_place_stays_and_another_is_dropped(sandbox):
    exercise = trial("adam_step")
    text = changed("adam_step", "m / (1 - beta1**t)", "m").replace("v / (1 - beta2**t)", "v")
    known = {mistake.name: mistake for mistake in exercise.file.misconceptions}
    mended = solution("adam_step")
    named = Attempt(text, "", exercise, sandbox).grade().cause.misconception
    assert agrees(known[named], text, mended, mended)
    slip = changed("adam_step", "w - lr *", "w + lr *")
    assert not agrees(known[named], slip, mended, mended)


def test_a_located_result_has_a_place_and_the_same_score(sandbox):
    exercise = trial("leaky_relu")
    text = changed("leaky_relu", "negative_slope * x", "negative_slope / x")
    result = Attempt(text, "", exercise, sandbox).grade()
    found = located(result, text, COURSE, exercise, sandbox, SECONDS)
    assert isinstance(found, ExerciseResult)
    assert (found.place.line, found.place.kind) == (line_of(text, "negative_slope / x"), "operator")
    assert (found.score, found.status) == (result.score, result.status)


def test_a_class_among_the_known_mistakes_is_compared_as_well():
    for mistake in trial("scalar_autograd").file.misconceptions:
        assert agrees(mistake, "x = 1", "x = 1", solution("scalar_autograd")) is False


def test_a_sum_kept_in_place_and_without_its_square_is_said_to_be_wrong_in_its_line(sandbox):
    text = changed("adagrad_step", "accum = accum + g**2", "accum += g")
    (edit,) = mend_of(sandbox, "adagrad_step", text).edits
    assert (edit.line, edit.reference) == (line_of(text, "accum += g"), True)
