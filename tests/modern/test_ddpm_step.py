import numpy as np

from grader.checks import assert_close, assert_pure, contract, core, from_torch, misconception, parametrize

LINEAR = np.linspace(1e-4, 0.02, 1000)  # the schedule of the paper


@from_torch
def mixed(x_0, t, betas, noise):
    import torch

    kept = torch.cumprod(1 - betas, dim=0)[t]
    return kept.sqrt() * x_0 + (1 - kept).sqrt() * noise


@from_torch
def expected(x_t, eps, t, betas, noise):
    """Sample the posterior, given x_t and the example that eps stands for."""
    import torch

    alphas = 1 - betas
    kept = torch.cumprod(alphas, dim=0)
    before = kept[t - 1] if t else torch.ones_like(kept[0])
    x_0 = (x_t - (1 - kept[t]).sqrt() * eps) / kept[t].sqrt()
    mean = (before.sqrt() * betas[t] * x_0 + alphas[t].sqrt() * (1 - before) * x_t) / (1 - kept[t])
    return mean + betas[t].sqrt() * noise if t else mean


def draw(rng, steps, shape=(3, 4)):
    """Draw two arrays of standard normal numbers, variances for so many steps, and noise."""
    x, eps, noise = rng.normal(size=(3, *shape))
    return x, eps, rng.uniform(0.05, 0.4, size=steps), noise


@core
def test_q_sample_agrees_with_torch(student, rng):
    """Agrees with torch in q_sample: the roots of what torch.cumprod says is kept, and of the rest."""
    n, d, steps = (int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:3])
    x_0, _, betas, noise = draw(rng, steps + 2, (n, d))
    arguments = 3 * x_0 + 1, int(rng.integers(1, steps)), betas, noise
    assert_close(student.q_sample(*arguments), mixed(*arguments))


@core
def test_ddpm_step_agrees_with_torch(student, rng):
    """Agrees with torch in ddpm_step: the mean of the posterior, composed from torch.cumprod, and the fresh noise."""
    n, d, steps = (int(size) for size in rng.permutation([3, 4, 5, 6, 7])[:3])
    x_t, eps, betas, noise = draw(rng, steps + 2, (n, d))
    arguments = x_t + 0.5, eps, int(rng.integers(1, steps)), betas, noise
    assert_close(student.ddpm_step(*arguments), expected(*arguments))


@parametrize("t", [0, 1, 10, 500, 999])
def test_schedule_forward(student, rng, t):
    """Mixes at any step of the linear schedule of 1000: nearly clean at 0, nearly noise at 999."""
    x_0, _, _, noise = draw(rng, 1)
    assert_close(student.q_sample(2 * x_0, t, LINEAR, noise), mixed(2 * x_0, t, LINEAR, noise))


@parametrize("t", [0, 1, 10, 500, 999])
def test_schedule_backward(student, rng, t):
    """Undoes any step of the linear schedule of 1000."""
    x_t, eps, _, noise = draw(rng, 1)
    assert_close(student.ddpm_step(x_t, eps, t, LINEAR, noise), expected(x_t, eps, t, LINEAR, noise))


def test_first_step(student, rng):
    """Mixes in the noise of step 0 at t = 0, and that of all steps at t = T - 1."""
    x_0, _, betas, noise = draw(rng, 4)
    for t in (0, 3):
        assert_close(student.q_sample(x_0, t, betas, noise), mixed(x_0, t, betas, noise))


def test_no_noise_at_step_0(student, rng):
    """Adds no noise when it undoes step 0, however large the noise is that it is given."""
    x_t, eps, betas, noise = draw(rng, 5)
    assert_close(student.ddpm_step(x_t, eps, 0, betas, 100 * noise), expected(x_t, eps, 0, betas, noise))


def test_gives_back(student, rng):
    """Gives the example back when it undoes step 0 and the noise is known."""
    x_0, eps, betas, noise = draw(rng, 3, (2, 5))
    x_t = np.sqrt(1 - betas[0]) * x_0 + np.sqrt(betas[0]) * eps
    assert_close(student.ddpm_step(x_t, eps, 0, betas, noise), x_0)


def test_chain(student, rng):
    """Undoes every step of a chain, where the network always predicts what leads to one example."""
    x_0, x_t, betas, _ = draw(rng, 6, (2, 3))
    kept = np.cumprod(1 - betas)
    for t in reversed(range(6)):
        eps = (x_t - np.sqrt(kept[t]) * x_0) / np.sqrt(1 - kept[t])
        noise = rng.normal(size=x_t.shape)
        x_before = expected(x_t, eps, t, betas, noise)
        assert_close(student.ddpm_step(x_t, eps, t, betas, noise), x_before)
        x_t = x_before


def test_without_noise(student, rng):
    """Returns the mean where the fresh noise is 0, and only scales where no noise is predicted."""
    x_t, eps, betas, noise = draw(rng, 5)
    for predicted in (eps, 0 * eps):
        arguments = x_t, predicted, 3, betas, 0 * noise
        assert_close(student.ddpm_step(*arguments), expected(*arguments))


@parametrize("shape", [(6,), (1, 1), (2, 3, 4, 4)])
def test_shapes(student, rng, shape):
    """Works on arrays of any shape, there and back."""
    x, eps, betas, noise = draw(rng, 5, shape)
    assert_close(student.ddpm_step(x, eps, 3, betas, noise), expected(x, eps, 3, betas, noise))
    assert_close(student.q_sample(x, 3, betas, noise), mixed(x, 3, betas, noise))


def test_q_sample_float32(student, rng):
    """Returns float32 for float32 in q_sample, and leaves its arguments alone."""
    x_0, _, betas, noise = (part.astype(np.float32) for part in draw(rng, 6))
    assert_close(student.q_sample(x_0, 4, betas, noise), mixed(x_0, 4, betas, noise), dtype=np.float32)
    assert_pure(student)


@contract(expected, "float32", "integers", "views", "pure", integers=(0, 1, 4))
def ddpm_step(rng):
    x_t, eps, betas, noise = draw(rng, 6)
    return 3 * x_t, eps, 4, betas, noise


def kept_until(t, betas):
    return np.cumprod(1 - betas)[t]


def step(x_t, eps, t, betas, noise, *, kept=None, sigma=None):
    """Undo a step, with another share that is kept or another spread of the fresh noise."""
    kept = kept_until(t, betas) if kept is None else kept
    sigma = np.sqrt(betas[t]) if sigma is None else sigma
    mean = (x_t - betas[t] / np.sqrt(1 - kept) * eps) / np.sqrt(1 - betas[t])
    return mean + sigma * noise if t else mean


@misconception(
    "mixes with alpha_bar and 1 - alpha_bar as they are. They are shares of the variance; what multiplies the example "
    "and the noise are their roots, whose squares add up to 1",
    replaces="q_sample",
)
def no_roots(x_0, t, betas, noise):
    kept = kept_until(t, betas)
    return kept * x_0 + (1 - kept) * noise


@misconception(
    "multiplies the noise by 1 - sqrt(alpha_bar) in place of sqrt(1 - alpha_bar). The variances have to add up to 1, "
    "not the factors",
    replaces="q_sample",
)
def one_minus_root(x_0, t, betas, noise):
    kept = np.sqrt(kept_until(t, betas))
    return kept * x_0 + (1 - kept) * noise


@misconception(
    "multiplies the noise by 1 - alpha_bar without the root. The example has its root; the noise needs one as well, so "
    "that the squares of the factors add up to 1",
    replaces="q_sample",
)
def no_root_of_the_noise(x_0, t, betas, noise):
    kept = kept_until(t, betas)
    return np.sqrt(kept) * x_0 + (1 - kept) * noise


@misconception(
    "takes alpha[t] alone, as if step t were the only one. All steps from 0 to t have taken their share: alpha_bar is "
    "the product of their alphas. At t = 0 the two agree",
    replaces="q_sample",
)
def one_step_only(x_0, t, betas, noise):
    return np.sqrt(1 - betas[t]) * x_0 + np.sqrt(betas[t]) * noise


@misconception(
    "multiplies the betas in place of the alphas. What a step keeps is 1 - beta, and that is what is multiplied up",
    replaces="q_sample",
)
def product_of_betas(x_0, t, betas, noise):
    kept = 1 - np.cumprod(betas)[t]
    return np.sqrt(kept) * x_0 + np.sqrt(1 - kept) * noise


@misconception(
    "adds the betas up and keeps 1 minus their sum. Each step takes its share of what is left, so the shares that are "
    "kept are multiplied; for small betas and few steps the two are close",
    replaces="q_sample",
)
def sum_of_betas(x_0, t, betas, noise):
    taken = np.minimum(np.cumsum(betas)[t], 1)
    return np.sqrt(1 - taken) * x_0 + np.sqrt(taken) * noise


@misconception(
    "leaves step t itself out of the product: alpha_bar[t] runs over the steps 0 to t, t included. At t = 0 the "
    "example would come back without any noise",
    replaces="q_sample",
)
def product_before_t(x_0, t, betas, noise):
    kept = np.prod(1 - betas[:t])
    return np.sqrt(kept) * x_0 + np.sqrt(1 - kept) * noise


@misconception(
    "exchanges the two factors: the example gets that of the noise. Early steps keep nearly everything, so the root of "
    "alpha_bar belongs to the example",
    replaces="q_sample",
)
def factors_exchanged(x_0, t, betas, noise):
    kept = kept_until(t, betas)
    return np.sqrt(1 - kept) * x_0 + np.sqrt(kept) * noise


@misconception(
    "adds fresh noise at step 0 as well. That step is the last one and returns the finished example; noise would only "
    "spoil it",
    replaces="ddpm_step",
)
def noise_at_step_0(x_t, eps, t, betas, noise):
    return step(x_t, eps, t, betas, 0 * noise) + np.sqrt(betas[t]) * noise


@misconception(
    "adds no fresh noise at all. Every step then gives the mean, and the samples lose their variety; only step 0 is "
    "without noise",
    replaces="ddpm_step",
)
def never_noise(x_t, eps, t, betas, noise):
    return step(x_t, eps, t, betas, 0 * noise)


@misconception(
    "multiplies the fresh noise by beta, which is its variance. Noise is multiplied by its standard deviation, "
    "sqrt(beta)",
    replaces="ddpm_step",
)
def variance_for_deviation(x_t, eps, t, betas, noise):
    return step(x_t, eps, t, betas, noise, sigma=betas[t])


@misconception(
    "adds the fresh noise with the variance of the posterior, beta[t] * (1 - alpha_bar[t - 1]) / (1 - alpha_bar[t]). "
    "That is the other choice of the paper and of many libraries, right for data that are a single point; here the "
    "variance is beta[t]. After many steps the two are close",
    replaces="ddpm_step",
)
def posterior_variance(x_t, eps, t, betas, noise):
    before, kept = np.prod(1 - betas[:t]), kept_until(t, betas)
    return step(x_t, eps, t, betas, noise, sigma=np.sqrt(betas[t] * (1 - before) / (1 - kept)))


@misconception(
    "divides by sqrt(alpha) after adding the fresh noise, so that this is scaled as well. It is added to the finished "
    "mean; where it is 0 the two agree",
    replaces="ddpm_step",
)
def noise_scaled_too(x_t, eps, t, betas, noise):
    return step(x_t, eps, t, betas, noise, sigma=np.sqrt(betas[t] / (1 - betas[t])))


@misconception(
    "forgets to divide by sqrt(alpha[t]). The noising step has made the example smaller by this factor, so undoing it "
    "makes it larger again. For small betas the two are close, but a thousand steps add up",
    replaces="ddpm_step",
)
def not_scaled_back(x_t, eps, t, betas, noise):
    mean = x_t - betas[t] / np.sqrt(1 - kept_until(t, betas)) * eps
    return mean + np.sqrt(betas[t]) * noise if t else mean


@misconception(
    "divides by alpha[t] without the root. The noising step has multiplied the example by sqrt(alpha[t])",
    replaces="ddpm_step",
)
def no_root_of_alpha(x_t, eps, t, betas, noise):
    mean = (x_t - betas[t] / np.sqrt(1 - kept_until(t, betas)) * eps) / (1 - betas[t])
    return mean + np.sqrt(betas[t]) * noise if t else mean


@misconception(
    "divides by the root of alpha_bar[t] in place of alpha[t]. That would undo all steps from 0 to t at once, and only "
    "this one is to be undone; at t = 0 the two agree",
    replaces="ddpm_step",
)
def scaled_back_all_the_way(x_t, eps, t, betas, noise):
    kept = kept_until(t, betas)
    mean = (x_t - betas[t] / np.sqrt(1 - kept) * eps) / np.sqrt(kept)
    return mean + np.sqrt(betas[t]) * noise if t else mean


@misconception(
    "takes alpha[t] in place of alpha_bar[t], the product over the steps 0 to t, in the factor of the predicted noise. "
    "Far more noise is then taken off than one step has added; at t = 0 the two agree",
    replaces="ddpm_step",
)
def alpha_for_the_product(x_t, eps, t, betas, noise):
    return step(x_t, eps, t, betas, noise, kept=1 - betas[t])


@misconception(
    "leaves step t out of the product alpha_bar[t], which runs over the steps 0 to t, t included. Late in a long "
    "schedule it is hardly seen, at the last steps of sampling it is",
    replaces="ddpm_step",
)
def index_off_by_one(x_t, eps, t, betas, noise):
    with np.errstate(divide="ignore", invalid="ignore"):
        return step(x_t, eps, t, betas, noise, kept=np.prod(1 - betas[:t]))


@misconception(
    "divides beta by 1 - alpha_bar without the root in the factor of the predicted noise. The noise in x_t has the "
    "standard deviation sqrt(1 - alpha_bar)",
    replaces="ddpm_step",
)
def no_root_in_the_factor(x_t, eps, t, betas, noise):
    return step(x_t, eps, t, betas, noise, kept=1 - (1 - kept_until(t, betas)) ** 2)


@misconception(
    "takes sqrt(beta) in place of beta in the factor of the predicted noise. beta / sqrt(1 - alpha_bar) has its root "
    "below only; sqrt(beta) is the factor of the fresh noise",
    replaces="ddpm_step",
)
def root_of_beta_in_the_factor(x_t, eps, t, betas, noise):
    mean = (x_t - np.sqrt(betas[t]) / np.sqrt(1 - kept_until(t, betas)) * eps) / np.sqrt(1 - betas[t])
    return mean + np.sqrt(betas[t]) * noise if t else mean


@misconception(
    "adds the predicted noise in place of subtracting it, so that the example gets noisier at every step",
    replaces="ddpm_step",
)
def noise_added(x_t, eps, t, betas, noise):
    return step(x_t, -eps, t, betas, noise)


@misconception(
    "jumps to the end: it returns the example that the predicted noise stands for. A single prediction is a blurred "
    "mean of all that is possible, so one goes a small step and asks again; at step 0 the two agree",
    replaces="ddpm_step",
)
def predicts_the_example(x_t, eps, t, betas, noise):
    kept = kept_until(t, betas)
    return (x_t - np.sqrt(1 - kept) * eps) / np.sqrt(kept)


@misconception(
    "takes the deterministic step of DDIM, which mixes the predicted example and the predicted noise anew and adds no "
    "fresh noise. That is another sampler for the same network (Song et al., 2020); at step 0 the two agree",
    replaces="ddpm_step",
)
def ddim(x_t, eps, t, betas, noise):
    before = np.prod(1 - betas[:t])
    return np.sqrt(before) * predicts_the_example(x_t, eps, t, betas, noise) + np.sqrt(1 - before) * eps
