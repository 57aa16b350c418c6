import numpy as np

from grader.checks import assert_close, assert_shape, contract, from_torch, misconception, parametrize


@from_torch
def expected(length, d):
    import torch

    positions = torch.arange(length, dtype=torch.float64)
    frequencies = 10000.0 ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)
    angles = torch.outer(positions, frequencies)
    return torch.stack([torch.sin(angles), torch.cos(angles)], dim=-1).reshape(length, d)


def draw(rng, narrowest=6):
    """Draw a length and an even number of features."""
    return int(rng.integers(3, 25)), narrowest + 2 * int(rng.integers(10))


def test_agrees_with_formula(student, rng):
    """Agrees with the formula of sines and cosines, computed with torch."""
    for _ in range(3):
        length, d = draw(rng)
        assert_close(student.positional_encoding(length, d), expected(length, d))


@parametrize("d", [2, 4, 10, 64])
def test_features(student, rng, d):
    """Works for two features and for many."""
    length, _ = draw(rng)
    assert_close(student.positional_encoding(length, d), expected(length, d))


@parametrize("length", [1, 2, 300])
def test_lengths(student, length):
    """Works for one position and for many."""
    assert_close(student.positional_encoding(length, 8), expected(length, 8), atol=1e-10)


def test_first_position(student, rng):
    """Starts with position 0: every sine is 0 and every cosine is 1."""
    _, d = draw(rng)
    assert_close(student.positional_encoding(1, d), np.array([[0.0, 1.0] * (d // 2)]))


def test_slowest_wave(student, rng):
    """Ends with a wave that hardly moves from one position to the next."""
    length, d = draw(rng, narrowest=30)
    answer = student.positional_encoding(length, d)
    assert_shape(answer, (length, d))
    angle = np.arange(length) / 10000 ** ((d - 2) / d)
    assert_close(answer[:, -2:], np.stack([np.sin(angle), np.cos(angle)], axis=1))


def test_prefix(student, rng):
    """Gives a position the same vector in short and in long sequences."""
    length, d = draw(rng)
    assert_close(student.positional_encoding(length, d), expected(2 * length, d)[:length])
    assert_close(student.positional_encoding(2 * length, d), expected(2 * length, d))


def test_distance(student, rng):
    """Gives two encodings a dot product that depends only on the distance of their positions."""
    length, d = draw(rng)
    answer = student.positional_encoding(length, d)
    assert_shape(answer, (length, d))
    distance = np.arange(length)[:, None] - np.arange(length)
    products = sum(np.cos(distance / 10000 ** (2 * i / d)) for i in range(d // 2))
    assert_close(answer @ np.transpose(answer), products)


def test_float64(student, rng):
    """Returns float64."""
    length, d = draw(rng)
    assert_close(student.positional_encoding(length, d), expected(length, d), dtype=np.float64)


@contract(expected, "pure")
def positional_encoding(rng):
    return draw(rng)


def wavelengths(d):
    return 10000 ** (np.arange(0, d, 2) / d)


def interleave(even, odd):
    return np.stack([even, odd], axis=-1).reshape(len(even), -1)


@misconception(
    "puts all sines into the first half of the columns and all cosines into the second; they alternate, sine in column "
    "2i and cosine in column 2i + 1. A model could be trained with either, but weights trained with one do not fit the "
    "other; for d = 2 they agree"
)
def concatenated_halves(length, d):
    angles = np.arange(length)[:, None] / wavelengths(d)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


@misconception(
    "takes i / d for the exponent, where i counts the pairs of columns; it is 2i / d. The wavelengths then reach only "
    "a hundredfold in place of nearly ten thousandfold; for d = 2 the two agree"
)
def exponent_i_over_d(length, d):
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(d // 2) / d)
    return interleave(np.sin(angles), np.cos(angles))


@misconception("has sine and cosine swapped: the sine belongs into the even columns, counted from 0")
def odd_even_swapped(length, d):
    angles = np.arange(length)[:, None] / wavelengths(d)
    return interleave(np.cos(angles), np.sin(angles))


@misconception(
    "gives every column a frequency of its own, 10000 ** (-j / d) for column j. A sine and the cosine to its right "
    "share one frequency; only then does a step in position rotate the pair"
)
def frequency_per_column(length, d):
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(d) / d)
    return interleave(np.sin(angles[:, 0::2]), np.cos(angles[:, 1::2]))


@misconception("counts the positions from 1; the first position is 0, whose sines are 0 and whose cosines are 1")
def positions_from_one(length, d):
    angles = np.arange(1, length + 1)[:, None] / wavelengths(d)
    return interleave(np.sin(angles), np.cos(angles))


@misconception(
    "multiplies the position by 10000 ** (2i / d) where it should divide. The waves then get faster from column to "
    "column, and beyond the first few they jump at random from one position to the next"
)
def multiplied(length, d):
    angles = np.arange(length)[:, None] * wavelengths(d)
    return interleave(np.sin(angles), np.cos(angles))


@misconception(
    "stretches the waves so that the last one has the wavelength 10000 * 2 * pi, by dividing by d - 2 in the exponent. "
    "The exponent is 2i / d, which stays below 1: the longest wavelength is only approached. For d = 2 the two agree"
)
def exponent_up_to_one(length, d):
    angles = np.arange(length)[:, None] / 10000 ** (np.arange(0, d, 2) / max(d - 2, 1))
    return interleave(np.sin(angles), np.cos(angles))
