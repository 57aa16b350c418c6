"""Find what a person means: an exercise by its name, its file or the beginning of its name; a topic; an assignment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def meant(what: str, word: str, names: Iterable[str]) -> str:
    """Return the name that a word is or begins; raises `UsageError` or `UnknownName`, "no ``what``"."""
    known = list(names)
    found = word if word in known else _begun(word, known)
    if found is None:
        raise UnknownName(what, word, known)
    return found


def _meant(word: str, exercises: Sequence[Exercise], topics: bool) -> list[Exercise]:
    by_name = {exercise.name: exercise for exercise in exercises}
    by_topic: dict[str, list[Exercise]] = {}
    for exercise in exercises if topics else ():
        by_topic.setdefault(exercise.topic, []).append(exercise)
    path = PurePath(word)
    # of a file's path, as much as there is must be that of an exercise: the solution's is another file
    is_file = path.suffix == ".py" and path.parts[-3:-2] in ((), ("exercises",), ("/",))
    name = path.stem if is_file else word
    if name in by_name:
        return [by_name[name]]
    if path.name in by_topic:
        return by_topic[path.name]
    if (begun := _begun(name, by_name)) is not None:
        return [by_name[begun]]
    if (begun := _begun(word, by_topic)) is not None:
        return by_topic[begun]
    from grader.course.milestones import offered  # reads files, and who is right needs none of them

    if word in {milestone.name for milestone in offered(exercises)}:
        raise UsageError(f"{word} is a milestone: kata milestone {word}")
    raise UnknownName("exercise or topic" if topics else "exercise", word, [*by_name, *by_topic])


def _begun(word: str, names: Iterable[str]) -> str | None:
    """Return the one name that a word is the beginning of; raises `UsageError` where there are several."""
    begun = [name for name in names if word and name.startswith(word)]
    if len(begun) > 1:
        raise UsageError(f"{word!r} may be {', '.join(begun)}: write more of it")
    return begun[0] if begun else None
