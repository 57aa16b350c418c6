import math

import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize


@from_torch
def expected(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    from torch.nn.functional import logsigmoid

    rewards = beta * (policy_chosen - reference_chosen), beta * (policy_rejected - reference_rejected)
    return -logsigmoid(rewards[0] - rewards[1]).mean()


def draw(rng, n, spread=3.0):
    """Draw log-probabilities of n pairs; the policy has moved away from the reference by about ``spread``."""
    reference = rng.uniform(-9.0, -2.0, size=(2, n))
    policy = reference + spread * rng.normal(size=(2, n)) + np.array([[0.5], [-0.5]])
    return policy[0], policy[1], reference[0], reference[1]


def test_agrees_with_torch(student, rng):
    """Agrees with torch's logsigmoid of the difference of the two rewards."""
    arguments = *draw(rng, int(rng.integers(3, 9))), rng.uniform(0.3, 0.7)
    assert_close(student.dpo_loss(*arguments), expected(*arguments))


@parametrize("n", [1, 2, 40])
def test_pairs(student, rng, n):
    """Is the mean over a single pair, two and many."""
    arguments = *draw(rng, n), 0.4
    assert_close(student.dpo_loss(*arguments), expected(*arguments))


@parametrize("beta", [0.01, 0.1, 1.0, 5.0])
def test_beta(student, rng, beta):
    """Uses the beta that is passed in, small ones and such as are larger than 1."""
    arguments = *draw(rng, 5), beta
    assert_close(student.dpo_loss(*arguments), expected(*arguments))


@parametrize("beta", [0.1, 2.0])
def test_at_the_start(student, rng, beta):
    """Has the loss log 2 where the policy is the reference, whatever it thinks of the answers."""
    _, _, chosen, rejected = draw(rng, 6)
    assert_close(student.dpo_loss(chosen, rejected, chosen, rejected, beta), math.log(2))


def test_common_change(student, rng):
    """Does not change when the policy makes both answers of a pair more probable by the same factor."""
    chosen, rejected, *reference = draw(rng, 5)
    shift = rng.normal(size=5)
    answer = student.dpo_loss(chosen + shift, rejected + shift, *reference, 0.4)
    assert_close(answer, expected(chosen, rejected, *reference, 0.4))


@parametrize("margin", [-1000.0, 1000.0, -40.0, 40.0])
def test_large_margins(student, rng, margin):
    """Stays finite and exact where the policy is sure of one of the answers, rightly or wrongly."""
    chosen, rejected, *reference = draw(rng, 4)
    chosen[1:3] += margin / 0.5
    arguments = chosen, rejected, *reference, 0.5
    assert_close(student.dpo_loss(*arguments), expected(*arguments))


def test_long_answers(student, rng):
    """Works with the log-probabilities of long answers, below -800, of which no exponential is left."""
    arguments = *(part - 800 - 100 * rng.random() for part in draw(rng, 5)), 0.3
    assert_close(student.dpo_loss(*arguments), expected(*arguments))


def test_float32(student, rng):
    """Accepts float32."""
    arguments = *(part.astype(np.float32) for part in draw(rng, 5)), 0.5
    assert_close(student.dpo_loss(*arguments), expected(*arguments))


@contract(expected, "integers", "views", "pure")
def dpo_loss(rng):
    return *draw(rng, 4), 0.5


def margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected):
    return (policy_chosen - reference_chosen) - (policy_rejected - reference_rejected)


def softplus(x):
    return np.logaddexp(0, x)


@misconception(
    "leaves the reference out and compares the policy's log-probabilities alone. An answer that was probable from the "
    "start, a short one above all, then counts as preferred; what counts is how much the policy has changed it. The "
    "two agree where the reference gives both answers the same probability"
)
def no_reference(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(-beta * (policy_chosen - policy_rejected)).mean()


@misconception(
    "has the sign the other way round: the loss falls when the rejected answer gains. It is -log(sigmoid(h)) with the "
    "reward of the chosen answer minus that of the rejected one"
)
def sign_reversed(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)).mean()


@misconception(
    "adds the log-probabilities of the reference to those of the policy in place of subtracting them. The reward is "
    "the logarithm of a quotient of probabilities, so it is a difference; where the reference gives both answers the "
    "same probability the two agree"
)
def reference_added(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(-beta * ((policy_chosen + reference_chosen) - (policy_rejected + reference_rejected))).mean()


@misconception(
    "leaves beta out. The reward is beta times the logarithm of the quotient, and without it the policy is held to the "
    "reference in only one way; for beta = 1 the two agree"
)
def no_beta(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(-margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)).mean()


@misconception(
    "divides by beta in place of multiplying. A temperature would divide; beta is a factor of the reward. For beta = 1 "
    "the two agree"
)
def divided_by_beta(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(-margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected) / beta).mean()


@misconception(
    "has beta outside of the logarithm, as a factor of the loss. That only scales the gradient; beta belongs into the "
    "margin, where it says how large a change of probability counts as a clear preference"
)
def beta_outside(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return beta * softplus(-margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)).mean()


@misconception(
    "multiplies only the policy's difference by beta and subtracts that of the reference as it is. The reward is beta "
    "times the difference of both; for beta = 1 the two agree"
)
def beta_on_the_policy_only(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(-(beta * (policy_chosen - policy_rejected) - (reference_chosen - reference_rejected))).mean()


@misconception(
    "averages the margins first and takes -log(sigmoid) of their mean. A pair that is far right then makes up for one "
    "that is wrong; each pair has a loss of its own, and the mean is taken of those. For one pair the two agree"
)
def loss_of_the_mean(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(-beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected).mean())


@misconception(
    "returns the sum over the pairs, so the loss and its gradient grow with the batch. It is the mean; for a single "
    "pair the two agree"
)
def sum_not_mean(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return softplus(-beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)).sum()


@misconception(
    "forgets the minus in front of the logarithm. log(sigmoid(h)) is negative and grows with the preference: to "
    "minimize it would unlearn what people chose"
)
def no_minus(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    return -softplus(-beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)).mean()


@misconception(
    "leaves the logarithm out and returns 1 minus the sigmoid, the probability of being wrong. That is flat where the "
    "policy is sure and wrong, so it would never be corrected; -log(sigmoid(h)) has a slope of -1 there"
)
def no_logarithm(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    h = beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)
    return np.exp(-softplus(h)).mean()


@misconception(
    "takes the quotient of the probabilities, exp of the log-probabilities, for the reward. The reward is beta times "
    "its logarithm, which is the plain difference of the log-probabilities: no exponential is needed, and those of "
    "long answers are 0"
)
def quotient_without_logarithm(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    with np.errstate(all="ignore"):
        chosen = np.exp(policy_chosen) / np.exp(reference_chosen)
        rejected = np.exp(policy_rejected) / np.exp(reference_rejected)
        return softplus(-beta * (chosen - rejected)).mean()


@misconception(
    "takes the squared loss of IPO, (difference - 1 / (2 beta)) ** 2, which wants a margin of a certain size (Azar et "
    "al., 2023). DPO wants it as large as can be: -log(sigmoid(beta * difference))"
)
def squared_loss(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    difference = margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)
    return ((difference - 1 / (2 * beta)) ** 2).mean()


@misconception(
    "takes a hinge, max(0, 1 - h). It stops to learn from a pair as soon as the margin is 1; -log(sigmoid(h)) falls "
    "on, ever more slowly"
)
def hinge(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    h = beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)
    return np.maximum(0, 1 - h).mean()


@misconception(
    "computes log(1 + exp(-h)), or the logarithm of the sigmoid, as it stands. For margins below -709 exp(-h) is "
    "infinite and the sigmoid 0, so the loss is infinite where it should be about -h; np.logaddexp(0, -h) stays finite"
)
def exp_overflows(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    h = beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)
    with np.errstate(over="ignore"):
        return np.log1p(np.exp(-h)).mean()


@misconception(
    "adds a small number to the sigmoid before its logarithm. No pair can then cost more than the small number allows, "
    "and one that is far wrong is hardly corrected; np.logaddexp(0, -h) needs no such guard"
)
def small_number_in_the_logarithm(policy_chosen, policy_rejected, reference_chosen, reference_rejected, beta):
    h = beta * margins(policy_chosen, policy_rejected, reference_chosen, reference_rejected)
    return -np.log(0.5 * (1 + np.tanh(h / 2)) + 1e-12).mean()
