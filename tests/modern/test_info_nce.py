import math

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(a, b, temperature):
    import torch
    from torch.nn.functional import cross_entropy, normalize

    s = normalize(a) @ normalize(b).T / temperature
    targets = torch.arange(len(a))
    return (cross_entropy(s, targets) + cross_entropy(s.T, targets)) / 2


def draw(rng, n, e):
    """Draw n pairs of similar embeddings, of lengths from 1 to 4 or so."""
    a = rng.normal(size=(n, e))
    b = a + 0.8 * rng.normal(size=(n, e))
    return a * rng.uniform(0.5, 2.0, size=(n, 1)), b * rng.uniform(0.5, 2.0, size=(n, 1))


def test_agrees_with_torch(student, rng):
    """Agrees with torch's cross_entropy of the scaled cosine similarities, both ways."""
    n, e = (int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:2])
    arguments = *draw(rng, n, e), rng.uniform(0.2, 0.6)
    assert_close(student.info_nce(*arguments), expected(*arguments))


@parametrize("temperature", [0.07, 0.5, 1.0, 4.0])
def test_temperature(student, rng, temperature):
    """Uses the temperature that is passed in."""
    arguments = *draw(rng, 5, 3), temperature
    assert_close(student.info_nce(*arguments), expected(*arguments))


def test_lengths_do_not_matter(student, rng):
    """Does not change when embeddings become longer or shorter, each by a factor of its own."""
    a, b = draw(rng, 4, 6)
    factors = np.exp(rng.uniform(-3.0, 3.0, size=(2, 4, 1)))
    assert_close(student.info_nce(a * factors[0], b * factors[1], 0.3), expected(a, b, 0.3))


def test_unlike_directions(student, rng):
    """Is the mean of both directions where they are very unlike: all a have the same favorite, all b another one."""
    a = rng.normal(size=(5, 4))
    b = a[[0, 0, 0, 0, 1]] + 0.3 * rng.normal(size=(5, 4))
    assert_close(student.info_nce(a, b, 0.25), expected(a, b, 0.25))


def test_order_of_arguments(student, rng):
    """Is the same with a and b exchanged."""
    a, b = draw(rng, 6, 3)
    assert_close(student.info_nce(b, a, 0.4), expected(a, b, 0.4))


@parametrize("n", [2, 5, 9])
def test_knows_nothing(student, rng, n):
    """Is log N where all embeddings are equal."""
    a = np.tile(rng.normal(size=(1, 3)), (n, 1))
    assert_close(student.info_nce(a, a, 0.5), math.log(n))


def test_single_pair(student, rng):
    """Is 0 for a single pair, which has nothing to be mistaken for."""
    assert_close(student.info_nce(*draw(rng, 1, 4), 0.3), 0.0)


@parametrize("temperature", [0.001, 0.0002])
def test_small_temperatures(student, rng, temperature):
    """Stays finite at small temperatures, also where a partner is not the most similar one."""
    a, _ = np.linalg.qr(rng.normal(size=(4, 4)))  # at right angles: a wrong partner is far away
    arguments = 2 * a, a[[1, 0, 2, 3]] + 0.05 * rng.normal(size=(4, 4)), temperature
    assert_close(student.info_nce(*arguments), expected(*arguments))


def test_opposite_partners(student, rng):
    """Works where partners point away from each other and all similarities are negative."""
    a = rng.uniform(0.2, 1.0, size=(4, 3))
    arguments = a, -a - rng.uniform(0.1, 0.5, size=(4, 3)), 0.2
    assert_close(student.info_nce(*arguments), expected(*arguments))


def test_float32(student, rng):
    """Accepts float32."""
    arguments = *(part.astype(np.float32) for part in draw(rng, 5, 3)), 0.5
    assert_close(student.info_nce(*arguments), expected(*arguments))


@contract(expected, "integers", "views", "pure", integers=(0, 1))
def info_nce(rng):
    a, b = draw(rng, 4, 3)
    return np.where(np.abs(a) < 1, np.copysign(1, a), a), np.where(np.abs(b) < 1, np.copysign(1, b), b), 0.4


def unit(x, axis=1):
    return x / np.linalg.norm(x, axis=axis, keepdims=True)


def similarities(a, b, temperature):
    return unit(a) @ unit(b).T / temperature


def directions(s):
    """Return the mean loss of the rows and that of the columns."""
    return [(np.logaddexp.reduce(s, axis=axis) - np.diag(s)).mean() for axis in (1, 0)]


@misconception(
    "does not normalize the embeddings and takes the plain products of a and b. A pair can then make its loss small by "
    "growing longer, without coming closer; the similarity is the cosine. For embeddings of length 1 the two agree"
)
def not_normalized(a, b, temperature):
    return np.mean(directions(a @ b.T / temperature))


@misconception(
    "normalizes only one of the two sides. Both have to be of length 1, or the similarity is not the cosine and grows "
    "with the length of the other side"
)
def one_side_normalized(a, b, temperature):
    return np.mean(directions(unit(a) @ b.T / temperature))


@misconception(
    "normalizes each feature over the batch, axis 0, in place of each embedding over its features. The length that has "
    "to be 1 is that of a row"
)
def normalized_over_the_batch(a, b, temperature):
    return np.mean(directions(unit(a, 0) @ unit(b, 0).T / temperature))


@misconception(
    "divides each side by one norm, that of the whole matrix: np.linalg.norm without an axis. Every embedding needs a "
    "length of its own, axis=1 with keepdims=True; for a single pair the two agree"
)
def norm_of_the_matrix(a, b, temperature):
    return np.mean(directions(a / np.linalg.norm(a) @ (b / np.linalg.norm(b)).T / temperature))


@misconception(
    "divides the embeddings by their squared length. A length is the root of the sum of squares: without the root a "
    "long embedding becomes a short one"
)
def squared_length(a, b, temperature):
    a, b = (x / (x**2).sum(axis=1, keepdims=True) for x in (a, b))
    return np.mean(directions(a @ b.T / temperature))


@misconception(
    "takes one direction only: each a looks for its b. A b that is the favorite of several a then costs nothing of its "
    "own; the loss is the mean of both directions. Where the similarities are symmetric, as for a = b, the two agree"
)
def rows_only(a, b, temperature):
    return directions(similarities(a, b, temperature))[0]


@misconception(
    "takes one direction only, over the columns: each b looks for its a. The loss is the mean of both directions; "
    "where the similarities are symmetric, as for a = b, the two agree"
)
def columns_only(a, b, temperature):
    return directions(similarities(a, b, temperature))[1]


@misconception(
    "adds the two directions and does not divide by 2. The loss is their mean, so that it is log N for a model that "
    "knows nothing"
)
def sum_of_both(a, b, temperature):
    return np.sum(directions(similarities(a, b, temperature)))


@misconception(
    "returns the sum over the pairs in place of the mean. The loss then grows with the batch, beyond the log N by "
    "which it grows anyway"
)
def sum_over_the_batch(a, b, temperature):
    return len(a) * np.mean(directions(similarities(a, b, temperature)))


@misconception(
    "multiplies by the temperature in place of dividing. A small temperature then makes all similarities nearly equal, "
    "where it should set the most similar ones apart; for a temperature of 1 the two agree"
)
def times_temperature(a, b, temperature):
    return np.mean(directions(similarities(a, b, 1 / temperature)))


@misconception(
    "leaves the temperature out. Cosines are at most 1, so no softmax of them is ever sure; for a temperature of 1 the "
    "two agree"
)
def no_temperature(a, b, temperature):
    return np.mean(directions(similarities(a, b, 1.0)))


@misconception(
    "leaves the pair itself out of the sum in the denominator. What is left is no softmax: the loss can be negative, "
    "and never ends to fall. The sum runs over all examples, the partner included"
)
def positive_left_out(a, b, temperature):
    s = similarities(a, b, temperature)
    others = np.where(np.eye(len(s), dtype=bool), -np.inf, s)
    return np.mean([(np.logaddexp.reduce(others, axis=axis) - np.diag(s)).mean() for axis in (1, 0)])


@misconception(
    "takes the softmax over all N * N similarities at once. Each question has a softmax of its own, over a row or over "
    "a column: one partner among N"
)
def softmax_over_everything(a, b, temperature):
    s = similarities(a, b, temperature)
    return (np.logaddexp.reduce(s, axis=None) - np.diag(s)).mean()


@misconception(
    "counts the other examples of the same side as wrong answers, too: 2N - 1 candidates, as in SimCLR. Here a is "
    "compared with b only, as in CLIP, where the sides are pictures and texts"
)
def same_side_as_well(a, b, temperature):
    both = np.concatenate([unit(a), unit(b)])
    s = both @ both.T / temperature
    np.fill_diagonal(s, -np.inf)
    n = len(a)
    partner = s[np.arange(2 * n), np.roll(np.arange(2 * n), n)]
    return (np.logaddexp.reduce(s, axis=1) - partner).mean()


@misconception(
    "takes exp of the similarities as they are. Divided by a small temperature they exceed 709, exp is inf and the "
    "quotient nan. Subtract the largest one of each row or column first, or use np.logaddexp.reduce"
)
def exp_overflows(a, b, temperature):
    s = similarities(a, b, temperature)
    with np.errstate(all="ignore"):
        e = np.exp(s)
        return np.mean([-np.log(np.diag(e) / e.sum(axis=axis)).mean() for axis in (1, 0)])


@misconception(
    "forms the softmax, with the maximum subtracted, and takes its logarithm afterwards. At a small temperature the "
    "probability of the partner may have become 0, and the loss is inf. Subtract the logarithm of the sum from the "
    "similarity instead"
)
def log_of_softmax(a, b, temperature):
    s = similarities(a, b, temperature)
    with np.errstate(divide="ignore"):
        p = [np.exp(s - np.logaddexp.reduce(s, axis=axis, keepdims=True)) for axis in (1, 0)]
        return np.mean([-np.log(np.diag(each)).mean() for each in p])


@misconception(
    "adds a small number to the probabilities before it takes their logarithm. No loss can then exceed that of the "
    "small number, though at a small temperature a wrong favorite costs hundreds. Subtract the logarithm of the sum "
    "instead"
)
def small_number_in_the_logarithm(a, b, temperature):
    s = similarities(a, b, temperature)
    p = [np.exp(s - np.logaddexp.reduce(s, axis=axis, keepdims=True)) for axis in (1, 0)]
    return np.mean([-np.log(np.diag(each) + 1e-12).mean() for each in p])
