"""The loss of a language model: each position is asked for the token that comes next."""

import numpy as np


def causal_lm_loss(logits: np.ndarray, ids: np.ndarray, mask: np.ndarray) -> tuple[float, float]:
    """Return the mean cross-entropy of predicting the next token, and its exponential, the perplexity.

    One forward pass of a causal model predicts every token of a text from those before it. The same ids are input and
    target, one place apart: what the model says at position ``t`` is compared with the token at ``t + 1``.

    Parameters
    ----------
    logits : ndarray, shape (N, T, V)
        Raw finite scores of the V tokens of the vocabulary at each position, of any size: 1000 and -1000 must work.
        Those at position ``t`` were computed from the tokens 0 to ``t``. T >= 2.
    ids : ndarray of integers, shape (N, T)
        The tokens. Where ``mask`` is True they are from 0 to V - 1; elsewhere they may be any number, also -100.
    mask : boolean ndarray, shape (N, T)
        Which tokens count *as targets*. False for padding, and for a prompt that is to be read but not learned; it
        may stand anywhere. At least one token that has another before it counts.

    Returns
    -------
    loss : float
        The mean over all targets that count, in all sequences together.
    perplexity : float
        ``exp(loss)``.

    Notes
    -----
    The targets are the pairs ``(n, t)`` with ``t < T - 1`` and ``mask[n, t + 1]``; with M of them::

        loss = sum of -log softmax(logits[n, t])[ids[n, t + 1]] / M

    The last position has nothing to predict, the first token is predicted by nobody. Agrees with
    ``torch.nn.functional.cross_entropy`` on ``logits[:, :-1]`` and ``ids[:, 1:]``, where what does not count has the
    label -100, its ``ignore_index``. The factorization into next-token predictions is that of Bengio et al., "A Neural
    Probabilistic Language Model", 2003.

    Examples
    --------
    Scores that are all equal say nothing: each of the four tokens has the probability 1/4.

    >>> logits, ids = np.zeros((1, 3, 4)), np.array([[2, 0, 3]])
    >>> [round(float(part), 4) for part in causal_lm_loss(logits, ids, np.ones((1, 3), dtype=bool))]
    [1.3863, 4.0]

    Position 0 is rather sure that token 0 comes next, and is right; the last token is padding.

    >>> logits[0, 0] = [5.0, 0.0, 0.0, 0.0]
    >>> [round(float(part), 4) for part in causal_lm_loss(logits, ids, np.array([[True, True, False]]))]
    [0.02, 1.0202]
    """
    ### BEGIN SOLUTION
    logits, targets, counts = logits[:, :-1], ids[:, 1:], mask[:, 1:]
    shifted = logits - logits.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    loss = -np.take_along_axis(log_p[counts], targets[counts][:, None], axis=1).mean()
    return loss, np.exp(loss)
    ### END SOLUTION
