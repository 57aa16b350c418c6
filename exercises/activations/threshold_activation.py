"""The threshold: an activation becomes a decision, 1 or 0."""

import numpy as np


def threshold_activation(x: np.ndarray, threshold: float = 0.5) -> np.ndarray:
    """Return 1 where ``x`` reaches ``threshold`` and 0 elsewhere, as integers.

    This is how a classifier's output is read: a probability of at least the threshold means yes. It is used at the
    very end and not between layers, where it would have a gradient of 0 everywhere.

    Parameters
    ----------
    x : ndarray, any shape
        Activations, for example the outputs of a sigmoid. They are compared as they are; any numbers are allowed, also
        integers and ``nan``.
    threshold : float
        The smallest value that gives 1.

    Returns
    -------
    ndarray of int64, same shape as ``x``
        1 where ``x >= threshold``, 0 elsewhere; 0 where ``x`` is ``nan``.

    Notes
    -----
    Formula: ``1 if x >= threshold else 0`` (the step of McCulloch and Pitts, 1943), as
    ``(x >= threshold).to(torch.int64)`` in torch. Conventions:

    - a value that is equal to the threshold gives 1;
    - the threshold is compared with the activation and not with the pre-activation. For a sigmoid, ``x >= 0.5`` is
      the same as a pre-activation of at least 0;
    - the comparison takes place in the dtype of ``x``, as ``x >= threshold`` does by itself: in a float32 array, the
      float32 number nearest to 0.7 reaches the threshold 0.7.

    Examples
    --------
    >>> threshold_activation(np.array([0.2, 0.5, 0.9]))
    array([0, 1, 1])
    >>> threshold_activation(np.array([0.2, 0.5, 0.9]), threshold=0.8)
    array([0, 0, 1])
    """
    raise NotImplementedError
