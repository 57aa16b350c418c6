"""Take a step of torch's optimizer as its functional form does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def sgd_step(
    parameters: Sequence[Any],
    gradients: Sequence[Any],
    lr: float,
    *,
    buffers: Sequence[Any] | None = None,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
) -> None:
    """Take the step of ``torch.optim.SGD``, in place, inside a `from_torch` function.

    Parameters
    ----------
    parameters : sequence of Tensor
        Of any shapes.
    gradients : sequence of Tensor
        One of the same shape for each parameter.
    lr : float
    buffers : sequence of Tensor, optional
        The velocities, of the same shapes, where there is momentum.
    momentum, weight_decay : float

    Notes
    -----
    The class itself is not used: to make one imports ``torch._dynamo``, which takes as long as torch itself.
    """
    import torch
    from torch.optim.sgd import sgd

    with torch.no_grad():
        sgd(
            list(parameters),
            list(gradients),
            [None] * len(parameters) if buffers is None else list(buffers),
            foreach=False,
            weight_decay=weight_decay,
            momentum=momentum,
            lr=lr,
            dampening=0.0,
            nesterov=False,
            maximize=False,
        )
