"""The losses of regression: mean squared error and mean absolute error."""

import numpy as np


def regression_loss(
    pred: np.ndarray, target: np.ndarray, kind: str = "mse", reduction: str = "mean"
) -> float | np.ndarray:
    """Return the squared or the absolute error of ``pred``, reduced to a number or one per element.

    The squared error punishes a few large errors hard and its gradient shrinks near the target; the absolute error
    cares less about outliers and has a gradient of constant size.

    Parameters
    ----------
    pred : ndarray, any shape
        Predictions.
    target : ndarray, same shape as ``pred``
        What they should have been. Both may hold integers, unsigned ones too.
    kind : str
        "mse" for the square of the difference, "mae" for its absolute value. Other names are left open.
    reduction : str
        "mean" for the mean over all elements, "sum" for their sum, "none" for one loss per element. Other
        names are left open.

    Returns
    -------
    float, or ndarray of the shape of ``pred`` for "none"
        The loss. For "none", float32 inputs give float32.

    Raises
    ------
    ValueError
        If the shapes of ``pred`` and ``target`` differ, even where they could be broadcast. torch only warns about
        it: (N,) and (N, 1) silently become (N, N), every prediction compared with every target.

    Notes
    -----
    With ``d = pred - target``, the loss of an element is ``d**2`` (without a factor 1/2 and without a root at the end)
    or ``|d|``. The mean divides by the number of all elements: in an (N, D) array by ``N * D``, not by N. Agrees with
    ``torch.nn.functional.mse_loss`` and ``l1_loss``. As there, without any elements the mean is nan and the sum 0.
    Differences of unsigned integers wrap around (1 - 3 is 254 in uint8): integers are converted before subtracting.
    Least squares are Legendre's (1805).

    Examples
    --------
    >>> pred, target = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [6.0, 3.0]])
    >>> print(regression_loss(pred, target))
    3.5
    >>> regression_loss(pred, target, kind="mae", reduction="none")
    array([[0., 2.],
           [3., 1.]])
    """
    raise NotImplementedError
