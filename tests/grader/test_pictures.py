"""The pictures: every one drawn for right and wrong answers, whatever these hold, and put where it can be seen."""

import os
import subprocess
import sys
import types
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import numpy as np
import pytest

from grader.bench.diagnoses import cases
from grader.checks.local import LocalLearner
from grader.checks.misconceptions import impersonate, load_module
from grader.course import own_course
from grader.errors import GradingError, UsageError
from grader.grading.collecting import check_file
from grader.learning.pictures import showing
from grader.learning.pictures.answers import Reference
from grader.learning.pictures.panels import Curve, Draws, Heat, Trail
from grader.learning.pictures.picture import Picture, compare, picture
from grader.learning.pictures.sentences import difference
from grader.learning.pictures.table import SCENES
from grader.sandbox.ours.sandbox import Sandbox
from grader.sandbox.protocol.limits import LIMITS

COURSE = own_course()
ONE_OF_A_KIND = (
    "sigmoid", "softmax", "conv2d", "adam_step", "xavier_uniform", "dropout", "mlp_backward", "kfold_indices",
    "hyperparameter_search", "bert_mask_tokens",
)  # fmt: skip
HOSTILE = {
    "None": None,
    "a text": "<svg onload=alert(1)> $\\frac{ \x1b[2J",
    "a complex array": np.ones(161, complex),
    "a number": 3,
    "nothing": (),
    "ragged": [[1.0], [2.0, 3.0]],
    "a long integer": 10**400,
    "a dict": {"<b>": "&"},
    "texts": np.array(["1", "2"]),
}
FILLED = {"nan": np.nan, "inf": np.inf, "huge": 1e308, "alternating": None}


@cache
def asked(name):
    """Return what the reference answers to a scene."""
    reference = Reference(LocalLearner(load_module(COURSE.solution(COURSE.find(name)))))
    return SCENES[name](reference), reference


def drawn(name, learner):
    torch, reference = asked(name)
    return compare(name, SCENES[name], torch, reference, learner)


def play(name, answer):
    """Return a learner whose functions all give a value, or what a function makes of the right answer."""
    solution, module = load_module(COURSE.solution(COURSE.find(name))), types.ModuleType(name)

    def of(function):
        return lambda *arguments: answer(function(*arguments)) if callable(answer) else answer

    for word in vars(solution):
        if callable(getattr(solution, word)):
            setattr(module, word, of(getattr(solution, word)))
    return LocalLearner(module)


def fill(value, number):
    """Return an answer of the same form that holds one number everywhere, or its own with every other one huge."""
    if isinstance(value, (tuple, list)):
        return type(value)(fill(item, number) for item in value)
    if isinstance(value, dict):
        return {key: fill(item, number) for key, item in value.items()}
    if number is None:
        array = np.array(value, float)
        array.ravel()[::2] = 1e300
        return array
    return np.full(np.shape(value), number)


def test_most_exercises_of_the_main_track_have_a_picture():
    main = {exercise.name for topic in COURSE.main for exercise in topic.exercises}
    assert main - SCENES.keys() == {"classify_critical_point", "minibatch_indices"}


def test_every_picture_is_of_an_exercise():
    assert SCENES.keys() <= {exercise.name for exercise in COURSE.exercises}


@pytest.mark.parametrize("name", SCENES)
def test_right_answers_show_no_difference_however_they_are_written(name):
    right = [case.code for case in cases(COURSE, COURSE.find(name)) if case.true is None]
    for code in (COURSE.solution(COURSE.find(name)).read_text("utf-8"), *right):
        module = types.ModuleType(name)
        exec(code, vars(module))
        assert drawn(name, LocalLearner(module)).title == f"{name}: no difference shows."


@pytest.mark.parametrize("name", SCENES)
def test_a_known_mistake_is_drawn(name):
    file = check_file(COURSE, COURSE.find(name))
    pictures = [drawn(name, impersonate(mistake, file.solution())) for mistake in file.misconceptions]
    wrong = [each for each in pictures if not each.title.endswith("no difference shows.")]
    assert len(wrong) >= len(pictures) / 3, "a picture that shows hardly any mistake says less than numbers"
    svg = ElementTree.fromstring(wrong[0].svg())
    assert svg.findtext("{http://www.w3.org/2000/svg}title") == wrong[0].title, "it is read aloud"
    assert "prefers-color-scheme: dark" in "".join(svg.itertext())


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", ONE_OF_A_KIND)
def test_an_answer_of_another_kind_is_told_in_the_title(name, kind):
    title = drawn(name, play(name, HOSTILE[kind])).title
    assert title.startswith(f"{name}: yours ")
    assert len(title) < 500
    assert title.isprintable()


@pytest.mark.parametrize("number", FILLED)
@pytest.mark.parametrize("name", ONE_OF_A_KIND)
def test_numbers_that_cannot_be_drawn_break_no_picture(name, number):
    picture = drawn(name, play(name, lambda value: fill(value, FILLED[number])))
    assert ": yours " in picture.title
    ElementTree.fromstring(picture.svg())


@pytest.mark.parametrize("name", ["leaky_relu", "softmax"])
def test_a_text_of_the_learners_stays_text(name):
    def shout(*_):
        raise ValueError("<script>alert(1)</script> $\\frac{1}{ & \x00\x1b[31m")

    module = types.ModuleType(name)
    vars(module)[name] = shout
    picture = drawn(name, LocalLearner(module))
    assert picture.title.startswith(f"{name}: yours raises ValueError: <script>")
    root = ElementTree.fromstring(picture.svg())
    assert not [each for each in root.iter() if each.tag.endswith("script")]


@pytest.mark.parametrize("name", ["leaky_relu", "sigmoid"])
@pytest.mark.parametrize("number", FILLED)
def test_curves_are_drawn_without_matplotlib(name, number, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "grader.learning.pictures.plots", raising=False)
    picture = drawn(name, play(name, lambda value: fill(value, FILLED[number])))
    root = ElementTree.fromstring(picture.svg())
    assert picture.title in "".join(root.itertext())
    with pytest.raises(UsageError, match=r"a PNG is drawn by matplotlib: pip install matplotlib"):
        picture.png()


def test_yours_and_torchs_are_told_apart_once_above_all_curves(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "grader.learning.pictures.plots", raising=False)
    root = ElementTree.fromstring(drawn("warmup_cosine_lr", play("warmup_cosine_lr", 0.05)).svg())
    lines = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    first = lines.index("torch's - -")
    assert lines[first + 1] == "yours ―"
    assert lines.count("yours ―") == 1
    assert any("warm-up" in line for line in lines[first + 2 :])


def test_without_matplotlib_other_pictures_say_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "grader.learning.pictures.plots", raising=False)
    with pytest.raises(UsageError, match=r"^the picture of softmax is drawn by matplotlib: pip install matplotlib"):
        drawn("softmax", LocalLearner(load_module(COURSE.solution(COURSE.find("softmax"))))).svg()


# --- sentences ----------------------------------------------------------------------------------------------------

X = np.linspace(-1, 1, 21)


@pytest.mark.parametrize(
    ("mine", "other", "words"),
    [
        (np.where(X < 0, 0.01, X), np.where(X < 0, 0.01 * X, X), "is 0.01 for every negative x"),
        (2 * X + 4, X + 2, "is 2 times torch's everywhere"),
        (-X, X, "has the wrong sign everywhere but at x = 0"),
        (X + 0.25, X, "is 0.25 too high everywhere"),
        (np.where(X > 0.45, np.nan, X), X, "is nan for x from 0.5 on"),
        (np.where(X == 0, 1.0, 0.0), 0 * X, "is 1, not 0, at x = 0"),
        (np.exp(X), np.exp(-X), "is torch's mirrored left to right"),
        (X, X + 1e-14, None),
    ],
)
def test_a_sentence_says_what_differs(mine, other, words):
    with np.errstate(all="ignore"):
        assert difference(Curve("", mine, X), Curve("", other, X)) == words


def test_a_matrix_a_path_and_a_sample_have_sentences_of_their_own():
    values = np.arange(9.0).reshape(3, 3)
    one_row = values + np.array([[0.0], [1.0], [0.0]])
    assert difference(Heat("", values.T, "r", "c"), Heat("", values, "r", "c")) == "is torch's transposed"
    assert difference(Heat("", one_row, "query", "c"), Heat("", values, "query", "c")) == "is 1 too high in query 1"
    path = np.zeros((4, 2))
    off = path + np.array([[0], [0], [3], [4]])

    def trail(points):
        return Trail("", points, lambda x, y: x + y, ("x", "y"))

    said = difference(trail(off), trail(path))
    assert said == "leaves torch's path at step 2 and gets 5.66 away from it"
    draws = np.random.default_rng(0).normal(size=(2, 10_000))

    def sample(values):
        return Draws("", values, np.zeros_like)

    assert difference(sample(draws[0]), sample(draws[1])) is None
    assert difference(sample(2 * draws[0]), sample(draws[1])).startswith("spreads 2")


# --- the sandbox and the command ------------------------------------------------------------------------------------


def of(name, text, sandbox):
    return picture(COURSE, COURSE.find(name), text, sandbox)


def test_a_learners_code_is_called_in_the_sandbox(sandbox):
    text = "import numpy as np\ndef leaky_relu(x, negative_slope=0.01):\n    return np.where(x < 0, 0.01, x)\n"
    assert (
        of("leaky_relu", text, sandbox).title
        == "leaky_relu(x): yours is 0.01 for every negative x; 2 more parts differ."
    )
    exits = "import os\ndef leaky_relu(x, negative_slope=0.01):\n    os._exit(3)\n"
    assert of("leaky_relu", exits, sandbox).title.startswith("leaky_relu: yours gives no answer: its process ended")


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_plays_in_the_sandbox(name, sandbox):
    solution = COURSE.solution(COURSE.find(name)).read_text("utf-8")
    assert of(name, solution, sandbox).title == f"{name}: no difference shows."


def test_what_hangs_is_told_in_the_title():
    text = "def relu(x):\n    while True: pass\n"
    with Sandbox("auto", limits=replace(LIMITS, call_seconds=0.5)) as sandbox:
        assert of("relu", text, sandbox).title.startswith("relu: yours gives no answer: it took too long")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("relu", None, "nothing is written in exercises/activations/relu.py yet, so there is nothing to draw"),
        ("relu", "def relu(x:\n", "The file could not be loaded: SyntaxError"),
        ("tanh", "import numpy as np\ndef tanh(x):\n    return np.tanh(x)\n", "Line 3 uses tanh"),
        ("classify_critical_point", "", "classify_critical_point has no picture"),
    ],
)
def test_nothing_to_draw_is_one_line(name, text, message, sandbox):
    with pytest.raises(UsageError) as caught:
        of(name, text, sandbox)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_a_picture_that_asks_what_the_solution_cannot_answer_is_our_fault():
    reference = Reference(LocalLearner(load_module(COURSE.solution(COURSE.find("relu")))))
    with pytest.raises(GradingError, match="sigmoid raised MissingFunction"):
        reference("sigmoid", X)


@pytest.fixture
def learner(tmp_path):
    """A workspace with a wrong leaky ReLU, and a function that runs a command in it where there is no display."""
    variables = {word: value for word, value in os.environ.items() if word not in ("DISPLAY", "WAYLAND_DISPLAY")}
    variables["PYTHONPATH"] = str(COURSE.root)

    def kata(*words):
        command = [sys.executable, "-m", "grader.cli", *words]
        return subprocess.run(command, cwd=kata.folder, env=variables, capture_output=True, text=True, timeout=60)

    kata.folder = tmp_path
    kata("init", "work")
    kata.folder = tmp_path / "work"
    text = "import numpy as np\ndef leaky_relu(x, negative_slope=0.01):\n    return np.where(x < 0, 0.01, x)\n"
    (kata.folder / "exercises/activations/leaky_relu.py").write_text(text, "utf-8")
    return kata


def test_the_command_says_what_differs_and_where_the_picture_is(learner):
    shown = learner("show", "leaky_r")
    path = learner.folder / ".kata/pictures/leaky_relu.svg"
    assert shown.stdout.splitlines() == [
        "leaky_relu(x): yours is 0.01 for every negative x; 2 more parts differ.",
        str(path),
    ]
    ElementTree.parse(path)
    assert learner("show", "relu").stderr.startswith("kata: nothing is written")


@pytest.mark.parametrize(("end", "begins"), [("svg", b"<?xml"), ("PNG", b"\x89PNG")])
def test_the_command_writes_what_the_name_ends_in(learner, end, begins):
    assert learner("show", "leaky_relu", "--to", f"new/picture.{end}").returncode == 0
    assert (learner.folder / f"new/picture.{end}").read_bytes().startswith(begins)


def test_another_ending_is_refused(learner):
    shown = learner("show", "leaky_relu", "--to", "a.gif")
    assert shown.returncode == 2
    assert shown.stderr.splitlines()[-1] == "kata: a picture is an .svg or a .png file, not .gif: a.gif"


def test_a_folder_that_cannot_be_written_sends_it_among_temporary_files(learner):
    (learner.folder / ".kata/pictures").write_text("", "utf-8")  # a file where the folder should be
    path = learner("show", "leaky_relu").stdout.splitlines()[-1]
    assert path.endswith("leaky_relu.svg")
    ElementTree.parse(path)


# --- where it can be seen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
        ("darwin", {"SSH_CONNECTION": "1 2 3 4"}, False),
    ],
)
def test_a_viewer_is_opened_only_where_there_is_a_display(platform, environment, expected):
    assert showing.has_display(platform, environment) is expected


SMALL = Picture("relu", "relu: no difference shows.", [(Curve("relu", X, X), Curve("relu", X, X))])


def test_terminals_that_draw_pictures_get_one():
    kitty = showing.in_terminal(SMALL, {"TERM": "xterm-kitty"})
    assert kitty.startswith("\033_Ga=T,f=100,m=1;")
    assert kitty.endswith("\033\\")
    assert max(map(len, kitty.split("\033\\"))) < showing.KITTY_BYTES + 30
    assert showing.in_terminal(SMALL, {"TERM_PROGRAM": "iTerm.app"}).startswith("\033]1337;File=inline=1;size=")


@pytest.mark.parametrize("environment", [{}, {"TERM": "dumb"}, {"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}])
def test_other_terminals_get_none(environment):
    assert showing.in_terminal(SMALL, environment) is None
