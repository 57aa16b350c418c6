import numpy as np

from grader.checks import (
    assert_close,
    assert_repeatable,
    assert_shape,
    assert_share,
    contract,
    misconception,
    parametrize,
    statistic,
    unpack,
)

VOCABULARY = 1000
CLS, SEP, MASK = SPECIAL = (1, 2, 3)
LOWEST, HIGHEST = 200, 300  # the ids of ordinary tokens in most checks


@statistic(rtol=0.05)
def summary(answer):
    """Return what was chosen and what became of it; shares are lifted by 0.5 so that small ones compare steadily."""
    inputs, labels = answer
    chosen = labels != -100
    masked = chosen & (inputs == MASK)
    unchanged = chosen & (inputs == labels)
    replaced = chosen & ~masked & ~unchanged
    share = 1 / max(1, int(chosen.sum()))
    return (
        0.5 + float(chosen.mean()),
        0.5 + share * int(masked.sum()),
        0.5 + share * int(unchanged.sum()),
        0.5 + share * int(replaced.sum()),
        1 + bool(np.isin(labels, SPECIAL).any()),
        1 + bool((labels == 0).mean() > 0.1),
        1 + bool((inputs[replaced] >= HIGHEST).any()),
        1 + int(inputs.max()),
        1 + (len(set(chosen.sum(axis=1).tolist())) > 1),
        1 + (len(set(inputs[replaced].tolist())) == 1),
    )


def draw(rng, n, t):
    """Draw sequences of ordinary tokens between CLS and SEP."""
    ids = rng.integers(LOWEST, HIGHEST, size=(n, t))
    ids[:, 0], ids[:, -1] = CLS, SEP
    return ids


def mask_tokens(student, ids, vocab_size, mask_id, special_ids, rng, p):
    """Call the function and check what holds for every answer; return also which tokens were chosen."""
    inputs, labels = unpack(student.bert_mask_tokens(ids, vocab_size, mask_id, special_ids, rng, p), "inputs", "labels")
    for name, part in ("inputs", inputs), ("labels", labels):
        assert_shape(part, ids.shape, name)
        assert part.dtype.kind in "iu", f"{name} is of dtype {part.dtype}, expected integers"
    chosen = labels != -100
    special = np.isin(ids, list(special_ids))
    assert not (chosen & special).any(), (
        f"{(chosen & special).sum()} special tokens have a label other than -100, expected none"
    )
    assert_close(labels, np.where(chosen, ids, -100), names=("labels",))
    assert_close(np.where(chosen, ids, inputs), ids, names=("inputs",))
    return inputs, labels, chosen


def assert_fates(ids, inputs, chosen, vocab_size, mask_id):
    """Check how many of the chosen tokens are masked, replaced and left alone."""
    after, before = inputs[chosen], ids[chosen]
    accident = 0.1 / vocab_size  # a random id may happen to be mask_id or the original
    assert_share(after == mask_id, 0.8 + accident, "chosen tokens that became mask_id")
    assert_share(after == before, 0.1 + accident, "chosen tokens that stayed what they were")
    assert_share((after != mask_id) & (after != before), 0.1 - 2 * accident, "chosen tokens that became another id")


def test_shares(student, rng, child):
    """Chooses tokens with probability p; 80 % of them become mask_id, 10 % a random id, and 10 % stay."""
    ids, p = draw(rng, int(rng.integers(450, 550)), 200), float(rng.uniform(0.18, 0.3))
    inputs, _, chosen = mask_tokens(student, ids, VOCABULARY, MASK, SPECIAL, child, p)
    assert_share(chosen[:, 1:-1], p, "ordinary tokens that were chosen")
    assert_fates(ids, inputs, chosen, VOCABULARY, MASK)


@parametrize("p", [0.05, 0.6])
def test_probabilities(student, rng, child, p):
    """Works for a small and a large probability."""
    ids = draw(rng, 300, 100)
    inputs, _, chosen = mask_tokens(student, ids, VOCABULARY, MASK, SPECIAL, child, p)
    assert_share(chosen[:, 1:-1], p, "ordinary tokens that were chosen")
    assert_fates(ids, inputs, chosen, VOCABULARY, MASK)


@parametrize("p", [0.0, 1.0])
def test_limits(student, rng, child, p):
    """Chooses no token for p = 0, and all but the special ones for p = 1."""
    ids = draw(rng, 200, 50)
    _, _, chosen = mask_tokens(student, ids, VOCABULARY, MASK, SPECIAL, child, p)
    right = np.zeros(ids.shape, dtype=bool)
    right[:, 1:-1] = p == 1
    wrong = int((chosen != right).sum())
    assert not wrong, f"{wrong} of {ids.size} tokens are chosen or left out wrongly for p = {p}"


@parametrize("kind", [list, set, frozenset, np.array])
def test_special_ids(student, rng, child, kind):
    """Never chooses a special token, whether the ids come as list, set or array, and wherever the tokens stand."""
    ids = rng.integers(0, 8, size=(120, 100))
    _, _, chosen = mask_tokens(student, ids, 8, MASK, kind([0, 5, 2]), child, 0.5)
    assert_share(chosen[~np.isin(ids, [0, 5, 2])], 0.5, "ordinary tokens that were chosen")


def test_no_special_ids(student, rng, child):
    """Works without special tokens."""
    ids = draw(rng, 300, 100)
    _, _, chosen = mask_tokens(student, ids, VOCABULARY, MASK, [], child, 0.3)
    assert_share(chosen, 0.3, "tokens that were chosen")


def test_whole_vocabulary(student, child):
    """Draws random replacements from the whole vocabulary, each id equally likely."""
    ids = np.full((400, 100), 7)
    inputs, _, _ = mask_tokens(student, ids, 10, MASK, [1, 2], child, 1.0)
    for other in (0, 1, 2, 4, 5, 6, 8, 9):
        assert_share(inputs == other, 0.1 / 10, f"chosen tokens 7 that became {other}, of 10 ids,")


def test_independent(student, rng, child):
    """Decides for every token on its own, so that the number of chosen ones varies."""
    ids, p = draw(rng, 200, 202), 0.1
    _, _, chosen = mask_tokens(student, ids, VOCABULARY, MASK, SPECIAL, child, p)
    for axis, what, number in (1, "sequences", 200), (0, "positions", 200):
        counts = chosen[:, 1:-1].sum(axis=axis)
        variance, right = counts.var(ddof=1), number * p * (1 - p)
        slack = 5 * np.sqrt(2 / (counts.size - 1) + 1 / right / counts.size) * right
        assert abs(variance - right) < slack, (
            f"the number of chosen tokens varies between {what} with variance {variance:.3g}, "
            f"expected {right:.3g} within {slack:.2g}"
        )


def test_numbers_vary(student, rng, child):
    """Chooses and masks another number of tokens in each call, not a fixed share of them."""
    p, chosen, masked = 0.5, [], []
    for _ in range(12):
        inputs, _, now = mask_tokens(student, draw(rng, 60, 102), VOCABULARY, MASK, SPECIAL, child, p)
        chosen.append(now.sum())
        masked.append(np.sum(inputs == MASK) - 0.8 * now.sum())
    for counts, right, what in (chosen, 6000 * p * (1 - p), "chosen"), (masked, 6000 * p * 0.8 * 0.2, "masked"):
        # a fixed share has no variance; a fiftieth of the right one occurs by chance twice in a hundred million runs
        assert np.var(counts, ddof=1) > right / 50, (
            f"in 12 calls the number of {what} tokens hardly varies: "
            f"with variance {np.var(counts, ddof=1):.3g}, expected about {right:.3g}"
        )


def test_default(student, rng, child):
    """Chooses 15 % of the tokens unless told otherwise."""
    ids = draw(rng, 300, 100)
    _, labels = unpack(student.bert_mask_tokens(ids, VOCABULARY, MASK, SPECIAL, child), "inputs", "labels")
    assert_shape(labels, ids.shape, "labels")
    assert_share(labels[:, 1:-1] != -100, 0.15, "ordinary tokens that were chosen")


def test_seeds(student, rng):
    """Returns the same for equal seeds, something else for other seeds and at the next call."""
    ids = draw(rng, 120, 100)
    assert_repeatable(lambda child: mask_tokens(student, ids, VOCABULARY, MASK, SPECIAL, child, 0.3), rng)


def test_shapes_and_views(student, rng):
    """Accepts a single sequence, other integer types, and transposed and reversed views."""
    for ids in (draw(rng, 200, 100).reshape(1, -1), draw(rng, 200, 100).astype(np.int32), draw(rng, 400, 100)[::-2].T):
        (child,) = rng.spawn(1)
        _, _, chosen = mask_tokens(student, ids, VOCABULARY, MASK, SPECIAL, child, 0.4)
        assert_share(chosen[~np.isin(ids, SPECIAL)], 0.4, "ordinary tokens that were chosen")


@contract(None, "pure")
def bert_mask_tokens(rng, child):
    return draw(rng, 200, 100), VOCABULARY, MASK, list(SPECIAL), child, 0.5


def choose(ids, special_ids, rng, p):
    return (rng.random(ids.shape) < p) & ~np.isin(ids, list(special_ids))


def disguise(ids, chosen, vocab_size, mask_id, rng, mask=0.8, replace=0.1):
    """Return the inputs for the chosen tokens."""
    fate = rng.random(ids.shape)
    inputs = np.where(chosen & (fate < mask), mask_id, ids)
    other = rng.integers(vocab_size, size=ids.shape)
    return np.where(chosen & (fate >= mask) & (fate < mask + replace), other, inputs)


@misconception(
    "turns every chosen token into mask_id. Only 80 % become the mask; 10 % become a random id and 10 % stay, for the"
    " mask never occurs in real text, and a model that is asked only about masks learns nothing about the other "
    "tokens"
)
def always_mask_token(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    return np.where(chosen, mask_id, ids), np.where(chosen, ids, -100)


@misconception(
    "labels the tokens that were not chosen with 0, which is the id of a token: the model would be taught to predict "
    "it. The label -100 is the one that torch's cross entropy ignores"
)
def labels_zero(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    return disguise(ids, chosen, vocab_size, mask_id, rng), np.where(chosen, ids, 0)


@misconception(
    "keeps the original id as the label of every token; only the chosen ones are to be predicted, all others are "
    "labelled -100. The model sees the others as they are, so predicting them is mere copying"
)
def labels_everywhere(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    return disguise(ids, choose(ids, special_ids, rng, p), vocab_size, mask_id, rng), ids.copy()


@misconception(
    "takes the labels from the inputs after they were disguised, so the answer to a mask is the mask; labels are the "
    "original ids: take them first"
)
def labels_after_masking(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    inputs = disguise(ids, chosen, vocab_size, mask_id, rng)
    return inputs, np.where(chosen, inputs, -100)


@misconception(
    "labels only the tokens that look different afterwards. A chosen token that stays what it is must be predicted as"
    " well: not knowing which token is genuine, the model has to think about each"
)
def labels_only_where_changed(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    inputs = disguise(ids, choose(ids, special_ids, rng, p), vocab_size, mask_id, rng)
    return inputs, np.where(inputs != ids, ids, -100)


@misconception(
    "chooses special tokens like any other; markers such as [CLS], [SEP] and padding carry no words to be guessed and"
    " are left alone"
)
def special_masked(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = rng.random(ids.shape) < p
    return disguise(ids, chosen, vocab_size, mask_id, rng), np.where(chosen, ids, -100)


@misconception(
    "hands the special ids to np.isin as a set, which NumPy takes for a single object that equals no id: no token is "
    "then special. Turn the set into a list first; with a list or an array the two agree"
)
def set_given_to_isin(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = (rng.random(ids.shape) < p) & ~np.isin(ids, special_ids)
    return disguise(ids, chosen, vocab_size, mask_id, rng), np.where(chosen, ids, -100)


@misconception(
    "takes random replacements from the ids of this batch; they are drawn from the whole vocabulary, every id with "
    "equal probability, so that rare words occur among them as well"
)
def random_only_from_batch(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    fate = rng.random(ids.shape)
    inputs = np.where(chosen & (fate < 0.8), mask_id, ids)
    inputs = np.where(chosen & (fate >= 0.8) & (fate < 0.9), rng.choice(ids.ravel(), ids.shape), inputs)
    return inputs, np.where(chosen, ids, -100)


@misconception(
    "never draws the last id of the vocabulary: the upper end of rng.integers is already excluded, so it is "
    "vocab_size, not vocab_size - 1"
)
def last_id_missing(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    return disguise(ids, chosen, vocab_size - 1, mask_id, rng), np.where(chosen, ids, -100)


@misconception(
    "makes three selections of probability p each, one to mask, one to replace and one to keep, so nearly three times"
    " too many tokens are chosen. There is one selection; its tokens are then shared out 80 : 10 : 10"
)
def p_of_each_split(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    mask, replace, keep = (choose(ids, special_ids, rng, p) for _ in range(3))
    inputs = np.where(replace, rng.integers(vocab_size, size=ids.shape), ids)
    return np.where(mask, mask_id, inputs), np.where(mask | replace | keep, ids, -100)


@misconception(
    "replaces 10 % of those that are left after masking, which is 2 % of the chosen tokens; it is half of what is "
    "left that becomes random: 10 % of all chosen"
)
def tenth_of_the_rest(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    return disguise(ids, chosen, vocab_size, mask_id, rng, replace=0.02), np.where(chosen, ids, -100)


@misconception(
    "lets a random half of all chosen tokens become random ids, those included that have become the mask: 40 % stay "
    "the mask and 50 % are random. It is half of the 20 % that were not masked: 10 % of all chosen"
)
def half_of_all_chosen(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    inputs = disguise(ids, chosen, vocab_size, mask_id, rng, replace=0.0)
    random = chosen & (rng.random(ids.shape) < 0.5)
    return np.where(random, rng.integers(vocab_size, size=ids.shape), inputs), np.where(chosen, ids, -100)


@misconception(
    "draws one random id and puts it in all places that are to be random, because rng.integers was called without a "
    "size; each of them gets an id of its own"
)
def one_random_id(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen, fate = choose(ids, special_ids, rng, p), rng.random(ids.shape)
    inputs = np.where(chosen & (fate < 0.8), mask_id, ids)
    return np.where(chosen & (fate >= 0.9), rng.integers(vocab_size), inputs), np.where(chosen, ids, -100)


@misconception(
    "draws from NumPy's global generator, np.random, in place of the rng that it is given: whoever passes a seeded "
    "generator gets another answer at every call"
)
def global_generator(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen, fate = (np.random.random(ids.shape) < p) & ~np.isin(ids, list(special_ids)), np.random.random(ids.shape)
    inputs = np.where(chosen & (fate < 0.8), mask_id, ids)
    other = np.random.randint(vocab_size, size=ids.shape)
    return np.where(chosen & (fate >= 0.9), other, inputs), np.where(chosen, ids, -100)


@misconception(
    "writes the disguise into ids itself, which belongs to the caller: the original text is lost, and every further "
    "epoch disguises it more. Work on a copy, ids.copy()"
)
def ids_overwritten(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    chosen = choose(ids, special_ids, rng, p)
    labels = np.where(chosen, ids, -100)
    ids[...] = disguise(ids, chosen, vocab_size, mask_id, rng)
    return ids, labels


@misconception(
    "chooses a fixed number of tokens of the whole batch, as rng.choice or a permutation does. Here every token is "
    "decided on its own with probability p, so that the number varies from call to call; p is only its average share"
)
def fixed_count_in_all(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    places = np.flatnonzero(~np.isin(ids, list(special_ids)))
    chosen = np.zeros(ids.shape, dtype=bool)
    chosen.flat[rng.permutation(places)[: round(p * places.size)]] = True
    return disguise(ids, chosen, vocab_size, mask_id, rng), np.where(chosen, ids, -100)


@misconception(
    "chooses a fixed number of tokens in each sequence. Here every token is decided on its own with probability p, so"
    " that the number varies; p is only its average share"
)
def fixed_count(ids, vocab_size, mask_id, special_ids, rng, p=0.15):
    ordinary = ~np.isin(ids, list(special_ids))
    rank = np.argsort(np.argsort(np.where(ordinary, rng.random(ids.shape), 2.0), axis=1), axis=1)
    chosen = ordinary & (rank < np.round(p * ordinary.sum(axis=1, keepdims=True)))
    return disguise(ids, chosen, vocab_size, mask_id, rng), np.where(chosen, ids, -100)
