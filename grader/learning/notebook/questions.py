"""Write a question of the notes as Markdown, its answer folded: it is thought about first."""

from __future__ import annotations

from collections.abc import Sequence

from grader.course import Course, Workspace, choose
from grader.errors import UsageError
from grader.learning.asking.cards import Card, cards, in_turn, practised_by
from grader.learning.memory import Memory
from grader.notes.markdown import COMMENT


def folded(card: Card) -> str:
    """Return a question with its answer in Markdown."""
    parts = [f"**{card.question}**", "<details><summary>Answer</summary>"]
    parts += [f"**{card.answer.short}**"] if card.answer.short else []
    parts.append(card.answer.text)
    if card.answer.follow_ups:
        parts.append("They will ask next:")
        parts += [f"- *{each.question}* {each.answer}" for each in card.answer.follow_ups]
    return COMMENT.sub("", "\n\n".join([*parts, "</details>"]))


def next_question(course: Course, workspace: Workspace, words: Sequence[str]) -> str:
    """Return the question whose turn it is, of all or of the topic or exercise that words name; raises `UsageError`."""
    exercises, known = workspace.exercises(course), cards(course, course.topics)
    wanted = known
    if words:
        chosen = choose(words, exercises)
        wanted = [card for exercise in chosen for card in practised_by(exercise, known)]
    asked = in_turn(list(dict.fromkeys(wanted)), Memory(workspace), exercises)
    if not asked:
        raise UsageError(f"the notes ask nothing about {' '.join(words)}" if words else "the notes ask nothing")
    return folded(asked[0])
