"""Ask GitHub's REST and GraphQL APIs (https://docs.github.com/rest) the few things needed, with the standard library.

A workflow's token has 1,000 requests an hour, and nobody may write more than 500 things in one. What GitHub refuses for
that reason it has not done, so it is asked again when GitHub says, if that is soon.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from grader.errors import StepError

SECONDS = 20
ATTEMPTS = 4
PATIENCE = 300.0  # how long all waiting together may take: the job has ten minutes
MOST_PAGES = 50
_PER_PAGE = 100
_ANSWER_BYTES = 64 << 20
_PASSING = (500, 502, 503, 504)
_LIMITED = (403, 429)


class Refused(StepError):
    """GitHub does not do what it was asked, and would not do it later either."""


class GitHub:
    """One repository, as its APIs show it.

    Parameters
    ----------
    api : str
        The address of the REST API; that of GraphQL is below it.
    repository : str
        ``owner/name``.
    token : str
        What the job was given; it is shown to this address only.
    """

    def __init__(self, api: str, repository: str, token: str) -> None:
        self._api = api.rstrip("/")
        self._repository = repository
        self._token = token
        self._opener = build_opener(_NoRedirects)
        self._patience = PATIENCE

    def open_pulls(self, commit: str, branch: str = "") -> list[int]:
        """Return the numbers of the open pull requests whose newest commit this is.

        Parameters
        ----------
        commit : str
        branch : str
            ``owner:branch`` of the head, where it is known. Without, all open ones are searched, since the API that
            looks up a commit's pull requests does not know those from forks.
        """
        parameters = {"state": "open", **({"head": branch} if branch else {"sort": "updated", "direction": "desc"})}
        return [pull["number"] for pull in self._pages("/pulls", parameters) if pull["head"]["sha"] == commit]

    def comments(self, pull: int) -> Iterator[dict[str, Any]]:
        """Yield the comments on a pull request, the oldest first."""
        return self._pages(f"/issues/{pull}/comments", {})

    def create_comment(self, pull: int, body: str) -> None:
        """Comment on a pull request."""
        self._ask("POST", f"/issues/{pull}/comments", {"body": body}, twice=False)

    def update_comment(self, comment: int, body: str) -> None:
        """Replace the text of a comment."""
        self._ask("PATCH", f"/issues/comments/{comment}", {"body": body})

    def set_status(self, commit: str, **status: str) -> None:
        """Set a status of a commit: ``state``, ``context``, ``description`` and ``target_url``."""
        self._ask("POST", f"/statuses/{commit}", status)

    def create_check_run(self, check: dict[str, Any]) -> None:
        """Make a check run, with its annotations."""
        self._ask("POST", "/check-runs", check, twice=False)

    def query(self, text: str, **variables: Any) -> dict[str, Any]:
        """Return what GraphQL answers about this repository; ``$owner`` and ``$name`` are filled in."""
        owner, _, name = self._repository.partition("/")
        data = {"query": text, "variables": {"owner": owner, "name": name, **variables}}
        answer = self._ask("POST", "/graphql", data, root=self._api)
        if answer.get("errors") or not (answer.get("data") or {}).get("repository"):
            reasons = [str(error.get("message")) for error in answer.get("errors") or []]
            raise StepError(f"GitHub did not answer: {'; '.join(reasons) or 'no such repository'}")
        found: dict[str, Any] = answer["data"]["repository"]
        return found

    def _pages(self, path: str, parameters: dict[str, str]) -> Iterator[dict[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            query = urlencode({**parameters, "per_page": str(_PER_PAGE), "page": str(page)})
            items = self._ask("GET", f"{path}?{query}")
            yield from items
            if len(items) < _PER_PAGE:
                return

    def _ask(self, method: str, path: str, data: object = None, *, twice: bool = True, root: str = "") -> Any:
        """Return the answer to a request, asked again where the fault may pass.

        ``twice`` says that doing it twice is the same as doing it once.
        """
        url = f"{root or f'{self._api}/repos/{self._repository}'}{path}"
        for attempt in range(1, ATTEMPTS + 1):
            error: StepError
            try:
                return self._try(method, url, data)
            except HTTPError as fault:
                pause = _asked_to_wait(fault)
                if pause is None and fault.code in _PASSING and twice:
                    pause = 2.0**attempt
                kind = StepError if pause is not None or fault.code in _PASSING else Refused
                error = kind(f"GitHub did not do {method} {path.partition('?')[0]}: {fault.code} {fault.reason}")
            except (URLError, TimeoutError, ConnectionError, HTTPException) as fault:
                pause = 2.0**attempt if twice else None
                reason = getattr(fault, "reason", fault)
                error = StepError(f"GitHub did not do {method} {path.partition('?')[0]}: {reason}")
            except ValueError:
                raise StepError(f"GitHub did not do {method} {path}: the answer is not JSON") from None
            if pause is None or pause > self._patience or attempt == ATTEMPTS:
                break
            self._patience -= pause
            time.sleep(pause)
        raise error

    def _try(self, method: str, url: str, data: object) -> Any:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "deep-learning-katas",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        body = None if data is None else json.dumps(data).encode()
        request = Request(url, body, headers, method=method)
        with self._opener.open(request, timeout=SECONDS) as answer:
            return json.loads(answer.read(_ANSWER_BYTES))


def _asked_to_wait(fault: HTTPError) -> float | None:
    """Return the seconds to wait where a limit was reached, by the rules of GitHub's page on rate limits."""
    if fault.code not in _LIMITED:
        return None
    after, left, reset = (
        fault.headers.get(name, "") for name in ("retry-after", "x-ratelimit-remaining", "x-ratelimit-reset")
    )
    if after.isdigit():
        return float(after)
    if left == "0" and reset.isdigit():
        return max(0.0, float(reset) - time.time()) + 1
    return 60.0 if fault.code == 429 else None


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would take the token elsewhere and turn a POST into a GET."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow none."""
        return
