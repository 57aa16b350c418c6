"""Ask GitHub for the open pull requests of a repository: their heads, scores and our comments, fifty in one request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.actions.comment import MARKER
from grader.actions.github import MOST_PAGES, GitHub

AUTHORS = ("github-actions", "github-actions[bot]")  # GraphQL leaves the end of a bot's name out
PENDING_FOR = timedelta(minutes=45)  # a run that was ended in between must not keep a commit from being scored
QUERY = """
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    isPrivate
    pullRequests(states: OPEN, first: 50, after: $after, orderBy: {field: UPDATED_AT, direction: ASC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number updatedAt headRefOid author { login }
        commits(last: 1) { nodes { commit {
          oid status { context(name: "kata") { state description createdAt creator { login } } }
        } } }
        comments(first: 10) { nodes { databaseId body author { login } } }
      }
    }
  }
}
"""


@dataclass(frozen=True)
class Pull:
    """An open pull request.

    Attributes
    ----------
    number : int
    commit : str
        Its newest.
    author : str
    updated : str
        When something last happened to it, in ISO 8601.
    score : str or None
        What the status says of its commit, where there is one of ours.
    comment : tuple of int and str, or None
        The id and the text of our comment.
    """

    number: int
    commit: str
    author: str
    updated: str
    score: str | None
    comment: tuple[int, str] | None


def open_pulls(github: GitHub) -> tuple[list[Pull], bool]:
    """Return all of them, the one that has waited longest first, and whether the repository is private."""
    pulls: list[Pull] = []
    after, private = None, False
    for _ in range(MOST_PAGES):
        repository = github.query(QUERY, after=after)
        private = repository["isPrivate"] is True
        page = repository["pullRequests"]
        pulls += map(_pull, page["nodes"])
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    return list({pull.number: pull for pull in pulls}.values()), private


def _pull(node: dict[str, Any]) -> Pull:
    ours = [item for item in node["comments"]["nodes"] if _is_ours(item["author"]) and item["body"].startswith(MARKER)]
    return Pull(
        node["number"],
        node["headRefOid"],
        (node["author"] or {}).get("login", "ghost"),
        node["updatedAt"],
        next(_scores(node), None),
        (ours[0]["databaseId"], ours[0]["body"]) if ours else None,
    )


def _scores(node: dict[str, Any]) -> Iterator[str]:
    for item in node["commits"]["nodes"]:
        commit = item["commit"]
        status = (commit["status"] or {}).get("context")
        if commit["oid"] == node["headRefOid"] and status and _is_ours(status["creator"]) and not _is_stuck(status):
            yield status["description"] or ""


def _is_stuck(status: dict[str, Any]) -> bool:
    made = datetime.fromisoformat(status["createdAt"])
    return status["state"] == "PENDING" and datetime.now(UTC) - made > PENDING_FOR


def _is_ours(actor: dict[str, Any] | None) -> bool:
    return actor is not None and actor["login"] in AUTHORS
