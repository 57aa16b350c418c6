"""Max-pooling: keep the strongest answer in each window and forget where exactly it was."""

import numpy as np


def max_pool2d(x: np.ndarray, kernel: int, stride: int | None = None, padding: int = 0) -> np.ndarray:
    """Return the largest value in each square window of each channel.

    A feature map says where a feature is; for most questions, roughly where is enough. Pooling makes the map smaller,
    and the answer indifferent to shifts inside a window. It has no weights. LeCun's networks of 1989 subsampled by a
    stride, LeNet-5 of 1998 by averages; AlexNet (2012) made the maximum the rule.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W), floats or ints
        N images with C channels, H rows and W columns.
    kernel : int
        Rows and columns of a window; at least 1.
    stride : int, optional
        Rows and columns from one window to the next; at least 1. None: equal to ``kernel``, so that the windows lie
        side by side.
    padding : int
        Rows and columns put around each image on all four sides, from 0 to ``kernel // 2``. They count as minus
        infinity (not 0), so a padded place is never the maximum; each window holds a pixel of the image as well.

    Returns
    -------
    ndarray of shape (N, C, H', W'), same dtype as ``x``, also for ints
        ``H' = (H + 2 * padding - kernel) // stride + 1``, and W' likewise from W: a window that would reach beyond the
        padded image is left out.

    Notes
    -----
    With ``xp`` the padded images::

        y[n, c, r, s] = max over i, j in 0, ..., kernel - 1 of xp[n, c, r * stride + i, s * stride + j]

    Channels are pooled one by one, never across. Agrees with ``torch.nn.functional.max_pool2d``.

    Examples
    --------
    >>> x = np.array([[[[1, 5, 2, 0], [3, 4, 8, 6], [-9, -7, -1, -3]]]])
    >>> max_pool2d(x, 2)
    array([[[[5, 8]]]])
    >>> max_pool2d(x, 2, 1, 0)
    array([[[[5, 8, 8],
             [4, 8, 8]]]])
    """
    raise NotImplementedError
