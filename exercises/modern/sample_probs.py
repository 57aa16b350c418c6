"""Temperature, top-k and top-p: the distribution from which the next token is drawn."""

import numpy as np


def sample_probs(
    logits: np.ndarray, temperature: float = 1.0, top_k: int | None = None, top_p: float = 1.0
) -> np.ndarray:
    """Return the probabilities of the next token after temperature, top-k and top-p.

    The tail of a large vocabulary is improbable token by token but not as a whole, and one bad token spoils the text
    that is built on it. So the tail is cut, and what is left is divided by its sum. Drawing is another matter.

    Parameters
    ----------
    logits : ndarray, shape (..., V)
        Scores of the V tokens, in no order, of any size; -inf is a token that must not be drawn. At least one is
        finite. Which of two equal scores is cut is left open.
    temperature : float
        Above 0. Divides the scores: below 1 sharpens, above 1 flattens.
    top_k : int or None
        Keep the ``top_k`` >= 1 most probable tokens; all, if there are not more. None keeps all.
    top_p : float
        Above 0, at most 1. Keep the fewest tokens, the most probable first, whose probabilities add up to ``top_p`` or
        more. The token with which they do so is kept, hence one token always is.

    Returns
    -------
    ndarray, same shape as ``logits``
        Probabilities in the order of ``logits``, 0 for what was cut; each row adds up to 1. float32 for float32, floats
        for integers. The inputs are left as they are.

    Notes
    -----
    In this order, for each row::

        p = softmax(logits / temperature)
        p = p where among the top_k, else 0;                  p = p / sum(p)
        p = p where (sum of all larger p) < top_p, else 0;    p = p / sum(p)

    so ``top_p`` is measured on what ``top_k`` has left. Top-k is from Fan, Lewis and Dauphin, "Hierarchical Neural
    Story Generation", 2018; top-p, or nucleus sampling, from Holtzman et al., "The Curious Case of Neural Text
    Degeneration", 2019.

    Examples
    --------
    The probabilities are 0.15, 0.5, 0.05 and 0.3. The most probable token does not reach 0.7, with the next it is 0.8.

    >>> logits = np.log(np.array([0.15, 0.5, 0.05, 0.3]))
    >>> sample_probs(logits, 1.0, None, 0.7)
    array([0.   , 0.625, 0.   , 0.375])
    >>> sample_probs(logits, 1.0, 3).round(4)
    array([0.1579, 0.5263, 0.    , 0.3158])
    >>> sample_probs(logits, 0.5).round(4)
    array([0.0616, 0.6849, 0.0068, 0.2466])
    """
    raise NotImplementedError
