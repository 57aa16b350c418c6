"""Direct preference optimization: learn from pairs of answers which of them people like better."""

import numpy as np


def dpo_loss(
    policy_chosen: np.ndarray,
    policy_rejected: np.ndarray,
    reference_chosen: np.ndarray,
    reference_rejected: np.ndarray,
    beta: float,
) -> float:
    """Return the mean loss of pairs of answers, one of which was chosen and one rejected.

    A language model, the policy, is to prefer what people chose. It begins as a copy of a second model, the reference,
    which stays as it is. How much more probable the policy makes an answer than the reference does is the reward of
    that answer, and the loss is that of a classifier which is to give the chosen answer the larger reward.

    Parameters
    ----------
    policy_chosen : ndarray, shape (N,)
        Log-probability of each chosen answer under the policy: the sum over its tokens, in nats. Any finite number:
        long answers have -1000.
    policy_rejected : ndarray, shape (N,)
        The same for the answer to the same prompt that was rejected.
    reference_chosen : ndarray, shape (N,)
        Log-probability of each chosen answer under the reference.
    reference_rejected : ndarray, shape (N,)
        Likewise of each rejected one.
    beta : float
        Positive. The smaller, the further the policy may move away from the reference.

    Returns
    -------
    float
        The mean over the N pairs, N >= 1. Finite for margins of any size. A NumPy scalar will do as well.

    Notes
    -----
    The reward of an answer is ``beta * (log policy - log reference)``, and with the margin of a pair::

        h = beta * ((policy_chosen - reference_chosen) - (policy_rejected - reference_rejected))
        loss = mean(-log(sigmoid(h)))

    (Rafailov et al., "Direct Preference Optimization: Your Language Model is Secretly a Reward Model", 2023,
    arXiv:2305.18290.) Agrees with ``-torch.nn.functional.logsigmoid(h).mean()``. A sigmoid rounds to 0 for very
    negative margins, so its logarithm has to be had without it: ``-log(sigmoid(h)) = log(1 + exp(-h))``.

    Examples
    --------
    At the start the policy is the reference, every margin is 0 and the loss is log 2.

    >>> chosen, rejected = np.array([-20.0, -31.0]), np.array([-25.0, -30.0])
    >>> round(float(dpo_loss(chosen, rejected, chosen, rejected, 0.1)), 4)
    0.6931

    The chosen answers have become more probable, the rejected ones less.

    >>> round(float(dpo_loss(chosen + 5, rejected - 5, chosen, rejected, 0.1)), 4)
    0.3133
    """
    raise NotImplementedError
