import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, unpack

NAMES = ("grads", "total_norm")
RTOL = 1e-5  # looser than usual: the 1e-6 in the coefficient has a check of its own


@from_torch
def mean_loss_gradients(x, y, w, b):
    """Return the gradients of the mean cross-entropy of a linear layer."""
    from torch.nn.functional import cross_entropy, linear

    w.requires_grad_()
    b.requires_grad_()
    cross_entropy(linear(x, w, b), y).backward()
    return [w.grad, b.grad]


@from_torch
def clipped(grads, max_norm):
    import torch

    parameters = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in grads]
    for parameter, grad in zip(parameters, grads, strict=True):
        parameter.grad = grad.clone()
    total_norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    return [parameter.grad for parameter in parameters], total_norm


@from_torch
def expected(parts, counts, max_norm):
    import torch

    parameters = [torch.nn.Parameter(torch.zeros_like(grad)) for grad in parts[0]]
    for part, count in zip(parts, counts, strict=True):
        for parameter, grad in zip(parameters, part, strict=True):
            (parameter * grad * (count / sum(counts))).sum().backward()  # adds to what is there
    total_norm = torch.nn.utils.clip_grad_norm_(parameters, max_norm)
    return [parameter.grad for parameter in parameters], total_norm


def cut(rng, counts):
    """Return the gradients of each micro-batch of a batch, and those of the whole."""
    d, c = rng.permutation([2, 3, 4, 5])[:2]
    x, y = 3 * rng.normal(size=(sum(counts), d)), rng.integers(c, size=sum(counts))
    parameters = rng.normal(size=(c, d)), rng.normal(size=c)
    rows = np.split(np.arange(sum(counts)), np.cumsum(counts)[:-1])
    return [mean_loss_gradients(x[i], y[i], *parameters) for i in rows], mean_loss_gradients(x, y, *parameters)


def draw(rng, counts):
    """Return gradients of three shapes for each micro-batch."""
    n, d = (int(size) for size in rng.integers(2, 5, size=2))
    return [[rng.normal(size=size) for size in [(n, d), (n,), (2, d, n)]] for _ in counts]


def norm(grads):
    return float(np.sqrt(sum(np.sum(g**2) for g in grads)))


def test_whole_batch(student, rng):
    """Gives the gradients that torch derives for the whole batch, clipped or not, from micro-batches of any size."""
    counts = [int(n) for n in rng.permutation([1, 3, 6, 8])[: rng.integers(3, 5)]]
    parts, whole = cut(rng, counts)
    for share in (2.0, 0.6):
        max_norm = share * norm(whole)
        assert_close(
            student.accumulate_gradients(parts, counts, max_norm), clipped(whole, max_norm), rtol=RTOL, names=NAMES
        )


def test_one_long_one_short(student, rng):
    """Gives every example the same weight where one micro-batch holds nearly all of them."""
    parts = draw(rng, [1, 99])
    assert_close(
        student.accumulate_gradients(parts, [1, 99], 50.0), expected(parts, [1, 99], 50.0), rtol=RTOL, names=NAMES
    )


@parametrize("counts", [[4, 4, 4], [7]])
def test_equal_sizes(student, rng, counts):
    """Works for micro-batches of one size, and for a single one."""
    parts = draw(rng, counts)
    for max_norm in (0.5, 100.0):
        answer = student.accumulate_gradients(parts, counts, max_norm)
        assert_close(answer, expected(parts, counts, max_norm), rtol=RTOL, names=NAMES)


def test_same_cut_in_another_way(student, rng):
    """Gives the same whether two micro-batches come apart or as one."""
    parts = draw(rng, [2, 3, 5])
    joined = [parts[0], [(3 * g + 5 * h) / 8 for g, h in zip(parts[1], parts[2], strict=True)]]
    whole = expected(parts, [2, 3, 5], 1.0)
    assert_close(student.accumulate_gradients(joined, [2, 8], 1.0), whole, rtol=RTOL, names=NAMES)
    assert_close(student.accumulate_gradients(parts, [2, 3, 5], 1.0), whole, rtol=RTOL, names=NAMES)


def test_only_parts_above(student, rng):
    """Clips nothing where single micro-batches exceed the threshold and their mean does not."""
    (part,) = draw(rng, [1])
    parts = [part, [-g for g in part], [0.3 * g for g in part]]
    max_norm = 0.5 * norm(part)
    assert_close(
        student.accumulate_gradients(parts, [2, 2, 6], max_norm), ([0.18 * g for g in part], 0.18 * norm(part)),
        rtol=RTOL, names=NAMES,
    )  # fmt: skip


def test_opposite(student, rng):
    """Returns zeros, not nan, where the micro-batches cancel each other."""
    (part,) = draw(rng, [1])
    answer = student.accumulate_gradients([part, [-g for g in part]], [3, 3], 1.0)
    assert_close(answer, ([0 * g for g in part], 0.0), names=NAMES)


def test_small_norms(student, rng):
    """Adds 1e-6 to the norm before it divides."""
    parts = [[1e-5 * g for g in part] for part in draw(rng, [2, 5])]
    max_norm = 0.3 * norm(mean(parts, [2, 5]))
    answer = student.accumulate_gradients(parts, [2, 5], max_norm)
    assert_close(answer, expected(parts, [2, 5], max_norm), atol=1e-15, names=NAMES)


def test_float32(student, rng):
    """Returns float32 gradients for float32."""
    parts = [[g.astype(np.float32) for g in part] for part in draw(rng, [2, 5])]
    grads, total_norm = unpack(student.accumulate_gradients(parts, [2, 5], 0.8), *NAMES)
    expected_grads, expected_norm = expected(parts, [2, 5], 0.8)
    assert_close(grads, expected_grads, dtype=np.float32)
    assert_close(total_norm, expected_norm)


@parametrize("max_norm", [0.7, 40.0])
@contract(expected, "views", "pure", "new_arrays", rtol=RTOL, names=NAMES)
def accumulate_gradients(rng, max_norm):
    return draw(rng, [2, 5, 1]), [2, 5, 1], max_norm


def mean(parts, counts):
    """Return the right gradients before clipping."""
    return weighted(parts, [n / sum(counts) for n in counts])


def weighted(parts, weights):
    return [sum(w * g for w, g in zip(weights, of_one, strict=True)) for of_one in zip(*parts, strict=True)]


def clip(grads, max_norm):
    length = norm(grads)
    return shorten(grads, max_norm, length), length


def shorten(grads, max_norm, length):
    return [g * min(1.0, max_norm / (length + 1e-6)) for g in grads]


@misconception(
    "averages the micro-batches as if they were of one size. An example of a small micro-batch then weighs more than "
    "one of a large micro-batch; each belongs in with its count over all counts. For equal sizes the two agree"
)
def mean_of_means(parts, counts, max_norm):
    return clip(weighted(parts, [1 / len(parts)] * len(parts)), max_norm)


@misconception(
    "adds the gradients up as they are, which is what repeated backward passes do by themselves. Each part is a mean "
    "already, so the sum is as many times too large as there are parts: weigh each by its count over all counts"
)
def sum_of_means(parts, counts, max_norm):
    return clip(weighted(parts, [1] * len(parts)), max_norm)


@misconception(
    "keeps the gradients of the last micro-batch only, as if they were zeroed before every part. They are zeroed once "
    "for each step, and all parts add up; for a single part the two agree"
)
def last_only(parts, counts, max_norm):
    return clip([1.0 * g for g in parts[-1]], max_norm)


@misconception(
    "multiplies by the counts and does not divide by their sum, so that the gradient is that of the summed loss, which "
    "grows with the batch. Each weight is the count over all counts"
)
def not_divided(parts, counts, max_norm):
    return clip(weighted(parts, counts), max_norm)


@misconception(
    "multiplies by the counts and divides by the number of micro-batches. The weights have to add up to 1: divide by "
    "the sum of the counts"
)
def divided_by_the_number_of_parts(parts, counts, max_norm):
    return clip(weighted(parts, [n / len(parts) for n in counts]), max_norm)


@misconception(
    "clips each micro-batch before it is added. One large part then counts too little, and the result depends on how "
    "the batch was cut: add first, clip once at the end. Where no part exceeds max_norm the two agree"
)
def each_part_clipped(parts, counts, max_norm):
    grads = mean([clip(part, max_norm)[0] for part in parts], counts)
    return grads, norm(grads)


@misconception(
    "clips after each addition, the gradients so far. What was cut off early is lost although later parts might have "
    "cancelled it: add all parts first and clip once at the end"
)
def clipped_on_the_way(parts, counts, max_norm):
    so_far, length = [0.0 * g for g in parts[0]], 0.0
    for n, part in zip(counts, parts, strict=True):
        so_far, length = clip([s + n / sum(counts) * g for s, g in zip(so_far, part, strict=True)], max_norm)
    return so_far, length


@misconception(
    "clips the sum and divides afterwards. The limit is then one for the sum, and what remains is far shorter than "
    "max_norm: divide first, so that the norm is that of the whole batch's gradient"
)
def clipped_before_dividing(parts, counts, max_norm):
    grads, length = clip(weighted(parts, counts), max_norm)
    return [g / sum(counts) for g in grads], length


@misconception(
    "averages the norms of the micro-batches. Parts that point in different directions partly cancel, so the norm of "
    "their mean is smaller: measure it once, after everything is added up"
)
def mean_of_norms(parts, counts, max_norm):
    length = sum(n / sum(counts) * norm(part) for n, part in zip(counts, parts, strict=True))
    return shorten(mean(parts, counts), max_norm, length), length


@misconception(
    "clips each parameter by its own norm, which turns the direction of the whole. There is one norm of all gradients "
    "together, and one factor"
)
def each_parameter_clipped(parts, counts, max_norm):
    grads = mean(parts, counts)
    return [clip([g], max_norm)[0][0] for g in grads], norm(grads)


@misconception(
    "limits every element to the range from -max_norm to max_norm, which is clipping by value. By norm, all elements "
    "are multiplied by one factor, and the direction stays"
)
def clipped_by_value(parts, counts, max_norm):
    grads = mean(parts, counts)
    return [np.clip(g, -max_norm, max_norm) for g in grads], norm(grads)


@misconception(
    "scales always, so that gradients shorter than max_norm are stretched to it. Clipping only shortens: the "
    "coefficient is at most 1"
)
def always_rescales(parts, counts, max_norm):
    grads = mean(parts, counts)
    return [g * (max_norm / (norm(grads) + 1e-6)) for g in grads], norm(grads)


@misconception(
    "does not clip. The gradients are right, but where their norm exceeds max_norm they are to be scaled down to it"
)
def not_clipped(parts, counts, max_norm):
    grads = mean(parts, counts)
    return grads, norm(grads)


@misconception(
    "returns the norm after clipping, which never exceeds max_norm. Asked for is the one before: it tells whether a "
    "gradient exploded"
)
def norm_after_clipping(parts, counts, max_norm):
    grads, _ = clip(mean(parts, counts), max_norm)
    return grads, norm(grads)


@misconception(
    "adds into the gradients of the first micro-batch, which change under the caller's hands. Asked for are new arrays"
)
def into_the_first_part(parts, counts, max_norm):
    for into, right in zip(parts[0], mean(parts, counts), strict=True):
        into[...] = right
    return clip(parts[0], max_norm)
