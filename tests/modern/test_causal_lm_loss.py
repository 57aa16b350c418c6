import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("loss", "perplexity")


@from_torch
def expected(logits, ids, mask):
    import torch
    from torch.nn.functional import cross_entropy

    targets = torch.where(mask, ids, -100)[:, 1:]
    loss = cross_entropy(logits[:, :-1].flatten(0, 1), targets.flatten())
    return loss, loss.exp()


def draw(rng, lengths, t, v):
    """Draw logits and ids for sequences of these lengths, padded to ``t`` tokens, with a mask of what is real."""
    n = len(lengths)
    mask = np.arange(t) < np.array(lengths)[:, None]
    return 2 * rng.normal(size=(n, t, v)), rng.integers(v, size=(n, t)), mask


def test_agrees_with_torch(student, rng):
    """Agrees with torch's cross_entropy of logits[:, :-1] and ids[:, 1:], padding left out."""
    t, v = (int(size) for size in rng.permutation([5, 6, 7])[:2])
    arguments = draw(rng, rng.permutation([2, 3, t]), t, v)
    assert_close(student.causal_lm_loss(*arguments), expected(*arguments), names=NAMES)


def test_no_padding(student, rng):
    """Is the mean over all predictions where every token counts."""
    arguments = draw(rng, [5, 5, 5], 5, 4)
    assert_close(student.causal_lm_loss(*arguments), expected(*arguments), names=NAMES)


@parametrize("filler", [-100, 0, 9])
def test_padding(student, rng, filler):
    """Does not look at the ids of padding, inside the vocabulary or not, nor at the scores of the last real token."""
    logits, ids, mask = draw(rng, [2, 6, 4], 6, 5)
    ids[~mask] = filler
    logits[~mask] *= 50
    logits[[0, 2], [1, 3]] *= 50
    assert_close(student.causal_lm_loss(logits, ids, mask), expected(logits, ids, mask), names=NAMES)


def test_mask_anywhere(student, rng):
    """Counts the targets that the mask says, where a prompt comes first and where tokens in between do not count."""
    logits, ids, _ = draw(rng, [6, 6, 6], 6, 4)
    mask = np.array([[0, 0, 0, 1, 1, 1], [1, 0, 1, 0, 0, 1], [0, 1, 1, 1, 0, 0]], dtype=bool)
    assert_close(student.causal_lm_loss(logits, ids, mask), expected(logits, ids, mask), names=NAMES)


def test_next_token(student, rng):
    """Has a loss of nearly 0, and perplexity 1, for scores that are sure of the next token."""
    _, ids, mask = draw(rng, [4, 7], 7, 5)
    logits = 60.0 * (np.roll(ids, -1, axis=1)[..., None] == np.arange(5))
    assert_close(student.causal_lm_loss(logits, ids, mask), (0.0, 1.0), names=NAMES)


@parametrize("v", [2, 7, 30])
def test_knows_nothing(student, rng, v):
    """Has the size of the vocabulary as perplexity where all scores are equal."""
    logits, ids, mask = draw(rng, [4, 2], 5, v)
    answer = student.causal_lm_loss(np.full_like(logits, rng.normal()), ids, mask)
    assert_close(answer, (np.log(v), float(v)), names=NAMES)


def test_large_logits(student, rng):
    """Stays finite for logits of 1000 and -1000, also where a sure prediction is wrong."""
    logits, ids, mask = draw(rng, [4, 5], 5, 4)
    logits[0] += 1000
    logits[1] -= 1000
    logits[1, 0] += 900 * (np.arange(4) == (ids[1, 1] + 1) % 4)  # one loss of 900, a mean below 200
    assert_close(student.causal_lm_loss(logits, ids, mask), expected(logits, ids, mask), names=NAMES)


def test_two_tokens(student, rng):
    """Works for a single prediction."""
    arguments = draw(rng, [2], 2, 3)
    assert_close(student.causal_lm_loss(*arguments), expected(*arguments), names=NAMES)


@contract(expected, "integers", "views", "pure", integers=(0,), names=NAMES)
def causal_lm_loss(rng):
    return draw(rng, [3, 4], 4, 5)


def losses(logits, ids, mask):
    """Return the loss of each target, at all positions but the last, and which of them count."""
    logits = logits[:, :-1]
    z = logits - logits.max(axis=-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=-1, keepdims=True))
    return pick(log_p, ids[:, 1:]), mask[:, 1:]


def pick(log_p, targets):
    """Return minus the entry of each target; ids outside the vocabulary pick any."""
    targets = np.clip(targets, 0, log_p.shape[-1] - 1)
    return -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]


def with_perplexity(loss):
    return loss, np.exp(loss)


@misconception(
    "does not shift: it compares the scores at position t with the token at t. A causal model has seen that token, so "
    "this only asks it to copy; the scores at t are to be compared with the token at t + 1"
)
def no_shift(logits, ids, mask):
    nll, counts = losses(
        np.pad(logits, [(0, 0), (0, 1), (0, 0)]), np.pad(ids, [(0, 0), (1, 0)]), np.pad(mask, [(0, 0), (1, 0)])
    )
    return with_perplexity(nll[counts].mean())


@misconception(
    "shifts the other way: it compares the scores at position t with the token at t - 1, which the model has seen. It "
    "is logits[:, :-1] beside ids[:, 1:], not logits[:, 1:] beside ids[:, :-1]"
)
def shifted_backwards(logits, ids, mask):
    nll, counts = losses(logits[:, ::-1], ids[:, ::-1], mask[:, ::-1])
    return with_perplexity(nll[counts].mean())


@misconception(
    "counts padding as targets. The model then learns to write filler, and the loss depends on how far the batch was "
    "padded; what the mask leaves out takes no part in the sum nor in the divisor. Without padding the two agree"
)
def padding_counted(logits, ids, mask):
    nll, _ = losses(logits, ids, mask)
    return with_perplexity(nll.mean())


@misconception(
    "leaves padding out of the sum but divides by the number of all positions, so more padding makes a smaller loss. "
    "Divide by the number of targets that count; without padding the two agree"
)
def padding_in_the_divisor(logits, ids, mask):
    nll, counts = losses(logits, ids, mask)
    return with_perplexity((nll * counts).mean())


@misconception(
    "divides by the number of tokens that the mask keeps, the first of each sequence included. Nobody predicts the "
    "first token, so it has no loss: the targets that count are mask[:, 1:]"
)
def first_token_in_the_divisor(logits, ids, mask):
    nll, counts = losses(logits, ids, mask)
    return with_perplexity((nll * counts).sum() / mask.sum())


@misconception(
    "takes the mask of the position that predicts, mask[:, :-1], in place of the token that is predicted, mask[:, 1:]. "
    "The last real token is then asked for a padding token; without padding the two agree"
)
def mask_not_shifted(logits, ids, mask):
    nll, _ = losses(logits, ids, mask)
    return with_perplexity(nll[mask[:, :-1]].mean())


@misconception(
    "takes the mean of each sequence first and averages these. A token of a short sequence then weighs more than one "
    "of a long sequence; the loss is the mean over all targets together. For sequences of equal length the two agree"
)
def mean_of_means(logits, ids, mask):
    nll, counts = losses(logits, ids, mask)
    return with_perplexity(((nll * counts).sum(axis=1) / counts.sum(axis=1)).mean())


@misconception(
    "takes the mean of the exponentials as the perplexity; it is the exponential of the mean loss. The mean of 1 / p "
    "is ruled by the worst token and never smaller; for equal losses the two agree"
)
def mean_of_exponentials(logits, ids, mask):
    nll, counts = losses(logits, ids, mask)
    return nll[counts].mean(), np.exp(nll[counts]).mean()


@misconception(
    "raises 2 to the loss. That is the perplexity for a loss in bits; this one is in nats, from the natural logarithm, "
    "and its perplexity is exp(loss)"
)
def power_of_two(logits, ids, mask):
    nll, counts = losses(logits, ids, mask)
    return nll[counts].mean(), 2 ** nll[counts].mean()


@misconception(
    "returns the sum of the losses, without dividing by how many there are. A longer text then has a larger loss, and "
    "its exponential is no perplexity; for a single target the two agree"
)
def sum_of_losses(logits, ids, mask):
    nll, counts = losses(logits, ids, mask)
    return with_perplexity(nll[counts].sum())


@misconception(
    "takes exp of the logits as they are: exp(1000) is inf, exp(-1000) is 0, and the quotient is nan. Subtract the "
    "largest score of each position first; the softmax does not change"
)
def no_max_shift(logits, ids, mask):
    e = np.exp(logits[:, :-1])
    nll = pick(np.log(e / e.sum(axis=-1, keepdims=True)), ids[:, 1:])
    return with_perplexity(nll[mask[:, 1:]].mean())


@misconception(
    "forms the softmax, with the maximum subtracted, and takes its logarithm afterwards. A tiny probability has become "
    "0 by then, and the loss inf. Subtract the logarithm of the sum instead, without ever forming the softmax"
)
def log_of_softmax(logits, ids, mask):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))[:, :-1]
    nll = pick(np.log(e / e.sum(axis=-1, keepdims=True)), ids[:, 1:])
    return with_perplexity(nll[mask[:, 1:]].mean())


@misconception(
    "adds a small number to the probabilities before it takes their logarithm. No loss can then exceed that of the "
    "small number, though a sure prediction that is wrong costs hundreds. Subtract the logarithm of the sum instead"
)
def small_number_in_the_logarithm(logits, ids, mask):
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))[:, :-1]
    nll = pick(np.log(e / e.sum(axis=-1, keepdims=True) + 1e-12), ids[:, 1:])
    return with_perplexity(nll[mask[:, 1:]].mean())
