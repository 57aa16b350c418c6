"""The heart of a variational autoencoder: a sample that lets gradients through, and what the code costs."""

import numpy as np


def vae_sample_and_kl(mu: np.ndarray, logvar: np.ndarray, eps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw the latent code of each example from its normal distribution; return it with its KL divergence.

    The encoder gives a distribution for each example, and the decoder gets a sample of it. Drawing is not
    differentiable, but shifting and scaling noise that has been drawn elsewhere is: this is the reparameterization
    trick. The KL divergence keeps the distributions near a standard normal, so that such a normal gives codes to
    generate from.

    Parameters
    ----------
    mu : ndarray of shape (N, L)
        Means: N examples with L latent dimensions.
    logvar : ndarray of shape (N, L)
        Natural logarithms of the variances (not of the standard deviations), of any sign.
    eps : ndarray of shape (N, L)
        Standard normal noise, drawn by the caller, one number for each entry of ``mu``.

    Returns
    -------
    z : ndarray of shape (N, L)
        The samples.
    kl : ndarray of shape (N,)
        For each example, the KL divergence from its normal distribution to the standard normal one, in nats: the sum
        (not the mean) over its latent dimensions. Never negative, and 0 only where ``mu`` and ``logvar`` are 0.

        Both are float32 where the inputs are float32. The inputs are left as they are.

    Notes
    -----
    With the standard deviation ``exp(logvar / 2)``::

        z[i] = mu[i] + exp(logvar[i] / 2) * eps[i]
        kl[i] = 1/2 * sum over j of (mu[i, j]**2 + exp(logvar[i, j]) - 1 - logvar[i, j])

    (Kingma and Welling, 2014.) ``kl`` agrees with ``torch.distributions.kl_divergence(Normal(mu, std), Normal(0, 1))``
    summed over the last axis.

    Examples
    --------
    The standard deviations are 2 and 1; only the first dimension differs from a standard normal.

    >>> z, kl = vae_sample_and_kl(np.array([[1.0, 0.0]]), np.log([[4.0, 1.0]]), np.array([[0.5, -0.5]]))
    >>> z
    array([[ 2. , -0.5]])
    >>> kl.round(4)
    array([1.3069])
    """
    raise NotImplementedError
