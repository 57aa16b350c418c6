import numpy as np

from grader.checks import assert_close, contract, core, from_torch, misconception, on_learner_side, parametrize


@from_torch
def expected(q, blocks):
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    keys, values = zip(*blocks, strict=True)
    return scaled_dot_product_attention(q, torch.cat(keys), torch.cat(values))


def draw(rng, t, sizes, d=3, dv=2, levels=None):
    """Draw queries and blocks of keys and values; ``levels`` is about where the scores of each block lie."""
    q = rng.normal(size=(t, d))
    blocks = [(rng.normal(size=(size, d)), rng.normal(size=(size, dv))) for size in sizes]
    if levels is not None:
        q[:, 0] = float(d) ** 0.5 * rng.uniform(0.99, 1.01, size=t)
        for (k, _), level in zip(blocks, levels, strict=True):
            k[:, 0] = level + rng.uniform(-1, 1, size=len(k))
    return q, blocks


@core
def test_agrees_with_torch(student, rng):
    """Agrees with torch's scaled_dot_product_attention of all keys at once."""
    t, d, dv = (int(size) for size in rng.permutation([3, 4, 5, 6])[:3])
    arguments = draw(rng, t, rng.permutation([1, 2, 3, 4]), d, dv)
    assert_close(student.online_softmax_attention(*arguments), expected(*arguments))


@parametrize("sizes", [(6,), (1, 1, 1, 1, 1), (4, 4, 2), (1, 5), (5, 1)])
def test_blocks(student, rng, sizes):
    """Gives the same whether the keys come one by one, in blocks, in unequal ones, or all at once."""
    arguments = draw(rng, 4, sizes)
    assert_close(student.online_softmax_attention(*arguments), expected(*arguments))


@parametrize("levels", [(0, 4, 8), (8, 4, 0), (3, 9, 3), (-30, -20, -25), (20, 30, 25)])
def test_maximum_moves(student, rng, levels):
    """Rescales what was added up so far where a later block has larger scores, and only there."""
    arguments = draw(rng, 3, (2, 3, 2), levels=levels)
    assert_close(student.online_softmax_attention(*arguments), expected(*arguments))


@parametrize("levels", [(1000, 1003, 1000), (-1000, -1002, -1000), (-1000, 0, 1000), (1000, 0, -1000), (0, 1000, 0)])
def test_large_scores(student, rng, levels):
    """Stays finite for scores around 1000 and -1000, and when a block lies thousands above or below another."""
    arguments = draw(rng, 3, (2, 3, 2), levels=levels)
    assert_close(student.online_softmax_attention(*arguments), expected(*arguments))


def test_queries_of_different_size(student, rng):
    """Keeps a maximum for each query, also when the scores of one lie thousands above those of another."""
    q, blocks = draw(rng, 4, (3, 2, 2), levels=(1, 3, 2))
    q *= np.array([[1.0], [-1000.0], [1000.0], [0.1]])
    assert_close(student.online_softmax_attention(q, blocks), expected(q, blocks))


@on_learner_side
def from_one_buffer(learner, q, blocks):
    """Attend to blocks that come in the same memory one after the other, and are gone afterwards."""

    def stream():
        longest = max(len(k) for k, _ in blocks)
        keys, values = np.empty((longest, q.shape[1])), np.empty((longest, blocks[0][1].shape[1]))
        for k, v in blocks:
            keys[: len(k)], values[: len(k)] = k, v
            yield keys[: len(k)], values[: len(k)]
        keys[:], values[:] = np.nan, np.nan

    return learner.online_softmax_attention(q, stream())


@core
@parametrize("sizes", [(3, 2, 4), (2, 2, 2), (5,)])
def test_memory_is_used_again(student, rng, sizes):
    """Looks at each block once, while it is there: the next one comes in the same memory."""
    arguments = draw(rng, 3, sizes)
    assert_close(student.run(from_one_buffer, *arguments), expected(*arguments))


def test_single_key(student, rng):
    """Returns the value itself where there is a single key."""
    q, blocks = draw(rng, 3, (1,))
    assert_close(student.online_softmax_attention(q, blocks), np.tile(blocks[0][1], (3, 1)))


@contract(expected, "float32", "integers", "views", "pure")
def online_softmax_attention(rng):
    q, blocks = draw(rng, 3, (2, 4, 1), 4, 3)
    return q, [(k, 2 * v) for k, v in blocks]


def scaled(q, k, power=0.5):
    return q @ k.T / float(q.shape[-1]) ** power


def run(q, blocks, start=-np.inf, rescale_total=True, rescale_out=True, power=0.5):
    """Go through the blocks with a running maximum that begins at ``start``."""
    largest, total, out = start, 0.0, 0.0
    for k, v in blocks:
        scores = scaled(q, k, power)
        larger = np.maximum(largest, scores.max(axis=-1, keepdims=True))
        shrink, weights = np.exp(largest - larger), np.exp(scores - larger)
        total = (shrink if rescale_total else 1) * total + weights.sum(axis=-1, keepdims=True)
        out = (shrink if rescale_out else 1) * out + weights @ v
        largest = larger
    return out / total


def softmax(scores):
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


@misconception(
    "rescales the sum of the exponentials but not the output when a larger score comes. What was added to the output "
    "was relative to the old maximum, too: multiply it by exp(old - new). Where the first block has the maximum, the "
    "two agree"
)
def output_not_rescaled(q, blocks):
    return run(q, blocks, rescale_out=False)


@misconception(
    "rescales the output but not the sum of the exponentials when a larger score comes. Both were added up relative to "
    "the old maximum: multiply both by exp(old - new). Where the first block has the maximum, the two agree"
)
def total_not_rescaled(q, blocks):
    return run(q, blocks, rescale_total=False)


@misconception(
    "rescales nothing when a larger score comes, so each block is weighed relative to a maximum of its own time. "
    "Multiply sum and output by exp(old - new); where the first block has the maximum, the two agree"
)
def nothing_rescaled(q, blocks):
    return run(q, blocks, rescale_total=False, rescale_out=False)


@misconception(
    "divides where it should multiply: exp(new - old) makes what was added up larger when a larger score comes. It is "
    "exp(old - new), at most 1"
)
def rescaled_the_wrong_way(q, blocks):
    largest, total, out = None, 0.0, 0.0
    for k, v in blocks:
        scores = scaled(q, k)
        larger = scores.max(axis=-1, keepdims=True)
        larger = larger if largest is None else np.maximum(largest, larger)
        shrink = 0.0 if largest is None else np.exp(larger - largest)
        weights = np.exp(scores - larger)
        total = shrink * total + weights.sum(axis=-1, keepdims=True)
        out = shrink * out + weights @ v
        largest = larger
    return out / total


@misconception(
    "averages the attention of the blocks. Each block has a softmax of its own there, so a block without any key that "
    "fits counts as much as one that fits well; for a single block the two agree"
)
def mean_of_blocks(q, blocks):
    answers = [softmax(scaled(q, k)) @ v for k, v in blocks]
    return sum(answers) / len(answers)


@misconception(
    "averages the attention of the blocks by their sizes. Each block has a softmax of its own there, so keys that fit "
    "are weighed only against those of their block; a sum over all of them is what to divide by. For a single block "
    "the two agree"
)
def mean_by_sizes(q, blocks):
    answers = [(len(k), softmax(scaled(q, k)) @ v) for k, v in blocks]
    return sum(size * answer for size, answer in answers) / sum(size for size, _ in answers)


@misconception(
    "adds up the attention of the blocks. Each block has a softmax of its own there, so the weights add up to the "
    "number of blocks; one sum over all of them is what to divide by. For a single block the two agree"
)
def sum_of_blocks(q, blocks):
    return sum(softmax(scaled(q, k)) @ v for k, v in blocks)


@misconception(
    "begins with 0 as the largest score. Where all scores are far below 0 the maximum then stays 0, all exponentials "
    "are 0, and 0 / 0 is nan; begin with -inf. For scores of ordinary size the two agree"
)
def maximum_from_0(q, blocks):
    return run(q, blocks, start=0.0)


@misconception(
    "divides by the sum after every block and goes on with the quotient. The sums are to be carried on as they are and "
    "divided once, after the last block; for a single block the two agree"
)
def divided_at_every_block(q, blocks):
    largest, total, out = -np.inf, 0.0, 0.0
    for k, v in blocks:
        scores = scaled(q, k)
        larger = np.maximum(largest, scores.max(axis=-1, keepdims=True))
        shrink, weights = np.exp(largest - larger), np.exp(scores - larger)
        total = shrink * total + weights.sum(axis=-1, keepdims=True)
        out = (shrink * out + weights @ v) / total
        largest = larger
    return out


@misconception(
    "collects the blocks before it computes anything. The memory of a block is used again for the next one, so what "
    "was collected is gone by then; attend to each block while it is there"
)
def collected(q, blocks):
    keys, values = zip(*blocks, strict=True)
    return softmax(scaled(q, np.concatenate(keys))) @ np.concatenate(values)


@misconception(
    "measures by the maximum of the block at hand, not by the largest score so far. On paper that is right, but where "
    "a later block lies thousands below, what was added up before is multiplied by exp(1000), which is inf"
)
def maximum_of_the_block(q, blocks):
    largest, total, out = -np.inf, 0.0, 0.0
    for k, v in blocks:
        scores = scaled(q, k)
        newest = scores.max(axis=-1, keepdims=True)
        shrink, weights = np.exp(largest - newest), np.exp(scores - newest)
        total = shrink * total + weights.sum(axis=-1, keepdims=True)
        out = shrink * out + weights @ v
        largest = newest
    return out / total


@misconception(
    "keeps one maximum for all queries. A query whose scores lie thousands below it has exponentials of 0 only, and 0 "
    "/ 0 is nan: each query has a maximum of its own. For scores of ordinary size the two agree"
)
def one_maximum_for_all(q, blocks):
    largest, total, out = -np.inf, 0.0, 0.0
    for k, v in blocks:
        scores = scaled(q, k)
        larger = np.maximum(largest, scores.max())
        shrink, weights = np.exp(largest - larger), np.exp(scores - larger)
        total = shrink * total + weights.sum(axis=-1, keepdims=True)
        out = shrink * out + weights @ v
        largest = larger
    return out / total


@misconception(
    "takes exp of the scores as they are and adds up. Then nothing has to be rescaled, but exp(1000) is inf and "
    "exp(-1000) is 0: measure each score by the largest so far. For scores of ordinary size the two agree"
)
def no_maximum(q, blocks):
    total, out = 0.0, 0.0
    for k, v in blocks:
        weights = np.exp(scaled(q, k))
        total, out = total + weights.sum(axis=-1, keepdims=True), out + weights @ v
    return out / total


@misconception(
    "returns the weighted sum of the values without dividing it by the sum of the weights. The weights of a query add "
    "up to 1 only after this division, once all blocks have been seen"
)
def not_divided(q, blocks):
    largest, out = -np.inf, 0.0
    for k, v in blocks:
        scores = scaled(q, k)
        larger = np.maximum(largest, scores.max(axis=-1, keepdims=True))
        out = np.exp(largest - larger) * out + np.exp(scores - larger) @ v
        largest = larger
    return out


@misconception(
    "does not scale the scores. A score is a sum of d products: divide by sqrt(d), as in attention all at once"
)
def no_scaling(q, blocks):
    return run(q, blocks, power=0)


@misconception(
    "divides the scores by d; it is sqrt(d), the size of a sum of d products. Dividing by d makes the weights nearly "
    "even"
)
def divided_by_d(q, blocks):
    return run(q, blocks, power=1)
