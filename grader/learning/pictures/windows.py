"""Draw an image, what is made of it window by window, and the window of the answer that is farthest off."""

from __future__ import annotations

import numpy as np

from grader.learning.pictures.panels import Call, Panel, Windows

IMAGE = np.random.default_rng(2).integers(-4, 5, size=(6, 7)).astype(float)


def conv2d(call: Call) -> list[Panel]:
    """Draw it plainly, and with stride and padding."""
    other = IMAGE.T.reshape(IMAGE.shape)
    plain = np.array([[[[1.0, -2.0, 0.5], [0.0, 1.0, 3.0]]]])
    two = np.array([[[[1, -2], [0, 1], [2, 0.5]], [[0.5, 0], [1, -1], [0, 1]]]])

    def panel(title: str, x: np.ndarray, kernel: np.ndarray, stride: int, padding: int) -> Panel:
        y = call("conv2d", x, kernel, np.array([1.0]), stride, padding)
        return Windows(title, y[0, 0], "row", "column", IMAGE, kernel.shape[2:], stride, padding)

    return [
        panel("stride 1, no padding", IMAGE[None, None], plain, 1, 0),
        panel("two channels, of which one is shown; stride 2, padding 1", np.stack([IMAGE, other])[None], two, 2, 1),
    ]


def max_pool2d(call: Call) -> list[Panel]:
    """Draw it with its default stride, and with stride and padding on numbers below 0."""

    def panel(title: str, image: np.ndarray, stride: int | None, padding: int, kernel: int) -> Panel:
        y = call("max_pool2d", image[None, None], kernel, stride, padding)
        return Windows(title, y[0, 0], "row", "column", image, (kernel, kernel), stride or kernel, padding)

    return [
        panel("kernel 2, stride None", IMAGE, None, 0, 2),
        panel("kernel 3, stride 2, padding 1, all below 0", IMAGE - 5, 2, 1, 3),
    ]
