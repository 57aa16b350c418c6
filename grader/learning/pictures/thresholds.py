"""Draw what the decisions of a classifier are worth while their threshold moves."""

from __future__ import annotations

import numpy as np

from grader.learning.pictures.panels import Call, Curve, Panel, Shares

THRESHOLDS = np.round(np.linspace(-0.1, 1.1, 49), 3)  # those of the scores are among them


def classification_report(call: Call) -> list[Panel]:
    """Draw precision, recall and F-beta over the threshold, and the AUC of four orders."""
    rng = np.random.default_rng(8)
    y = rng.permutation([1] * 8 + [0] * 22)
    scores = np.round(np.clip(0.35 + 0.3 * y + 0.2 * rng.normal(size=30), 0.01, 0.99), 1)
    answers = [np.stack(call("classification_report", y, scores, threshold, 2.0)) for threshold in THRESHOLDS]
    precision, recall, f_beta, _ = np.stack(answers, axis=1)
    ranked = {
        "many ties": scores,
        "all positives first": y + 0.01 * scores,
        "all positives last": 0.01 * scores - y,
        "all equal": 0 * scores,
    }
    areas = [float(call("classification_report", y, given, 0.5, 2.0)[3]) for given in ranked.values()]
    return [
        Curve("precision", precision, THRESHOLDS, "threshold"),
        Curve("recall", recall, THRESHOLDS, "threshold"),
        Curve("F2", f_beta, THRESHOLDS, "threshold"),
        Shares("AUC", np.array(areas), tuple(ranked)),
    ]
