"""Show how far a learner is: a bar for each topic, one topic in full, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.cli.place import here
from grader.cli.screen import count, say, screen
from grader.course import Course, Exercise, Workspace, choose
from grader.learning.memory import Memory
from grader.learning.progress import due, streak
from grader.learning.states import State, states
from grader.learning.upcoming import current_exercise, upcoming
from grader.reports.layout import Part

MARKS: dict[State, Part] = {"done": ("✓", "green"), "attempted": ("✗", "red"), "not attempted": ("○", "dim")}
BAR, NARROW_BAR, NARROW = 20, 6, 60


def show_list(topic: str | None, *, only_open: bool) -> None:
    """Show a bar for each topic, or the exercises of one, or of all those that are not done; then what comes next."""
    course, workspace = here()
    exercises = workspace.exercises(course)
    chosen = exercises if topic is None else _chosen(topic, exercises)
    standing = Standing.of(course, workspace)
    say((f"{course.title}: ", "bold"), standing.so_far(_main(course, chosen)))
    if topic is None and not only_open:
        say()
        for line in _topics(standing):
            print(line)
    else:
        for line in _exercises(standing, [each for each in chosen if not (only_open and standing.is_done(each))]):
            print(line)
    say()
    for line in _outlook(standing, chosen):
        print(line)


def _main(course: Course, exercises: Sequence[Exercise]) -> Sequence[Exercise]:
    """Return those that are counted together: a track of its own only where there is nothing else."""
    apart = [topic.name for topic in course.apart]
    return [each for each in exercises if each.topic not in apart] or exercises


def _chosen(word: str, exercises: Sequence[Exercise]) -> Sequence[Exercise]:
    """Return what a word stands for: topics before exercises, since a list is of several."""
    begun = {each.topic for each in exercises if each.topic.startswith(word)}
    return choose([*begun] if len(begun) == 1 else [word], exercises)


def show_next() -> None:
    """Say what comes next, and what it is."""
    course, workspace = here()
    standing = Standing.of(course, workspace)
    exercise = standing.next(standing.exercises)
    for line in standing.next_lines(exercise):
        print(line)
    if exercise:
        dots = "•" * exercise.difficulty
        for line in screen().paragraph(f"{exercise.title}, {dots}, {count(exercise.points, 'point')}.", indent="  "):
            print(line)
        say((f"  kata watch {exercise.name}", "dim"))
    for line in standing.milestone_lines():
        print(line)


@dataclass(frozen=True)
class Standing:
    """How far a learner is with every exercise of a workspace."""

    course: Course
    workspace: Workspace
    exercises: tuple[Exercise, ...]
    states: dict[str, State]
    memory: Memory
    current: Exercise | None

    @classmethod
    def of(cls, course: Course, workspace: Workspace) -> Standing:
        """Look at every file."""
        memory, exercises = Memory(workspace), workspace.exercises(course)
        current = current_exercise(course, workspace, memory)
        return cls(course, workspace, exercises, states(course, workspace, exercises, memory), memory, current)

    def is_done(self, exercise: Exercise) -> bool:
        """Tell whether an exercise is solved."""
        return self.states[exercise.name] == "done"

    def earned(self, exercises: Sequence[Exercise]) -> float:
        """Return the points of exercises; what is not right has those that its last check gave."""
        return sum(map(self._earned, exercises))

    def _earned(self, exercise: Exercise) -> float:
        match self.states[exercise.name]:
            case "done":
                return exercise.points
            case "attempted":
                return self.memory.score(exercise.name)
        return 0.0

    def so_far(self, exercises: Sequence[Exercise]) -> str:
        """Return how many exercises are done, and the points."""
        points = sum(each.points for each in exercises)
        done = sum(map(self.is_done, exercises))
        return f"{done} of {len(exercises)} done, {_points(self.earned(exercises))} of {count(points, 'point')}"

    def next(self, exercises: Sequence[Exercise]) -> Exercise | None:
        """Return what comes next among these."""
        return upcoming(exercises, self.states, self.current)

    def next_lines(self, exercise: Exercise | None) -> Iterator[str]:
        """Yield what comes next."""
        if exercise is None:
            yield "Everything is done."
            return
        verb = "finish" if self.states[exercise.name] == "attempted" else "write"
        yield from screen().paragraph(("Next: ", "bold"), f"{verb} {exercise.path}", hang="  ")

    def milestone_lines(self) -> Iterator[str]:
        """Yield the milestone that can be trained now, where one can."""
        if not any(map(self.is_done, self.exercises)):
            return  # so that a newcomer's first list waits for no file of a milestone
        from grader.learning.milestones.standing import standings

        found = standings(self.course, self.workspace, self.states, self.memory)
        ready = next((each.milestone for each in found if each.is_ready), None)
        if ready is not None:
            yield from screen().paragraph(("Ready: ", "bold"), f"kata milestone {ready.name}", hang="  ")


def _topics(standing: Standing) -> Iterator[str]:
    """Yield a bar for each topic."""
    here = screen()
    wide = NARROW_BAR if here.width < NARROW else BAR
    rows = []
    for topic in standing.course.topics:
        exercises = [each for each in topic.exercises if each.name in standing.states]
        if exercises:
            points, earned = sum(each.points for each in exercises), standing.earned(exercises)
            done = sum(map(standing.is_done, exercises))
            full = int(wide * earned / points)
            more = "  a track of its own" if topic.apart else ""
            rows.append((topic.name, full, f"{done} of {len(exercises)}", f"{_points(earned)}/{points:g}", more))
    name, _, done_, points_, _ = (
        (max(map(len, map(str, column))) for column in zip(*rows, strict=True)) if rows else [0] * 5
    )
    for topic_name, full, done_text, points_text, more in rows:
        bar: tuple[Part, ...] = (("█" * full, "green"), ("░" * (wide - full), "dim"))
        yield here.cut(
            f"  {topic_name:{name}}  ", *bar, f"  {done_text:>{done_}}  ", (f"{points_text:>{points_}}{more}", "dim")
        )


def _exercises(standing: Standing, exercises: Sequence[Exercise]) -> Iterator[str]:
    """Yield exercises by topic: dots, points, what is remembered."""
    here = screen()
    wide = max((len(each.name) for each in exercises), default=0)
    for topic in standing.course.topics:
        chosen = [each for each in topic.exercises if each in exercises]
        if chosen:
            yield ""
            whole = [each for each in topic.exercises if each.name in standing.states]
            yield from here.paragraph((topic.title, "bold"), f": {standing.so_far(whole)}")
        for each in chosen:
            points = f"{_points(standing.earned([each]))}/{each.points:g}"
            text = f" {each.name:{wide}}  {'•' * each.difficulty:3}  {points:>5}  "
            said = (" · ".join(_remembered(standing, each)), "dim")
            yield from here.paragraph(MARKS[standing.states[each.name]], text, said, indent="  ", hang="      ")


def _remembered(standing: Standing, exercise: Exercise) -> Iterator[str]:
    """Yield what there is to say of an exercise, shortly."""
    memory, name = standing.memory, exercise.name
    yield standing.states[name]
    missing = [need for need in exercise.prerequisites if standing.states.get(need, "done") != "done"]
    if missing and standing.states[name] == "not attempted":
        yield f"after {', '.join(missing)}"
    if tries := memory.tries(name):
        yield "1 try" if tries == 1 else f"{tries} tries"
    if minutes := round(memory.seconds(name) / 60):
        yield f"{minutes} min"
    if hints := min(memory.hints(name), len(exercise.hints)):
        yield count(hints, "hint")
    if memory.seen(name):
        yield "solution seen"


def _outlook(standing: Standing, chosen: Sequence[Exercise]) -> Iterator[str]:
    """Yield what comes next, what is due, and how many days in a row something was done."""
    here, following = screen(), standing.next(chosen)
    yield from standing.next_lines(following)
    if following:
        yield from here.paragraph((f"kata watch {following.name} checks it at every save", "dim"), indent="  ")
    yield from standing.milestone_lines()
    questions, exercises = due(standing.memory, standing.exercises)
    if questions or exercises:
        words = " and ".join(
            count(len(found), noun) for found, noun in ((questions, "question"), (exercises, "exercise")) if found
        )
        yield here.line((f"To repeat: {words}, with kata review", "dim"))
    if (days := streak(standing.memory.days())) > 1:
        yield here.line((f"{days} days in a row", "dim"))


def _points(points: float) -> str:
    return f"{round(points, 2):g}"
