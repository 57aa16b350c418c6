"""Say what is due, and on how many days in a row something was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from grader.course import Exercise
from grader.learning.memory import Memory

FIRST_REVIEW = timedelta(days=3)  # after an exercise was solved


def due(memory: Memory, exercises: Sequence[Exercise], now: datetime | None = None) -> tuple[list[str], list[Exercise]]:
    """Return the cards of the questions that are due, the longest due first, and the solved exercises that are."""
    now = now or datetime.now(UTC)
    names = {exercise.name for exercise in exercises}
    times = {card: _time(entry) for card, entry in memory.cards().items() if card not in names}
    questions = [card for card, time in times.items() if time and time <= now]
    again = [each for each in exercises if (time := review_time(memory, each)) and time <= now]
    return sorted(questions, key=lambda card: times[card] or now), again


def review_time(memory: Memory, exercise: Exercise) -> datetime | None:
    """Return when a solved exercise comes back; None for one that was never solved."""
    solved = memory.solved(exercise.name)
    if solved is None:
        return None
    return _time(memory.cards().get(exercise.name, {})) or datetime.fromtimestamp(solved, UTC) + FIRST_REVIEW


def streak(days: Collection[date], today: date | None = None) -> int:
    """Return on how many days in a row something was done, up to today or to yesterday."""
    day = today or date.today()
    if day not in days:
        day -= timedelta(days=1)
    length = 0
    while day in days:
        day, length = day - timedelta(days=1), length + 1
    return length


def _time(entry: Mapping[str, Any]) -> datetime | None:
    try:
        time = datetime.fromisoformat(entry["due"])
    except (KeyError, TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
