"""Binary cross-entropy from logits: sigmoid and loss in one step that never overflows."""

import numpy as np


def bce_with_logits(
    z: np.ndarray, y: np.ndarray, pos_weight: np.ndarray | None = None, reduction: str = "mean"
) -> float | np.ndarray:
    """Return the binary cross-entropy of ``sigmoid(z)`` with the labels ``y``, straight from the logits.

    In floating point a sigmoid becomes exactly 1 at a logit of about 37, and whatever it was sure about is lost before
    the logarithm is taken. Simplified on paper first, the logarithm of the sigmoid is exact for logits of any size:
    a logit of 1000 that is wrong costs 1000.

    Parameters
    ----------
    z : ndarray, any shape
        Finite logits of class 1, not probabilities.
    y : ndarray, same shape as ``z``
        Labels: 0 or 1, integers or floats, or anything between (soft labels).
    pos_weight : ndarray, or None
        Positive weight of the term of class 1; can be broadcast to the shape of ``z``. Shape (C,) gives each column
        of an (N, C) array its own. Larger than 1, it makes missed positives more expensive. None stands for 1.
    reduction : str
        "mean" for the mean over all elements, "sum" for their sum, "none" for one loss per element. Other
        names are left open.

    Returns
    -------
    float, or ndarray of the shape of ``z`` for "none"
        The loss. For "none", float32 inputs give float32.

    Notes
    -----
    The loss of an element, with ``s = sigmoid(z) = 1 / (1 + exp(-z))``::

        -(pos_weight * y * log(s) + (1 - y) * log(1 - s))

    where ``-log(s) = log(1 + exp(-z))`` and ``-log(1 - s) = log(1 + exp(z)) = z - log(s)``. The function
    ``log(1 + exp(t))`` is called softplus; ``exp(1000)`` overflows, so compute it as
    ``max(t, 0) + log(1 + exp(-|t|))``. The weight belongs to the term of class 1 only, and the mean divides by the
    number of elements, not by the sum of the weights. There is no limit such as the 100 of binary cross-entropy from
    probabilities. Agrees with ``torch.nn.functional.binary_cross_entropy_with_logits``. As a model of yes and no it is
    the logistic regression of Cox (1958).

    Examples
    --------
    >>> z, y = np.array([0.0, 2.0, -1000.0]), np.array([1.0, 0.0, 1.0])
    >>> bce_with_logits(z, y, reduction="none").round(4)
    array([6.9310e-01, 2.1269e+00, 1.0000e+03])
    >>> bce_with_logits(z, y, pos_weight=np.array(2.0), reduction="none").round(4)
    array([1.3863e+00, 2.1269e+00, 2.0000e+03])
    """
    raise NotImplementedError
