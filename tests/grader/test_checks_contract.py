"""What nearly every exercise promises: each promise passes for a right answer and fails for a wrong one alone."""

import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from grader.checks.contract import PROMISES, view
from grader.checks.local import LocalLearner
from grader.checks.torch_reference import References
from grader.errors import CheckError
from grader.grading.collecting import check_file
from grader.grading.trial import Trial

IMPORTS = "import numpy as np\nfrom grader.checks import contract, parametrize\n"
SCALE = """
def expected(x, factor):
    return x * factor

@contract(expected, "float32", "integers", "views", "pure", "new_arrays", defaults={"factor": 2.5})
def scale(rng):
    return rng.normal(size=(3, 4)), 0.7
"""
GIVEN = "def scale(x, factor=2.5):\n    "
RIGHT = f"{GIVEN}return x * factor\n"


@pytest.fixture
def run(mini):
    """Returns what each check of a contract finds in a learner's code, by its name."""

    def outcomes(contract, code, seed=0):
        if not mini.course.exercises:
            mini.add(checks=IMPORTS + contract)
        mini.write("tests/basics/test_double.py", IMPORTS + contract)
        file = check_file(mini.course, mini.course.find("double"))
        learner = types.ModuleType("learner")
        exec(f"import numpy as np\n{code}", vars(learner))
        trial = Trial(file, seed, References())
        return {check.name: trial.run(check, LocalLearner(learner)) for check in file.checks}

    return outcomes


def failed(outcomes):
    assert {outcome.status for outcome in outcomes.values()} <= {"passed", "failed"}
    return [name for name, outcome in outcomes.items() if outcome.status == "failed"]


# ---- the promises ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        RIGHT,
        f"{GIVEN}return np.multiply(np.array(x), factor)\n",
        f"{GIVEN}y = x.copy() if x.dtype.kind == 'f' else x.astype(float)\n    y *= factor\n    return y\n",
        f"{GIVEN}return np.array([[v * factor for v in row] for row in x], 'f4' if x.dtype == 'f4' else float)\n",
    ],
)
def test_a_right_answer_keeps_every_promise_whatever_the_seed(run, code):
    for seed in range(5):
        assert failed(run(SCALE, code, seed)) == []


@pytest.mark.parametrize(
    ("code", "promise"),
    [
        (RIGHT.replace("2.5", "2.0"), "defaults"),
        ("def scale(x, factor):\n    return x * factor\n", "defaults"),
        (f"{GIVEN}return np.asarray(x, float) * factor\n", "float32"),
        (f"{GIVEN}return (np.float64(factor) * x)\n", "float32"),
        (f"{GIVEN}dtype = x.dtype\n    x = x.astype('f2') if dtype == 'f4' else x\n"
         "    y = x * factor\n    return y.astype(dtype) if dtype == 'f4' else y\n", "float32"),
        (f"{GIVEN}return np.multiply(x, factor, out=np.empty_like(x))\n", "integers"),
        (f"{GIVEN}return (x * factor).astype(x.dtype)\n", "integers"),
        (f"{GIVEN}y = np.zeros_like(x)\n    y[...] = x * factor\n    return y\n", "integers"),
        (f"{GIVEN}return x.ravel('K').reshape(x.shape) * factor\n", "views"),
        (f"{GIVEN}if not x.flags.c_contiguous: raise ValueError\n    return x * factor\n", "views"),
        (f"{GIVEN}if min(x.strides) < 0: x = x[::-1, ::-1]\n    return x * factor\n", "views"),
        (f"{GIVEN}x += 2\n    return (x - 2) * factor\n", "pure"),
        (f"{GIVEN}np.random.rand()\n    return x * factor\n", "pure"),
    ],
)  # fmt: skip
def test_a_wrong_answer_breaks_its_promise_and_no_other(run, code, promise):
    for seed in range(5):
        assert failed(run(SCALE, code, seed)) == [f"test_{promise}"]


def test_wrong_values_break_the_promises_that_compare(run):
    assert failed(run(SCALE, f"{GIVEN}return x + factor\n")) == [
        "test_defaults", "test_float32", "test_integers", "test_views",
    ]  # fmt: skip


PICK = """
@contract(lambda xs, table: [x[:2] for x in xs] + [table["w"]], "float32", "integers", "views", "pure", "new_arrays")
def pick(rng):
    return [rng.normal(size=3), rng.normal(size=(4, 2))], {"w": rng.normal(size=2)}
"""
KEEP = "def pick(xs, table):\n    "


@pytest.mark.parametrize(
    ("code", "broken"),
    [
        ("return [x[:2].copy() for x in xs] + [table['w'].copy()]", []),
        ("return [x[:2] for x in xs] + [table['w'].copy()]", ["test_new_arrays"]),
        ("return [x[:2].copy() for x in xs] + [table['w']]", ["test_new_arrays"]),
        ("xs.append(0)\n    return [x[:2].copy() for x in xs[:2]] + [1 * table['w']]", ["test_pure"]),
        ("return [x[:2].copy() for x in xs] + [1.0 * np.asarray(table['w'], float)]", ["test_float32"]),
        ("if xs[1].dtype.kind == 'i': raise TypeError\n    return [1 * x[:2] for x in xs] + [1 * table['w']]",
         ["test_integers"]),
        ("if xs[1].flags.c_contiguous: return [1 * x[:2] for x in xs] + [1 * table['w']]", ["test_views"]),
    ],
)  # fmt: skip
def test_arrays_inside_of_lists_and_dicts_are_meant_as_well(run, code, broken):
    assert failed(run(PICK, KEEP + code)) == broken


def test_integers_are_the_numbers_that_the_reference_is_given_as_floats(run):
    contract = """
def expected(x):
    assert x.dtype == float and np.array_equal(x, np.rint(x)) and np.count_nonzero(x) > 30
    return x / 2

@contract(expected, "integers")
def half(rng):
    return (rng.normal(size=40),)
"""
    assert failed(run(contract, "def half(x):\n    assert x.dtype == np.int64\n    return x / 2\n")) == []
    assert failed(run(contract, "def half(x):\n    return x // 2\n")) == ["test_integers"]


def test_only_the_arguments_at_the_positions_named_become_integers(run):
    contract = (
        "@contract(lambda x, w: x * w, 'integers'{})\ndef times(rng):\n    return rng.normal(size=9), rng.random(9)\n"
    )
    needs_fractions = "def times(x, w):\n    assert w.dtype == float\n    return x * w\n"
    assert failed(run(contract.format(""), needs_fractions)) == ["test_integers"]
    assert failed(run(contract.format(", integers=[0]"), needs_fractions)) == []
    assert failed(run(contract.format(", integers=(1,)"), needs_fractions)) == ["test_integers"]


# ---- names, titles, what stands beside ------------------------------------------------------------------------


def test_a_check_is_called_after_its_promise_and_the_defaults_come_first(run, mini):
    run(SCALE, RIGHT)
    checks = check_file(mini.course, mini.course.find("double")).checks
    assert [check.name for check in checks] == ["test_defaults", *(f"test_{promise}" for promise in PROMISES)]
    assert [check.title for check in checks] == ["Uses factor 2.5 unless told otherwise.", *PROMISES.values()]
    assert all(title.endswith(".") and "\n" not in title for title in PROMISES.values())


def test_several_defaults_are_left_out_together(run):
    contract = """
@contract(lambda x, a, b: x * a + b, defaults={"a": 2.0, "b": -1.0})
def line(rng):
    return rng.normal(size=3), 5.0, 7.0
"""
    assert failed(run(contract, "def line(x, a=2.0, b=-1.0):\n    return a * x + b\n")) == []
    assert failed(run(contract, "def line(x, a=2.0, b=1.0):\n    return a * x + b\n")) == ["test_defaults"]


def test_parameters_beside_a_contract_make_variants_of_every_check(run):
    contract = """
@parametrize("k", [1, 2, 3])
@contract(lambda x, k: k * x, "pure", "float32")
def times(rng, k):
    return rng.normal(size=4), k
"""
    assert failed(run(contract, "def times(x, k):\n    return k * x\n")) == []
    outcomes = run(contract, "def times(x, k):\n    x[0] = 2 * x[0] if k == 2 else x[0]\n    return k * x\n")
    assert failed(outcomes) == ["test_pure", "test_float32"]
    assert [outcome.variant.id for outcome in outcomes.values()] == ["test_pure[2]", "test_float32[2]"]


def test_a_random_function_is_given_a_child(run):
    contract = "@contract(None, 'pure', 'new_arrays')\ndef noise(rng, child):\n    return rng.normal(size=4), child\n"
    assert failed(run(contract, "def noise(x, rng):\n    return x + rng.normal(size=4)\n")) == []
    assert failed(run(contract, "def noise(x, rng):\n    x += np.random.rand(4)\n    return x\n")) == [
        "test_pure", "test_new_arrays",
    ]  # fmt: skip
    with pytest.raises(CheckError, match="is given a child of rng, never rng itself"):
        run(contract.replace("(rng, child)", "(rng)").replace(", child\n", ", rng\n"), "def noise(x, rng): return x\n")


def test_tolerances_and_names_are_those_of_assert_close(run):
    contract = "@contract(lambda x: (x, 2 * x), 'views'{})\ndef both(rng):\n    return (rng.normal(size=4),)\n"
    code = "def both(x):\n    return x.copy(), 2.002 * x\n"
    assert failed(run(contract.format(", rtol=0.01"), code)) == []
    outcomes = run(contract.format(", names=('once', 'twice')"), code)
    assert failed(outcomes) == ["test_views"]
    assert "twice: " in outcomes["test_views"].message


def test_what_compares_needs_a_reference(run):
    with pytest.raises(CheckError, match="test_views is broken: the contract of keep needs a reference"):
        run("@contract(None, 'views')\ndef keep(rng):\n    return (rng.normal(size=4),)\n", "def keep(x): return x\n")


# ---- views ----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(hnp.arrays("f4", hnp.array_shapes(min_dims=0, max_dims=4, max_side=4)))
def test_a_view_holds_the_same_numbers_in_another_layout(array):
    turned = view(array)
    np.testing.assert_array_equal(turned, array)
    assert (turned.dtype, turned.shape) == (array.dtype, array.shape)
    assert not np.shares_memory(turned, array) if array.ndim else turned is array
    assert all(stride < 0 for stride in turned.strides)
    if array.ndim:
        assert not turned.flags.c_contiguous or array.size < 2
        assert turned.strides == tuple(sorted(turned.strides, reverse=True))
