"""What somebody wrote, put together, trains in the sandbox; whatever a part does, it is said in one clear line."""

import types
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from grader.course import own_course
from grader.course.milestones import milestones, offered
from grader.grading.collecting import check_file
from grader.grading.grade import grade
from grader.grading.texts import Texts, Unreadable
from grader.learning.milestones.blocks import blocks
from grader.learning.milestones.drawing import Drawing
from grader.learning.milestones.finding import Finding, blame, find, is_enough
from grader.learning.milestones.telling import tell
from grader.learning.milestones.training import BESIDE, TRAINING, Fault, Training, train
from grader.reports.layout import Screen
from grader.sandbox.ours.sandbox import Sandbox

COURSE = own_course()
MILESTONES = {each.name: each for each in milestones()}
LOGISTIC, ADDING = MILESTONES["logistic"], MILESTONES["adding"]
STEP = "logistic_regression_step"
PATIENT = replace(TRAINING, exercise_seconds=120.0, call_seconds=30.0)


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox for trainings that may take long on a machine that has much to do."""
    with Sandbox("auto", limits=PATIENT) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def checking():
    with Sandbox("auto") as sandbox:
        yield sandbox


def solutions(milestone):
    return {part: COURSE.solution(COURSE.find(part)).read_text("utf-8") for part in milestone.parts}


def changed(milestone, part, old, new):
    """Return the solutions of all parts, with a change in one."""
    texts = solutions(milestone)
    assert texts[part].count(old) == 1
    return texts | {part: texts[part].replace(old, new)}


def found(milestone, texts, checking, sandbox):
    parts = milestone.exercises(COURSE.exercises)
    report = grade(Texts(texts), COURSE, checking, exercises=parts)
    return blame(COURSE, find(milestone, Texts(texts), report, sandbox), Texts(texts), sandbox)


def told(finding, **screen):
    return " ".join(" ".join(tell(finding, Screen(**screen))).split())


# --- what a milestone is --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("milestone", MILESTONES.values(), ids=MILESTONES)
def test_the_reference_reaches_it(milestone, sandbox):
    training = train(milestone, solutions(milestone), sandbox)
    assert training.fault is None
    assert len(training.curve) == milestone.steps
    assert is_enough(milestone, training), training.figure
    assert training.seen, "there is something to look at"


@pytest.mark.parametrize("milestone", MILESTONES.values(), ids=MILESTONES)
def test_what_training_hides_is_known_to_the_checks(milestone):
    files = [check_file(COURSE, COURSE.find(part)) for part in milestone.parts]
    known = {f"{file.exercise.name}.{mistake.name}" for file in files for mistake in file.misconceptions}
    assert set(milestone.hidden) <= known
    assert len(set(milestone.hidden)) == len(milestone.hidden)


def test_every_answer_is_looked_at_and_no_form_is_without_a_part():
    beside = types.ModuleType("beside")
    exec(BESIDE, vars(beside))
    assert beside.FORMS.keys() == {part for each in MILESTONES.values() for part in each.parts}


def test_no_milestone_is_called_like_an_exercise():
    assert not MILESTONES.keys() & {exercise.name for exercise in COURSE.exercises}


def test_a_class_that_has_a_few_exercises_is_offered_what_is_made_of_them():
    assert offered(COURSE.exercises) == list(milestones())
    assert offered([COURSE.find(STEP), COURSE.find("relu")]) == [LOGISTIC]


def test_the_same_seed_gives_the_same_training_and_another_one_another(sandbox):
    first, again, other = (train(LOGISTIC, solutions(LOGISTIC), sandbox, seed=seed) for seed in (3, 3, 4))
    assert first.curve == again.curve != other.curve
    assert first.figure == again.figure


# --- what is found --------------------------------------------------------------------------------------------------


def test_one_that_is_reached_shows_figure_and_curve(checking, sandbox):
    finding = found(LOGISTIC, solutions(LOGISTIC), checking, sandbox)
    assert finding.reached
    said = told(finding)
    assert f"logistic reached: {LOGISTIC.says(finding.training.figure)} (at most 0.020 is asked)." in said
    assert "█" in said


def test_nothing_is_trained_while_a_part_is_missing(checking, sandbox):
    texts = solutions(ADDING)
    del texts["sigmoid"], texts["lstm_cell"]
    finding = found(ADDING, texts, checking, sandbox)
    assert finding.training is None
    assert "adding waits for 2 of its 7 parts: sigmoid, lstm_cell." in told(finding)


def test_a_part_that_stops_it_is_named_with_its_cause(checking, sandbox):
    finding = found(LOGISTIC, changed(LOGISTIC, STEP, "w - lr * (dz @ x)", "w + lr * (dz @ x)"), checking, sandbox)
    assert not finding.good_enough
    said = told(finding)
    assert "logistic not reached: " in said
    assert f"✗ {STEP} fails" in said
    assert f"With the reference's {STEP} in its place it comes to" in said
    assert f"{STEP} stops it." in said


def test_of_two_that_fail_the_one_that_stops_it_is_told(checking, sandbox):
    texts = changed(ADDING, "lstm_cell", "return sigmoid(z_o) * np.tanh(c_new)", "return sigmoid(z_o) * np.tanh(c)")
    clamped = "    z = np.clip(z, -30, 30)\n    pos_weight = 1 if"
    texts["bce_with_logits"] = texts["bce_with_logits"].replace("    pos_weight = 1 if", clamped)
    finding = found(ADDING, texts, checking, sandbox)
    assert [part.name for part in finding.failing] == ["bce_with_logits", "lstm_cell"]
    said = told(finding)
    assert "lstm_cell stops it." in said
    assert "bce_with_logits stops it." not in said


def test_of_two_that_both_stop_it_that_is_told(checking, sandbox):
    texts = changed(ADDING, "lstm_cell", "return sigmoid(z_o) * np.tanh(c_new)", "return sigmoid(z_o) * np.tanh(c)")
    texts |= {"momentum_step": changed(ADDING, "momentum_step", "return w - lr", "return w + lr")["momentum_step"]}
    said = told(found(ADDING, texts, checking, sandbox))
    assert "No single one stops it: only with the reference's in the place of momentum_step, lstm_cell" in said


def test_a_mistake_that_training_hides_keeps_it_from_being_reached(checking, sandbox):
    finding = found(
        LOGISTIC, changed(LOGISTIC, STEP, "    dz = (", "    loss = min(loss, 16.1)\n    dz = ("), checking, sandbox
    )
    assert finding.good_enough
    assert not finding.reached
    said = told(finding)
    assert f"but {STEP} fails" in said
    assert "Training often hides such a mistake" in said


def test_one_that_right_parts_miss_is_a_fault_of_the_course(checking, sandbox):
    finding = found(replace(LOGISTIC, at_most=-1.0), solutions(LOGISTIC), checking, sandbox)
    assert "All parts pass their checks, so the checks or this milestone miss something" in told(finding)


def test_right_parts_that_are_slow_are_told_so(checking):
    slow = replace(PATIENT, exercise_seconds=1.0)
    texts = changed(LOGISTIC, STEP, "    z = x @ w + b", "    import time\n    time.sleep(0.01)\n    z = x @ w + b")
    with Sandbox("auto", limits=slow) as sandbox:
        finding = found(LOGISTIC, texts, checking, sandbox)
    assert finding.training.fault.slow
    said = told(finding)
    assert "the training is not done after 1 s" in said
    assert "All parts are right, and together too slow" in said


# --- what parts may do ----------------------------------------------------------------------------------------------

CLUMSY = {
    "raises": ("raise ValueError('no')", "raises ValueError: no", 2),
    "raises nothing said": ("raise KeyError", "raises KeyError", 2),
    "exits": ("import sys; sys.exit(1)", "raises SystemExit: 1", 2),
    "returns nothing": ("pass", "returns None where 3 values belong", None),
    "returns nan": ("return w * np.nan, b, 0.5", "returns nan or infinity", None),
    "wrong shape": ("return w[:1], b, 0.5", "returns the shape (1,) where (2,) belongs", None),
    "too few": ("return w, b", "returns 2 values where 3 values belong", None),
    "text": ("return w, b, 'small'", "returns a value of type str where numbers belong", None),
    "a list": ("return [0.0, 0.0], b, 0.5", "returns 2 values where numbers belong", None),
    "a dict": ("return {'w': w}", "returns a dict of w where 3 values belong", None),
    "complex": ("return w * 1j, b, 0.5", "returns a value of type ndarray where numbers belong", None),
    "an odd exception": ("raise type('Odd', (BaseException,), {})(9)", "raises Odd: 9", 2),
    "a long message": ("raise ValueError('y' * 10**7)", "raises ValueError: yyy", 2),
    "a long word": ("return {'k' * 10**6: w}", "returns a dict of kkk", None),
    "recursion": (f"return {STEP}(x, y, w, b, lr)", "raises RecursionError", 2),
}


def written(body):
    return {STEP: f"def {STEP}(x, y, w, b, lr):\n    {body}\nimport numpy as np\n"}


ODD = {  # a class, and what makes its object do something
    "a message that cannot be made": ("Exception", "__str__(self): raise ValueError", "raise Odd", "raises Odd: (its"),
    "a message that exits": ("Exception", "__str__(self): raise SystemExit", "raise Odd", "raises Odd: (its message"),
    "no array": ("object", "__array__(self, *_, **__): raise SystemExit", "return Odd(), b, 0.5", "returns something"),
    "a key": ("object", "__str__(self): raise KeyError(1)", "return {Odd(): 1}", "returns something that cannot be"),
    "a length that lies": ("list", "__len__(self): return 3", "return Odd([w])", "returns something that cannot be"),
    "arithmetic of its own": (
        "np.ndarray", "__array_ufunc__(self, *_, **__): raise OSError", "return w.view(Odd), b, 0.5", "returns some"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("base", "method", "last", "said"), ODD.values(), ids=ODD)
def test_a_part_is_named_whose_objects_run_code_of_their_own(base, method, last, said, sandbox):
    body = f"class Odd({base}):\n        def {method}\n    {last}"
    fault = train(LOGISTIC, written(body), sandbox).fault
    assert fault.part == STEP
    assert fault.what.startswith(said)


@pytest.mark.parametrize(("body", "said", "line"), CLUMSY.values(), ids=CLUMSY)
def test_a_clumsy_part_is_named_with_step_and_line(body, said, line, sandbox):
    training = train(LOGISTIC, written(body), sandbox)
    assert training.figure is None
    assert training.fault.what.startswith(said)
    assert (training.fault.part, training.fault.line, training.fault.step) == (STEP, line, 1)
    assert "\n" not in training.fault.what


def test_the_step_is_that_in_which_it_happens(sandbox):
    training = train(LOGISTIC, written("1 / int(abs(w).max() > 15)\n    return w * 0.99, b, 1.0"), sandbox)
    assert training.fault.part == STEP
    assert training.fault.step == len(training.curve) + 1 > 5


def test_numbers_that_are_spoiled_are_told_before_they_are_used(sandbox):
    fault = train(LOGISTIC, written("x[:] = np.nan\n    return w, b, 0.5"), sandbox).fault
    assert fault == Fault(2, f"{STEP} would be given nan or infinity")


def test_an_endless_part_is_named_with_its_line(checking):
    with Sandbox("auto", limits=replace(PATIENT, call_seconds=2.0)) as sandbox:
        fault = train(LOGISTIC, written("while True: pass"), sandbox).fault
    assert (fault.part, fault.line, fault.step) == (STEP, 2, 1)
    assert "takes longer than 2 s for one step" in fault.what


HOSTILE = {
    "ends its process": ("import os; os._exit(3)", "your code is gone: its process ended itself (exit status 3)"),
    "changes what trains it": ("import sys; sys.modules['beside'].step = lambda: 5\n    return w, b, 0.5", ""),
    "changes NumPy": ("np.isfinite = None\n    return w, b, 0.5", ""),
    "forges a fault": ("import sys; sys.modules['beside'].step = lambda: {'fault': {'part': '/', 'line': 'x'}}", ""),
    "forges a curve": ("import sys; sys.modules['beside'].step = lambda: {'point': 'x' * 9}\n    return w, b, 0.5", ""),
    "forges a fault of arrays": (
        "import sys; fault = dict.fromkeys(['part', 'line', 'what'], np.eye(3))\n"
        "    sys.modules['beside'].step = lambda: {'fault': fault}\n    return w, b, 0.5", ""
    ),
    "forges no end": (
        "import sys; sys.modules['beside'].step = lambda: {'point': 1.0}\n    return w, b, 0.5",
        "the training comes to no figure"
    ),
    "forges a picture": (
        "import sys; sys.modules['beside'].step = lambda: {'point': 1.0, 'figure': 1.0, 'seen': [1, ('a', None)]}\n"
        "    return w, b, 0.5", ""
    ),
    "forges an end past all bounds": (
        "import sys; sys.modules['beside'].step = lambda: {'point': 1.0, 'figure': float('-inf'), 'seen': []}\n"
        "    return w, b, 0.5", "the training comes to no figure"
    ),
    "writes to every descriptor": (
        "import os\n    for fd in range(64):\n        try: os.write(fd, b'kata' * 9)\n        except OSError: pass", ""
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "said"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_part_changes_nothing_on_our_side(body, said, sandbox):
    training = train(LOGISTIC, written(body), sandbox)
    assert training.fault is None or said in training.fault.what
    assert not is_enough(LOGISTIC, training)
    told(Finding(LOGISTIC, (), training))
    ElementTree.fromstring(Drawing("logistic", "x", "loss", replace(training, curve=(1.0,))).svg())
    assert is_enough(LOGISTIC, train(LOGISTIC, solutions(LOGISTIC), sandbox)), "the next training is as it was"


@pytest.mark.parametrize("line", [-5, 10**9])
def test_a_line_that_a_part_does_not_have_is_not_told(line, sandbox):
    fault = {"part": STEP, "line": line, "what": "is forged"}
    body = f"import sys; sys.modules['beside'].step = lambda: {{'fault': {fault}}}\n    return w, b, 0.5"
    assert train(LOGISTIC, written(body), sandbox).fault == Fault(2, "is forged", STEP)


@pytest.mark.filterwarnings("error")
def test_what_is_forged_for_the_picture_steers_no_terminal_and_can_be_drawn(sandbox):
    seen = (
        "[['\\x1b[2J\\u202e', 'a\\x1b]0;b\\x07'], ['<b>', np.array([[1.7e308, -1.7e308]])], "
        "['c', np.full((3, 2, 2), np.longdouble('1e4000'))]]"
    )
    body = (
        "import sys; points = []\n"
        "    def step():\n"
        "        points.append(1.7e308 * (-1) ** len(points))\n"
        f"        return {{'point': points[-1], 'figure': -1e308, 'seen': {seen}}}\n"
        "    sys.modules['beside'].step = step\n    return w, b, 0.5"
    )
    training = train(LOGISTIC, written(body), sandbox)
    assert len(training.seen) == 3
    said = told(Finding(LOGISTIC, (), training))
    assert not set("\x1b\u202e\x07") & set(said)
    assert "a loss on new points -1e+308 above" in said
    svg = Drawing("a", "b", "loss", training).svg()
    ElementTree.fromstring(svg)
    assert "nan" not in svg


def test_nothing_of_the_reference_is_beside_a_part(sandbox):
    body = (
        "import gc, linecache, sys\n"
        "    if w.min() > -99: print([m for m in ('torch', 'grader.checks', 'relu') if m in sys.modules])\n"
        "    texts = [each for each in gc.get_objects() if isinstance(each, (list, dict, tuple))]\n"
        "    strings = [s for each in texts for s in (each.values() if isinstance(each, dict) else each)]\n"
        "    stolen = [s for s in strings if isinstance(s, str) and chr(35) * 3 + ' BEGIN' in s]\n"
        "    print(len(stolen))\n"
        "    raise SystemExit"
    )
    assert train(LOGISTIC, written(body), sandbox).printed.split("\n")[:2] == ["[]", "0"]


def test_what_it_prints_is_shown_and_steers_no_terminal(checking, sandbox):
    texts = changed(LOGISTIC, STEP, "    z = x @ w + b", "    print('mine \\x1b[2J' + '!' * 90)\n    z = x @ w + b")
    finding = found(LOGISTIC, texts, checking, sandbox)
    assert finding.reached
    said = told(finding)
    assert "Your code printed: │ mine " in said
    assert "\x1b" not in said
    assert "cut here" in said


BROKEN = {
    "no Python": ("def f(:", "cannot be loaded: SyntaxError"),
    "raises when loaded": ("1 / 0", "cannot be loaded: ZeroDivisionError: division by zero"),
    "imports what is not there": ("import torch", "cannot be loaded: ModuleNotFoundError: torch is not available"),
    "another function": ("def step(): pass", f"has no function {STEP}()"),
    "never done": ("while True: pass", "takes too long to be loaded (line 1)"),
    "no file": (Unreadable("the file is a link"), "cannot be read: the file is a link"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_part_that_cannot_be_loaded_is_named_before_the_first_step(text, said, checking, sandbox):
    finding = found(LOGISTIC, {STEP: text}, checking, sandbox)
    assert finding.training.fault.step == 0
    assert f"Before the first step: {STEP} {said}" in told(finding, width=200)


# --- how it looks ---------------------------------------------------------------------------------------------------


def test_a_curve_is_drawn_in_the_width_and_the_characters_of_a_screen():
    curve = [3.0] * 250 + [0.5] * 250
    lines = list(blocks(curve, "loss", Screen(width=40)))
    assert max(map(len, lines)) <= 40
    assert lines[1].startswith("        3 │█████")
    assert lines[-2].startswith("      0.5 │█████")
    assert lines[-1].endswith("500")


def test_a_curve_is_drawn_in_ascii_too():
    lines = list(blocks(np.linspace(3, 0, 250), "loss", Screen(width=40, encoding="ascii")))
    assert max(map(len, lines)) <= 40
    assert set("".join(line.partition("|")[2] for line in lines)) == set("#:.")


@pytest.mark.parametrize("curve", [[1.0], [2.0, 2.0], [1e300, -1e308], [0.0] * 3])
def test_odd_curves_are_drawn(curve):
    assert len(list(blocks(curve, "loss", Screen()))) == 8
    ElementTree.fromstring(Drawing("a", "b", "loss", Training(tuple(curve))).svg())


def test_a_picture_holds_what_is_seen_and_no_markup_of_a_learner():
    seen = (("<b>", np.eye(3)), ("a text", "1 < 2 & 3"), ("constant", np.full((2, 2), np.nan)))
    seen += ("images", np.arange(12.0).reshape(3, 2, 2)), ("no images", np.full((3, 2, 2), np.nan))
    svg = ElementTree.fromstring(Drawing("a", "<script>", "loss", Training((2.0, 1.0), 0.5, seen)).svg())
    words = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"<b>", "a text", "1 < 2 & 3", "<script>"} <= set(words)
    assert "prefers-color-scheme: dark" in "".join(svg.itertext())


@pytest.mark.parametrize("seen", [np.eye(48), np.ones((1, 8, 8))], ids=["matrix", "image"])
def test_cells_that_are_drawn_side_by_side_leave_no_seam(seen):
    svg = ElementTree.fromstring(Drawing("a", "b", "loss", Training((1.0,), 0.5, (("seen", seen),))).svg())
    cells = [each.attrib for each in svg.iter("{http://www.w3.org/2000/svg}rect") if "fill-opacity" in each.attrib]
    columns = sorted({int(cell["x"]) for cell in cells})
    assert {int(cell["width"]) for cell in cells} == {b - a for a, b in pairwise(columns)}


def test_it_is_said_when_the_reference_does_not_help_either(checking, sandbox):
    texts = changed(LOGISTIC, STEP, "b - lr * dz.sum()", "b")
    finding = found(LOGISTIC, texts, checking, sandbox)
    late = Training((), fault=Fault(7, "the training is not done after 10 s", slow=True))
    assert (
        f"With the reference's in the place of {STEP} it is not reached either. "
        "Step 7 of 200: the training is not done after 10 s." in told(replace(finding, exchanged={STEP: late}))
    )
    assert "not reached either. It comes to a loss on" in told(
        replace(finding, exchanged={STEP: Training((1.0,), 0.5)})
    )
