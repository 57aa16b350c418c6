"""Ask one question after the other, and remember how well each was known."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime

from grader.learning.asking.cards import Card
from grader.learning.asking.page import Page, Stopped
from grader.learning.asking.schedule import Rating, rate
from grader.learning.memory import Memory

TYPE = "Think, or type your answer; Enter shows the notes', q stops."


def quiz(cards: Sequence[Card], memory: Memory, page: Page, before: str = "") -> dict[Card, Rating]:
    """Ask questions; what was not known comes back after the others.

    Parameters
    ----------
    cards : sequence of Card
    memory : Memory
        Saved after every answer.
    page : Page
    before : str
        What is printed above each question.

    Returns
    -------
    dict of Card to Rating
        How well each question was known when it was asked first.
    """
    left, found = deque(cards), dict[Card, Rating]()
    try:
        while left:
            card = left.popleft()
            page.question(card, before)
            if page.read(TYPE) == "q":
                raise Stopped
            page.answer(card)
            rating = page.rating()
            page.say(f"Asked again {_when(rate(memory, card.name, rating))}.", "dim")
            if rating == "again" and left and card not in found:
                left.append(card)
            found.setdefault(card, rating)
    except Stopped:
        pass
    return found


def _when(due: datetime) -> str:
    days = round((due - datetime.now(UTC)).total_seconds() / 86_400)
    return "today" if days < 1 else "tomorrow" if days == 1 else f"in {days} days"
