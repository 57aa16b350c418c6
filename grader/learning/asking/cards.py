"""Take the questions of the notes as cards, and choose which are asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.course import Course, Exercise, Topic
from grader.learning.memory import Memory
from grader.learning.progress import due
from grader.notes.answers import Answer, answer
from grader.notes.index import exercises_of
from grader.notes.markdown import read


@dataclass(frozen=True)
class Card:
    """A question of the notes.

    Attributes
    ----------
    name : str
        Under which it is remembered: topic and anchor.
    topic : str
    question : str
    answer : Answer
    exercises : tuple of str
        The names of the exercises that practise it.
    """

    name: str
    topic: str
    question: str
    answer: Answer
    exercises: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where the notes answer it, from the root of a workspace."""
        topic, _, anchor = self.name.partition("#")
        return f"exercises/{topic}/README.md#{anchor}"


def cards(course: Course, topics: Iterable[Topic]) -> list[Card]:
    """Return the questions of topics, in the order of their notes."""
    return [card for topic in topics for card in _cards(course, topic)]


def _cards(course: Course, topic: Topic) -> Iterator[Card]:
    path = course.note(topic)
    if path.is_file():
        for section in read(path.read_text("utf-8")).questions:
            exercises = tuple(exercise.name for exercise in exercises_of(course, topic, section))
            yield Card(f"{topic.name}#{section.anchor}", topic.name, section.title, answer(section), exercises)


def practised_by(exercise: Exercise, known: Sequence[Card]) -> list[Card]:
    """Return the questions that an exercise practises, those that it asks itself first."""
    asked = [card for question in exercise.questions for card in known if card.question == question]
    return list(dict.fromkeys([*asked, *(card for card in known if exercise.name in card.exercises)]))


def in_turn(
    known: Sequence[Card], memory: Memory, exercises: Sequence[Exercise], now: datetime | None = None
) -> list[Card]:
    """Return cards in the order in which they are asked.

    What is due comes first, then what was never asked: the questions of the exercise that the learner is at, those of
    solved ones, the others. What is not due yet comes last.
    """
    now = now or datetime.now(UTC)
    by_name = {card.name: card for card in known}
    overdue = [by_name[name] for name in due(memory, exercises, now)[0] if name in by_name]
    never = [card for card in known if card.name not in memory.cards()]

    def nearness(card: Card) -> int:
        if memory.current() in card.exercises:
            return 0
        return 1 if any(memory.solved(name) is not None for name in card.exercises) else 2

    later = [card for card in known if card not in overdue and card not in never]
    later.sort(key=lambda card: str(memory.cards()[card.name].get("due")))
    return [*overdue, *sorted(never, key=nearness), *later]


def due_cards(known: Sequence[Card], memory: Memory, exercises: Sequence[Exercise]) -> list[Card]:
    """Return the cards that are due, the longest due first."""
    by_name = {card.name: card for card in known}
    return [by_name[name] for name in due(memory, exercises)[0] if name in by_name]
