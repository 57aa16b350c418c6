"""Diffusion: noise is mixed into an example in one go, and taken off again step by step."""

import numpy as np


def q_sample(x_0: np.ndarray, t: int, betas: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Return the example after the noising steps 0 to t, in one go: what a network is shown in training.

    Each step keeps a little less of the example and adds a little noise. All of them together are again a mixture of
    the example and one noise, so no loop over the steps is needed.

    Parameters
    ----------
    x_0 : ndarray, any shape
        Clean examples.
    t : int
        The last step that is taken, from 0 to T - 1: step 0 has added some noise already.
    betas : ndarray, shape (T,)
        The variance of the noise that each step adds, between 0 and 1.
    noise : ndarray, same shape as ``x_0``
        Standard normal numbers, drawn by the caller.

    Returns
    -------
    ndarray, same shape as ``x_0``
        float32 where ``x_0``, ``betas`` and ``noise`` are.

    Notes
    -----
    With the share of the variance that a step keeps, ``alpha = 1 - beta``, and that which all steps up to t keep::

        alpha_bar[t] = alpha[0] * alpha[1] * ... * alpha[t]
        x_t = sqrt(alpha_bar[t]) * x_0 + sqrt(1 - alpha_bar[t]) * noise

    The squares of the two factors add up to 1, so the variance of data with variance 1 stays 1 (Ho et al., "Denoising
    Diffusion Probabilistic Models", 2020, arXiv:2006.11239, where t counts from 1).

    Examples
    --------
    Two steps that each keep 0.8 of the variance keep 0.64 together: the roots are 0.8 and 0.6.

    >>> q_sample(np.array([10.0, 0.0]), 1, np.array([0.2, 0.2, 0.5]), np.array([0.0, 1.0]))
    array([8. , 0.6])
    """
    raise NotImplementedError


def ddpm_step(x_t: np.ndarray, eps: np.ndarray, t: int, betas: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Undo step t: return a sample of what was there before it.

    Sampling begins with pure noise and goes through the steps T - 1, T - 2, ..., 0. At each of them a network says
    which noise it sees in ``x_t``; a part of it is taken off, and a little fresh noise is added. Only the last step,
    step 0, adds none and returns the finished example.

    Parameters
    ----------
    x_t : ndarray, any shape
        The example after the noising steps 0 to t.
    eps : ndarray, same shape as ``x_t``
        The noise in it as the network predicts it: what ``noise`` is in `q_sample`.
    t : int
        The step to undo, from 0 to T - 1.
    betas : ndarray, shape (T,)
        The variance of the noise that each step adds, between 0 and 1.
    noise : ndarray, same shape as ``x_t``
        Fresh standard normal numbers, drawn by the caller. Step 0 does not look at them.

    Returns
    -------
    ndarray, same shape as ``x_t``
        float32 where all arrays are. The arguments stay as they are.

    Notes
    -----
    With ``alpha`` and ``alpha_bar`` as in `q_sample` (algorithm 2 of Ho et al., 2020, arXiv:2006.11239)::

        mean = (x_t - beta[t] / sqrt(1 - alpha_bar[t]) * eps) / sqrt(alpha[t])
        result = mean + sqrt(beta[t]) * noise          the mean alone for t = 0

    The mean is that of the step's posterior, given ``x_t`` and the example that ``eps`` stands for. The variance of the
    fresh noise is ``beta[t]``, the simpler of the two that the paper tries.

    Examples
    --------
    Step 0 with the right noise gives the example back.

    >>> betas, noise = np.array([0.36, 0.5]), np.array([1.0])
    >>> x_0 = q_sample(np.array([10.0]), 0, betas, noise)
    >>> ddpm_step(x_0, noise, 0, betas, np.array([5.0]))
    array([10.])

    Step 1 goes a part of the way.

    >>> x_1 = q_sample(np.array([10.0]), 1, betas, noise)
    >>> ddpm_step(x_1, noise, 1, betas, np.array([0.0])).round(4)
    array([8.3087])
    """
    raise NotImplementedError
