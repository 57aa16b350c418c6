"""Find what a person means: an exercise by its name, its file or the beginning of its name; a topic; an assignment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from grader.course.model import Assignment, Course, Exercise
from grader.errors import UnknownName, UsageError


def choose(words: Sequence[str], exercises: Sequence[Exercise]) -> list[Exercise]:
    """Return the exercises that words stand for, each once, in the order of the words; all of them for no words."""
    found = [exercise for word in words for exercise in _meant(word, exercises, topics=True)] or list(exercises)
    return list(dict.fromkeys(found))


def choose_one(word: str, exercises: Sequence[Exercise]) -> Exercise:
    """Return the one exercise that a word stands for; raises `UsageError` or `UnknownName`."""
    (found,) = _meant(word, exercises, topics=False)
    return found


def choose_assignment(word: str, course: Course) -> Assignment:
    """Return the assignment that a word names: one of course.toml, or a topic; raises `UnknownName`."""
    topics = {topic.name: Assignment(topic.name, topic.title, topic.exercises) for topic in course.topics}
    known = {**course.assignments, **topics}
    if word not in known:
        raise UnknownName("assignment or topic", word, known)
    return known[word]


def _meant(word: str, exercises: Sequence[Exercise], topics: bool) -> list[Exercise]:
    by_name = {exercise.name: exercise for exercise in exercises}
    path = PurePath(word)
    # of a file's path, as much as there is must be that of an exercise: the solution's is another file
    is_file = path.suffix == ".py" and path.parts[-3:-2] in ((), ("exercises",), ("/",))
    name = path.stem if is_file else word
    if name in by_name:
        return [by_name[name]]
    in_topic = [exercise for exercise in exercises if exercise.topic == path.name]
    if in_topic and topics:
        return in_topic
    begin_so = [exercise for exercise in exercises if exercise.name.startswith(name)] if name else []
    if len(begin_so) == 1:
        return begin_so
    if begin_so:
        raise UsageError(f"{word!r} may be {', '.join(exercise.name for exercise in begin_so)}: write more of it")
    known = [*by_name, *(exercise.topic for exercise in exercises)] if topics else list(by_name)
    raise UnknownName("exercise or topic" if topics else "exercise", word, dict.fromkeys(known))
