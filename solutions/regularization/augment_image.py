"""Data augmentation: turn one training image into many by changes that keep what it shows."""

import numpy as np


def augment_image(
    img: np.ndarray, flip_h: bool, rot90_k: int, noise_std: float, rng: np.random.Generator, zoom: int = 1
) -> np.ndarray:
    """Flip the image, rotate it, enlarge its middle, add noise and clip, in this order.

    A mirrored, turned, enlarged or slightly noisy picture of a cat is still a cat. Trained on such variants, a
    network cannot learn single images by heart, and it learns not to depend on what the variants change. AlexNet
    was trained with crops, mirror images and changed colours (Krizhevsky, Sutskever and Hinton, 2012).

    Parameters
    ----------
    img : ndarray of shape (C, H, W)
        Image of floats from 0 to 1: C channels, H rows (the first one at the top), W columns.
    flip_h : bool
        Whether to mirror the image horizontally: left and right change places.
    rot90_k : int
        How many quarter turns to rotate it counter-clockwise. Any integer: -1 is one turn clockwise, 4 is none.
    noise_std : float
        Standard deviation of the noise, at least 0; 0 adds none.
    rng : numpy.random.Generator
        Source of all randomness: the same state gives the same image. It is used for the noise only.
    zoom : int
        How many times as large the image becomes before it is cropped, at least 1; 1 changes nothing.

    Returns
    -------
    ndarray, same dtype as ``img``
        The new image, all values from 0 to 1. Its shape is (C, W, H) for an odd ``rot90_k``, (C, H, W) otherwise.

    Notes
    -----
    1. Flip: column j moves to column W - 1 - j, as in ``torch.flip(img, [-1])``.
    2. Rotate: ``torch.rot90(img, rot90_k, [-2, -1])``. After one turn, what was the right-hand column is the top row.
    3. Zoom: every pixel becomes ``zoom`` x ``zoom`` equal ones, as in ``torch.nn.functional.interpolate`` with
       ``mode="nearest"``. Of the enlarged image the middle is kept, as many rows and columns as there were: of H rows
       those from ``(zoom - 1) * H // 2`` on, and columns likewise.
    4. Noise: add to every element a normal number of its own, with mean 0 and standard deviation ``noise_std``, as
       ``rng.normal(0, noise_std, shape)`` draws them: independent for each channel, row and column.
    5. Clip: values below 0 become 0, values above 1 become 1.

    Channels are never mixed or reordered.

    Examples
    --------
    >>> img = np.array([[[0.0, 0.25, 0.5], [0.625, 0.75, 1.0]]])
    >>> rng = np.random.default_rng(0)
    >>> augment_image(img, True, 0, 0.0, rng)
    array([[[0.5  , 0.25 , 0.   ],
            [1.   , 0.75 , 0.625]]])
    >>> augment_image(img, False, 1, 0.0, rng)
    array([[[0.5  , 1.   ],
            [0.25 , 0.75 ],
            [0.   , 0.625]]])
    >>> augment_image(img, False, 0, 0.0, rng, zoom=2)
    array([[[0.   , 0.25 , 0.25 ],
            [0.625, 0.75 , 0.75 ]]])
    """
    ### BEGIN SOLUTION
    if flip_h:
        img = img[:, :, ::-1]
    img = np.rot90(img, rot90_k, axes=(1, 2))
    h, w = img.shape[1:]
    top, left = (zoom - 1) * h // 2, (zoom - 1) * w // 2
    img = img.repeat(zoom, axis=1).repeat(zoom, axis=2)[:, top : top + h, left : left + w]
    noise = rng.normal(0, noise_std, img.shape).astype(img.dtype)
    return np.clip(img + noise, 0, 1)
    ### END SOLUTION
