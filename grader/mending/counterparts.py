"""Find which name of the learner's is which of the reference's, by what is computed under it."""

from __future__ import annotations

import ast
from collections import Counter

from grader.mending.features import Feature, Features
from grader.mending.source import Function, parameters

LEAST_LIKENESS = 0.3  # of what two names stand for: the share of features that both have


def counterparts(reference: Function, learner: Function) -> dict[str, str]:
    """Return the names of the reference, each with that of the learner's which is computed most alike."""
    features = Features({"np", "math", *parameters(reference)} & {"np", "math", *parameters(learner)})
    mine, theirs = _computed(learner, features), _computed(reference, features)
    rows = [(likeness(theirs[name], mine[other]), name, other) for name in theirs for other in mine]
    found: dict[str, str] = {}
    for alike, name, other in sorted(rows, key=lambda row: -row[0]):
        if alike >= LEAST_LIKENESS and name not in found and other not in found.values():
            found[name] = other
    return found


def _computed(function: Function, features: Features) -> dict[str, Counter[Feature]]:
    """Return the features of all that is kept under each name that is no parameter."""
    found: dict[str, Counter[Feature]] = {}
    for statement in ast.walk(function):
        if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
            value = features.of(statement)
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Store) or _is_changed(node, statement)):
                    found[node.id] = found.get(node.id, Counter()) + value
    return {name: value for name, value in found.items() if name not in parameters(function)}


def _is_changed(node: ast.Name, statement: ast.stmt) -> bool:
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    return any(isinstance(target, ast.Subscript) and target.value is node for target in targets)


def likeness(one: Counter[Feature], other: Counter[Feature]) -> float:
    """Return which share of their features two pieces of code have in common."""
    return sum((one & other).values()) / max(sum((one | other).values()), 1)
