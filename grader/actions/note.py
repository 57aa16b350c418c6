"""Say of a commit that is not scored, or not yet, how it stands.

Its score is under way (``pending``), or its feedback run waits for an approval or was cancelled.
"""

from __future__ import annotations

import sys

from grader.actions import comment
from grader.actions.publish import Publisher, find, head
from grader.actions.runner import run, variable

REASONS = {
    "action_required": "somebody who may write here has to approve its run, or the next sweep scores it",
    "cancelled": "its run was cancelled; the next push or the next sweep scores it",
    "skipped": "its run was skipped; the next push or the next sweep scores it",
}


def main() -> None:
    """Do what ``KATA_STATE`` says for ``KATA_COMMIT``: ``pending``, or the conclusion of a run that scores nothing."""
    commit, state = variable("KATA_COMMIT"), variable("KATA_STATE")
    publisher = Publisher.here()
    if state == "pending":
        publisher.status(commit, "pending", "being scored")
        return
    why = REASONS.get(state)
    if why is None:
        print(f"A run that ended as {state} says nothing about a score. Nothing to do.")
        return
    for pull in publisher.github.open_pulls(commit, head()):
        if ours := find(publisher.github, pull):
            publisher.github.update_comment(ours[0], comment.moved(ours[1], commit, why))
            print(f"Pull request {pull}: the comment says that {commit[:7]} has no score yet.")


if __name__ == "__main__":
    sys.exit(run(main))
