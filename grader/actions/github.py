"""Ask GitHub's REST API (https://docs.github.com/rest) the few things needed, with the standard library alone."""

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
ATTEMPTS = 3
MOST_PAGES = 50
_PER_PAGE = 100
_ANSWER_BYTES = 64 << 20
_PASSING = (429, 500, 502, 503, 504)


class GitHub:
    """One repository, as its REST API shows it.

    Parameters
    ----------
    api : str
        The address of the API.
    repository : str
        ``owner/name``.
    token : str
        What the job was given; it is shown to this address only.
    """

    def __init__(self, api: str, repository: str, token: str) -> None:
        self._base = f"{api.rstrip('/')}/repos/{repository}"
        self._token = token
        self._opener = build_opener(_NoRedirects)

    def open_pulls(self, commit: str) -> list[int]:
        """Return the numbers of the open pull requests whose newest commit this is.

        The API that looks up a commit's pull requests does not know those from forks, so the open ones are searched.
        """
        parameters = {"state": "open", "sort": "updated", "direction": "desc"}
        return [pull["number"] for pull in self._pages("/pulls", parameters) if pull["head"]["sha"] == commit]

    def comments(self, pull: int) -> Iterator[dict[str, Any]]:
        """Yield the comments on a pull request, the oldest first."""
        return self._pages(f"/issues/{pull}/comments", {})

    def create_comment(self, pull: int, body: str) -> None:
        """Comment on a pull request."""
        self._ask("POST", f"/issues/{pull}/comments", {"body": body})

    def update_comment(self, comment: int, body: str) -> None:
        """Replace the text of a comment."""
        self._ask("PATCH", f"/issues/comments/{comment}", {"body": body})

    def set_status(self, commit: str, **status: str) -> None:
        """Set a status of a commit: ``state``, ``context``, ``description`` and ``target_url``."""
        self._ask("POST", f"/statuses/{commit}", status)

    def _pages(self, path: str, parameters: dict[str, str]) -> Iterator[dict[str, Any]]:
        for page in range(1, MOST_PAGES + 1):
            query = urlencode({**parameters, "per_page": str(_PER_PAGE), "page": str(page)})
            items = self._ask("GET", f"{path}?{query}")
            yield from items
            if len(items) < _PER_PAGE:
                return

    def _ask(self, method: str, path: str, data: object = None) -> Any:
        """Return the answer to a request; what reads only is tried again where the fault may pass."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._try(method, path, data)
            except HTTPError as error:
                reason, passing = f"{error.code} {error.reason}", error.code in _PASSING
            except (URLError, TimeoutError, ConnectionError, HTTPException) as error:
                reason, passing = str(getattr(error, "reason", error)), True
            except ValueError:
                reason, passing = "the answer is not JSON", False
            if not passing or method != "GET" or attempt == ATTEMPTS:
                break
            time.sleep(2**attempt)
        raise StepError(f"GitHub did not do {method} {path.partition('?')[0]}: {reason}")

    def _try(self, method: str, path: str, data: object) -> Any:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "User-Agent": "deep-learning-katas",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        body = None if data is None else json.dumps(data).encode()
        request = Request(self._base + path, body, headers, method=method)
        with self._opener.open(request, timeout=SECONDS) as answer:
            return json.loads(answer.read(_ANSWER_BYTES))


class _NoRedirects(HTTPRedirectHandler):
    """A redirect would take the token elsewhere and turn a POST into a GET."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow none."""
        return
