"""from_torch: live, remembered, replayed from a recording; and what a recording is compared by."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.checks import from_torch
from grader.checks.context import Context, running
from grader.checks.recording import RecordedReferences, Recorder, Recording, fingerprint, fits
from grader.checks.torch_reference import References
from grader.course import root
from grader.errors import CheckError, TorchMissing
from grader.sandbox.protocol import wire

PATIENT = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def asked(references, check, *questions):
    """Ask a check's questions, each a reference and its arguments."""
    with running(Context(check, references)):
        return [reference(*arguments) for reference, *arguments in questions]


def test_a_reference_is_only_called_inside_a_check():
    with pytest.raises(CheckError, match="inside a check"):
        from_torch(lambda x: x)(1.0)


# ---- live ----------------------------------------------------------------------------------------------------


def test_arrays_become_tensors_and_answers_become_arrays():
    torch = pytest.importorskip("torch")
    seen = []

    @from_torch
    def kinds(x, pair, table, number):
        seen.append((type(x), x.dtype, [type(part) for part in pair], type(table["w"]), type(number)))
        return x.sum(), [x, (x, 3)], {"w": table["w"].double()}, number, None, "text"

    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    frozen = x.T[::-1]
    frozen.flags.writeable = False
    ((total, parts, table, number, nothing, text),) = asked(
        References(), "test", (kinds, frozen, [x, 1.0], {"w": x}, np.float64(2.5))
    )
    assert seen == [(torch.Tensor, torch.float32, [torch.Tensor, float], torch.Tensor, float)]
    assert (total.shape, total.dtype, float(total)) == ((), np.float32, 15.0)
    np.testing.assert_array_equal(parts[0], frozen)
    assert isinstance(parts[1], tuple)
    assert parts[1][1] == 3
    assert (table["w"].dtype, number, nothing, text) == (np.float64, 2.5, None, "text")


def test_gradients_come_from_autograd_and_inputs_stay_as_they_are():
    pytest.importorskip("torch")

    @from_torch
    def gradient(x):
        x.requires_grad_()
        (x**3).sum().backward()
        return x.grad, x

    x = np.array([1.0, 2.0])
    ((derivative, same),) = asked(References(), "test", (gradient, x))
    np.testing.assert_allclose(derivative, [3.0, 12.0])
    np.testing.assert_array_equal(same, x)

    @from_torch
    def in_place(x):
        return x.mul_(2)

    asked(References(), "test", (in_place, x))
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_a_question_is_computed_once():
    pytest.importorskip("torch")
    calls = []

    @from_torch
    def counted(x, kind):
        calls.append(kind)
        return x * 2

    x = np.ones(3)
    references = References()
    answers = asked(references, "one", (counted, x, "a"), (counted, x, "a"), (counted, x, "b"))
    answers += asked(references, "two", (counted, x.copy(), "a"))
    assert calls == ["a", "b"]
    answers[0][:] = 7  # a check may do what it likes with an answer
    np.testing.assert_array_equal(asked(references, "three", (counted, x, "a"))[0], [2.0, 2.0, 2.0])
    asked(references, "four", (counted, x.astype(np.float32), "a"), (counted, x + 1e-16, "a"), (counted, x + 1, "a"))
    assert calls == ["a", "b", "a", "a"]


def test_a_reference_that_fails_is_never_the_learners_fault():
    pytest.importorskip("torch")

    @from_torch
    def broken(x):
        return x.no_such_method()

    with pytest.raises(CheckError, match="broken could not be computed: AttributeError"):
        asked(References(), "test", (broken, np.ones(2)))


def test_two_references_do_not_share_their_answers():
    pytest.importorskip("torch")
    references = References()
    double, triple = from_torch(lambda x: 2 * x), from_torch(lambda x: 3 * x)
    assert [float(answer) for answer in asked(references, "test", (double, 1.0), (triple, 1.0))] == [2.0, 3.0]


def test_without_torch_a_live_reference_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(TorchMissing, match=r"pip install torch==2\.13\.0 --extra-index-url"):
        asked(References(), "test", (from_torch(lambda x: x), 1.0))


# ---- recorded ------------------------------------------------------------------------------------------------


@from_torch
def scaled(x, factor):
    return x * factor


@from_torch
def table(x):
    return {"sum": x.sum(), "parts": (x, [None, "text", 3])}


X = np.linspace(-1.0, 1.0, 12).reshape(3, 4)


@pytest.fixture
def recording(tmp_path):
    """A recording of two checks."""
    pytest.importorskip("torch")
    recorder = Recorder()
    asked(recorder, "test_one", (scaled, X, 2.0), (scaled, X, 3.0), (table, X))
    asked(recorder, "test_two[a-1]", (scaled, X.astype(np.float32), -1.0))
    path = tmp_path / "exercise.rec"
    path.write_bytes(recorder.recording())
    return path


@pytest.fixture
def no_torch(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)


def test_a_recording_answers_as_torch_did(recording, no_torch):
    replayed = RecordedReferences(recording)
    for _ in range(2):  # a check may be run again
        two, three, tables = asked(replayed, "test_one", (scaled, X, 2.0), (scaled, X, 3.0), (table, X))
        np.testing.assert_array_equal(two, 2 * X)
        np.testing.assert_array_equal(three, 3 * X)
        assert tables["sum"].shape == ()
        assert tables["parts"][1] == [None, "text", 3]
        (single,) = asked(replayed, "test_two[a-1]", (scaled, X.astype(np.float32), -1.0))
        assert single.dtype == np.float32
        two[:] = 0


def test_last_bits_of_the_inputs_may_differ(recording, no_torch):
    asked(RecordedReferences(recording), "test_one", (scaled, X * (1 + 3e-16), 2.0 + 4e-16))


@pytest.mark.parametrize(
    ("check", "questions", "reason"),
    [
        ("test_one", [(scaled, X, 3.0)], "answer number 1 for test_one has other inputs"),
        ("test_one", [(scaled, X + 1e-3, 2.0)], "has other inputs"),
        ("test_one", [(scaled, X.T, 2.0)], "has other inputs"),
        ("test_one", [(scaled, X.astype(np.float32), 2.0)], "has other inputs"),
        ("test_one", [(scaled, X, 2)], "has other inputs"),
        ("test_one", [(scaled, X)], "has other inputs"),
        ("test_one", [(scaled, X, 2.0), (scaled, X, 3.0), (table, X), (table, X)], "no answer number 4 for test_one"),
        ("test_three", [(scaled, X, 2.0)], "no answer number 1 for test_three"),
        ("test_two[a-2]", [(scaled, X, 2.0)], r"no answer number 1 for test_two\[a-2\]"),
    ],
)
def test_what_was_not_recorded_is_an_error_and_never_computed(recording, no_torch, check, questions, reason):
    with pytest.raises(CheckError, match=f"{reason}: run 'kata record'"):
        asked(RecordedReferences(recording), check, *questions)


def test_a_missing_recording_is_an_error(tmp_path, no_torch):
    with pytest.raises(CheckError, match=r"exercise\.rec is missing: run 'kata record'"):
        asked(RecordedReferences(tmp_path / "exercise.rec"), "test_one", (scaled, X, 2.0))


BREAKS = {
    "empty": lambda data: b"",
    "no frame": lambda data: b"not a recording" * 9,
    "truncated": lambda data: data[: len(data) // 2],
    "last byte missing": lambda data: data[:-1],
    "too long": lambda data: data + b"x",
    "no checks": lambda data: data.replace(b'"checks"', b'"cheeks"'),
    "no dict of checks": lambda data: wire.pack({"checks": 3}),
    "no list of answers": lambda data: wire.pack({"checks": {"test_one": 3}}),
    "no pair": lambda data: wire.pack({"checks": {"test_one": [[1, 2, 3]]}}),
    "no answer": lambda data: wire.pack({"checks": {"test_one": [None]}}),
    "no fingerprint": lambda data: wire.pack({"checks": {"test_one": [[{}, 2.0]]}}),
    "half a fingerprint": lambda data: wire.pack({"checks": {"test_one": [[[{"dtype": "<f8"}, 2.0], 2.0]]}}),
    "unknown kind": lambda data: data.replace(b'{"array":', b'{"error":'),
    "object dtype": lambda data: data.replace(b'[0,"<f8"', b'[0,"|O8"'),
    "another shape": lambda data: data.replace(b'[0,"<f8",[', b'[0,"<f8",[7'),
    "block that is not there": lambda data: data.replace(b'{"array":[0,', b'{"array":[9,'),
}


@pytest.mark.parametrize("how", BREAKS)
def test_a_broken_recording_is_an_error(recording, no_torch, how):
    data = recording.read_bytes()
    broken = BREAKS[how](data)
    assert broken != data
    recording.write_bytes(broken)
    with pytest.raises(CheckError, match=r"run 'kata record'"):
        asked(RecordedReferences(recording), "test_one", (scaled, X, 2.0))


def test_recordings_agree_but_for_last_bits(recording):
    pytest.importorskip("torch")

    def recorded(factor=2.0, x=X, check="test_one", answer=lambda y: y):
        recorder = Recorder()
        asked(recorder, check, (from_torch(lambda x, factor: answer(x * factor)), x, factor))
        return Recording(recorder.recording())

    same = recorded()
    assert same.agrees(recorded())
    assert same.agrees(recorded(answer=lambda y: y * (1 + 1e-15)))
    assert same.agrees(recorded(x=X * (1 + 1e-15)))
    assert not same.agrees(recorded(answer=lambda y: y + 1e-6))
    assert not same.agrees(recorded(factor=2.1))
    assert not same.agrees(recorded(check="test_two"))
    assert not same.agrees(recorded(answer=lambda y: (y, y)))
    assert not same.agrees(recorded(answer=lambda y: y.float()))
    assert not same.agrees(Recording.load(recording))


def test_nothing_asked_is_nothing_recorded():
    assert Recorder().recording() is None


def test_the_public_seed_needs_no_torch_and_does_not_import_it():
    code = (
        "import sys\n"
        "from grader.course import load, root\n"
        "from grader.grading.grade import grade\n"
        "from grader.grading.texts import read_folder\n"
        "from grader.sandbox.ours.sandbox import Sandbox\n"
        "course = load(root())\n"
        "exercises = [course.find(name) for name in ('leaky_relu', 'adamw_step', 'mlp_backward')]\n"
        "with Sandbox('auto') as sandbox:\n"
        "    report = grade(read_folder(root() / 'solutions', course), course, sandbox, exercises=exercises)\n"
        "print(report.score == report.max_score, report.run.reference, report.run.torch, 'torch' in sys.modules)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=root(), capture_output=True, text=True, timeout=120)
    assert result.stdout == "True recorded None False\n", result.stderr


# ---- fingerprints --------------------------------------------------------------------------------------------

ARRAYS = hnp.arrays(
    st.sampled_from(["f8", "f4", "i8", "?", "c16"]),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
)


@PATIENT
@given(ARRAYS)
def test_an_array_fits_itself_in_any_layout(array):
    assert fits(fingerprint(array), fingerprint(array.copy(order="F")))


@PATIENT
@given(hnp.arrays("f8", hnp.array_shapes(max_side=4), elements=st.floats(-1e100, 1e100)), st.integers(0, 2**32))
def test_last_bits_do_not_matter(array, seed):
    noise = np.random.default_rng(seed).uniform(-3, 3, array.shape) * np.finfo(float).eps
    assert fits(fingerprint(array), fingerprint(array * (1 + noise)))


@PATIENT
@given(hnp.arrays("f8", hnp.array_shapes(max_side=4), elements=st.floats(-10, 10)), st.data())
def test_another_entry_is_another_input(array, data):
    index = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    changed = array.copy()
    changed[index] += data.draw(st.sampled_from([-1.0, 1e-2, 3.0])) * (1 + np.abs(array).sum())
    assert not fits(fingerprint(array), fingerprint(changed))


def test_other_draws_are_other_inputs():
    rng = np.random.default_rng(0)
    for shape in ((3,), (4, 7), (2, 3, 4), (1,)):
        prints = [fingerprint(rng.normal(size=shape)) for _ in range(20)]
        assert not any(fits(one, other) for i, one in enumerate(prints) for other in prints[:i])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (X, X.T),
        (X, X.reshape(4, 3)),
        (X, X.ravel()),
        (X, X[::-1]),
        (X, -X),
        (X, X.astype(np.float32)),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        (np.array([1, 2]), np.array([2, 1])),
        (np.array([0.0, np.nan]), np.array([0.0, 1.0])),
        (np.array([np.inf]), np.array([-np.inf])),
        (np.array([True, False]), np.array([False, True])),
        (np.array(["a"]), np.array(["b"])),
        (1.0, 1.001),
        (1.0, -1.0),
        (1, 1.0),
        (1, 2),
        (True, 1),
        (float("nan"), float("inf")),
        (None, 0),
        ("a", "b"),
        ([X], [X, X]),
        ([X], [X + 0.01]),
        ({"a": X}, {"b": X}),
        ({"a": X}, {"a": X + 0.01}),
    ],
)
def test_other_inputs_do_not_fit(one, other):
    assert fits(fingerprint(one), fingerprint(one))
    assert not fits(fingerprint(one), fingerprint(other))
    assert not fits(fingerprint(other), fingerprint(one))
