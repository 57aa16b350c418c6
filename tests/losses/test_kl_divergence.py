import numpy as np

from grader.checks import assert_close, assert_pure, contract, from_torch, misconception, parametrize


@from_torch
def expected(p, q):
    from torch.nn.functional import kl_div

    return kl_div(q.log(), p, reduction="batchmean")


def draw(rng, n=5, c=4):
    """Return two arrays of distributions without tiny probabilities."""
    return tuple(0.9 * rng.dirichlet(np.full(c, 2.0), size=n) + 0.1 / c for _ in range(2))


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.functional.kl_div with reduction "batchmean"."""
    p, q = draw(rng, *rng.permutation([3, 4, 5, 6])[:2])
    assert_close(student.kl_divergence(p, q), expected(p, q), rtol=1e-7)


def test_direction(student, rng):
    """Is not symmetric: the first argument weighs the terms."""
    a = rng.uniform(0.8, 0.95)
    p, q = np.array([[a, 1 - a]]), np.array([[0.5, 0.5]])
    assert_close(student.kl_divergence(p, q), expected(p, q))
    assert_close(student.kl_divergence(q, p), expected(q, p))


def test_zeros_in_p(student, rng):
    """Counts terms with a probability of 0 in p as 0."""
    p, q = np.array([[0.0, 0.25, 0.75], [1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]), draw(rng, 3, 3)[1]
    assert_close(student.kl_divergence(p, q), expected(p, q))


def test_zeros_in_both(student, rng):
    """Counts terms with a probability of 0 in both as 0."""
    a, b = rng.uniform(0.1, 0.4), rng.uniform(0.5, 0.9)
    p, q = np.array([[a, 0.0, 1 - a], [0.0, 1.0, 0.0]]), np.array([[b, 0.0, 1 - b], [0.0, 1.0, 0.0]])
    assert_close(student.kl_divergence(p, q), (a * np.log(a / b) + (1 - a) * np.log((1 - a) / (1 - b))) / 2)


def test_zeros_in_q(student):
    """Is infinite where q rules out what p allows."""
    p, q = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]]), np.array([[0.5, 0.0, 0.5], [0.2, 0.3, 0.5]])
    assert_close(student.kl_divergence(p, q), np.inf)


def test_equal(student, rng):
    """Is 0 for equal distributions."""
    p, _ = draw(rng)
    assert_close(student.kl_divergence(p, p.copy()), 0.0)


def test_tiny_probabilities(student, rng):
    """Is exact for tiny probabilities."""
    p, tiny = np.array([[0.5, 0.5 - 1e-12, 1e-12]]), 10.0 ** -rng.uniform(25.0, 30.0)
    q = np.array([[1.0 - tiny - 1e-9, tiny, 1e-9]])
    assert_close(student.kl_divergence(p, q), expected(p, q))


@parametrize(("n", "c"), [(1, 6), (7, 2), (3, 1), (40, 3)])
def test_sizes(student, rng, n, c):
    """Averages over the rows, however many rows and classes there are."""
    p, q = draw(rng, n, c)
    assert_close(student.kl_divergence(p, q), expected(p, q), rtol=1e-7)


def test_float32(student, rng):
    """Accepts float32."""
    p, q = (a.astype(np.float32) for a in draw(rng))
    assert_close(student.kl_divergence(p, q), expected(p, q))


def test_integers(student, rng):
    """Accepts one-hot rows that are integers."""
    p, q = np.eye(3, dtype=np.int64)[rng.integers(3, size=4)], draw(rng, 4, 3)[1]
    assert_close(student.kl_divergence(p, q), expected(p.astype(float), q))


@contract(expected, "views", rtol=1e-7)
def kl_divergence(rng):
    return draw(rng)


def test_pure(student, rng):
    """Leaves its arguments and the global random state alone."""
    p, q = draw(rng, 3, 3)
    p[0] = [0.0, 0.5, 0.5]
    student.kl_divergence(p, q)
    assert_pure(student)


def terms(p, q):
    with np.errstate(all="ignore"):
        return np.where(p > 0, p * (np.log(p) - np.log(q)), 0)


@misconception(
    "computes KL(q || p): the terms are weighted by q. The divergence is not symmetric; of (0.9, 0.1) and (0.5, 0.5) "
    "one direction is 0.368 and the other 0.511. The first argument weighs the terms, whereas torch's kl_div takes it "
    "second"
)
def reversed(p, q):
    return terms(q, p).sum(axis=1).mean()


@misconception(
    "multiplies a probability of 0 with its logarithm: 0 * -inf is nan, and one such term spoils the whole answer. By "
    "convention (and in the limit) 0 * log(0) is 0: leave these terms out"
)
def zero_log_zero(p, q):
    return (p * np.log(p / q)).sum(axis=1).mean()


@misconception(
    "takes 0 * log(0 / 0) for nan where both probabilities are 0, while it handles a 0 in p alone. A term with p = 0 "
    "is 0 whatever q is"
)
def nan_where_both_are_zero(p, q):
    return np.where((p == 0) & (q == 0), np.nan, terms(p, q)).sum(axis=1).mean()


@misconception(
    'divides by the number of all elements, as torch\'s reduction "mean" does: the answer is C times too small. The '
    "sum over a row is the divergence; only the rows are averaged"
)
def elementwise_mean(p, q):
    return terms(p, q).mean()


@misconception(
    "computes the cross-entropy, -sum of p * log(q). It is larger than the divergence by the entropy of p, and not 0 "
    "for equal distributions; the two agree where p is one-hot"
)
def cross_entropy(p, q):
    with np.errstate(all="ignore"):
        return -np.where(p > 0, p * np.log(q), 0).sum(axis=1).mean()


@misconception(
    "adds up the rows without averaging them, so that the answer grows with their number. Divide by the number of rows"
)
def rows_summed(p, q):
    return terms(p, q).sum()


@misconception(
    "adds a small number such as 1e-10 to the probabilities, or clips them to it, before it takes logarithms. That "
    "avoids nan, but it also makes an infinite divergence finite and falsifies tiny probabilities. Leave out the terms "
    "with p = 0 instead"
)
def epsilon_added(p, q):
    return (p * np.log((p + 1e-10) / (q + 1e-10))).sum(axis=1).mean()


@misconception(
    "uses the logarithm to base 2, which measures the divergence in bits: it is 1 / log(2) = 1.44 times too large. "
    "Asked for is the natural logarithm"
)
def log2(p, q):
    return terms(p, q).sum(axis=1).mean() / np.log(2.0)


@misconception(
    "leaves out the terms in which q is 0. Where p is not 0 these are the very terms that make the divergence "
    "infinite: q rules out what does happen. Only terms with p = 0 may be left out"
)
def zeros_in_q_left_out(p, q):
    return np.where(q > 0, terms(p, q), 0).sum(axis=1).mean()


@misconception(
    "subtracts q itself where its logarithm belongs: p * (log(p) - q). In torch, kl_div takes log(q) as its first "
    "argument, and giving it q computes this; the divergence of equal distributions is then not 0"
)
def log_of_q_forgotten(p, q):
    return np.where(p > 0, p * (np.log(p) - q), 0).sum(axis=1).mean()
