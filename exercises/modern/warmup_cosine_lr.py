"""Warm-up and cosine decay: the learning rate of each step of a training run."""

import math


def warmup_cosine_lr(step: int, warmup: int, total: int, peak: float, floor: float = 0.0) -> float:
    """Return the learning rate of a step: a rise along a line, then a fall along half a cosine.

    Early steps are short, because the first gradients are large and an optimizer knows little about them yet. The rate
    then stays near its peak for long and gets small at the end, where the weights have to settle.

    Parameters
    ----------
    step : int
        Number of the step, counted from 0. The run ends before ``total``; steps from there on may still be asked for.
    warmup : int
        How many steps the rise takes, from 0, for none, to ``total``.
    total : int
        How many steps the whole run takes, the warm-up included; 1 or more.
    peak : float
        The largest rate. The last step of the rise has it.
    floor : float
        The rate at the end of the fall and ever after, at most ``peak``.

    Returns
    -------
    float

    Notes
    -----
    Three cases, in this order::

        peak * (step + 1) / warmup                                  if step < warmup
        floor                                                       if step >= total
        floor + (peak - floor) * (1 + cos(pi * progress)) / 2       else, with

        progress = (step - warmup) / (total - warmup)

    The first step has the number 0, but not the rate 0, with which it would be wasted. The fall begins at ``peak``
    once more. The cosine is from Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2016,
    the warm-up from Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017. Agrees with
    ``LinearLR``, then ``CosineAnnealingLR``, of ``torch.optim.lr_scheduler``, up to ``total``.

    Examples
    --------
    Four steps up to 0.1, eight steps down to 0.02; in the middle of the fall the rate is halfway between the two.

    >>> [round(warmup_cosine_lr(step, 4, 12, 0.1, 0.02), 4) for step in range(14)]
    [0.025, 0.05, 0.075, 0.1, 0.1, 0.097, 0.0883, 0.0753, 0.06, 0.0447, 0.0317, 0.023, 0.02, 0.02]
    """
    raise NotImplementedError
