import numpy as np

from grader.checks import assert_close, assert_shape, contract, from_torch, misconception, parametrize


@from_torch
def expected(x, positions, base):
    import torch

    d = x.shape[-1]
    theta = base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
    angle = torch.outer(positions.double(), theta)
    turn = torch.polar(torch.ones_like(angle), angle)
    z = torch.view_as_complex(x.double().contiguous().unflatten(-1, (-1, 2)))
    return torch.view_as_real(z * turn).flatten(-2).to(x.dtype)


def test_agrees_with_torch(student, rng):
    """Agrees with torch.view_as_complex(x) * torch.polar(1, angle), at positions with gaps."""
    t, d = rng.integers(3, 7), 2 * rng.integers(2, 5)
    positions = np.sort(rng.choice(np.arange(1, 40), size=t, replace=False))
    arguments = (rng.normal(size=(2, t, d)), positions, rng.uniform(50.0, 500.0))
    assert_close(student.rope(*arguments), expected(*arguments))


def test_position_0(student, rng):
    """Leaves a token at position 0 as it is, wherever it stands in the sequence."""
    x = rng.normal(size=(3, 4, 6))
    answer = student.rope(x, np.array([0, 5, 0, 0]), 10000.0)
    assert_shape(answer, (3, 4, 6), "the turned vectors")
    assert_close(answer[:, [0, 2, 3]], x[:, [0, 2, 3]])


def test_lengths(student, rng):
    """Keeps the length of every pair of features."""
    x = rng.normal(size=(5, 8))
    answer = student.rope(x, np.array([0, 1, 2, 30, 400]), 100.0)
    assert_shape(answer, (5, 8), "the turned vectors")
    assert_close(np.hypot(answer[:, 0::2], answer[:, 1::2]), np.hypot(x[:, 0::2], x[:, 1::2]))


@parametrize("shift", [1, 7, 1000])
def test_scores_depend_on_the_distance(student, rng, shift):
    """Gives the same products of queries and keys when all positions are shifted."""
    q, k = rng.normal(size=(2, 3, 6))
    positions = np.array([0, 2, 3])
    first = [student.rope(each, positions, 1000.0) for each in (q, k)]
    second = [student.rope(each, positions + shift, 1000.0) for each in (q, k)]
    for answer in (*first, *second):
        assert_shape(answer, (3, 6), "the turned vectors")
    assert_close(second[0] @ second[1].T, first[0] @ first[1].T)


@parametrize("base", [2.0, 10000.0, 500000.0])
def test_base(student, rng, base):
    """Uses the base that is passed in."""
    arguments = (rng.normal(size=(4, 8)), np.array([1, 2, 9, 100]), base)
    assert_close(student.rope(*arguments), expected(*arguments))


@parametrize("d", [2, 4, 32])
def test_features(student, rng, d):
    """Works for a single pair of features and for many."""
    arguments = (rng.normal(size=(3, d)), np.array([1, 4, 6]), 300.0)
    assert_close(student.rope(*arguments), expected(*arguments))


def test_any_order(student, rng):
    """Takes each token at its own position: in any order, and several at the same one."""
    arguments = (rng.normal(size=(6, 4)), np.array([9, 0, 3, 3, 1, 9]), 20.0)
    assert_close(student.rope(*arguments), expected(*arguments))


@parametrize("leading", [(), (1,), (2, 3)])
def test_single_token(student, rng, leading):
    """Turns the single token of a generation step, with any leading axes."""
    arguments = (rng.normal(size=(*leading, 1, 6)), np.array([11]), 50.0)
    assert_close(student.rope(*arguments), expected(*arguments))


def test_long_texts(student, rng):
    """Computes large angles accurately."""
    arguments = (rng.normal(size=(3, 4)), np.array([4096, 100_003, 131_071]), 10000.0)
    assert_close(student.rope(*arguments), expected(*arguments))


@contract(expected, "float32", "integers", "views", "pure", integers=(0,), defaults={"base": 10000.0})
def rope(rng):
    return 3 * rng.normal(size=(2, 4, 6)), np.array([2, 3, 5, 12]), 30.0


def angles(positions, d, base):
    return positions[:, None] * base ** (-np.arange(0, d, 2) / d)


def turn(x, angle):
    """Turn neighboring features by these angles."""
    even, odd = x[..., 0::2], x[..., 1::2]
    pairs = (even * np.cos(angle) - odd * np.sin(angle), even * np.sin(angle) + odd * np.cos(angle))
    return np.stack(pairs, axis=-1).reshape(x.shape).astype(np.result_type(x, np.float32))


@misconception(
    "pairs feature i with feature i + d / 2, the layout of many libraries. It is a rotation as well, but of other "
    "pairs: here the neighbors 2i and 2i + 1 belong together, and weights trained with one layout are nonsense with "
    "the other"
)
def half_split(x, positions, base=10000.0):
    half = x.shape[-1] // 2
    y = turn(np.stack([x[..., :half], x[..., half:]], axis=-1).reshape(x.shape), angles(positions, x.shape[-1], base))
    return np.concatenate([y[..., 0::2], y[..., 1::2]], axis=-1)


@misconception(
    "turns the right pairs but lays the results out by halves, all first features and then all second ones. Feature 2i "
    "goes back to 2i and its neighbor beside it: stack on a new last axis and reshape, or assign to [..., 0::2] and "
    "[..., 1::2]"
)
def results_by_halves(x, positions, base=10000.0):
    y = turn(x, angles(positions, x.shape[-1], base))
    return np.concatenate([y[..., 0::2], y[..., 1::2]], axis=-1)


@misconception(
    "lays the table of angles out twice, one after the other, as the other layout of RoPE needs it. Neighboring "
    "features then have different angles, which is no rotation: each angle has to stand twice in a row (np.repeat, not "
    "np.tile)"
)
def angles_tiled(x, positions, base=10000.0):
    angle = np.tile(angles(positions, x.shape[-1], base), 2)
    crossed = np.stack([-x[..., 1::2], x[..., 0::2]], axis=-1).reshape(x.shape)
    return (x * np.cos(angle) + crossed * np.sin(angle)).astype(np.result_type(x, np.float32))


@misconception(
    "counts the positions from 1. Products of queries and keys do not show it, since all are shifted alike, but keys "
    "from elsewhere will not fit, and a token at position 0 has to stay as it is"
)
def positions_from_1(x, positions, base=10000.0):
    return turn(x, angles(positions + 1, x.shape[-1], base))


@misconception(
    "uses 0, 1, 2, ... for the positions, whatever is passed in. In generation with a cache the only new token has the "
    "position of its place in the text, not 0; the two agree for a text from its beginning"
)
def positions_counted(x, positions, base=10000.0):
    return turn(x, angles(np.arange(len(positions)), x.shape[-1], base))


@misconception(
    "turns the other way round, by minus the angle: the minus stands before the sine in the first feature of a pair, "
    "x[2i] * cos - x[2i+1] * sin. Products of queries and keys do not show it where both are turned so; a cache does"
)
def turned_backwards(x, positions, base=10000.0):
    return turn(x, -angles(positions, x.shape[-1], base))


@misconception(
    "has i / d as the exponent of the base, with i the number of the pair. It is 2i / d, so that the frequencies go "
    "all the way from 1 to nearly 1 / base; np.arange(0, d, 2) counts 2i. The two agree for the first pair"
)
def exponent_halved(x, positions, base=10000.0):
    return turn(x, positions[:, None] * base ** (-np.arange(x.shape[-1] // 2) / x.shape[-1]))


@misconception(
    "doubles the exponent: np.arange(0, d, 2) is 2i already, and twice that is too much. The frequencies fall to 1 / "
    "base in the middle of the features; the two agree for the first pair"
)
def exponent_doubled(x, positions, base=10000.0):
    return turn(x, positions[:, None] * base ** (-2 * np.arange(0, x.shape[-1], 2) / x.shape[-1]))


@misconception(
    "lacks the minus in the exponent, so the pairs turn faster and faster, by up to nearly base radians for each "
    "position. The angle is t / base**(2i / d); the two agree for the first pair"
)
def exponent_positive(x, positions, base=10000.0):
    return turn(x, positions[:, None] * base ** (np.arange(0, x.shape[-1], 2) / x.shape[-1]))


@misconception(
    "adds sines and cosines to the features, as the encoding of the first transformer does. RoPE adds nothing: it "
    "turns each pair, which keeps its length and makes products depend on the distance"
)
def added(x, positions, base=10000.0):
    angle = angles(positions, x.shape[-1], base)
    waves = np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(len(positions), -1)
    return (x + waves).astype(np.result_type(x, np.float32))


@misconception(
    "has cosine and sine the wrong way round, which turns by a quarter circle less the angle and mirrors. The cosine "
    "multiplies the feature itself, the sine its neighbor, so that the angle 0 changes nothing"
)
def sine_and_cosine_swapped(x, positions, base=10000.0):
    even, odd = x[..., 0::2], x[..., 1::2]
    angle = angles(positions, x.shape[-1], base)
    pairs = (even * np.sin(angle) - odd * np.cos(angle), even * np.cos(angle) + odd * np.sin(angle))
    return np.stack(pairs, axis=-1).reshape(x.shape).astype(np.result_type(x, np.float32))


@misconception(
    "has a minus before both sines, or before none. A rotation has it once: x[2i] * cos - x[2i+1] * sin and x[2i] * "
    "sin + x[2i+1] * cos; with the same sign twice the length of a pair changes with its position"
)
def same_sign_twice(x, positions, base=10000.0):
    even, odd = x[..., 0::2], x[..., 1::2]
    angle = angles(positions, x.shape[-1], base)
    pairs = (even * np.cos(angle) - odd * np.sin(angle), odd * np.cos(angle) - even * np.sin(angle))
    return np.stack(pairs, axis=-1).reshape(x.shape).astype(np.result_type(x, np.float32))


@misconception(
    "computes the second feature of each pair from the first one as it is already turned. Both come from the features "
    "before the turn: keep x as it is and write into another array"
)
def overwritten(x, positions, base=10000.0):
    angle = angles(positions, x.shape[-1], base)
    even = x[..., 0::2] * np.cos(angle) - x[..., 1::2] * np.sin(angle)
    odd = even * np.sin(angle) + x[..., 1::2] * np.cos(angle)
    return np.stack([even, odd], axis=-1).reshape(x.shape).astype(np.result_type(x, np.float32))


@misconception(
    "has a fixed 10000 where base belongs. That is the default, but models that read long texts have a larger one, and "
    "the value that is passed in counts"
)
def fixed_base(x, positions, base=10000.0):
    return turn(x, angles(positions, x.shape[-1], 10000.0))


@misconception(
    "computes the angles in float32. At a position of 100 000 their error is of the order of 0.01 radian; compute them "
    "in float64 and give the answer the dtype of x at the end"
)
def angles_in_float32(x, positions, base=10000.0):
    theta = np.float32(base) ** (-np.arange(0, x.shape[-1], 2, dtype=np.float32) / x.shape[-1])
    return turn(x, positions.astype(np.float32)[:, None] * theta)
