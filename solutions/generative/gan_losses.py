"""The two losses of a GAN: a detective and a forger who learn from each other."""

import numpy as np


def gan_losses(real_logits: np.ndarray, fake_logits: np.ndarray) -> tuple[float, float]:
    """Return the loss of the discriminator and the (non-saturating) loss of the generator.

    The discriminator D is a classifier that should answer 1 for real examples and 0 for those that the generator has
    made; the generator is to make D answer 1. Its loss could be the opposite of D's, but then its gradient would vanish
    early in training, when D sees through every fake. So it gets a loss of its own that is steep just there.

    Parameters
    ----------
    real_logits : ndarray of shape (N,)
        What D says about N real examples, before the sigmoid: positive for "real". N >= 1.
    fake_logits : ndarray of shape (M,)
        What D says about M generated examples, likewise. M >= 1, not necessarily N.

    Returns
    -------
    d_loss, g_loss : tuple of two floats
        The loss of the discriminator, then that of the generator. Both are finite for logits of any size. NumPy scalars
        will do as well.

    Notes
    -----
    With ``D = sigmoid(logit)`` and natural logarithms (Goodfellow et al., 2014)::

        d_loss = mean(-log(D_real)) + mean(-log(1 - D_fake))
        g_loss = mean(-log(D_fake))

    Each mean runs over its own batch, and ``d_loss`` is the sum of the two means, not their average. In torch, with
    ``bce = torch.nn.functional.binary_cross_entropy_with_logits``, ``d_loss`` is ``bce(real, ones) + bce(fake, zeros)``
    and ``g_loss`` is ``bce(fake, ones)``.

    A sigmoid rounds to 0 or 1 for large logits, and the logarithm of 0 is infinite. Both terms can be had from the
    logits without this detour: ``-log(sigmoid(x)) = log(1 + exp(-x))`` and ``1 - sigmoid(x) = sigmoid(-x)``, where the
    exponential must not overflow either.

    Examples
    --------
    Where D cannot tell, all its logits are 0 and it says 1/2 throughout: the losses are 2 * log(2) and log(2).

    >>> d_loss, g_loss = gan_losses(np.zeros(3), np.zeros(2))
    >>> print(round(float(d_loss), 6), round(float(g_loss), 6))
    1.386294 0.693147
    """
    ### BEGIN SOLUTION

    def softplus(x):
        return np.logaddexp(0, x)  # log(1 + exp(x)) without overflow

    d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
    return d_loss, softplus(-fake_logits).mean()
    ### END SOLUTION
