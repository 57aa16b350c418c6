import math

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, on_learner_side, parametrize

NAMES = ("d_loss", "g_loss")


@from_torch
def expected(real_logits, fake_logits):
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits as bce

    ones, zeros = torch.ones_like, torch.zeros_like
    d_loss = bce(real_logits, ones(real_logits)) + bce(fake_logits, zeros(fake_logits))
    return d_loss, bce(fake_logits, ones(fake_logits))


def draw(rng, n, m):
    return 2 * rng.normal(size=n) + 0.5, 2 * rng.normal(size=m) - 0.8


def test_agrees_with_torch(student, rng):
    """Agrees with binary_cross_entropy_with_logits, for batches of different sizes."""
    arguments = draw(rng, *rng.permutation([3, 4, 5, 6, 7])[:2])
    assert_close(student.gan_losses(*arguments), expected(*arguments), names=NAMES)


def test_cannot_tell(student):
    """Gives 2 log 2 and log 2 when the discriminator says one half to everything."""
    assert_close(student.gan_losses(np.zeros(5), np.zeros(3)), (2 * math.log(2), math.log(2)), names=NAMES)


def test_perfect_discriminator(student, rng):
    """Gives a small loss to a discriminator that is right and sure, and a large one to its generator."""
    real, fake = rng.uniform(9.0, 12.0, size=3), -rng.uniform(8.0, 11.0, size=2)
    assert_close(student.gan_losses(real, fake), expected(real, fake), names=NAMES)


def test_fooled_discriminator(student, rng):
    """Gives a large loss to a discriminator that is wrong and sure, and a small one to its generator."""
    real, fake = -rng.uniform(9.0, 12.0, size=3), rng.uniform(8.0, 11.0, size=2)
    assert_close(student.gan_losses(real, fake), expected(real, fake), names=NAMES)


@parametrize("size", [40.0, 800.0, 1e5])
def test_large_logits(student, rng, size):
    """Stays finite for logits of any size and sign."""
    for real, fake in ((size, -size), (-size, size), (size, size), (-size, -size)):
        arguments = np.array([real, rng.normal(), real]), np.array([fake, rng.normal()])
        assert_close(student.gan_losses(*arguments), expected(*arguments), names=NAMES)


@on_learner_side
def generator_slope(learner, logit):
    """Return the slope of the generator's loss at a logit of a fake."""
    real = np.zeros(1)
    high, low = (learner.gan_losses(real, np.array([logit + h]))[1] for h in (1e-3, -1e-3))
    return (high - low) / 2e-3


@parametrize("logit", [-10.0, -2.0])
def test_generator_learns(student, rng, logit):
    """Gives the generator a steep slope where the discriminator sees through its fakes."""
    logit += rng.uniform(-0.5, 0.5)
    assert_close(student.run(generator_slope, logit), -1 / (1 + math.exp(logit)), rtol=1e-5)


@parametrize("sizes", [(1, 1), (1, 6), (5, 1), (4, 4)])
def test_batch_sizes(student, rng, sizes):
    """Works for single examples and for batches of the same size."""
    arguments = draw(rng, *sizes)
    assert_close(student.gan_losses(*arguments), expected(*arguments), names=NAMES)


def test_float32(student, rng):
    """Accepts float32."""
    real, fake = (a.astype(np.float32) for a in draw(rng, 5, 3))
    assert_close(student.gan_losses(real, fake), expected(real, fake), names=NAMES)


@contract(expected, "integers", "views", "pure", names=NAMES)
def gan_losses(rng):
    return draw(rng, 4, 3)


def softplus(x):
    return np.logaddexp(0, x)


def d_loss(real_logits, fake_logits):
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


@misconception(
    "gives the generator the mean of log(1 - D), the opposite of what the discriminator minimizes. It has the same "
    "goal, but it is flat where D sees through the fakes, as at the start of training: at a logit of -10 its slope is "
    "-0.00005, that of -log(D) nearly -1"
)
def saturating_generator(real_logits, fake_logits):
    return d_loss(real_logits, fake_logits), -softplus(fake_logits).mean()


@misconception(
    "trains the discriminator with the labels swapped: 0 for real and 1 for fake examples. Its answer is the "
    "probability of being real, so real examples are labelled 1"
)
def labels_swapped(real_logits, fake_logits):
    return softplus(real_logits).mean() + softplus(-fake_logits).mean(), softplus(-fake_logits).mean()


@misconception(
    "lets the generator minimize -log(1 - D), the same term as the discriminator, so that it learns to be found out. "
    "The generator wants D to say 1 about its fakes: -log(D)"
)
def generator_helps_discriminator(real_logits, fake_logits):
    return d_loss(real_logits, fake_logits), softplus(fake_logits).mean()


@misconception(
    "writes log(1 + exp(x)) as it stands: exp overflows for logits above 709 and the loss becomes infinite, where it "
    "should be about x. np.logaddexp(0, x) computes the same without the overflow"
)
def exp_overflows(real_logits, fake_logits):
    def naive(x):
        with np.errstate(over="ignore"):
            return np.log(1 + np.exp(x))

    return naive(-real_logits).mean() + naive(fake_logits).mean(), naive(-fake_logits).mean()


@misconception(
    "takes the sigmoid first and its logarithm afterwards. For large logits the sigmoid rounds to 0 or 1 and the "
    "logarithm becomes infinite; computed from the logit as log(1 + exp(-x)), the loss stays finite. The two agree for "
    "moderate logits"
)
def naive_log_sigmoid(real_logits, fake_logits):
    with np.errstate(over="ignore", divide="ignore"):
        d_real, d_fake = 1 / (1 + np.exp(-real_logits)), 1 / (1 + np.exp(-fake_logits))
        return -np.log(d_real).mean() - np.log(1 - d_fake).mean(), -np.log(d_fake).mean()


@misconception(
    "averages the two terms of the discriminator's loss, which halves it. Some implementations do so to slow the "
    "discriminator down; here the loss is the sum of the two means"
)
def halved_d_loss(real_logits, fake_logits):
    return 0.5 * d_loss(real_logits, fake_logits), softplus(-fake_logits).mean()


@misconception(
    "puts real and fake examples into one batch and takes a single mean. Each of the two means runs over its own "
    "batch, and their sum is the loss: with one mean the larger batch weighs more, and the loss is about half. For "
    "batches of the same size it is exactly half"
)
def mean_over_all(real_logits, fake_logits):
    terms = np.concatenate([softplus(-real_logits), softplus(fake_logits)])
    return terms.mean(), softplus(-fake_logits).mean()


@misconception(
    "takes sums over the batches in place of means, so the losses grow with the batch size. The two agree for batches "
    "of one"
)
def sum_not_mean(real_logits, fake_logits):
    return softplus(-real_logits).sum() + softplus(fake_logits).sum(), softplus(-fake_logits).sum()


@misconception(
    "adds 1e-8 to every probability before its logarithm. No logit can then cost more than 18.4, which hides how sure "
    "and wrong the discriminator is; computed from the logit, log(1 + exp(-x)) needs no such guard"
)
def guarded_by_1e_8(real_logits, fake_logits):
    def cost(x):
        with np.errstate(over="ignore"):
            return -np.log(1 / (1 + np.exp(-x)) + 1e-8).mean()

    return cost(real_logits) + cost(-fake_logits), cost(fake_logits)


@misconception(
    "keeps every probability at least 1e-12 away from 0 and 1 before its logarithm. No logit can then cost more than "
    "27.6; computed from the logit, log(1 + exp(-x)) needs no such guard"
)
def clipped_at_1e_12(real_logits, fake_logits):
    def cost(x):
        return -np.log(np.clip(0.5 * (1 + np.tanh(x / 2)), 1e-12, 1 - 1e-12)).mean()

    return cost(real_logits) + cost(-fake_logits), cost(fake_logits)
