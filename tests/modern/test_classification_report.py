import numpy as np

from grader.checks import assert_close, contract, from_torch, misconception, parametrize

NAMES = ("precision", "recall", "f_beta", "auc")


@from_torch
def expected(y, scores, threshold, beta):
    """Count the four outcomes, and compare every positive with every negative."""
    import torch

    truth, called = y == 1, scores >= threshold
    tp, fp, fn = (each.sum().double() for each in (truth & called, ~truth & called, truth & ~called))
    bottom = (1 + beta**2) * tp + beta**2 * fn + fp
    pairs = torch.sign(scores[truth][:, None] - scores[~truth].double())
    return (
        torch.nan_to_num(tp / (tp + fp)),
        torch.nan_to_num(tp / (tp + fn)),
        torch.nan_to_num((1 + beta**2) * tp / bottom),
        (1 + pairs.mean()) / 2,
    )


def draw(rng, tp, fp, fn, tn):
    """Draw labels and scores, some of them equal, with these numbers of outcomes at the threshold 0.5."""
    y = np.repeat([1, 0, 1, 0], [tp, fp, fn, tn])
    high, low = rng.choice([0.5, 0.6, 0.7, 0.8, 0.9], size=tp + fp), rng.choice([0.1, 0.2, 0.3, 0.4], size=fn + tn)
    order = rng.permutation(len(y))
    return y[order], np.concatenate([high, low])[order]


def test_agrees_with_torch(student, rng):
    """Agrees with the counts of the outcomes, and with torch's comparison of every positive with every negative."""
    arguments = *draw(rng, *rng.permutation([2, 3, 5, 7])), 0.5, rng.choice([0.5, 2.0, 3.0])
    assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)


@parametrize("beta", [0.25, 0.5, 1.0, 2.0, 10.0])
def test_beta(student, rng, beta):
    """Uses the beta that is passed in: towards precision below 1, towards recall above."""
    arguments = *draw(rng, 4, 6, 1, 9), 0.5, beta
    assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)


@parametrize("threshold", [-1.5, 0.1, 0.3, 0.8])
def test_threshold(student, rng, threshold):
    """Calls positive what is at least the threshold, which may be one of the scores; the AUC does not change."""
    arguments = *draw(rng, 3, 5, 4, 2), threshold, 0.5
    assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)


def test_ties(student, rng):
    """Counts a pair of equal scores as one half in the AUC, in whatever order the examples come."""
    y, scores = np.array([1, 1, 0, 0, 1, 0, 0]), np.array([0.7, 0.4, 0.7, 0.4, 0.4, 0.4, 0.1])
    for _ in range(4):
        order = rng.permutation(7)
        arguments = y[order], scores[order], 0.5, 2.0
        assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)


def test_all_scores_equal(student, rng):
    """Has the AUC one half where all scores are equal."""
    arguments = rng.permutation([1, 1, 0, 0, 0, 0]), np.full(6, 0.25), 0.25, 2.0
    assert_close(student.classification_report(*arguments), (1 / 3, 1.0, 5 / 7, 0.5), names=NAMES)


@parametrize(("right", "auc"), [(True, 1.0), (False, 0.0)])
def test_perfect_order(student, rng, right, auc):
    """Has the AUC 1 where every positive has a larger score than every negative, and 0 the other way round."""
    y = rng.permutation([1, 1, 1, 0, 0])
    scores = np.where(y == right, 1.0, -1.0) + 0.4 * rng.uniform(-1.0, 1.0, size=5)
    answer = student.classification_report(y, scores, 0.0, 2.0)
    assert_close(answer, (auc, auc, auc, auc), names=NAMES)


def test_any_scores(student, rng):
    """Works with logits of any size, and does not change when scores and threshold are mapped by exp."""
    y = rng.permutation([1] * 6 + [0] * 9)
    logits = 2 * rng.normal(size=15) + y
    arguments = y, logits, 0.3, 0.5
    assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)
    assert_close(student.classification_report(y, np.exp(logits), np.exp(0.3), 0.5), expected(*arguments), names=NAMES)


@parametrize("beta", [0.5, 2.0])
def test_nothing_called_positive(student, rng, beta):
    """Has precision, recall and F-beta 0 where no score reaches the threshold."""
    y, scores = draw(rng, 2, 1, 3, 4)
    assert_close(student.classification_report(y, scores, 5.0, beta), expected(y, scores, 5.0, beta), names=NAMES)


def test_nothing_right(student, rng):
    """Has precision, recall and F-beta 0 where all that is called positive is wrong."""
    arguments = *draw(rng, 0, 3, 2, 4), 0.5, 2.0
    assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)


def test_single_positive(student, rng):
    """Works for a single positive that is the only one called so, and for a single example."""
    y = rng.permutation([1, 0, 0, 0])
    assert_close(student.classification_report(y, y - 0.5, 0.0, 2.0), (1.0, 1.0, 1.0, 1.0), names=NAMES)
    answer = student.classification_report(np.array([1]), np.array([0.7]), 0.5, 2.0)
    assert_close(answer, (1.0, 1.0, 1.0, np.nan), names=NAMES)


@parametrize("label", [0, 1])
def test_one_class_only(student, rng, label):
    """Has the AUC nan where one class is missing, and the recall 0 where there are no positives."""
    scores = np.array([0.2, 0.7, 0.9, 0.4])
    arguments = np.full(4, label), scores, 0.5, 2.0
    assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)


@parametrize("kind", [bool, np.float64, np.int8])
def test_kinds_of_labels(student, rng, kind):
    """Takes labels as booleans, floats or small integers."""
    y, scores = draw(rng, 5, 3, 1, 4)
    arguments = y.astype(kind), scores, 0.5, 2.0
    assert_close(student.classification_report(*arguments), expected(*arguments), names=NAMES)


@contract(expected, "integers", "views", "pure", integers=(0, 1), names=NAMES)
def classification_report(rng):
    y = rng.permutation([1] * 4 + [0] * 6)
    return y, rng.choice(np.arange(1, 6), size=10), 3.0, 2.0


def counts(y, scores, threshold):
    """Return the numbers of true positives, false positives, false negatives and true negatives."""
    truth, called = y == 1, scores >= threshold
    return (truth & called).sum(), (~truth & called).sum(), (truth & ~called).sum(), (~truth & ~called).sum()


def share(part, whole):
    return part / whole if whole else 0.0


def f_score(precision, recall, weight):
    return share((1 + weight) * precision * recall, weight * precision + recall)


def area(y, scores, tie=0.5):
    """Return the share of pairs in order, where a tie counts so much."""
    differences = scores[y == 1][:, None] - scores[y != 1].astype(float)
    return np.heaviside(differences, tie).mean() if differences.size else np.nan


def report(y, scores, threshold, beta, **other):
    """Return the right answer but for the parts that are given."""
    tp, fp, fn, _ = counts(y, scores, threshold)
    parts = {"precision": share(tp, tp + fp), "recall": share(tp, tp + fn)} | other
    right = {"f_beta": f_score(parts["precision"], parts["recall"], beta**2), "auc": area(y, scores)} | parts
    return tuple(right[name] for name in NAMES)


@misconception(
    "exchanges precision and recall. Precision divides by all that is called positive, recall by all that is positive; "
    "where false alarms are as many as misses the two are equal"
)
def exchanged(y, scores, threshold, beta):
    precision, recall, _, auc = report(y, scores, threshold, beta)
    return recall, precision, f_score(recall, precision, beta**2), auc


@misconception(
    "calls positive only what is above the threshold. A score that is equal to the threshold counts as positive here; "
    "where no score is, the two agree"
)
def strict_threshold(y, scores, threshold, beta):
    return report(y, scores, np.nextafter(threshold, np.inf), beta)


@misconception(
    "returns the accuracy in place of the precision: true negatives count as well, so that where positives are rare it "
    "is high for a classifier that finds none"
)
def accuracy_for_precision(y, scores, threshold, beta):
    tp, _, _, tn = counts(y, scores, threshold)
    return report(y, scores, threshold, beta, precision=(tp + tn) / len(y))


@misconception(
    "divides by all negatives in place of by all that is called positive: TP / (TP + TN) is no share of anything. "
    "Precision is TP / (TP + FP)"
)
def true_negatives_in_precision(y, scores, threshold, beta):
    tp, _, _, tn = counts(y, scores, threshold)
    return report(y, scores, threshold, beta, precision=share(tp, tp + tn))


@misconception(
    "returns the true-negative rate, the specificity, in place of the recall: the share of negatives that are not "
    "called positive. Recall is the share of positives that are"
)
def specificity_for_recall(y, scores, threshold, beta):
    _, fp, _, tn = counts(y, scores, threshold)
    return report(y, scores, threshold, beta, recall=share(tn, tn + fp))


@misconception(
    "uses beta where beta ** 2 belongs. With the square, F-beta is as steep in recall as in precision where recall is "
    "beta times precision, which is what beta stands for. For beta = 1 the two agree, and where precision and recall "
    "are equal all of them do"
)
def beta_not_squared(y, scores, threshold, beta):
    precision, recall, *_ = report(y, scores, threshold, beta)
    return report(y, scores, threshold, beta, f_beta=f_score(precision, recall, beta))


@misconception(
    "has beta ** 2 in front of the recall in the denominator, which makes precision count more as beta grows. It "
    "stands in front of the precision: in a harmonic mean, a number weighs by what divides it. For beta = 1 and where "
    "precision and recall are equal the two agree"
)
def beta_on_the_recall(y, scores, threshold, beta):
    precision, recall, *_ = report(y, scores, threshold, beta)
    return report(y, scores, threshold, beta, f_beta=f_score(recall, precision, beta**2))


@misconception(
    "ignores beta and returns F1, in which precision and recall count the same. For beta = 1 the two agree, and where "
    "precision and recall are equal"
)
def always_f1(y, scores, threshold, beta):
    precision, recall, *_ = report(y, scores, threshold, beta)
    return report(y, scores, threshold, beta, f_beta=f_score(precision, recall, 1))


@misconception(
    "takes the arithmetic mean of precision and recall, weighted by beta ** 2. A classifier that calls everything "
    "positive would get more than one half from it; the harmonic mean is small if either of the two is small. Where "
    "the two are equal the means agree"
)
def arithmetic_mean(y, scores, threshold, beta):
    precision, recall, *_ = report(y, scores, threshold, beta)
    return report(y, scores, threshold, beta, f_beta=(precision + beta**2 * recall) / (1 + beta**2))


@misconception("leaves the factor 1 + beta ** 2 out of F-beta, so that a perfect classifier does not get 1")
def factor_left_out(y, scores, threshold, beta):
    right = report(y, scores, threshold, beta)
    return report(y, scores, threshold, beta, f_beta=right[2] / (1 + beta**2))


@misconception(
    "counts a pair of equal scores as a loss: only a larger score of the positive counts. A tie is worth one half, "
    "what a coin would earn; without ties the two agree"
)
def ties_as_losses(y, scores, threshold, beta):
    return report(y, scores, threshold, beta, auc=area(y, scores, 0.0))


@misconception(
    "counts a pair of equal scores as won. A classifier that gives everything the same score would then have the AUC "
    "1; a tie is worth one half. Without ties the two agree"
)
def ties_as_wins(y, scores, threshold, beta):
    return report(y, scores, threshold, beta, auc=area(y, scores, 1.0))


@misconception(
    "sorts by score and goes through the examples one by one, so that among equal scores the order of the file "
    "decides. Examples of equal scores make one step of the curve together, a slope; without ties the two agree"
)
def ties_in_file_order(y, scores, threshold, beta):
    truth = y[np.argsort(-scores.astype(float), kind="stable")] == 1
    pairs = truth.sum() * (~truth).sum()
    return report(y, scores, threshold, beta, auc=np.cumsum(truth)[~truth].sum() / pairs if pairs else np.nan)


@misconception(
    "takes the AUC of the decisions at the threshold in place of that of the scores. The curve then has a single "
    "corner, and the order within those called positive, and within the others, is lost"
)
def area_of_the_decisions(y, scores, threshold, beta):
    return report(y, scores, threshold, beta, auc=area(y, np.where(scores >= threshold, 1.0, 0.0)))


@misconception(
    "measures the AUC the wrong way round: the share of pairs in which the negative has the larger score, 1 minus what "
    "is asked for"
)
def area_reversed(y, scores, threshold, beta):
    return report(y, scores, threshold, beta, auc=1 - area(y, scores))


@misconception(
    "returns one half as the AUC where one class is missing. There is no pair to compare, so nothing is known about "
    "the order, and the answer is nan"
)
def one_half_for_no_pairs(y, scores, threshold, beta):
    return report(y, scores, threshold, beta, auc=np.nan_to_num(area(y, scores), nan=0.5))


@misconception(
    "returns 0 as the AUC where one class is missing, which would mean that every pair is in the wrong order. There is "
    "no pair, and the answer is nan"
)
def zero_for_no_pairs(y, scores, threshold, beta):
    return report(y, scores, threshold, beta, auc=np.nan_to_num(area(y, scores), nan=0.0))


@misconception(
    "divides 0 by 0 where nothing is called positive, where there are no positives, or where nothing is right. "
    "Precision, recall and F-beta are 0 there by agreement; nan would spoil every mean that it is part of"
)
def nan_for_nothing(y, scores, threshold, beta):
    tp, fp, fn, _ = counts(y, scores, threshold)
    with np.errstate(invalid="ignore"):
        precision, recall = tp / (tp + fp), tp / (tp + fn)
        f_beta = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)
    return report(y, scores, threshold, beta, precision=precision, recall=recall, f_beta=f_beta)


@misconception(
    "takes the precision for 1 where nothing is called positive, as a curve of precision over recall begins. Here it "
    "is 0 by agreement, so that silence is not praised"
)
def one_for_nothing(y, scores, threshold, beta):
    tp, fp, *_ = counts(y, scores, threshold)
    return report(y, scores, threshold, beta, precision=tp / (tp + fp) if tp + fp else 1.0)
