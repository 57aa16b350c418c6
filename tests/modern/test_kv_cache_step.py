import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("out", "k", "v")


@from_torch
def expected(q, k_new, v_new, k_cache, v_cache):
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    k, v = torch.cat([k_cache, k_new], dim=-2), torch.cat([v_cache, v_new], dim=-2)
    before, new = k_cache.shape[-2], q.shape[-2]
    seen = torch.ones(new, before + new, dtype=torch.bool).tril(before)
    return scaled_dot_product_attention(q, k, v, seen), k, v


def draw(rng, leading, before, new, d=3, dv=2):
    """Draw queries, new keys and values, and a cache of ``before`` tokens."""
    shapes = (new, d), (new, d), (new, dv), (before, d), (before, dv)
    return [rng.normal(size=(*leading, *shape)) for shape in shapes]


def test_agrees_with_torch(student, rng):
    """Agrees with torch's scaled_dot_product_attention of all tokens under a causal mask, for a chunk of new ones."""
    before, new, d, dv = (int(size) for size in rng.permutation([3, 4, 5, 6]))
    arguments = draw(rng, (2,), before, new, d, dv)
    assert_close(student.kv_cache_step(*arguments), expected(*arguments), names=NAMES)


@parametrize("leading", [(), (2,), (2, 3)])
def test_one_token(student, rng, leading):
    """Lets the single new token of a generation step look at every cached key and its own."""
    arguments = draw(rng, leading, 6, 1)
    assert_close(student.kv_cache_step(*arguments), expected(*arguments), names=NAMES)


@parametrize("new", [1, 5])
def test_empty_cache(student, rng, new):
    """Begins with an empty cache: the prompt attends to itself, causally."""
    arguments = draw(rng, (2,), 0, new)
    assert_close(student.kv_cache_step(*arguments), expected(*arguments), names=NAMES)


@parametrize(("before", "new"), [(1, 4), (4, 4), (7, 2)])
def test_chunk(student, rng, before, new):
    """Hides from each token of a chunk the tokens after it, and none before it."""
    arguments = draw(rng, (2, 2), before, new, 4, 3)
    assert_close(student.kv_cache_step(*arguments), expected(*arguments), names=NAMES)


def test_token_by_token(student, rng):
    """Gives in a run token by token, and in chunks, what causal attention of the whole text gives at once."""
    nothing = draw(rng, (2,), 0, 1)[3:]
    q, k, v, *_ = draw(rng, (2,), 0, 6)
    whole, _, _ = expected(q, k, v, *nothing)
    for start, stop in ((0, 3), (3, 4), (4, 6)):
        part = slice(start, stop)
        answer = student.kv_cache_step(q[:, part], k[:, part], v[:, part], k[:, :start], v[:, :start])
        assert_close(answer, (whole[:, part], k[:, :stop], v[:, :stop]), names=NAMES)


def test_large_scores(student, rng):
    """Stays finite for scores in the thousands."""
    q, k_new, v_new, k_cache, v_cache = draw(rng, (2,), 3, 2)
    arguments = (100 * q, 100 * k_new, v_new, 100 * k_cache, v_cache)
    assert_close(student.kv_cache_step(*arguments), expected(*arguments), names=NAMES)


@contract(expected, "float32", "integers", "views", "pure", names=NAMES)
def kv_cache_step(rng):
    q, *others = draw(rng, (2,), 4, 3, 3, 2)
    return q / 2, *others


def attend(q, k, v, seen=True, scale=0.5):
    """Return attention over the keys that are seen, the scores divided by ``d**scale``."""
    scores = np.where(seen, q @ k.swapaxes(-1, -2) / float(q.shape[-1]) ** scale, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True) @ v


def joined(k_new, v_new, k_cache, v_cache):
    return np.concatenate([k_cache, k_new], axis=-2), np.concatenate([v_cache, v_new], axis=-2)


def triangle(q, k, diagonal):
    """Return the causal mask whose first row sees the keys up to ``diagonal``."""
    return np.tril(np.ones((q.shape[-2], k.shape[-2]), dtype=bool), diagonal)


@misconception(
    "aligns the causal mask with the first key, as is_causal=True does in torch: new token i sees the keys 0 to i, a "
    "single one just the first token of the text. It stands behind P cached tokens and sees the keys 0 to P + i; the "
    "two agree for an empty cache"
)
def mask_from_the_first_key(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v, triangle(q, k, 0)), k, v


@misconception(
    "has no mask, so the tokens of a chunk see those after them: the model reads what it is to predict. For a single "
    "new token there is nothing to hide and the two agree"
)
def no_mask(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v), k, v


@misconception(
    "attends before it appends: the new tokens look at the cache only, not at themselves, and with an empty cache at "
    "nothing. Put the new keys and values behind the old ones first"
)
def attends_before_appending(q, k_new, v_new, k_cache, v_cache):
    return attend(q, k_cache, v_cache), *joined(k_new, v_new, k_cache, v_cache)


@misconception(
    "hides from each new token its own key as well. A token sees itself and all before it, the keys 0 to P + i; with "
    "an empty cache the first one would have nothing to look at"
)
def without_itself(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2] - 1)), k, v


@misconception(
    "overwrites the cache with the new keys and values, so that every step forgets the text before it. The new ones go "
    "behind the old ones; for an empty cache the two agree"
)
def cache_overwritten(q, k_new, v_new, k_cache, v_cache):
    return attend(q, k_new, v_new, triangle(q, k_new, 0)), k_new, v_new


@misconception(
    "attends only to the new tokens, though it returns the whole cache. The queries look at all keys, old and new: "
    "that is what the cache is kept for"
)
def attends_to_the_new_only(q, k_new, v_new, k_cache, v_cache):
    return attend(q, k_new, v_new, triangle(q, k_new, 0)), *joined(k_new, v_new, k_cache, v_cache)


@misconception(
    "puts the new keys and values before the old ones. Attention without a mask would not notice, but the causal mask "
    "counts places, and so will every later step: the cache holds the tokens in the order of the text"
)
def new_ones_in_front(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_cache, v_cache, k_new, v_new)
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2])), k, v


@misconception(
    "puts the new keys and values in front in the cache that it returns; the attention itself is right. The next step "
    "counts on the order of the text: the old ones first"
)
def returned_in_front(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2])), *joined(k_cache, v_cache, k_new, v_new)


@misconception(
    "returns the cache as it came. The next step then lacks the keys and values of these tokens: return the old ones "
    "with the new ones behind them"
)
def cache_does_not_grow(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2])), k_cache, v_cache


@misconception(
    "returns the new keys and values only; the attention itself is right. The next step needs those of all tokens: the "
    "old ones with the new ones behind them. For an empty cache the two agree"
)
def only_the_new_are_returned(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2])), k_new, v_new


@misconception(
    "joins old and new along the first axis, which is what np.concatenate does unless told otherwise. That axis is the "
    "batch; tokens are on the last but one, axis=-2. Without leading axes the two agree"
)
def joined_along_the_first_axis(q, k_new, v_new, k_cache, v_cache):
    k, v = np.concatenate([k_cache, k_new]), np.concatenate([v_cache, v_new])
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2])), k, v


@misconception(
    "does not scale the scores. A score is a sum of d products: divide by sqrt(d), as in attention without a cache"
)
def no_scaling(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2]), scale=0), k, v


@misconception(
    "divides the scores by d; it is sqrt(d), the size of a sum of d products. Dividing by d makes the weights nearly "
    "even"
)
def divided_by_d(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    return attend(q, k, v, triangle(q, k, k_cache.shape[-2]), scale=1), k, v


@misconception(
    "takes exp of the scores as they are: exp(1000) is inf, and inf / inf is nan. Subtract the largest score of each "
    "query first; the softmax does not change"
)
def no_max_shift(q, k_new, v_new, k_cache, v_cache):
    k, v = joined(k_new, v_new, k_cache, v_cache)
    scores = q @ k.swapaxes(-1, -2) / float(q.shape[-1]) ** 0.5
    weights = np.exp(np.where(triangle(q, k, k_cache.shape[-2]), scores, -np.inf))
    return weights / weights.sum(axis=-1, keepdims=True) @ v, k, v
