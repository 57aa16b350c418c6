"""The losses of regression: squared, absolute, root mean squared and Huber's error."""

import numpy as np


def regression_loss(
    pred: np.ndarray, target: np.ndarray, kind: str = "mse", reduction: str = "mean", delta: float = 1.0
) -> float | np.ndarray:
    """Return the error of ``pred``, measured in one of four ways, as a number or one per element.

    The squared error punishes a few large errors hard and its gradient shrinks near the target; the absolute error
    cares less about outliers and has a gradient of constant size. Huber's (1964) is squared near the target and
    absolute far from it. The root of the mean squared error has the unit of the target, so it suits a report.

    Parameters
    ----------
    pred : ndarray, any shape
        Predictions.
    target : ndarray, same shape as ``pred``
        What they should have been. Both may hold integers, unsigned ones too.
    kind : str
        "mse" for the square of the difference, "mae" for its absolute value, "huber" for Huber's loss, "rmse" for
        the root of the mean squared error. Other names are left open.
    reduction : str
        "mean" for the mean over all elements, "sum" for their sum, "none" for one loss per element. "rmse" goes
        with "mean" only. Other names and pairs are left open.
    delta : float
        Where Huber's loss changes from squared to linear, above 0. The other kinds do not use it.

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
    With ``d = pred - target``, the loss of an element is ``d**2`` for "mse" (without a factor 1/2 and without a root
    at the end), ``|d|`` for "mae", and for "huber" ``d**2 / 2`` where ``|d| <= delta`` and
    ``delta * (|d| - delta / 2)`` elsewhere: both have the same value and slope at ``delta``. For "rmse" the root is
    taken once, of the mean. The mean divides by the number of all elements: in an (N, D) array by ``N * D``, not by
    N. Agrees with ``torch.nn.functional.mse_loss``, ``l1_loss`` and ``huber_loss``. As there, without any elements
    the mean is nan and the sum 0.
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
    >>> regression_loss(pred, target, "huber", "none", delta=2.0)
    array([[0. , 2. ],
           [4. , 0.5]])
    """
    ### BEGIN SOLUTION
    if pred.shape != target.shape:
        raise ValueError(f"pred has shape {pred.shape}, target has shape {target.shape}")
    pred, target = (a if a.dtype.kind == "f" else a.astype(np.float64) for a in (pred, target))
    d = np.abs(pred - target)
    if kind == "mae":
        loss = d
    elif kind == "huber":
        loss = np.where(d <= delta, d**2 / 2, delta * (d - delta / 2))
    else:
        loss = d**2
    if reduction == "none":
        return loss
    if reduction == "sum":
        return loss.sum()
    mean = loss.mean() if loss.size else np.nan
    return np.sqrt(mean) if kind == "rmse" else mean
    ### END SOLUTION
