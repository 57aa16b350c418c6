"""Write the comment on a pull request: what has changed since the last score first, then the report, then how it went.

What the next comment has to know is kept in this one, where it is not shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.actions.runner import is_commit
from grader.report import Report
from grader.reports import markdown, summary

MARKER = "<!-- deep-learning-katas: score -->"
CHARACTERS = 65_536
_STATE = re.compile(r"<!-- kata: (\{.*?\}) -->")
_NOTE = re.compile(r"<!-- note -->.*?<!-- end of note -->\n", re.DOTALL)
_NAMED = 6
_KEPT = 8


@dataclass(frozen=True)
class Scored:
    """A commit that was scored.

    Attributes
    ----------
    commit : str
    score, max_score : float
    exercises : mapping of str to float
        The points of those that have any.
    solved : frozenset of str
    """

    commit: str
    score: float
    max_score: float
    exercises: Mapping[str, float] = field(default_factory=dict)
    solved: frozenset[str] = frozenset()

    @classmethod
    def of(cls, report: Report) -> Scored:
        """Return what is kept of a report."""
        return cls(
            str(report.submission.commit),
            report.score,
            report.max_score,
            {exercise.name: exercise.score for exercise in report.exercises if exercise.score},
            frozenset(exercise.name for exercise in report.exercises if exercise.status == "passed"),
        )


def history(body: str) -> list[Scored]:
    """Return the scored commits that a comment of ours remembers, the newest first; what is bent is left out."""
    found = _STATE.search(body)
    try:
        entries = json.loads(found[1])["scored"] if found else []
        return [entry for item in entries[:_KEPT] if (entry := _entry(item))]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _entry(item: Mapping[str, Any]) -> Scored | None:
    commit, score, of = item["commit"], item["score"], item["of"]
    exercises, solved = item.get("exercises", {}), item.get("solved", [])
    if not (is_commit(commit) and isinstance(exercises, dict) and isinstance(solved, list)):
        return None
    if not all(isinstance(number, int | float) for number in (score, of, *exercises.values())):
        return None
    return Scored(commit, float(score), float(of), exercises, frozenset(map(str, solved)))


def scored(report: Report, earlier: str, base: str, page: str) -> str:
    """Return the comment about a report.

    Parameters
    ----------
    report : Report
    earlier : str
        The comment that it takes the place of; may be empty.
    base : str
        The address of the repository.
    page : str
        The address of the run.
    """
    now = Scored.of(report)
    before = [entry for entry in history(earlier) if entry.commit != now.commit]
    head = f"{MARKER}\n{_state([now, *before])}\n{_change(before[0], now) if before else ''}"
    foot = f"\n{_try(report)}{_history(before, base)}\n<sub>[The run, with all details]({page})</sub>\n"
    return head + markdown.render(report, CHARACTERS - len(head) - len(foot.encode()), base) + foot


def not_graded(title: str, reason: str, earlier: str, page: str) -> str:
    """Return the comment about a commit that could not be graded."""
    known = history(earlier)
    state = f"{_state(known)}\n" if known else ""
    reason = markdown.prose(reason, characters=1000)
    return f"{MARKER}\n{state}## {markdown.prose(title)}\n\n**Not graded.** {reason}\n\n<sub>[The run]({page})</sub>\n"


def moved(body: str, commit: str, why: str) -> str:
    """Return a comment that says on top that a newer commit has no score yet."""
    note = (
        f"<!-- note -->\n> <code>{commit[:7]}</code> has no score yet: {markdown.prose(why)}.\n\n<!-- end of note -->\n"
    )
    first, _, rest = _NOTE.sub("", body).partition("\n")
    return f"{first}\n{note}{rest}"[:CHARACTERS]


def _state(entries: list[Scored]) -> str:
    kept = [{"commit": entry.commit, "score": entry.score, "of": entry.max_score} for entry in entries[:_KEPT]]
    for item, entry in zip(kept[:2], entries, strict=False):  # the points of each are needed for one comparison only
        item |= {"exercises": dict(entry.exercises), "solved": sorted(entry.solved)}
    return f"<!-- kata: {json.dumps({'scored': kept})} -->"


def _change(before: Scored, now: Scored) -> str:
    """Return a line such as ``3 → 5 of 124: relu solved, gelu broken again``."""
    words = [f"{_name(name)} solved" for name in sorted(now.solved - before.solved)]
    words += [f"{_name(name)} broken again" for name in sorted(before.solved - now.solved)]
    for name in sorted({*before.exercises, *now.exercises} - (before.solved ^ now.solved)):
        then, there = before.exercises.get(name, 0), now.exercises.get(name, 0)
        if then != there:
            words.append(f"{_name(name)} {summary.points(then)} → {summary.points(there)}")
    if len(words) > _NAMED:
        words[_NAMED:] = [f"{len(words) - _NAMED} more"]
    total = f"{summary.points(before.score)} → {summary.points(now.score)} of {summary.points(now.max_score)}"
    return f"**{total}**: {', '.join(words) or 'nothing changed'}\n\n"


def _name(name: str) -> str:
    return f"<code>{markdown.prose(name)}</code>"


def _try(report: Report) -> str:
    failing = summary.failing(report)
    return f"Try it where you work: `kata check {failing[0].name}`\n" if failing else ""


def _history(before: list[Scored], base: str) -> str:
    if not before:
        return ""
    entries = (f"[{entry.commit[:7]}]({base}/commit/{entry.commit}) {summary.points(entry.score)}" for entry in before)
    return f"\n<sub>Before: {', '.join(entries)}</sub>\n"
