import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("out", "weights")


@from_torch
def expected(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask):
    import torch

    attention = torch.nn.MultiheadAttention(x.shape[2], n_heads, batch_first=True, dtype=x.dtype)
    parameters = (in_proj_w, in_proj_b, out_w, out_b)
    names = ("in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias")
    attention.load_state_dict(dict(zip(names, parameters, strict=True)))
    mask = None
    if (
        key_padding_mask is not None
    ):  # as a mask of every head and query, since to check key_padding_mask torch imports sympy
        mask = key_padding_mask.repeat_interleave(n_heads, 0)[:, None].expand(-1, x.shape[1], -1)
    return attention(x, x, x, attn_mask=mask, average_attn_weights=False)


def draw(rng, n, t, e):
    """Draw x, in_proj_w, in_proj_b, out_w and out_b; no bias is zero."""
    shapes = [(n, t, e), (3 * e, e), (3 * e,), (e, e), (e,)]
    scales = [1, e**-0.5, 0.5, e**-0.5, 1]
    return [rng.normal(size=shape) * scale for shape, scale in zip(shapes, scales, strict=True)]


def padding(n, t, *marked):
    """Return a mask with the (sequence, token) pairs that are marked as padding."""
    mask = np.zeros((n, t), dtype=bool)
    for pair in marked:
        mask[pair] = True
    return mask


def test_agrees_with_torch(student, rng):
    """Agrees with torch.nn.MultiheadAttention for several heads and some padding: output and weights of each head."""
    n, t, d, n_heads = (
        int(rng.integers(2, 4)),
        int(rng.integers(5, 8)),
        *(int(size) for size in rng.permutation([2, 4])),
    )
    mask = padding(n, t, (0, t - 2), (0, t - 1), (1, int(rng.integers(t))))
    arguments = (*draw(rng, n, t, d * n_heads), n_heads, mask)
    assert_close(student.multi_head_attention(*arguments), expected(*arguments), names=NAMES)


@parametrize("n_heads", [1, 2, 3, 6])
def test_heads(student, rng, n_heads):
    """Works for any number of heads, up to one per feature."""
    arguments = (*draw(rng, 2, 4, 6), n_heads, None)
    assert_close(student.multi_head_attention(*arguments), expected(*arguments), names=NAMES)


def test_padding_is_ignored(student, rng):
    """Gives padding tokens a weight of 0, whatever they hold."""
    x, *parameters = draw(rng, 2, 5, 4)
    mask = padding(2, 5, (0, 0), (1, 2), (1, 3), (1, 4))
    x[mask] *= 1000
    answer = student.multi_head_attention(x, *parameters, 2, mask)
    assert_close(answer, expected(x, *parameters, 2, mask), names=NAMES)


@parametrize("far", [0, 1e6])
def test_one_token_left(student, rng, far):
    """Attends to a single token when all others are padding, however low its score."""
    x, in_proj_w, in_proj_b, *out = draw(rng, 1, 4, 6)
    in_proj_b[:6] += far  # moves all scores to about -far**2
    in_proj_b[6:12] -= far
    arguments = (x, in_proj_w, in_proj_b, *out, 3, padding(1, 4, (0, 0), (0, 1), (0, 3)))
    assert_close(student.multi_head_attention(*arguments), expected(*arguments), names=NAMES)


def test_one_token(student, rng):
    """Works for a sequence of one token, which attends to itself."""
    arguments = (*draw(rng, 1, 1, 6), 2, padding(1, 1))
    assert_close(student.multi_head_attention(*arguments), expected(*arguments), names=NAMES)


def test_large_scores(student, rng):
    """Stays finite when the scores are in the thousands."""
    x, *parameters = draw(rng, 2, 3, 8)
    arguments = (50 * x, *parameters, 2, padding(2, 3, (1, 0)))
    assert_close(student.multi_head_attention(*arguments), expected(*arguments), names=NAMES)


def test_default(student, rng):
    """Ignores no token unless told otherwise."""
    arguments = (*draw(rng, 2, 3, 8), 2)
    assert_close(student.multi_head_attention(*arguments), expected(*arguments, None), names=NAMES)


@parametrize("mask", [None, padding(3, 5, (0, 1), (2, 4))])
@contract(expected, "float32", "views", "pure", atol=1e-5, names=NAMES)
def multi_head_attention(rng, mask):
    return *draw(rng, 3, 5, 6), 3, mask


def split(a, n_heads):
    """Turn (N, T, E) into (N, heads, T, d)."""
    return a.reshape(*a.shape[:2], n_heads, -1).swapaxes(1, 2)


def merge(a):
    """Turn (N, heads, T, d) into (N, T, E)."""
    return a.swapaxes(1, 2).reshape(a.shape[0], a.shape[2], -1)


def attend(x, in_proj_w, in_proj_b, n_heads, ignored, split=split, scale=None, hidden=-np.inf):
    """Return the values that the heads pick up, of shape (N, heads, T, d), and the weights."""
    q, k, v = (split(block, n_heads) for block in np.split(x @ in_proj_w.T + in_proj_b, 3, axis=-1))
    scores = q @ k.swapaxes(-1, -2) / float(scale or q.shape[-1]) ** 0.5
    if ignored is not None:
        scores = np.where(ignored[:, None, None, :], hidden, scores)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ v, weights


@misconception(
    "divides the scores by sqrt(E), the size of the model; a head's scores are sums of d = E / n_heads products, so "
    "sqrt(d) is what keeps them of order 1. The two agree only for a single head"
)
def scale_by_model_dim(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask, scale=x.shape[-1])
    return merge(heads) @ out_w.T + out_b, weights


@misconception(
    "reshapes (N, heads, T, d) to (N, T, E) without bringing the tokens forward first, which mixes numbers of "
    "different tokens into one row; swap the axes of heads and tokens, then reshape. The shape is right either way, "
    "and for a single head or a single token so are the numbers"
)
def merge_without_transpose(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask)
    return heads.reshape(x.shape) @ out_w.T + out_b, weights


@misconception(
    "reshapes (N, T, E) straight to (N, heads, T, d), which cuts the sequence into pieces, so a head sees a few tokens "
    "whole in place of all tokens in part; reshape to (N, T, heads, d), then swap the axes of tokens and heads. "
    "For a single head the two agree"
)
def split_without_transpose(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    def straight(a, n_heads):
        return a.reshape(a.shape[0], n_heads, a.shape[1], -1)

    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask, straight)
    return merge(heads) @ out_w.T + out_b, weights


@misconception(
    "deals the features out to the heads in turn, so that head k gets k, k + n_heads, ...; each head owns d "
    "consecutive features. Either would train, but weights trained under one are useless under the other; with "
    "a single head, or one per feature, there is no difference"
)
def interleaved_heads(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    def deal(a, n_heads):
        return a.reshape(*a.shape[:2], -1, n_heads).transpose(0, 3, 1, 2)

    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask, deal)
    return merge(heads) @ out_w.T + out_b, weights


@misconception(
    "returns the concatenated heads as they are; out_w and out_b come last and let the features of different heads mix"
)
def no_output_projection(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask)
    return merge(heads), weights


@misconception(
    "takes True in the mask as a token to keep, and so attends to the padding alone; here True marks a key to ignore. "
    "torch uses both conventions: True ignores in nn.MultiheadAttention and keeps in scaled_dot_product_attention"
)
def mask_true_keeps(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    ignored = None if key_padding_mask is None else ~key_padding_mask
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, ignored)
    return merge(heads) @ out_w.T + out_b, weights


@misconception(
    "averages the weights over the heads, as torch does unless told otherwise (average_attn_weights=True). Here each "
    "head keeps its own: weights has shape (N, n_heads, T, T)"
)
def weights_averaged(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask)
    return merge(heads) @ out_w.T + out_b, weights.mean(axis=1)


@misconception("leaves out out_b, the bias of the output projection, which is added to every token at the end")
def output_bias_missing(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask)
    return merge(heads) @ out_w.T, weights


@misconception(
    "multiplies by the weights as they are, x @ w; they are stored as (outputs, inputs), so it is x @ w.T. For the "
    "square out_w no shape gives it away"
)
def output_weights_not_transposed(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask)
    return merge(heads) @ out_w + out_b, weights


@misconception(
    "hides padding tokens as queries too and gives them weights of 0. The mask is one of keys: every token, padding or "
    "not, has a row of weights that adds up to 1; what comes out for padding is simply not used"
)
def padding_queries_hidden(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    _, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask)
    if key_padding_mask is not None:
        weights = np.where(key_padding_mask[:, None, :, None], 0, weights)
    v = split(np.split(x @ in_proj_w.T + in_proj_b, 3, axis=-1)[2], n_heads)
    return merge(weights @ v) @ out_w.T + out_b, weights


@misconception(
    "hides a padding token with a large negative score such as -1e9 in place of -inf. Where the other scores are lower "
    "still, padding wins; for ordinary scores the two agree"
)
def large_negative_score(x, in_proj_w, in_proj_b, out_w, out_b, n_heads, key_padding_mask=None):
    heads, weights = attend(x, in_proj_w, in_proj_b, n_heads, key_padding_mask, hidden=-1e9)
    return merge(heads) @ out_w.T + out_b, weights
