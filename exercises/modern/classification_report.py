"""Precision, recall, F-beta and the area under the ROC curve: how good a classifier of rare things is."""

import numpy as np


def classification_report(
    y: np.ndarray, scores: np.ndarray, threshold: float, beta: float
) -> tuple[float, float, float, float]:
    """Return precision, recall and F-beta of the decisions at a threshold, and the AUC of the scores themselves.

    Where one class is rare, always saying no has a high accuracy and finds nothing. Precision and recall look at the
    two kinds of mistakes apart; the AUC looks at how the scores order the examples, whatever the threshold.

    Parameters
    ----------
    y : ndarray, shape (N,)
        The truth, 1 for positive and 0 for negative: integers, floats or booleans. N >= 1.
    scores : ndarray, shape (N,)
        What the classifier says, finite, in any order; the larger, the more positive. Equal scores may occur.
    threshold : float
        An example is called positive if its score is at least this.
    beta : float
        Positive. How many times as much as precision recall counts in F-beta.

    Returns
    -------
    precision : float
        The share of positives among those called positive; 0 if nothing is called positive.
    recall : float
        The share of those called positive among the positives; 0 if there are no positives.
    f_beta : float
        Their weighted harmonic mean; 0 if both are 0.
    auc : float
        The share of pairs of a positive and a negative in which the positive has the larger score; equal scores count
        one half. nan if one of the two classes is missing.

        NumPy scalars will do as well.

    Notes
    -----
    ::

        precision = TP / (TP + FP)
        recall    = TP / (TP + FN)
        f_beta    = (1 + beta**2) * precision * recall / (beta**2 * precision + recall)

    with the numbers of true positives, false positives and false negatives (van Rijsbergen, "Information Retrieval",
    1979). The share of pairs is the area under the curve of true-positive rate over false-positive rate that a falling
    threshold draws, ties being drawn as slopes (Hanley and McNeil, "The Meaning and Use of the Area under a Receiver
    Operating Characteristic (ROC) Curve", 1982).

    Examples
    --------
    Three positives, two of which are found, with one false alarm. Of the six pairs 4 are in order and one is a tie.

    >>> y, scores = np.array([1, 0, 1, 0, 1]), np.array([0.9, 0.6, 0.6, 0.1, 0.3])
    >>> [round(float(part), 4) for part in classification_report(y, scores, 0.5, 2.0)]
    [0.6667, 0.6667, 0.6667, 0.75]

    With a threshold that nothing reaches.

    >>> [round(float(part), 4) for part in classification_report(y, scores, 0.95, 2.0)]
    [0.0, 0.0, 0.0, 0.75]
    """
    raise NotImplementedError
