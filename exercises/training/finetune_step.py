"""Fine-tuning: train some parameters of a pretrained network and keep the others frozen."""

from collections.abc import Collection

import numpy as np


def finetune_step(
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    frozen: Collection[str],
    lr: float,
    weight_decay: float = 0.0,
) -> dict[str, np.ndarray]:
    """Take one step of gradient descent on the parameters that are not frozen.

    The early layers of a pretrained network detect what is useful for many tasks. With little data it is best to keep
    them as they are and to train the last layers only: less to learn, less to overfit, and nothing is forgotten.
    Yosinski et al. (2014) measured which layers carry over.

    Parameters
    ----------
    params : dict of str to ndarray
        All parameters of the network by name, arrays of any shape.
    grads : dict of str to ndarray
        Gradients by name, each of the shape of its parameter. Some names of ``params`` may be missing; frozen ones may
        be there.
    frozen : set, list or tuple of str
        Names of the parameters that must not change; possibly empty.
    lr : float
        Learning rate.
    weight_decay : float
        Strength of the decay: ``weight_decay * p`` is added to the gradient of each parameter that is trained.

    Returns
    -------
    dict of str to ndarray
        The new parameters under the same names, in new arrays throughout: those that did not change are copied.

        - A frozen parameter keeps exactly its values and its dtype, whatever its gradient, and does not decay.
        - A parameter without a gradient keeps them as well.
        - Every other parameter takes a step, and keeps its dtype if it is a float.

        The inputs are left as they are.

    Raises
    ------
    KeyError
        If ``frozen`` holds a name that is not in ``params``: a misspelled name would silently be trained.

    Notes
    -----
    The step is that of ``torch.optim.SGD`` without momentum::

        p' = p - lr * (g + weight_decay * p)

    and a frozen parameter is one with ``requires_grad_(False)``: torch gives it no gradient, and the optimizer skips
    parameters whose gradient is None. A gradient of 0 is not the same, because the weight decay still acts.

    Examples
    --------
    >>> params = {"backbone": np.array([1.0, 2.0]), "head": np.array([1.0])}
    >>> grads = {"backbone": np.array([5.0, 5.0]), "head": np.array([2.0])}
    >>> finetune_step(params, grads, {"backbone"}, 0.1, 0.5)
    {'backbone': array([1., 2.]), 'head': array([0.75])}
    """
    raise NotImplementedError
