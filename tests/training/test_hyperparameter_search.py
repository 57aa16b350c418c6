import itertools
import math

import numpy as np

from grader.checks import (
    assert_close,
    assert_distribution,
    assert_pure,
    assert_repeatable,
    assert_shape,
    assert_share,
    misconception,
    on_learner_side,
    statistic,
)


def plain(value):
    """Return a Python number for a 0-d array, anything else as it is."""
    return value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value


def same(value, entry):
    """Tell whether value is entry, types included, but for a number that NumPy has wrapped."""
    value = plain(value)
    return type(value) is type(entry) and value == entry


def position(value, entries):
    """Return the index of the entry that value is, or None."""
    return next((i for i, entry in enumerate(entries) if same(value, entry)), None)


def code(value):
    """Return a number that tells values of different kinds and sizes apart."""
    value = plain(value)
    if isinstance(value, str):
        return 10.0
    return math.log10(abs(value)) - 4 if isinstance(value, int | float) and value else 20.0


@statistic(rtol=0.05)
def summary(candidates):
    """Return how many candidates there are, and for each name the mean of the codes of its values, early ones first."""
    if isinstance(candidates, np.ndarray):  # numbers of many calls: do their means stay the same?
        return *candidates.shape, *(1.0 + (candidates.mean(axis=1).std(axis=0) < 0.03))
    names = sorted({name for candidate in candidates for name in candidate})
    half = candidates[: len(candidates) // 2 + 1]
    return len(candidates), *(np.mean([code(c[name]) for c in part]) for part in (candidates, half) for name in names)


def assert_candidates(candidates, names, n):
    """Check the structure: a list of n dicts with the names of the space."""
    assert isinstance(candidates, list | tuple), f"the answer is of type {type(candidates).__name__}, expected a list"
    assert len(candidates) == n, f"there are {len(candidates)} candidates, expected {n}"
    for i, candidate in enumerate(candidates):
        assert isinstance(candidate, dict), f"candidate {i} is of type {type(candidate).__name__}, expected a dict"
        assert set(candidate) == set(names), (
            f"candidate {i} has the names {sorted(candidate)}, expected {sorted(names)}"
        )


def assert_grid(candidates, space):
    """Check that candidates holds every combination once, in any order."""
    assert_candidates(candidates, space, math.prod(map(len, space.values())))
    indices = [tuple(position(c[name], space[name]) for name in space) for c in candidates]
    for i, index in enumerate(indices):
        assert None not in index, f"candidate {i}, {candidates[i]}, holds a value that is not in the list of its name"
        assert indices.index(index) == i, f"candidate {i}, {candidates[i]}, has come before"


def draw(student, space, n, rng):
    """Call random_candidates and check what it returns but for the distribution."""
    (child,) = rng.spawn(1)
    candidates = student.random_candidates(space, n, child)
    assert_drawn(candidates, space, n)
    return candidates


def assert_drawn(candidates, space, n):
    assert_candidates(candidates, space, n)
    for i, candidate in enumerate(candidates):
        for name, values in space.items():
            value = plain(candidate[name])
            if isinstance(values, list):
                assert position(value, values) is not None, (
                    f"candidate {i} has {name} = {value!r}, expected one of {values}"
                )
            else:
                _, low, high = values
                assert isinstance(value, float), f"candidate {i} has {name} = {value!r}, expected a float"
                assert low * (1 - 1e-12) <= value <= high * (1 + 1e-12), (
                    f"candidate {i} has {name} = {value}, expected a number from {low} to {high}"
                )


@on_learner_side
def many(learner, count, space, n, generator):
    """Return the values of n candidates in each of many calls, as numbers."""
    return np.array(
        [[[c[name] for name in space] for c in learner.random_candidates(space, n, generator)] for _ in range(count)],
        dtype=float,
    )


def normal(z):
    return np.array([math.erf(value / math.sqrt(2)) for value in z]) / 2 + 0.5


def test_grid(student, rng):
    """Lists every combination of the grid once."""
    lengths = rng.permutation([2, 3, 4])
    rates, units = rng.uniform(1e-4, 0.1, lengths[0]).tolist(), rng.permutation(200)[: lengths[1]].tolist()
    space = {"lr": rates, "units": units, "activation": ["relu", "tanh", "gelu", "elu"][: lengths[2]]}
    assert_grid(student.grid_candidates(space), space)


def test_grid_order(student, rng):
    """Orders the grid like nested loops over the names as they stand in the space: the last name changes fastest."""
    decay, lr = rng.uniform(0.1, 0.9, size=(2, 2)) * np.array([[1.0, 1e-3], [0.1, 1e-5]])
    space = {"units": rng.permutation(99)[:3].tolist(), "decay": decay.tolist(), "lr": lr.tolist()}
    expected = [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]
    assert_close(student.grid_candidates(space), expected)


def test_grid_limits(student, rng):
    """Returns one empty dict for an empty space, and no candidate where a list is empty."""
    assert_candidates(student.grid_candidates({}), {}, 1)
    assert_candidates(student.grid_candidates({"lr": [0.1, 0.01], "units": []}), {"lr", "units"}, 0)
    space = {"lr": [rng.uniform(0.1, 0.2)], "units": rng.permutation(99)[:4].tolist()}
    assert_grid(student.grid_candidates(space), space)


def test_entries_unchanged(student, rng):
    """Returns the entries of a list as they are, in both searches."""
    wide = int(rng.integers(100, 200))
    space = {"gamma": [0.5, "auto"], "hidden": [(wide, 32), (128, 16)], "units": [16, wide]}
    assert_grid(student.grid_candidates(space), space)
    draw(student, space, 200, rng)


def test_lists(student, rng):
    """Draws each entry of a list with the same probability."""
    space = {"units": [16, 32, 64], "depth": [2, 3]}
    candidates = draw(student, space, 600 + int(rng.integers(100)), rng)
    for name, values in space.items():
        found = np.array([position(c[name], values) for c in candidates])
        for i, value in enumerate(values):
            assert_share(found == i, 1 / len(values), f"candidates with {name} = {value}")


def test_list_is_no_range(student, rng):
    """Draws from every list, also from one that looks like a range: ["log", "sqrt", "auto"] or ["log", 0.1, 10.0]."""
    draw(student, {"features": ["log", "sqrt", "auto"], "scale": ["log", 0.1, 10.0]}, 100, rng)


def test_log_uniform(student, rng):
    """Draws a log range so that every factor of ten is as likely."""
    low = 10 ** rng.uniform(-6.0, -4.0)
    candidates = draw(student, {"lr": ("log", low, 1e4 * low), "units": [16, 32]}, 600, rng)
    lr = np.array([float(c["lr"]) for c in candidates])
    assert_share(lr < 100 * low, 0.5, f"learning rates below {100 * low:.2g} between {low:.2g} and {1e4 * low:.2g}")
    assert_distribution(np.log10(lr / low), lambda x: x / 4, "the uniform one of log10(lr)")


def test_independent(student, rng):
    """Draws the values of one candidate independently of each other."""
    space = {"lr": ("log", 1e-6, 1e-2), "decay": ("log", 1e-6, 1e-2), "units": [16, 32], "depth": [2, 3]}
    candidates = draw(student, space, 600, rng)
    high = {"lr": 1e-4, "decay": 1e-4, "units": 20, "depth": 2.5}
    for a, b in itertools.combinations(space, 2):
        hits = np.array([c[a] > high[a] and c[b] > high[b] for c in candidates])
        assert_share(hits, 0.25, f"candidates with {a} and {b} both in their upper half")


def test_independent_candidates(student, child):
    """Draws the candidates of one call independently of each other: values are not dealt out evenly."""
    values = student.run(many, 100, {"units": [0, 1], "lr": ("log", 1.0, math.e)}, 20, child)
    assert_shape(values, (100, 20, 2), "the values of 100 calls")
    assert_share(
        values[:, :, 0].sum(axis=1) == 10, math.comb(20, 10) / 2**20, "calls that draw two entries equally often"
    )
    means = (np.log(values[:, :, 1]).mean(axis=1) - 0.5) * math.sqrt(12 * 20)
    assert_distribution(means, normal, "that of means of independent draws")


def test_number(student, rng):
    """Returns n candidates, also for n = 0 and n larger than the number of combinations."""
    space = {"units": [16, 32], "decay": [0.0, 0.5]}
    for n in 0, 1, 7:
        draw(student, space, n, rng)
    draw(student, {"depth": [2, 3], "units": [16]}, 50 + int(rng.integers(50)), rng)


def test_seeds(student, rng):
    """Depends on the generator alone: on its seed, and on what was drawn from it before."""
    space = {"lr": ("log", 1e-4, 1e-1), "units": [16, 32, 64]}

    def call(generator):
        candidates = student.random_candidates(space, 400, generator)
        assert_drawn(candidates, space, 400)
        return candidates

    assert_repeatable(call, rng)


def test_pure(student, rng):
    """Leaves the space and the global random state alone."""
    space = {"units": [64, 16, 32], "depth": [3, 2]}
    assert_grid(student.grid_candidates(space), space)
    assert_pure(student)
    draw(student, space | {"lr": ("log", 0.001, 0.1)}, 400, rng)
    assert_pure(student)


@misconception(
    "pairs the lists up entry by entry (zip) instead of combining each value with all values of the others. That "
    "gives as many candidates as the shortest list has entries; a grid has the product of all lengths",
    replaces="grid_candidates",
)
def zip_instead_of_product(space):
    return [dict(zip(space, values, strict=True)) for values in zip(*space.values(), strict=False)]


@misconception(
    "varies one name at a time and keeps the others at their first value. That misses all settings in which two "
    "hyper-parameters have to move together; a grid holds every combination",
    replaces="grid_candidates",
)
def one_at_a_time(space):
    base = {name: values[0] for name, values in space.items()}
    return [base] + [base | {name: value} for name, values in space.items() for value in values[1:]]


@misconception(
    "lets the first name change fastest. All combinations are there, but nested loops over the names in their order "
    "move the last one fastest, as itertools.product does",
    replaces="grid_candidates",
)
def first_name_fastest(space):
    names = list(space)[::-1]
    found = [dict(zip(names, values, strict=True)) for values in itertools.product(*(space[name] for name in names))]
    return [{name: candidate[name] for name in space} for candidate in found]


@misconception(
    "sorts the names first, as scikit-learn's ParameterGrid does. All combinations are there, but the loops are nested "
    "in the order in which the names stand in the space",
    replaces="grid_candidates",
)
def sorted_names(space):
    names = sorted(space)
    return [dict(zip(names, values, strict=True)) for values in itertools.product(*(space[name] for name in names))]


def pick(values, rng):
    """Draw as the solution does."""
    if isinstance(values, tuple):
        return math.exp(rng.uniform(math.log(values[1]), math.log(values[2])))
    return values[rng.integers(len(values))]


@misconception(
    "draws a log range uniformly: between 1e-5 and 1e-1, 99 % of the draws then lie above 1e-3 and small learning "
    "rates are hardly tried. Draw the logarithm uniformly and take exp of it",
    replaces="random_candidates",
)
def uniform_for_log(space, n, rng):
    def draw(values):
        return float(rng.uniform(*values[1:])) if isinstance(values, tuple) else pick(values, rng)

    return [{name: draw(values) for name, values in space.items()} for _ in range(n)]


@misconception(
    "lists all combinations (of the two ends, for a log range) and does not draw at all. Random search returns n "
    "candidates, however many combinations there are",
    replaces="random_candidates",
)
def all_combinations_in_random(space, n, rng):
    lists = [list(values[1:]) if isinstance(values, tuple) else values for values in space.values()]
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*lists)]


@misconception(
    "leaves out the last entry of every list: rng.integers(0, high) already excludes high, so it takes len(values), "
    "not len(values) - 1",
    replaces="random_candidates",
)
def last_value_excluded(space, n, rng):
    def draw(values):
        return pick(values, rng) if isinstance(values, tuple) else values[rng.integers(0, len(values) - 1)]

    return [{name: draw(values) for name, values in space.items()} for _ in range(n)]


@misconception(
    "draws with rng.choice(values), which makes an array of the list first: numbers beside a string become strings, "
    "and tuples become arrays. Draw an index and look it up in the list",
    replaces="random_candidates",
)
def choice_converts(space, n, rng):
    def draw(values):
        return pick(values, rng) if isinstance(values, tuple) else rng.choice(values)

    return [{name: draw(values) for name, values in space.items()} for _ in range(n)]


@misconception(
    'takes every entry that starts with "log" for a range. Only the tuple ("log", low, high) is one; a list holds '
    "choices, whatever they are, so ask for the type: isinstance(values, tuple)",
    replaces="random_candidates",
)
def list_taken_for_range(space, n, rng):
    def draw(values):
        return pick(tuple(values) if values[0] == "log" else values, rng)

    return [{name: draw(values) for name, values in space.items()} for _ in range(n)]


@misconception(
    "draws one combination and returns it n times. Each candidate has to be drawn anew, or n trainings try a single "
    "setting",
    replaces="random_candidates",
)
def one_candidate_repeated(space, n, rng):
    return [{name: pick(values, rng) for name, values in space.items()}] * n


@misconception(
    "deals the entries of a list out evenly, in a shuffled order. Each candidate is to be drawn independently of the "
    "others: the same entry may come three times in a row, and how often each comes differs from call to call",
    replaces="random_candidates",
)
def dealt_out(space, n, rng):
    def column(values):
        if isinstance(values, tuple):
            return [pick(values, rng) for _ in range(n)]
        return [values[i] for i in rng.permutation(np.arange(n) % len(values))]

    columns = {name: column(values) for name, values in space.items()}
    return [{name: columns[name][i] for name in space} for i in range(n)]


@misconception(
    "draws from the global generator (np.random or random) in place of the one that is passed. Equal seeds then give "
    "different candidates, and an experiment cannot be repeated",
    replaces="random_candidates",
)
def global_generator(space, n, rng):
    own = np.random.default_rng(np.random.randint(2**31))
    return [{name: pick(values, own) for name, values in space.items()} for _ in range(n)]


@misconception(
    "makes a generator of its own with a fixed seed. Every search then tries the same candidates: the generator that "
    "is passed has to be used",
    replaces="random_candidates",
)
def own_seed(space, n, rng):
    own = np.random.default_rng(42)
    return [{name: pick(values, own) for name, values in space.items()} for _ in range(n)]


@misconception(
    "makes one draw for each candidate and takes all of its values from it: a large learning rate then always comes "
    "with the last entries of the lists. Every name needs a draw of its own",
    replaces="random_candidates",
)
def one_draw_for_all_names(space, n, rng):
    def draw(values, u):
        if isinstance(values, tuple):
            return float(values[1] * (values[2] / values[1]) ** u)
        return values[int(u * len(values))]

    return [{name: draw(values, u) for name, values in space.items()} for u in rng.random(n)]
