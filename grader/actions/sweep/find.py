"""List the open pull requests that have no score, and say on each that it is under way."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grader.actions.publish import Publisher
from grader.actions.runner import OUT, output, run, variable
from grader.actions.sweep.pulls import open_pulls

MOST = 100  # each costs four of the five hundred things that may be written in an hour
LIST = "commits.json"


def main() -> None:
    """Write the commits to grade to ``KATA_OUT/commits.json``, those first that have waited longest."""
    publisher = Publisher.here()
    pulls, _ = open_pulls(publisher.github)
    waiting = list(dict.fromkeys(pull.commit for pull in pulls if pull.score is None))
    chosen = waiting[:MOST]
    for commit in chosen:
        publisher.status(commit, "pending", "being scored")
    folder = Path(variable(OUT))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / LIST).write_text(json.dumps(chosen), "utf-8")
    output("count", str(len(chosen)))
    print(f"{len(pulls)} open pull requests, {len(waiting)} without a score, {len(chosen)} of them now.")


if __name__ == "__main__":
    sys.exit(run(main))
