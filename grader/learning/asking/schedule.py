"""Decide when something is asked again: the forgetting curve of FSRS, in days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

from grader.errors import UsageError
from grader.learning.memory import Memory

if TYPE_CHECKING:
    from fsrs import Card

Rating = Literal["again", "hard", "good", "easy"]
RATINGS: tuple[Rating, ...] = get_args(Rating)


def require() -> None:
    """Raise `UsageError` where the package ``fsrs`` is not installed, before anything is asked in vain."""
    try:
        import fsrs  # noqa: F401
    except ImportError:
        raise missing("fsrs") from None


def rate(memory: Memory, card: str, rating: Rating, now: datetime | None = None) -> datetime:
    """Remember how well something was known, and return when it is asked again.

    Parameters
    ----------
    memory : Memory
        It is saved at once: an interruption loses nothing.
    card : str
        The name of what was asked.
    rating : {"again", "hard", "good", "easy"}
    now : datetime, optional
    """
    import fsrs

    # without steps of minutes: what is not known comes back in the same sitting anyway
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=())
    asked, known = now or datetime.now(UTC), fsrs.Rating[rating.capitalize()]
    try:
        after, _ = scheduler.review_card(_card(memory.cards().get(card, {})), known, asked)
    except (ValueError, TypeError, ArithmeticError):  # numbers that nobody can have remembered
        after, _ = scheduler.review_card(fsrs.Card(card_id=0), known, asked)
    entry: dict[str, Any] = dict(after.to_dict())
    del entry["card_id"]  # a number of theirs; the name is enough
    memory.scheduled(card, entry)
    memory.save()
    return after.due


def _card(entry: Mapping[str, Any]) -> Card:
    """Return what is remembered as the package has it; anew where that is nothing or broken."""
    import fsrs

    try:
        return fsrs.Card.from_dict({"card_id": 0, **entry})  # type: ignore[typeddict-item]
    except (KeyError, TypeError, ValueError):
        return fsrs.Card(card_id=0)


def missing(package: str) -> UsageError:
    """Return what to say where a package of the extra ``ask`` is not installed."""
    return UsageError(f"this needs the package {package}: pip install 'deep-learning-katas[ask]'")
