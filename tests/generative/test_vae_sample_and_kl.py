import math

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize, unpack

NAMES = ("z", "kl")


@from_torch
def expected(mu, logvar, eps):
    import torch
    from torch.distributions import Normal, kl_divergence

    std = torch.exp(logvar / 2)
    kl = kl_divergence(Normal(mu, std), Normal(torch.zeros_like(mu), torch.ones_like(std)))
    return mu + std * eps, kl.sum(dim=1)


def draw(rng, n, latent):
    """Draw means, log-variances of either sign, and noise."""
    mu, logvar, eps = rng.normal(size=(3, n, latent))
    return 1.5 * mu, logvar - 0.3, eps


def test_agrees_with_torch(student, rng):
    """Agrees with torch.distributions: the samples and one divergence per example."""
    arguments = draw(rng, *rng.permutation([2, 3, 4, 5])[:2])
    assert_close(student.vae_sample_and_kl(*arguments), expected(*arguments), names=NAMES)


def test_by_hand(student, rng):
    """Scales the noise by the standard deviation: 2 where the variance is 4."""
    mu, eps = rng.normal(size=(2, 2, 2))
    kl = 0.5 * np.array([mu[0] @ mu[0] + 2.25, mu[1] @ mu[1] + 8 - math.log(9)])
    z = mu + np.array([[2.0, 0.5], [3.0, 1.0]]) * eps
    assert_close(student.vae_sample_and_kl(mu, np.log([[4.0, 0.25], [9.0, 1.0]]), eps), (z, kl), names=NAMES)


def test_standard_normal(student, rng):
    """Returns the noise itself and a divergence of 0 for the standard normal distribution."""
    eps = rng.normal(size=(3, 4))
    zeros = np.zeros((3, 4))
    assert_close(student.vae_sample_and_kl(zeros, zeros, eps), (eps, np.zeros(3)), names=NAMES)


def test_what_costs(student, rng):
    """Charges for a mean away from 0 and for a variance above or below 1, never a negative amount."""
    mean, high, low = rng.uniform(1.0, 3.0), rng.uniform(1.0, 2.0), rng.uniform(-0.8, -0.4)
    mu, logvar = np.array([[mean], [-mean], [0.0], [0.0]]), np.array([[0.0], [0.0], [high], [low]])
    _, kl = unpack(student.vae_sample_and_kl(mu, logvar, np.zeros((4, 1))), *NAMES)
    correct = [mean**2, mean**2, math.exp(high) - 1 - high, math.exp(low) - 1 - low]
    assert_close(kl, np.array(correct) / 2, names=("kl",))


@parametrize("shift", [0.0, 0.75])
def test_reparameterization(student, rng, shift):
    """Moves the samples along with the means, and uses each number of the noise for its own sample."""
    mu, logvar, eps = draw(rng, 3, 2)
    z, _ = unpack(student.vae_sample_and_kl(mu + shift, logvar, eps), *NAMES)
    assert_close(z, expected(mu, logvar, eps)[0] + shift, names=("z",))


def test_extreme_variances(student, rng):
    """Stays finite and right for log-variances from -60 to 60."""
    mu, _, eps = draw(rng, 4, 3)
    logvar = rng.uniform(-1.0, 1.0, size=(4, 3)) + np.array([[60.0], [-60.0], [25.0], [-20.0]])
    assert_close(student.vae_sample_and_kl(mu, logvar, eps), expected(mu, logvar, eps), names=NAMES)


@parametrize("sizes", [(1, 3), (5, 1), (1, 1)])
def test_sizes(student, rng, sizes):
    """Works for a single example and a single latent dimension."""
    arguments = draw(rng, *sizes)
    assert_close(student.vae_sample_and_kl(*arguments), expected(*arguments), names=NAMES)


@contract(expected, "float32", "integers", "views", "pure", names=NAMES)
def vae_sample_and_kl(rng):
    return draw(rng, 4, 3)


def sample(mu, logvar, eps):
    return mu + np.exp(0.5 * logvar) * eps


def cost(mu, logvar):
    """Return the divergence of each latent dimension."""
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


@misconception(
    "multiplies the noise by logvar itself, as if it were the standard deviation. It is the logarithm of the variance, "
    "so that it may have any sign; the standard deviation is exp(logvar / 2)"
)
def logvar_as_std(mu, logvar, eps):
    return mu + logvar * eps, cost(mu, logvar).sum(axis=1)


@misconception(
    "multiplies the noise by exp(logvar), which is the variance; samples are scaled by the standard deviation, its "
    "square root exp(logvar / 2). The two agree for a variance of 1"
)
def exp_logvar_not_half(mu, logvar, eps):
    return mu + np.exp(logvar) * eps, cost(mu, logvar).sum(axis=1)


@misconception(
    "leaves mu**2 out of the divergence, so the means may lie anywhere at no cost, and the codes no longer resemble "
    "draws from a standard normal. The two agree where all means are 0"
)
def kl_without_mu_squared(mu, logvar, eps):
    return sample(mu, logvar, eps), -0.5 * (1 + logvar - np.exp(logvar)).sum(axis=1)


@misconception(
    "has the sign of the divergence flipped. 1 + logvar - mu**2 - exp(logvar) is never positive, and the divergence is "
    "-1/2 times its sum; a negative divergence would reward codes for being far from a standard normal"
)
def kl_sign(mu, logvar, eps):
    return sample(mu, logvar, eps), -cost(mu, logvar).sum(axis=1)


@misconception(
    "averages the divergence over the latent dimensions. The dimensions are independent, so their divergences add up; "
    "a mean makes the penalty L times too weak against the reconstruction. The two agree for L = 1"
)
def mean_over_latents(mu, logvar, eps):
    return sample(mu, logvar, eps), cost(mu, logvar).mean(axis=1)


@misconception(
    "uses the noise of the first example for all of them. Each example is given noise of its own; shared noise ties "
    "the samples of a batch together. The two agree for a single example"
)
def shared_eps(mu, logvar, eps):
    return sample(mu, logvar, eps[:1]), cost(mu, logvar).sum(axis=1)


@misconception(
    "adds up the divergences of the whole batch; each example has one of its own, so the sum runs over the latent "
    "dimensions only and N numbers remain"
)
def sum_over_batch(mu, logvar, eps):
    return sample(mu, logvar, eps), cost(mu, logvar).sum()


@misconception(
    "leaves the factor 1/2 out of the divergence, which comes out twice too large. The half is that of the exponent in "
    "the normal density"
)
def kl_without_half(mu, logvar, eps):
    return sample(mu, logvar, eps), 2 * cost(mu, logvar).sum(axis=1)


@misconception(
    "takes the divergence the other way round, from the standard normal to the distribution of the example. It is not "
    "symmetric: asked for is the one whose expectation is over the codes, as in the bound that a VAE maximizes"
)
def kl_reversed(mu, logvar, eps):
    return sample(mu, logvar, eps), 0.5 * ((1 + mu**2) * np.exp(-logvar) - 1 + logvar).sum(axis=1)


@misconception(
    "keeps the log-variance between -30 and 20, as a well-known implementation does for safety. Nothing overflows "
    "here that would need it, and outside of that range samples and divergence are wrong"
)
def logvar_clipped(mu, logvar, eps):
    logvar = np.clip(logvar, -30, 20)
    return sample(mu, logvar, eps), cost(mu, logvar).sum(axis=1)


@misconception(
    "leaves the 1 out of the divergence, which is then too large by half the number of latent dimensions, and not 0 "
    "for the standard normal itself"
)
def kl_without_one(mu, logvar, eps):
    return sample(mu, logvar, eps), (cost(mu, logvar) + 0.5).sum(axis=1)
