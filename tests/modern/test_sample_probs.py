import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(logits, temperature, top_k, top_p):
    import torch

    z = logits / temperature
    if top_k is not None:
        kept = torch.topk(z, min(top_k, z.shape[-1])).indices
        z = torch.full_like(z, -torch.inf).scatter(-1, kept, z.gather(-1, kept))
    p, order = torch.sort(torch.softmax(z, -1), descending=True)
    p = p.masked_fill(p.cumsum(-1) - p >= top_p, 0)
    p = p / p.sum(-1, keepdim=True)
    return torch.zeros_like(p).scatter(-1, order, p)


def test_agrees_with_torch(student, rng):
    """Agrees with softmax, topk, sort and cumsum of torch, all three settings at once."""
    n, v = rng.integers(3, 6), rng.integers(7, 10)
    arguments = (2 * rng.normal(size=(n, v)), rng.uniform(1.4, 1.8), 5, rng.uniform(0.6, 0.8))
    assert_close(student.sample_probs(*arguments), expected(*arguments))


@parametrize("temperature", [0.3, 1.0, 2.5])
def test_temperature(student, rng, temperature):
    """Divides the scores by the temperature; nothing is cut."""
    arguments = (2 * rng.normal(size=(3, 6)), temperature, None, 1.0)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


@parametrize("top_k", [1, 2, 5, 6, 50])
def test_top_k(student, rng, top_k):
    """Keeps the top_k most probable tokens of each row, all of them if there are not more."""
    arguments = (rng.normal(size=(4, 6)) + 3 * rng.normal(size=(4, 1)), 1.0, top_k, 1.0)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


@parametrize("top_p", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_top_p(student, rng, top_p):
    """Keeps the fewest tokens that reach top_p, the one that crosses it included, hence at least one."""
    arguments = (rng.normal(size=(5, 8)), 1.0, None, top_p)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


@parametrize("temperature", [0.4, 3.0])
def test_temperature_comes_first(student, rng, temperature):
    """Measures top_p on the probabilities that the temperature gives."""
    arguments = (2 * rng.normal(size=(6, 8)), temperature, None, 0.7)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


def test_top_k_comes_before_top_p(student, rng):
    """Measures top_p on what top_k has left."""
    arguments = (rng.normal(size=(8, 12)) / 2, 1.0, 4, 0.6)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


@parametrize("shape", [(5,), (1, 7), (2, 3, 6), (1,)])
def test_shapes(student, rng, shape):
    """Treats each row by itself: a vector, several leading axes, a single token."""
    arguments = (2 * rng.normal(size=shape), 0.8, 4, 0.8)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


@parametrize(("temperature", "offset"), [(1.0, 1000.0), (1.0, -1000.0), (0.01, 50.0)])
def test_large_scores(student, rng, temperature, offset):
    """Stays finite for scores in the thousands and at low temperatures."""
    arguments = (rng.normal(size=(3, 5)) + offset, temperature, 3, 0.9)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


def test_forbidden_tokens(student, rng):
    """Never draws a token with the score -inf, also where top_k would have room for it."""
    logits = rng.normal(size=(3, 6))
    logits[0, 2], logits[1, [0, 3, 5]], logits[2, 1:] = -np.inf, -np.inf, -np.inf
    arguments = (logits, 0.7, 4, 0.95)
    assert_close(student.sample_probs(*arguments), expected(*arguments))


@parametrize(("top_k", "top_p"), [(None, 1.0), (4, 0.9)])
@contract(
    expected, "float32", "integers", "views", "pure", integers=(0,),
    defaults={"temperature": 1.0, "top_k": None, "top_p": 1.0},
)  # fmt: skip
def sample_probs(rng, top_k, top_p):
    scores = np.arange(-3.0, 4.0) + rng.uniform(-0.3, 0.3, size=(3, 7))  # rounded, they still differ
    return rng.permuted(scores, axis=1), 1.5, top_k, top_p


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def kth(z, top_k):
    """Return the k-th largest score of each row."""
    return np.sort(z, axis=-1)[..., [-min(top_k or z.shape[-1], z.shape[-1])]]


def in_top_k(z, top_k):
    """Return which tokens are among the most probable ``top_k``."""
    return z >= kth(z, top_k)


def sorted_down(p):
    """Return each row from the largest to the smallest, and how to get there."""
    order = np.argsort(-p, axis=-1)
    return np.take_along_axis(p, order, axis=-1), order


def in_top_p(p, top_p, crossing=True):
    """Return which tokens top-p keeps."""
    ordered, order = sorted_down(p)
    reached = np.cumsum(ordered, axis=-1)
    kept = reached - ordered < top_p if crossing else reached <= top_p + 1e-12  # a sum of 1 but for rounding
    answer = np.empty(p.shape, dtype=bool)
    np.put_along_axis(answer, order, kept, axis=-1)
    return answer


def normalized(p):
    return p / p.sum(axis=-1, keepdims=True)


def first_k(logits, temperature, top_k):
    """Return the probabilities after temperature and top-k."""
    z = logits / temperature
    return softmax(np.where(in_top_k(z, top_k), z, -np.inf))


@misconception(
    "drops the token with which the sum crosses top_p. The tokens that are kept have to reach top_p, so it belongs to "
    "them; where the most probable token has more than top_p by itself, nothing would be left and 0 / 0 is nan"
)
def crossing_dropped(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits, temperature, top_k)
    return normalized(np.where(in_top_p(p, top_p, crossing=False), p, 0))


@misconception(
    "drops the token with which the sum crosses top_p, unless it is the first. The tokens that are kept have to reach "
    "top_p, so it belongs to them: compare the sum of the tokens before it"
)
def crossing_dropped_but_for_the_first(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits, temperature, top_k)
    kept = in_top_p(p, top_p, crossing=False) | (p == p.max(axis=-1, keepdims=True))
    return normalized(np.where(kept, p, 0))


@misconception(
    "multiplies the scores by the temperature; it divides them. A temperature above 1 must flatten the distribution, "
    "as heat does, and one near 0 picks the favorite. The two agree at temperature 1"
)
def temperature_multiplied(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits * temperature, 1.0, top_k)
    return normalized(np.where(in_top_p(p, top_p), p, 0))


@misconception(
    "divides the probabilities by the temperature, after the softmax, and the division by the sum cancels that: the "
    "temperature has no effect. It divides the scores, before the softmax; the two agree at temperature 1"
)
def temperature_without_effect(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits, 1.0, top_k)
    return normalized(np.where(in_top_p(p, top_p), p, 0))


@misconception(
    "chooses the tokens of top-p before the temperature is applied. The temperature comes first, so that top_p is the "
    "share of what is drawn from: a flatter distribution needs more tokens to reach it. The two agree at temperature 1"
)
def top_p_before_temperature(logits, temperature=1.0, top_k=None, top_p=1.0):
    kept = in_top_p(first_k(logits, 1.0, top_k), top_p)
    return normalized(np.where(kept, first_k(logits, temperature, top_k), 0))


@misconception(
    "measures top_p on the full distribution, not on what top_k has left, so more tokens are kept. With top_k first, "
    "what is left is divided by its sum before top_p looks at it; without top_k the two agree"
)
def top_p_of_all(logits, temperature=1.0, top_k=None, top_p=1.0):
    kept = in_top_p(softmax(logits / temperature), top_p)
    return normalized(np.where(kept, first_k(logits, temperature, top_k), 0))


@misconception(
    "sets the scores of tokens that are cut to 0. A score of 0 is an ordinary one, and the softmax gives it a "
    "probability, perhaps the largest; a token is cut by the score -inf, whose exponential is 0"
)
def zero_for_minus_infinity(logits, temperature=1.0, top_k=None, top_p=1.0):
    z = logits / temperature
    z = np.where(in_top_k(z, top_k), z, 0)
    return softmax(np.where(in_top_p(softmax(z), top_p), z, 0))


@misconception(
    "does not divide by the sum of what is left, so the probabilities add up to less than 1. What was cut has to be "
    "shared among the tokens that stay; the two agree where nothing is cut"
)
def not_renormalized(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits, temperature, top_k)
    return np.where(in_top_p(p, top_p), p, 0)


@misconception(
    "adds up the probabilities in the order of the vocabulary. Top-p takes the most probable tokens first: sort each "
    "row, cut, and bring it back into its order. The two agree for scores that are sorted already"
)
def not_sorted(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits, temperature, top_k)
    return normalized(np.where(np.cumsum(p, axis=-1) - p < top_p, p, 0))


@misconception(
    "returns the probabilities sorted. Each has to stand where its token stands in the vocabulary: undo the sorting "
    "with np.put_along_axis, or index by the argsort of the order. The two agree for scores that are sorted already"
)
def left_sorted(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits, temperature, top_k)
    return sorted_down(normalized(np.where(in_top_p(p, top_p), p, 0)))[0]


@misconception(
    "keeps the least probable tokens: np.sort and np.argsort go from small to large, so the first ones are the tail. "
    "Take them from the end, or sort the negative scores"
)
def least_probable(logits, temperature=1.0, top_k=None, top_p=1.0):
    z = logits / temperature
    p = softmax(np.where(in_top_k(-z, top_k), z, -np.inf))
    return normalized(np.where(in_tail(p, top_p), p, 0))


def in_tail(p, top_p):
    """Return which tokens are kept where the sum begins with the smallest probability."""
    ordered, order = np.sort(p, axis=-1), np.argsort(p, axis=-1)
    answer = np.empty(p.shape, dtype=bool)
    np.put_along_axis(answer, order, np.cumsum(ordered, axis=-1) - ordered < top_p, axis=-1)
    return answer


@misconception(
    "takes the k-th largest score of the whole array. Each row has a distribution of its own and keeps k tokens of its "
    "own; for a single row the two agree"
)
def top_k_of_the_whole_array(logits, temperature=1.0, top_k=None, top_p=1.0):
    z = logits / temperature
    p = softmax(np.where(z >= kth(z.reshape(-1), top_k) if top_k else True, z, -np.inf))
    return normalized(np.where(in_top_p(p, top_p), p, 0))


@misconception(
    "takes exp of the scores as they are: exp(1000) is inf, exp(-1000) is 0, and the quotient is nan, as at low "
    "temperatures, which make scores large. Subtract the largest score of each row first"
)
def no_max_shift(logits, temperature=1.0, top_k=None, top_p=1.0):
    z = logits / temperature
    p = normalized(np.exp(np.where(in_top_k(z, top_k), z, -np.inf)))
    return normalized(np.where(in_top_p(p, top_p), p, 0))


@misconception(
    "keeps the tokens that have at least the probability top_p by themselves. It is their sum that has to reach top_p; "
    "a bound for each token is another method, min-p"
)
def bound_for_each_token(logits, temperature=1.0, top_k=None, top_p=1.0):
    p = first_k(logits, temperature, top_k)
    kept = (p >= top_p) | (p == p.max(axis=-1, keepdims=True)) | (top_p == 1)
    return normalized(np.where(kept, p, 0))
