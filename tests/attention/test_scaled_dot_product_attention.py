import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(q, k, v, mask, is_causal):
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    if is_causal and mask is not None:  # torch takes only one of them
        mask, is_causal = mask & torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).tril(), False
    return scaled_dot_product_attention(q, k, v, mask, is_causal=is_causal)


def draw(rng, leading, tq, tk, d, dv):
    """Draw queries, keys and values."""
    return [rng.normal(size=(*leading, *shape)) for shape in ((tq, d), (tk, d), (tk, dv))]


MASK = np.array(
    [
        [True, False, True, True, True],
        [True, True, False, True, False],
        [False, True, True, True, True],
        [True, False, True, False, True],
    ]
)


def test_agrees_with_torch(student, rng):
    """Agrees with torch's scaled_dot_product_attention under a mask that is causal as well."""
    tq, tk, d, dv = (int(size) for size in rng.permutation([4, 5, 6, 7]))
    mask = rng.random((tq, tk)) < 0.7
    mask[:, 0], mask[2, 1], mask[3, 2] = True, False, True  # each query has a key, and the mask matters
    arguments = (*draw(rng, (2,), tq, tk, d, dv), mask, True)
    assert_close(student.scaled_dot_product_attention(*arguments), expected(*arguments))


@parametrize(
    ("leading", "tq", "tk", "d", "dv"),
    [((2, 3), 3, 6, 2, 5), ((), 4, 6, 3, 2), ((1,), 1, 1, 3, 2), ((), 2, 5, 512, 3), ((2,), 5, 2, 1, 4)],
)
def test_sizes(student, rng, leading, tq, tk, d, dv):
    """Works for any leading axes, for a single query and key, and for many features."""
    arguments = (*draw(rng, leading, tq, tk, d, dv), None, False)
    assert_close(student.scaled_dot_product_attention(*arguments), expected(*arguments))


def test_mask(student, rng):
    """Looks at a key where the mask is True, and never where it is False, whatever the key holds."""
    q, k, v = draw(rng, (2,), 4, 5, 3, 2)
    k[:, 2] *= 1000
    v[:, 2] *= 1000
    mask = MASK.copy()
    mask[:, 2] = False
    assert_close(student.scaled_dot_product_attention(q, k, v, mask, False), expected(q, k, v, mask, False))


def test_mask_broadcasts(student, rng):
    """Broadcasts a mask over heads and queries."""
    q, k, v = draw(rng, (2, 3), 4, 5, 2, 3)
    mask = np.array([[True, True, False, True, False], [False, True, True, True, True]])[:, None, None, :]
    assert_close(student.scaled_dot_product_attention(q, k, v, mask, False), expected(q, k, v, mask, False))


@parametrize("tk", [4, 7])
def test_causal(student, rng, tk):
    """Lets query i look at the keys 0 to i, also where there are more keys than queries."""
    arguments = (*draw(rng, (2,), 4, tk, 3, 2), None, True)
    assert_close(student.scaled_dot_product_attention(*arguments), expected(*arguments))


def test_nothing_to_look_at(student, rng):
    """Returns zeros, not nan, for a query that may look at no key."""
    mask = MASK.copy()
    mask[1] = False
    mask[0] = [False, False, True, True, True]  # none of them is left for query 0 if causal
    for is_causal in (False, True):
        arguments = (*draw(rng, (2,), 4, 5, 3, 2), mask, is_causal)
        assert_close(student.scaled_dot_product_attention(*arguments), expected(*arguments))


def test_weights_sum_to_one(student, rng):
    """Returns a weighted average: values that are all equal come back as they are."""
    q, k, _ = draw(rng, (2,), 4, 5, 3, 2)
    row = rng.normal(size=2)
    for mask in (None, MASK):
        answer = student.scaled_dot_product_attention(q, k, np.tile(row, (2, 5, 1)), mask, False)
        assert_close(answer, np.tile(row, (2, 4, 1)))


def test_large_scores(student, rng):
    """Stays finite for scores in the ten thousands."""
    q, k, v = draw(rng, (2,), 4, 5, 3, 2)
    for mask in (None, MASK):
        arguments = (100 * q, 200 * k, v, mask, False)
        assert_close(student.scaled_dot_product_attention(*arguments), expected(*arguments))


@parametrize(("mask", "is_causal"), [(None, False), (MASK, True)])
@contract(
    expected, "float32", "integers", "views", "pure", integers=[0, 1, 2], defaults={"mask": None, "is_causal": False}
)
def scaled_dot_product_attention(rng, mask, is_causal):
    q, k, v = draw(rng, (2,), 4, 5, 3, 2)
    return q / 2, k, v, mask, is_causal


def kept(q, k, mask, is_causal):
    """Return where a query may look at a key."""
    keep = np.ones((q.shape[-2], k.shape[-2]), dtype=bool)
    if is_causal:
        keep = np.tril(keep)
    return keep if mask is None else keep & mask


def softmax(scores, keep=True, axis=-1):
    """Return the softmax over what is kept, and zeros where nothing is."""
    scores = np.where(keep, scores, -np.inf)
    largest = scores.max(axis=axis, keepdims=True)
    weights = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = weights.sum(axis=axis, keepdims=True)
    return weights / np.where(total > 0, total, 1)


def naive_softmax(scores, axis=-1):
    """Return the softmax, which is nan for a row of -inf."""
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def scaled(q, k):
    return q @ k.swapaxes(-1, -2) / float(q.shape[-1]) ** 0.5


@misconception(
    "does not scale the scores. A score is a sum of d products and grows like sqrt(d); divide by sqrt(d), or the "
    "softmax of many features picks nearly a single key and its gradient vanishes. The two agree for d = 1"
)
def no_scaling(q, k, v, mask=None, is_causal=False):
    return softmax(q @ k.swapaxes(-1, -2), kept(q, k, mask, is_causal)) @ v


@misconception(
    "divides the scores by d; it is sqrt(d). The scores are sums of d products, whose variance is d and whose standard "
    "deviation is sqrt(d), so dividing by d makes the weights nearly even. The two agree for d = 1"
)
def divide_by_d(q, k, v, mask=None, is_causal=False):
    return softmax(q @ k.swapaxes(-1, -2) / q.shape[-1], kept(q, k, mask, is_causal)) @ v


@misconception(
    "scales by the number of features of the values; the scores are products of queries and keys, so it is their "
    "number of features, d, that counts. The two agree where values and keys have equally many features"
)
def scale_by_dv(q, k, v, mask=None, is_causal=False):
    scores = q @ k.swapaxes(-1, -2) / float(v.shape[-1]) ** 0.5
    return softmax(scores, kept(q, k, mask, is_causal)) @ v


@misconception(
    "scales by the number of keys; what grows is a score, and it is a sum of d products, however many keys there are. "
    "Divide by sqrt(d), the number of features of a query. The two agree where there are as many keys as features"
)
def scale_by_tk(q, k, v, mask=None, is_causal=False):
    scores = q @ k.swapaxes(-1, -2) / float(k.shape[-2]) ** 0.5
    return softmax(scores, kept(q, k, mask, is_causal)) @ v


@misconception(
    "has no softmax: the scores themselves are taken for weights. They may be negative and do not add up to 1, and a "
    "hidden key with its score of -inf spoils the sum; the softmax turns scores into shares, exp(-inf) into 0"
)
def no_softmax(q, k, v, mask=None, is_causal=False):
    return np.where(kept(q, k, mask, is_causal), scaled(q, k), -np.inf) @ v


@misconception(
    "divides the scores by their sum, without the exponential. Scores may be negative and may add up to nearly 0, so "
    "these are no shares; the softmax divides exp(score) by the sum of the exponentials"
)
def scores_over_their_sum(q, k, v, mask=None, is_causal=False):
    scores = np.where(kept(q, k, mask, is_causal), scaled(q, k), 0.0)
    total = scores.sum(axis=-1, keepdims=True)
    return scores / np.where(total == 0, 1, total) @ v


@misconception(
    "turns the keys around with k.T, which reverses all axes, the batch and the heads among them; the shapes then do "
    "not match. Only the last two are exchanged: k.swapaxes(-1, -2). Without leading axes the two agree"
)
def transposes_all_axes(q, k, v, mask=None, is_causal=False):
    return softmax(q @ k.T / float(q.shape[-1]) ** 0.5, kept(q, k, mask, is_causal)) @ v


@misconception(
    "takes the softmax over the queries, so the weights of a key add up to 1; each query divides its attention among "
    "the keys: the softmax goes over the last axis of the scores"
)
def softmax_over_queries(q, k, v, mask=None, is_causal=False):
    return softmax(scaled(q, k), kept(q, k, mask, is_causal), axis=-2) @ v


@misconception(
    "takes the softmax over the queries, so the weights of a key add up to 1, and a key that is hidden from all "
    "queries gives nan. Each query divides its attention among the keys: the softmax goes over the last axis"
)
def softmax_over_queries_with_nan(q, k, v, mask=None, is_causal=False):
    scores = np.where(kept(q, k, mask, is_causal), scaled(q, k), -np.inf)
    return naive_softmax(scores, axis=-2) @ v


@misconception(
    "takes True in the mask as a key to ignore; here, as in torch's scaled_dot_product_attention, True keeps. "
    "nn.MultiheadAttention has it the other way round, so a mask for one must be negated for the other"
)
def mask_inverted(q, k, v, mask=None, is_causal=False):
    keep = kept(q, k, None if mask is None else ~mask, is_causal)
    return naive_softmax(np.where(keep, scaled(q, k), -np.inf)) @ v


@misconception(
    "multiplies the scores by the mask. A hidden key then has the score 0, not the weight 0, and may well win against "
    "negative scores; a score of -inf is what gives the weight 0"
)
def mask_multiplies_scores(q, k, v, mask=None, is_causal=False):
    return softmax(scaled(q, k) * kept(q, k, mask, is_causal)) @ v


@misconception(
    "applies the mask after the softmax, so hidden keys have taken their share and the weights that remain add up to "
    "less than 1; hide the scores (-inf) before the softmax"
)
def mask_after_softmax(q, k, v, mask=None, is_causal=False):
    return (softmax(scaled(q, k)) * kept(q, k, mask, is_causal)) @ v


@misconception(
    "aligns the causal mask with the last key, so with more keys than queries the first query already sees several. "
    "Query i sees the keys 0 to i, as is_causal=True means in torch; the two agree for equally many queries and keys"
)
def causal_from_the_end(q, k, v, mask=None, is_causal=False):
    keep = kept(q, k, mask, False)
    if is_causal:
        keep = keep & np.tril(np.ones((q.shape[-2], k.shape[-2]), dtype=bool), k.shape[-2] - q.shape[-2])
    return softmax(scaled(q, k), keep) @ v


@misconception(
    "hides from query i its own key i as well; the past includes the present: query i sees the keys 0 to i, so that "
    "the first one has something to look at"
)
def causal_without_itself(q, k, v, mask=None, is_causal=False):
    keep = kept(q, k, mask, False)
    if is_causal:
        keep = keep & np.tril(np.ones((q.shape[-2], k.shape[-2]), dtype=bool), -1)
    return softmax(scaled(q, k), keep) @ v


@misconception("ignores is_causal, so that every query sees the keys that come after it, too")
def causal_ignored(q, k, v, mask=None, is_causal=False):
    return softmax(scaled(q, k), kept(q, k, mask, False)) @ v


@misconception(
    "lets the mask replace the causal rule when both are given; a key is seen only where both allow it. They agree "
    "where one of the two is used"
)
def mask_instead_of_causal(q, k, v, mask=None, is_causal=False):
    return softmax(scaled(q, k), kept(q, k, mask, is_causal and mask is None)) @ v


@misconception(
    "gives nan to a query that may look at no key: all its scores are -inf, and -inf minus their maximum is nan, as is "
    "0 / 0. Such a query gets zeros, as in torch"
)
def nan_for_nothing(q, k, v, mask=None, is_causal=False):
    return naive_softmax(np.where(kept(q, k, mask, is_causal), scaled(q, k), -np.inf)) @ v


@misconception(
    "hides a key with a large negative score such as -1e9 in place of -inf. A query that may look at no key then finds "
    "all scores equal and gets the plain average of what it must not see; it should get zeros. Elsewhere the two agree"
)
def large_negative_score(q, k, v, mask=None, is_causal=False):
    return naive_softmax(np.where(kept(q, k, mask, is_causal), scaled(q, k), -1e9)) @ v
