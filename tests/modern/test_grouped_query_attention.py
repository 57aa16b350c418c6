import numpy as np

from grader.checks import assert_close, assert_raises, contract, from_torch, misconception, parametrize


@from_torch
def expected(q, k, v, is_causal):
    from torch.nn.functional import scaled_dot_product_attention

    return scaled_dot_product_attention(q, k, v, is_causal=is_causal, enable_gqa=True)


def draw(rng, n, heads, groups, tq, tk, d=3, dv=2):
    """Draw queries of ``heads`` heads, keys and values of ``groups``."""
    return [rng.normal(size=(n, *shape)) for shape in ((heads, tq, d), (groups, tk, d), (groups, tk, dv))]


def test_agrees_with_torch(student, rng):
    """Agrees with torch's scaled_dot_product_attention with enable_gqa=True, causal, for groups of two and more."""
    groups, share = (int(number) for number in rng.integers(2, 4, size=2))
    tq, tk, d, dv = (int(size) for size in rng.permutation([2, 3, 4, 5]))
    arguments = (*draw(rng, 2, groups * share, groups, tq, tk, d, dv), True)
    assert_close(student.grouped_query_attention(*arguments), expected(*arguments))


@parametrize(("heads", "groups"), [(6, 2), (6, 3), (4, 4), (4, 1), (1, 1)])
@parametrize("is_causal", [False, True])
def test_heads(student, rng, heads, groups, is_causal):
    """Shares a head of keys and values among neighbors, from multi-head to multi-query attention."""
    arguments = (*draw(rng, 2, heads, groups, 3, 4), is_causal)
    assert_close(student.grouped_query_attention(*arguments), expected(*arguments))


def test_which_head(student, rng):
    """Gives each head the values of its own group."""
    q, k, v = draw(rng, 1, 6, 2, 3, 4)
    v[:, 0], v[:, 1] = 10.0, 20.0
    answer = student.grouped_query_attention(q, k, v, False)
    assert_close(answer, np.repeat([10.0, 20.0], 3)[None, :, None, None] * np.ones((1, 6, 3, 2)))


@parametrize(("tq", "tk"), [(4, 7), (7, 4), (1, 5), (5, 5)])
def test_causal(student, rng, tq, tk):
    """Lets query i look at the keys 0 to i, also where there are more keys than queries or fewer."""
    arguments = (*draw(rng, 1, 4, 2, tq, tk), True)
    assert_close(student.grouped_query_attention(*arguments), expected(*arguments))


def test_large_scores(student, rng):
    """Stays finite for scores in the thousands."""
    q, k, v = draw(rng, 2, 4, 2, 3, 4)
    for is_causal in (False, True):
        arguments = (100 * q, 100 * k, v, is_causal)
        assert_close(student.grouped_query_attention(*arguments), expected(*arguments))


@parametrize(("heads", "groups"), [(4, 3), (5, 2), (1, 2), (2, 4)])
def test_heads_that_do_not_fit(student, rng, heads, groups):
    """Rejects heads of queries that cannot be shared out evenly."""
    assert_raises(ValueError, student.grouped_query_attention, *draw(rng, 1, heads, groups, 2, 3), False)


@parametrize("is_causal", [False, True])
@contract(expected, "float32", "integers", "views", "pure", integers=(0, 1, 2), defaults={"is_causal": False})
def grouped_query_attention(rng, is_causal):
    q, k, v = draw(rng, 2, 4, 2, 3, 5)
    return q / 2, k, v, is_causal


def attend(q, k, v, is_causal, scale=0.5, axis=-1):
    """Return the attention of as many heads of keys as of queries; nothing is seen above the diagonal if causal."""
    scores = q @ k.swapaxes(-1, -2) / float(q.shape[-1]) ** scale
    if is_causal:
        scores = np.where(np.tril(np.ones(scores.shape, dtype=bool)), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True) @ v


def share(q, k):
    """Return how many heads of queries share one of keys."""
    if q.shape[1] % k.shape[1]:
        raise ValueError("heads")
    return q.shape[1] // k.shape[1]


def repeated(q, k):
    return np.repeat(k, share(q, k), axis=1)


def tiled(q, k):
    return np.tile(k, (1, share(q, k), 1, 1))


@misconception(
    "lays the heads of keys and values out as 0, 1, 0, 1, ... (np.tile) where neighbors share, 0, 0, 1, 1 (np.repeat). "
    "The shapes are the same; the two agree for a single head of keys and for as many as there are of queries"
)
def tile(q, k, v, is_causal=False):
    return attend(q, tiled(q, k), tiled(q, v), is_causal)


@misconception(
    "repeats the keys but tiles the values, so that most heads average the values of another group than the one whose "
    "keys they compared with. Keys and values are shared alike: neighbors, 0, 0, 1, 1"
)
def values_tiled(q, k, v, is_causal=False):
    return attend(q, repeated(q, k), tiled(q, v), is_causal)


@misconception(
    "tiles the keys but repeats the values, so that most heads compare with the keys of another group than the one "
    "whose values they average. Keys and values are shared alike: neighbors, 0, 0, 1, 1"
)
def keys_tiled(q, k, v, is_causal=False):
    return attend(q, tiled(q, k), repeated(q, v), is_causal)


@misconception(
    "uses the first head of keys and values for all, which is multi-query attention. Each group has a head of its own; "
    "the two agree where there is a single one"
)
def first_head_for_all(q, k, v, is_causal=False):
    share(q, k)
    return attend(q, k[:, :1], v[:, :1], is_causal)


@misconception(
    "averages the values of the first head in all groups, though the keys are those of the right one. Keys and values "
    "are shared alike"
)
def values_of_the_first_head(q, k, v, is_causal=False):
    return attend(q, repeated(q, k), v[:, :1], is_causal)


@misconception(
    "accepts heads that cannot be shared out evenly: some groups are then larger than others, or some heads of keys "
    "used by none. Look at the remainder of H / G before anything is computed"
)
def uneven_groups(q, k, v, is_causal=False):
    which = np.arange(q.shape[1]) * k.shape[1] // q.shape[1]
    return attend(q, k[:, which], v[:, which], is_causal)


@misconception(
    "averages the heads of keys and values and uses the mean for all. That is how a trained model can be turned into "
    "one with fewer heads; here each group keeps the head that it has"
)
def mean_for_all(q, k, v, is_causal=False):
    share(q, k)
    return attend(q, k.mean(axis=1, keepdims=True), v.mean(axis=1, keepdims=True), is_causal)


@misconception(
    "averages the queries of each group and returns one answer for each head of keys. All heads of queries are kept: "
    "the answer has as many as they are"
)
def queries_averaged(q, k, v, is_causal=False):
    n, _, t, d = q.shape
    return attend(q.reshape(n, -1, share(q, k), t, d).mean(axis=2), k, v, is_causal)


@misconception(
    "does not look at is_causal. If it is True, query i may see the keys 0 to i only: the others get the score -inf"
)
def never_causal(q, k, v, is_causal=False):
    return attend(q, repeated(q, k), repeated(q, v), False)


@misconception("is causal whether it is asked for or not. Without is_causal every query sees every key")
def always_causal(q, k, v, is_causal=False):
    return attend(q, repeated(q, k), repeated(q, v), True)


@misconception(
    "is causal unless told otherwise. The default of is_causal is False; where it is passed in, the two agree"
)
def causal_by_default(q, k, v, is_causal=True):
    return attend(q, repeated(q, k), repeated(q, v), is_causal)


@misconception(
    "aligns the causal mask with the last key, so with more keys than queries the first query already sees several. "
    "Query i sees the keys 0 to i, as is_causal=True means in torch; the two agree for equally many queries and keys"
)
def causal_from_the_end(q, k, v, is_causal=False):
    scores = q @ repeated(q, k).swapaxes(-1, -2) / float(q.shape[-1]) ** 0.5
    if is_causal:
        seen = np.tril(np.ones(scores.shape, dtype=bool), k.shape[-2] - q.shape[-2])
        scores = np.where(seen, scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ repeated(q, v)


@misconception(
    "does not scale the scores. A score is a sum of d products: divide by sqrt(d), as in attention of one head"
)
def no_scaling(q, k, v, is_causal=False):
    return attend(q, repeated(q, k), repeated(q, v), is_causal, scale=0)


@misconception(
    "divides the scores by d; it is sqrt(d), the size of a sum of d products. Dividing by d makes the weights nearly "
    "even"
)
def divided_by_d(q, k, v, is_causal=False):
    return attend(q, repeated(q, k), repeated(q, v), is_causal, scale=1)


@misconception(
    "takes the softmax over the queries, so the weights of a key add up to 1. Each query divides its attention among "
    "the keys: the softmax goes over the last axis of the scores"
)
def softmax_over_queries(q, k, v, is_causal=False):
    return attend(q, repeated(q, k), repeated(q, v), is_causal, axis=-2)


@misconception(
    "takes exp of the scores as they are: exp(1000) is inf, and inf / inf is nan. Subtract the largest score of each "
    "query first; the softmax does not change"
)
def no_max_shift(q, k, v, is_causal=False):
    scores = q @ repeated(q, k).swapaxes(-1, -2) / float(q.shape[-1]) ** 0.5
    weights = np.exp(np.where(np.tril(np.ones(scores.shape, dtype=bool)) | (not is_causal), scores, -np.inf))
    return weights / weights.sum(axis=-1, keepdims=True) @ repeated(q, v)
