"""Remember between two commands: checks, hints, solutions seen, questions answered, days, milestones."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from grader.course import Workspace
from grader.learning.memory_file import Section, empty, load, paths, save

PAUSE_SECONDS = 900  # who has not checked for longer was not at it all the time


class Memory:
    """What is remembered of one workspace. Changes last once `save` is called."""

    def __init__(self, workspace: Workspace) -> None:
        self._paths = paths(workspace)
        self._sections = load(self._paths)
        self._changes = empty()

    # --- exercises ------------------------------------------------------------------------------------------------

    def status(self, name: str, text: str) -> str | None:
        """Return what the last check of this exercise gave, if it was a check of the same text."""
        entry = self._exercise(name)
        return entry.get("status") if entry.get("sha256") == _hash(text) else None

    def last(self, name: str) -> str | None:
        """Return what the last check of this exercise gave, whatever its text is now."""
        status = self._exercise(name).get("status")
        return status if isinstance(status, str) else None

    def passing(self, name: str) -> list[str] | None:
        """Return the names of the checks that passed the last time; None where nothing is remembered."""
        names = self._exercise(name).get("passing")
        return [word for word in names if isinstance(word, str)] if isinstance(names, list) else None

    def score(self, name: str) -> float:
        """Return the points that the last check of this exercise gave."""
        return _number(self._exercise(name).get("score"))

    def tries(self, name: str) -> int:
        """Return how many different texts of this exercise have been checked."""
        return int(_number(self._exercise(name).get("tries")))

    def seconds(self, name: str) -> float:
        """Return how long the learner was at this exercise, as far as its checks show it."""
        return _number(self._exercise(name).get("seconds"))

    def solved(self, name: str) -> float | None:
        """Return when this exercise passed for the first time, in seconds since 1970; None where it never did."""
        return _number(self._exercise(name).get("solved")) or None

    def hints(self, name: str) -> int:
        """Return how many hints of this exercise have been shown."""
        return int(_number(self._exercise(name).get("hints")))

    def asked(self, name: str) -> bool:
        """Tell whether the solution was asked for once."""
        return self._exercise(name).get("asked") is True

    def change_was_asked_for(self, name: str, text: str) -> bool:
        """Tell whether the change that mends this text was asked for once."""
        return self._exercise(name).get("change") == _hash(text)

    def seen(self, name: str) -> bool:
        """Tell whether the solution was shown."""
        return self._exercise(name).get("seen") is True

    def is_of_a_notebook(self, name: str, text: str) -> bool:
        """Tell whether this text of an exercise was saved from a notebook."""
        return self._exercise(name).get("notebook") == _hash(text)

    def current(self) -> str | None:
        """Return the name of the exercise that the learner was at last."""
        name = max(self._sections["exercises"], key=self.at, default=None)
        return name if name is not None and self.at(name) else None

    def at(self, name: str) -> float:
        """Return when the learner was at this exercise last, in seconds since 1970; 0 for never."""
        return _number(self._exercise(name).get("at"))

    def checked(self, name: str, text: str, status: str, passing: Sequence[str] = (), score: float = 0.0) -> None:
        """Remember what checking a text gave: status and points, as in the report, and the checks that passed."""
        now, entry = time.time(), self._exercise(name)
        changes: dict[str, Any] = {"status": status, "passing": list(passing), "score": score}
        if entry.get("sha256") != _hash(text):
            changes |= {"sha256": _hash(text), "tries": self.tries(name) + 1}
        if self.solved(name) is None:
            pause = now - self.at(name)
            changes["seconds"] = self.seconds(name) + (pause if 0 <= pause < PAUSE_SECONDS else 0)
            if status == "passed":
                changes["solved"] = now
        self._change("exercises", name, at=now, **changes)
        self._today()

    def opened(self, name: str) -> None:
        """Remember that this exercise is what the learner is at."""
        self._change("exercises", name, at=time.time())

    def hinted(self, name: str) -> None:
        """Remember that one more hint has been shown."""
        self._change("exercises", name, hints=self.hints(name) + 1)

    def written_in_a_notebook(self, name: str, text: str) -> None:
        """Remember that a text was saved from a notebook."""
        self._change("exercises", name, notebook=_hash(text))

    def asked_for_solution(self, name: str) -> None:
        """Remember that the solution was asked for."""
        self._change("exercises", name, asked=True)

    def asked_for_change(self, name: str, text: str) -> None:
        """Remember that the change that mends this text was asked for."""
        self._change("exercises", name, change=_hash(text))

    def saw_solution(self, name: str) -> None:
        """Remember that the solution was shown."""
        self._change("exercises", name, seen=True)

    # --- cards and days -------------------------------------------------------------------------------------------

    def cards(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what is remembered of questions and reviewed exercises, as the schedule has written it."""
        return self._sections["cards"]

    def scheduled(self, card: str, entry: Mapping[str, Any]) -> None:
        """Remember when something is asked again."""
        self._change("cards", card, **entry)
        self._today()

    def days(self) -> set[date]:
        """Return the days on which something was checked or answered."""
        return set(_dates(self._sections["days"]))

    # --- milestones -----------------------------------------------------------------------------------------------

    def reached(self, milestone: str, sha256: str) -> float | None:
        """Return the figure with which a milestone was reached by these texts; None where it was not."""
        entry = self._sections["milestones"].get(milestone, {})
        figure = entry.get("figure")
        return figure if entry.get("sha256") == sha256 and isinstance(figure, float) else None

    def reached_milestone(self, milestone: str, sha256: str, figure: float) -> None:
        """Remember the figure with which texts, known by their hash, reach a milestone."""
        self._change("milestones", milestone, sha256=sha256, figure=figure)
        self._today()

    def save(self) -> None:
        """Write what has changed to the first of the two files that can be written.

        What another program has written meanwhile stays. A verdict is worth more than a memory: that nothing can be
        written is no error.
        """
        save(self._paths, self._changes)

    def _exercise(self, name: str) -> dict[str, Any]:
        return self._sections["exercises"].get(name, {})

    def _today(self) -> None:
        self._change("days", date.today().isoformat())

    def _change(self, section: Section, key: str, **fields: Any) -> None:
        for sections in (self._sections, self._changes):
            sections[section].setdefault(key, {}).update(fields)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _number(value: Any) -> float:
    """Return a number that is remembered; the file may have been written by anybody."""
    return value if isinstance(value, (int, float)) and 0 <= value < 1e12 else 0


def _dates(words: Sequence[str] | Mapping[str, Any]) -> Iterator[date]:
    for word in words:
        try:
            yield date.fromisoformat(word)
        except ValueError:
            continue
