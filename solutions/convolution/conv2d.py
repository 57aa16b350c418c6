"""The convolutional layer: one small filter per output channel, slid over the whole image."""

import numpy as np


def conv2d(x: np.ndarray, w: np.ndarray, b: np.ndarray | None, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Slide each kernel over the images and return its inner product with every window.

    The same few weights look at every place, so a feature is found wherever it appears, and a layer has far fewer
    weights than one that connects every pixel to every output.

    Parameters
    ----------
    x : ndarray of shape (N, C, H, W)
        N images with C channels, H rows and W columns.
    w : ndarray of shape (O, C, kh, kw)
        O kernels. Each has a slice of kh rows and kw columns for every input channel.
    b : ndarray of shape (O,), or None
        One bias per output channel, added once to every output of that channel. None: no bias.
    stride : int
        Rows and columns from one window to the next; at least 1.
    padding : int
        Rows and columns of zeros put around each image, on all four sides; at least 0.

    Returns
    -------
    ndarray of shape (N, O, H', W'), float32 where the inputs are float32
        ``H' = (H + 2 * padding - kh) // stride + 1``, and W' likewise from W and kw: a window that would reach beyond
        the padded image is left out.

    Notes
    -----
    With ``xp`` the padded images::

        y[n, o, r, s] = b[o] + sum over c, i, j of w[o, c, i, j] * xp[n, c, r * stride + i, s * stride + j]

    The kernel is *not* flipped: this is a cross-correlation, which deep learning calls convolution (LeCun et al.,
    1989), as in ``torch.nn.functional.conv2d``.

    Examples
    --------
    A kernel that subtracts each pixel from its right neighbour answers where the image gets brighter.

    >>> image = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0]])
    >>> kernel = np.array([[-1.0, 1.0]])
    >>> conv2d(image[None, None], kernel[None, None], None, 1, 0)[0, 0]
    array([[0., 1., 0.],
           [0., 1., 0.]])

    >>> conv2d(np.ones((2, 3, 7, 5)), np.ones((4, 3, 3, 2)), np.zeros(4), 2, 1).shape
    (2, 4, 4, 3)
    """
    ### BEGIN SOLUTION
    kernel_size = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel_size, axis=(2, 3))  # (N, C, rows, cols, kh, kw)
    y = np.einsum("ncrsij,ocij->nors", windows[:, :, ::stride, ::stride], w)
    return y if b is None else y + b[:, None, None]
    ### END SOLUTION
