import itertools
import math

import numpy as np

from grader.checks import assert_close, assert_pure, misconception, statistic


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


def assert_share(hits, p, what):
    share, slack = np.mean(hits), 5 * math.sqrt(p * (1 - p) / len(hits))
    assert abs(share - p) < slack, f"the share of {what} is {share:.3f}, expected {p:.3f} within {slack:.3f}"


def test_grid(student):
    """Lists every combination of the grid once."""
    space = {"lr": [0.1, 0.01, 0.001], "units": [32, 64], "activation": ["relu", "tanh"]}
    assert_grid(student.grid_candidates(space), space)


def test_grid_order(student):
    """Orders the grid like nested loops: the last name changes fastest."""
    space = {"units": [64, 32, 128], "decay": [0.5, 0.25]}
    expected = [{"units": u, "decay": d} for u, d in itertools.product([64, 32, 128], [0.5, 0.25])]
    assert_close(student.grid_candidates(space), expected)


def test_grid_limits(student):
    """Returns one empty dict for an empty space, and no candidate where a list is empty."""
    assert_candidates(student.grid_candidates({}), {}, 1)
    assert_candidates(student.grid_candidates({"lr": [0.1, 0.01], "units": []}), {"lr", "units"}, 0)
    space = {"lr": [0.1], "units": [8, 16, 32, 64]}
    assert_grid(student.grid_candidates(space), space)


def test_entries_unchanged(student, rng):
    """Returns the entries of a list as they are, in both searches."""
    space = {"gamma": [0.5, "auto"], "hidden": [(64, 32), (128, 16)], "units": [16, 48]}
    assert_grid(student.grid_candidates(space), space)
    draw(student, space, 200, rng)


def test_lists(student, rng):
    """Draws each entry of a list with the same probability."""
    space = {"units": [16, 32, 64], "depth": [2, 3]}
    candidates = draw(student, space, 600, rng)
    for name, values in space.items():
        found = np.array([position(c[name], values) for c in candidates])
        for i, value in enumerate(values):
            assert_share(found == i, 1 / len(values), f"candidates with {name} = {value}")


def test_list_is_no_range(student, rng):
    """Draws from every list, also from one that looks like a range: ["log", "sqrt", "auto"] or ["log", 0.1, 10.0]."""
    draw(student, {"features": ["log", "sqrt", "auto"], "scale": ["log", 0.1, 10.0]}, 100, rng)


def test_log_uniform(student, rng):
    """Draws a log range so that every factor of ten is as likely."""
    candidates = draw(student, {"lr": ("log", 1e-5, 1e-1), "units": [16, 32]}, 600, rng)
    lr = np.array([float(c["lr"]) for c in candidates])
    assert_share(lr < 1e-3, 0.5, "learning rates below 1e-3 between 1e-5 and 1e-1")
    uniform, ranks = (np.sort(np.log10(lr)) + 5) / 4, np.arange(601) / 600
    distance = max(np.max(ranks[1:] - uniform), np.max(uniform - ranks[:-1]))
    assert distance < 2.8 / math.sqrt(600), (  # Kolmogorov and Smirnov; exceeded by chance 3 times in 10 million
        f"the distribution function of log10(lr) is up to {distance:.3f} away from the uniform one, "
        f"expected less than {2.8 / math.sqrt(600):.3f}"
    )


def test_independent(student, rng):
    """Draws the values of one candidate independently of each other."""
    space = {"lr": ("log", 1e-6, 1e-2), "decay": ("log", 1e-6, 1e-2), "units": [16, 32], "depth": [2, 3]}
    candidates = draw(student, space, 600, rng)
    high = {"lr": 1e-4, "decay": 1e-4, "units": 20, "depth": 2.5}
    for a, b in itertools.combinations(space, 2):
        hits = np.array([c[a] > high[a] and c[b] > high[b] for c in candidates])
        assert_share(hits, 0.25, f"candidates with {a} and {b} both in their upper half")


def test_number(student, rng):
    """Returns n candidates, also for n = 0 and n larger than the number of combinations."""
    space = {"units": [16, 32], "decay": [0.0, 0.5]}
    for n in 0, 1, 7:
        draw(student, space, n, rng)
    draw(student, {"depth": [2, 3], "units": [16]}, 50, rng)


def test_seeds(student, rng):
    """Returns the same candidates for equal seeds, others for other seeds and at the next call."""
    space, seed = {"lr": ("log", 1e-4, 1e-1), "units": [16, 32, 64]}, int(rng.integers(2**32))
    child = np.random.default_rng(seed)
    first = student.random_candidates(space, 60, child)
    following = student.random_candidates(space, 60, child)
    other = student.random_candidates(space, 60, np.random.default_rng(seed + 1))
    for candidates in first, following, other:
        assert_drawn(candidates, space, 60)
    assert_close(student.random_candidates(space, 60, np.random.default_rng(seed)), first)
    rates = [[float(c["lr"]) for c in candidates] for candidates in (first, following, other)]
    assert rates[0] != rates[1], "two calls with one generator gave the same candidates"
    assert rates[0] != rates[2], "two generators with different seeds gave the same candidates"


def test_pure(student, rng):
    """Leaves the space and the global random state alone."""
    space = {"units": [64, 16, 32], "depth": [3, 2]}
    assert_grid(student.grid_candidates(space), space)
    assert_pure(student)
    draw(student, space | {"lr": ("log", 0.001, 0.1)}, 100, rng)
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
