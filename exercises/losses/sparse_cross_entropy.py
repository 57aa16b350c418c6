"""Sparse cross-entropy: the loss of a classifier, from logits and integer labels, with its gradient."""

import numpy as np


def sparse_cross_entropy(
    logits: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None, ignore_index: int = -100
) -> tuple[float, np.ndarray]:
    """Return the mean of ``-log softmax(logits)`` at the true classes, and its gradient.

    The labels are class numbers, not one-hot rows. Softmax is a step inside the loss: the caller passes
    raw scores. Going through ``log softmax`` directly keeps the loss finite where a probability rounds
    to 0, and makes the gradient as simple as "probabilities minus one-hot".

    Parameters
    ----------
    logits : ndarray, shape (N, C)
        Raw finite scores, N >= 1, of any size: 1000 and -1000 must work.
    y : ndarray of integers, shape (N,)
        Labels from 0 to C - 1, or ``ignore_index``.
    weight : ndarray, shape (C,), or None
        Weight of each class, not negative; None stands for ones. Has the dtype of ``logits``.
    ignore_index : int
        Rows with this label do not take part: they count in neither the loss nor the divisor, and their
        gradient is 0. Any integer; it may be one of the classes.

    Returns
    -------
    loss : float
        The weighted mean. nan when every row is ignored; left open where all weights that take part are 0.
    dlogits : ndarray, shape (N, C), dtype of ``logits``, float where these are integers
        Gradient of ``loss`` with respect to ``logits``. May be anything when every row is ignored, or when all
        weights that take part are 0.

    Raises
    ------
    IndexError or ValueError
        If a label is neither ``ignore_index`` nor from 0 to C - 1. A negative label does not count from
        the end. Either exception is right.

    Notes
    -----
    With ``p = softmax(logits)`` along axis 1 and ``w_i = weight[y_i]`` (0 in an ignored row)::

        loss = sum_i w_i * -log p[i, y_i] / sum_i w_i
        dlogits[i, c] = (p[i, c] - (1 if c == y_i else 0)) * w_i / sum_i w_i

    The divisor is the sum of the weights that took part, which is the number of kept rows when all
    weights are 1. Agrees with ``torch.nn.functional.cross_entropy`` (``reduction="mean"``) and its
    gradient. Shifting a row of logits changes nothing: subtract the row's maximum before ``exp``. The pair of softmax
    and cross-entropy is Bridle's (1990).

    Examples
    --------
    >>> loss, dlogits = sparse_cross_entropy(np.array([[2.0, 0.0], [3.0, 0.0]]), np.array([0, 1]))
    >>> print(round(float(loss), 4))
    1.5878
    >>> dlogits.round(4)
    array([[-0.0596,  0.0596],
           [ 0.4763, -0.4763]])
    """
    raise NotImplementedError
