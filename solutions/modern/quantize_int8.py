"""Quantization to 8 bits: numbers as small integers, with one scale for each channel."""

import numpy as np


def quantize_int8(x: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Return 8-bit integers and the scales with which they stand for ``x``.

    A byte in place of four: ``q * scale`` is ``x`` again, up to half a scale. Zero stays zero. Each channel has a scale
    of its own, so that one with large numbers does not wipe out the small numbers of another.

    Parameters
    ----------
    x : ndarray, two or more axes
        The numbers, all finite.
    axis : int
        The axis of the channels: each index along it has one scale, taken over all other axes. Negative values count
        from the end.

    Returns
    -------
    q : ndarray of int8, same shape as ``x``
        From -127 to 127.
    scale : ndarray of floats, as many axes as ``x``, length 1 but for ``axis``
        So that ``q * scale`` broadcasts. float32 for float32; floats for integers. The input is left as it is.

    Notes
    -----
    For each channel, over all its numbers (Jacob et al., "Quantization and Training of Neural Networks for Efficient
    Integer-Arithmetic-Only Inference", 2017, arXiv:1712.05877; here symmetric, without a zero point)::

        scale = max(abs(x)) / 127        or 1 for a channel of zeros
        q     = x / scale, rounded to the nearest integer, halves to the even one

    -128 is not used, so that the range is the same on both sides. Agrees with
    ``torch.fake_quantize_per_channel_affine``, which gives ``q * scale``.

    Examples
    --------
    The largest absolute numbers of the rows are 1.27 and 254.

    >>> q, scale = quantize_int8(np.array([[0.5, -1.27, 0.012], [254.0, -3.0, 9.0]]), axis=0)
    >>> q
    array([[  50, -127,    1],
           [ 127,   -2,    4]], dtype=int8)
    >>> scale
    array([[0.01],
           [2.  ]])
    """
    ### BEGIN SOLUTION
    others = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    largest = np.abs(x).max(axis=others, keepdims=True)
    scale = np.where(largest > 0, largest / 127, 1)
    return np.rint(x / scale).astype(np.int8), scale
    ### END SOLUTION
