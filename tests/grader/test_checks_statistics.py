"""Checks of random answers: right draws pass whatever the seed, wrong ones fail."""

import copy
import math
import types

import numpy as np
import pytest

from grader.checks import assert_distribution, assert_repeatable, assert_share
from grader.checks.context import Context, running
from grader.checks.local import LocalLearner
from grader.checks.statistics import DEVIATIONS, DISTANCE
from grader.checks.student import Student
from grader.checks.torch_reference import References

SEEDS = range(200)


def fails(check, *arguments):
    try:
        check(*arguments)
    except AssertionError:
        return True
    return False


def test_a_right_answer_fails_less_than_once_in_a_million_runs():
    assert math.erfc(DEVIATIONS / math.sqrt(2)) < 1e-6
    assert 2 * math.exp(-2 * DISTANCE**2) < 1e-6


# ---- shares ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0.0, 0.02, 0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("shape", [(2000,), (20, 5, 40)])
def test_the_right_share_passes(p, shape):
    for seed in SEEDS:
        assert_share(np.random.default_rng(seed).random(shape) < p, p, "dropped elements")


@pytest.mark.parametrize(
    ("p", "found"), [(0.2, 0.3), (0.2, 0.12), (0.2, 0.8), (0.5, 0.4), (0.02, 0.06), (0.0, 0.02), (1.0, 0.98)]
)
def test_another_share_fails(p, found):
    for seed in SEEDS:
        assert fails(assert_share, np.random.default_rng(seed).random(2000) < found, p, "dropped elements")


def test_a_share_of_nothing_or_of_everything_is_exact():
    hits = np.zeros(10_000, bool)
    assert_share(hits, 0.0, "dropped elements")
    hits[17] = True
    assert fails(assert_share, hits, 0.0, "dropped elements")
    assert fails(assert_share, ~hits, 1.0, "kept elements")


def test_the_message_says_what_was_counted_and_how_far_off_it_may_be():
    with pytest.raises(AssertionError) as caught:
        assert_share(np.arange(400) < 300, 0.5, "dropped elements")
    assert str(caught.value) == "the share of dropped elements is 0.7500, expected 0.5 within 0.1250"


# ---- distributions --------------------------------------------------------------------------------------------


def uniform(x):
    return np.clip((x + 2) / 4, 0, 1)


def normal(x):
    return np.array([math.erfc(-v / math.sqrt(2)) / 2 for v in x.tolist()])


RIGHT = {
    "uniform": (lambda rng: rng.uniform(-2, 2, (40, 50)), uniform),
    "uniform, turned": (lambda rng: 2 - 4 * rng.random(2000), uniform),
    "few": (lambda rng: rng.uniform(-2, 2, 12), uniform),
    "a list": (lambda rng: rng.uniform(-2, 2, 100).tolist(), uniform),
    "normal": (lambda rng: rng.normal(size=(20, 25)), normal),
    "normal, as a sum": (lambda rng: rng.normal(size=(500, 4)).sum(1) / 2, normal),
}
WRONG = {
    "another scale": (lambda rng: rng.uniform(-2.5, 2.5, 2000), uniform),
    "half the scale": (lambda rng: rng.uniform(-1, 1, 2000), uniform),
    "one side": (lambda rng: rng.uniform(0, 2, 2000), uniform),
    "shifted": (lambda rng: rng.uniform(-2, 2, 2000) + 0.4, uniform),
    "normal for uniform": (lambda rng: rng.normal(0, 4 / math.sqrt(12), 6000), uniform),
    "uniform for normal": (lambda rng: rng.uniform(-math.sqrt(3), math.sqrt(3), 4000), normal),
    "the variance for the deviation": (lambda rng: rng.normal(0, 1.3, 6000), normal),
    "two values": (lambda rng: rng.choice([-1.0, 1.0], 2000), normal),
    "zeros": (lambda rng: np.zeros(2000), normal),
    "one draw for all": (lambda rng: np.full(2000, rng.normal()), normal),
    "nan among them": (lambda rng: np.append(rng.normal(size=2000), math.nan), normal),
}


@pytest.mark.parametrize("draws", RIGHT)
def test_draws_that_follow_the_distribution_pass(draws):
    draw, cdf = RIGHT[draws]
    for seed in SEEDS:
        assert_distribution(draw(np.random.default_rng(seed)), cdf, "the one asked for")


@pytest.mark.parametrize("draws", WRONG)
def test_draws_that_follow_another_fail(draws):
    draw, cdf = WRONG[draws]
    for seed in SEEDS if cdf is uniform else SEEDS[:40]:
        assert fails(assert_distribution, draw(np.random.default_rng(seed)), cdf, "the one asked for")


def test_the_message_says_how_far_the_distribution_is_off():
    with pytest.raises(AssertionError) as caught:
        assert_distribution(np.zeros(100), uniform, "the uniform one")
    assert str(caught.value) == (
        "the distribution function is up to 0.5000 away from the uniform one, expected less than 0.2800"
    )


# ---- generators -----------------------------------------------------------------------------------------------


def global_draws(rng):
    return np.random.random(5)


def same_generator_copied(rng):
    return copy.deepcopy(rng).normal(size=5)


def test_draws_from_the_generator_that_was_given_are_repeatable():
    for seed in SEEDS:
        first = assert_repeatable(lambda rng: (rng.normal(size=5), rng.random()), np.random.default_rng(seed))
        again = np.random.default_rng(int(np.random.default_rng(seed).integers(2**32)))
        np.testing.assert_array_equal(first[0], again.normal(size=5))


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (global_draws, "entries differ|expected"),
        (lambda rng: np.random.default_rng().normal(size=5), "expected"),
        (lambda rng: np.random.default_rng(0).normal(size=5), "two generators with different seeds gave the same"),
        (lambda rng: np.ones(5), "two generators with different seeds gave the same answer"),
        (same_generator_copied, "two calls with one generator gave the same answer"),
    ],
)
def test_draws_from_anything_else_are_not(call, reason):
    for seed in SEEDS:
        with pytest.raises(AssertionError, match=reason):
            assert_repeatable(call, np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("code", "repeatable"),
    [
        ("def noise(x, rng): return x + rng.normal(size=x.shape)", True),
        ("def noise(x, rng): return x + np.random.normal(size=x.shape)", False),
        ("state = np.random.default_rng(3)\ndef noise(x, rng): return x + state.normal(size=x.shape)", False),
        ("def noise(x, rng): return x + np.random.Generator(np.random.PCG64(1)).normal(size=x.shape)", False),
    ],
)
def test_a_learners_generator_comes_back_in_the_state_in_which_it_was_left(code, repeatable):
    learner = types.ModuleType("learner")
    exec(f"import numpy as np\n{code}", vars(learner))
    rng = np.random.default_rng(1)
    with running(Context("test_it", References())) as context:
        student = Student(LocalLearner(learner), context, rng)
        try:
            assert_repeatable(lambda generator: student.noise(np.zeros(7), generator), rng)
        except AssertionError:
            assert not repeatable
        else:
            assert repeatable
