import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(student, teacher, y, temperature, alpha):
    from torch.nn.functional import cross_entropy, kl_div, log_softmax, softmax

    log_q, p = log_softmax(student / temperature, 1), softmax(teacher / temperature, 1)
    soft = kl_div(log_q, p, reduction="batchmean")
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student, y)


def draw(rng, n, c):
    """Return the logits of a student and of a teacher, and labels."""
    return 2 * rng.normal(size=(n, c)), 3 * rng.normal(size=(n, c)), rng.integers(0, c, size=n)


def test_agrees_with_torch(student, rng):
    """Agrees with the loss put together from torch.nn.functional."""
    s, t, y = draw(rng, *rng.permutation([3, 4, 5, 6])[:2])
    assert_close(student.kd_loss(s, t, y, 1.5, 0.3), expected(s, t, y, 1.5, 0.3))


@parametrize("temperature", [1.0, 4.0, 20.0])
def test_temperatures(student, rng, temperature):
    """Works at temperatures 1, 4 and 20."""
    s, t, y = draw(rng, 6, 3)
    assert_close(student.kd_loss(s, t, y, temperature, 0.7), expected(s, t, y, temperature, 0.7))


def test_only_hard(student, rng):
    """Is plain cross-entropy with the labels when alpha is 0, whatever the teacher and the temperature."""
    s, t, y = draw(rng, 4, 5)
    assert_close(student.kd_loss(s, t, y, 3.0, 0.0), expected(s, t, y, 3.0, 0.0))
    assert_close(student.kd_loss(s, -5 * t, y, 8.0, 0.0), expected(s, t, y, 3.0, 0.0))


def test_only_soft(student, rng):
    """Does not look at the labels when alpha is 1."""
    s, t, y = draw(rng, 4, 5)
    assert_close(student.kd_loss(s, t, y, 1.5, 1.0), expected(s, t, y, 1.5, 1.0))
    assert_close(student.kd_loss(s, t, (y + 1) % 5, 1.5, 1.0), expected(s, t, y, 1.5, 1.0))


def test_teacher_equals_student(student, rng):
    """Has a soft part of 0 when student and teacher agree."""
    s, _, y = draw(rng, 5, 3)
    assert_close(student.kd_loss(s, s.copy(), y, 2.5, 1.0), 0.0)
    assert_close(student.kd_loss(s, s.copy(), y, 2.5, 0.4), expected(s, s, y, 2.5, 0.4))


def test_high_temperature(student, rng):
    """Keeps the size of the soft part at a temperature of 100."""
    s, t, y = draw(rng, 6, 4)
    assert_close(student.kd_loss(s, t, y, 100.0, 1.0), expected(s, t, y, 100.0, 1.0), rtol=1e-7)


def test_shifted_logits(student, rng):
    """Stays the same when all logits of a row move by 1000 or by -1000."""
    s, t, y = draw(rng, 4, 3)
    shift = np.array([[1000.0], [-1000.0], [1000.0], [0.0]])
    assert_close(student.kd_loss(s + shift, t - shift, y, 1.25, 0.6), expected(s, t, y, 1.25, 0.6))


def test_wide_logits(student, rng):
    """Stays finite where the logits of a row are hundreds or thousands apart."""
    s, t, _ = draw(rng, 4, 3)
    low, y = np.array([0.0, 0.0, -909.0]), rng.integers(2, size=4)  # exp(909 / 1.25) is inf, exp(-909 / 1.25) is not 0
    assert_close(student.kd_loss(s + low, t + low, y, 1.25, 0.6), expected(s + low, t + low, y, 1.25, 0.6))
    s, t, y = draw(rng, 4, 3)
    spread = np.array([1500.0, 0.0, -1500.0])
    s, t = s + rng.permutation(spread), t + rng.permutation(spread)
    assert_close(student.kd_loss(s, t, y, 1.25, 0.6), expected(s, t, y, 1.25, 0.6))


def test_single_row(student, rng):
    """Accepts a batch of one."""
    s, t, y = draw(rng, 1, 6)
    assert_close(student.kd_loss(s, t, y, 2.0, 0.2), expected(s, t, y, 2.0, 0.2))


def test_float32(student, rng):
    """Accepts float32."""
    s, t, y = draw(rng, 4, 3)
    s, t = s.astype(np.float32), t.astype(np.float32)
    assert_close(student.kd_loss(s, t, y, 1.5, 0.3), expected(s, t, y, 1.5, 0.3))


@contract(expected, "integers", "views", "pure", defaults={"temperature": 4.0, "alpha": 0.5})
def kd_loss(rng):
    return *draw(rng, 5, 3), 1.5, 0.3


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def kl(log_p, log_q):
    return (np.exp(log_p) * (log_p - log_q)).sum(axis=1).mean()


def cross_entropy(logits, y):
    return -log_softmax(logits)[np.arange(len(y)), y].mean()


@misconception(
    "lacks the factor T**2: softening shrinks the gradient of the soft part by about 1 / T**2, so at a high "
    "temperature the teacher is hardly heard. Multiply the divergence by T**2; at T = 1 there is no difference"
)
def no_t_squared(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher / temperature), log_softmax(student / temperature))
    return alpha * soft + (1 - alpha) * cross_entropy(student, y)


@misconception(
    "softens the student in the hard part too: cross-entropy with the labels takes the student's logits as they are, "
    "at temperature 1, because that is how the student will be used. At T = 1 there is no difference"
)
def hard_loss_at_temperature(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher / temperature), log_softmax(student / temperature))
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student / temperature, y)


@misconception(
    "measures KL(student || teacher), weighted with the student's probabilities. The teacher is the reference: its "
    "probabilities weigh the differences, KL(teacher || student). The divergence is not symmetric"
)
def kl_reversed(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(student / temperature), log_softmax(teacher / temperature))
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student, y)


@misconception(
    "softens only the teacher, so the student would have to be flat itself to match it, and the loss is not 0 even "
    "when both have the same logits. In the soft part both are divided by T"
)
def only_teacher_softened(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher / temperature), log_softmax(student))
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student, y)


@misconception(
    "multiplies the logits by T, which sharpens the distributions instead of softening them: the small probabilities "
    "that carry the teacher's knowledge vanish. Divide the logits by T"
)
def temperature_multiplied(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher * temperature), log_softmax(student * temperature))
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student, y)


@misconception(
    "has the two weights swapped: alpha belongs to the soft part (teacher), 1 - alpha to the hard one (labels). The "
    "two agree at alpha = 0.5"
)
def alpha_swapped(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher / temperature), log_softmax(student / temperature))
    return (1 - alpha) * temperature**2 * soft + alpha * cross_entropy(student, y)


@misconception(
    "divides the probabilities by T instead of the logits: rows then add up to 1 / T, and nothing is softened, for "
    "all probabilities keep their proportions. The temperature acts before softmax: softmax(logits / T)"
)
def probabilities_divided_by_t(student, teacher, y, temperature=4.0, alpha=0.5):
    p, q = np.exp(log_softmax(teacher)) / temperature, np.exp(log_softmax(student)) / temperature
    soft = (p * (np.log(p) - np.log(q))).sum(axis=1).mean()
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student, y)


@misconception(
    "takes exp of the logits as they are: exp(1000) is inf and inf / inf is nan. Subtract the row's maximum first; "
    "softmax does not change, and the largest exponent becomes 0"
)
def no_max_shift(student, teacher, y, temperature=4.0, alpha=0.5):
    def naive(z):
        return np.log(np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))

    soft = kl(naive(teacher / temperature), naive(student / temperature))
    hard = -naive(student)[np.arange(len(y)), y].mean()
    return alpha * temperature**2 * soft + (1 - alpha) * hard


@misconception(
    "multiplies the hard part by T**2 as well. The factor makes up for what the division by T does to the gradient of "
    "the soft part; the hard part is at temperature 1. At T = 1 there is no difference"
)
def t_squared_on_both(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher / temperature), log_softmax(student / temperature))
    return temperature**2 * (alpha * soft + (1 - alpha) * cross_entropy(student, y))


@misconception(
    "takes the cross-entropy with the teacher's probabilities for the divergence: it lacks sum_c p_c * log p_c. The "
    "gradient is the same, but the soft part is not 0 where student and teacher agree"
)
def soft_cross_entropy(student, teacher, y, temperature=4.0, alpha=0.5):
    p, log_q = np.exp(log_softmax(teacher / temperature)), log_softmax(student / temperature)
    return -alpha * temperature**2 * (p * log_q).sum(axis=1).mean() + (1 - alpha) * cross_entropy(student, y)


@misconception(
    'averages the soft part over the classes too, as the reduction "mean" does in torch: it is C times too small. The '
    'sum over a row is the divergence, and only the rows are averaged ("batchmean")'
)
def mean_over_classes(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher / temperature), log_softmax(student / temperature)) / student.shape[1]
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student, y)


@misconception(
    "forms the softmax first and takes its logarithm afterwards. Where logits are thousands apart a probability has "
    "become 0 by then, log(0) is -inf and 0 * -inf is nan. Subtract the logarithm of the sum instead: log softmax "
    "without the softmax"
)
def log_of_softmax(student, teacher, y, temperature=4.0, alpha=0.5):
    return no_max_shift(*(z - z.max(axis=1, keepdims=True) for z in (student, teacher)), y, temperature, alpha)


@misconception(
    "subtracts the smallest logit of a row instead of the largest. That takes care of a shift, but where logits are "
    "thousands apart exp still overflows, and inf / inf is nan. With the largest subtracted no exponent is above 0"
)
def minimum_subtracted(student, teacher, y, temperature=4.0, alpha=0.5):
    return no_max_shift(*(z - z.min(axis=1, keepdims=True) for z in (student, teacher)), y, temperature, alpha)


@misconception(
    "gives the probabilities of the student where their logarithms belong: p * (log p - q). In torch, kl_div takes the "
    "logarithm of the student's probabilities, log_softmax and not softmax"
)
def log_of_q_forgotten(student, teacher, y, temperature=4.0, alpha=0.5):
    soft = kl(log_softmax(teacher / temperature), np.exp(log_softmax(student / temperature)))
    return alpha * temperature**2 * soft + (1 - alpha) * cross_entropy(student, y)
