"""BERT's masked language modelling: hide some tokens, and let the model guess them from both sides."""

from collections.abc import Iterable

import numpy as np


def bert_mask_tokens(
    ids: np.ndarray,
    vocab_size: int,
    mask_id: int,
    special_ids: Iterable[int],
    rng: np.random.Generator,
    p: float = 0.15,
) -> tuple[np.ndarray, np.ndarray]:
    """Choose tokens to be predicted, disguise most of them, and return the inputs and the labels.

    BERT's encoder lets every token see the whole sentence, so asking it for the next word would be no task: it could
    look it up. It learns by filling gaps instead. Some of the chosen tokens are left as they are or replaced by a
    random one, because ``[MASK]`` never occurs in real text and the model should not count on it.

    Parameters
    ----------
    ids : integer ndarray of shape (N, T)
        N sequences of T token ids, each from 0 to ``vocab_size - 1``; of a signed type.
    vocab_size : int
        Number of ids in the vocabulary.
    mask_id : int
        Id of the ``[MASK]`` token.
    special_ids : iterable of int
        Ids that are never chosen, such as ``[CLS]``, ``[SEP]`` and padding: a list, tuple, set or array, maybe empty.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same answer. The draws may be made in any order.
    p : float
        Probability that a token which is not special is chosen, from 0 to 1.

    Returns
    -------
    inputs : integer ndarray of shape (N, T)
        What the model gets to see. A token that is not chosen is as in ``ids``.
    labels : integer ndarray of shape (N, T)
        What it has to predict: the *original* id where a token was chosen, also where it shows unchanged, and -100
        everywhere else. ``ids`` itself is left as it is.

    Notes
    -----
    Every token that is not special is chosen with probability p, independently of all others, so their number varies.
    Every chosen token, again independently, becomes

    - ``mask_id`` with probability 0.8,
    - a random id with probability 0.1: each id from 0 to ``vocab_size - 1`` is equally likely, the special ones,
      ``mask_id`` and the original included,
    - and with probability 0.1 it stays what it is.

    From Devlin et al. (2019). -100 is the ``ignore_index`` of ``torch.nn.functional.cross_entropy``: these positions
    do not count in the loss.

    Examples
    --------
    Special tokens stay, and labels are original ids or -100.

    >>> ids = np.array([[0, 7, 8, 9, 5, 6, 1]])
    >>> inputs, labels = bert_mask_tokens(ids, 10, 2, [0, 1, 2], np.random.default_rng(0), 1.0)
    >>> labels
    array([[-100,    7,    8,    9,    5,    6, -100]])
    >>> inputs[0, 0], inputs[0, -1]
    (np.int64(0), np.int64(1))
    """
    ### BEGIN SOLUTION
    chosen = (rng.random(ids.shape) < p) & ~np.isin(ids, list(special_ids))
    labels = np.where(chosen, ids, -100)
    fate = rng.random(ids.shape)
    inputs = np.where(chosen & (fate < 0.8), mask_id, ids)
    replace = chosen & (fate >= 0.9)
    inputs = np.where(replace, rng.integers(vocab_size, size=ids.shape), inputs)
    return inputs, labels
    ### END SOLUTION
