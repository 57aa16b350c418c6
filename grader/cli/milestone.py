"""Put what a learner wrote together, train it, and say what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.pictures import put
from grader.cli.place import here
from grader.cli.progress import progress, waiting
from grader.cli.screen import say, screen
from grader.course import meant
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.course import Course, Workspace
    from grader.course.milestones import Milestone
    from grader.learning.milestones.finding import Finding
    from grader.learning.milestones.standing import Standing


def milestone(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
) -> int:
    """Train a small system made of what you wrote: it works, or which part stops it. Without a name: list them."""
    from grader.course.milestones import offered

    course, workspace = here()
    known = {each.name: each for each in offered(workspace.exercises(course))}
    if not known:
        raise UsageError("no milestone is made of the exercises that are here")
    if name is None:
        _list(course, workspace)
        return 0
    finding = _find(course, workspace, known[meant("milestone", name, known)])
    from grader.learning.milestones.telling import tell

    for line in tell(finding, screen()):
        print(line)
    _show(finding, workspace)
    if finding.reached:
        _say_next(course, workspace)
    return int(not finding.reached)


def _find(course: Course, workspace: Workspace, chosen: Milestone) -> Finding:
    """Check the parts and train with them, and remember what came of it."""
    from grader.grading.grade import grade
    from grader.grading.texts import read_workspace_texts
    from grader.learning.memory import Memory
    from grader.learning.milestones.finding import blame, find
    from grader.learning.milestones.training import TRAINING
    from grader.learning.verdicts import remember
    from grader.sandbox.ours.sandbox import Sandbox

    parts = chosen.exercises(course.exercises)
    texts = read_workspace_texts(workspace, parts)
    with Sandbox("auto") as sandbox, waiting("checking the parts ..."):
        report = grade(texts, course, sandbox, exercises=parts)
    remember(course, workspace, texts, report)
    with Sandbox("auto", limits=TRAINING) as sandbox:
        with progress(chosen.steps, "training") as advance:
            finding = find(chosen, texts, report, sandbox, advance)
        if workspace.solutions and all(course.solution(part) != course.kept(part) for part in parts):
            with progress(len(finding.failing) + 1, "looking for the part that stops it") as advance:
                finding = blame(course, finding, texts, sandbox, advance)
    memory = Memory(workspace)
    if finding.reached and finding.training and finding.training.figure is not None:
        memory.reached_milestone(chosen.name, texts.sha256(parts), finding.training.figure)
    elif finding.failing:
        memory.opened(finding.failing[0].name)  # what comes without a name now means this part
    memory.save()
    return finding


def _show(finding: Finding, workspace: Workspace) -> None:
    """Put the picture of a training where it can be seen."""
    if finding.training is None or not finding.training.curve:
        return
    from grader.learning.milestones.drawing import Drawing
    from grader.learning.milestones.telling import outcome

    chosen = finding.milestone
    print()
    put(Drawing(chosen.name, f"{chosen.name} {outcome(finding)}", chosen.curve, finding.training), workspace)


def _standings(course: Course, workspace: Workspace) -> list[Standing]:
    from grader.learning.memory import Memory
    from grader.learning.milestones.standing import standings
    from grader.learning.states import states

    memory = Memory(workspace)
    return standings(course, workspace, states(course, workspace, workspace.exercises(course), memory), memory)


def _say_next(course: Course, workspace: Workspace) -> None:
    """Say which milestone comes next, and what it still needs."""
    following = next((each for each in _standings(course, workspace) if each.figure is None), None)
    if following is None:
        say("All milestones are reached.")
        return
    needs = f", which needs {', '.join(following.missing)}" if following.missing else ""
    for line in screen().paragraph(("Next: ", "bold"), f"kata milestone {following.milestone.name}{needs}", hang="  "):
        print(line)


def _list(course: Course, workspace: Workspace) -> None:
    """Show how far each milestone is."""
    say(("Milestones", "bold"), ": what you wrote, put together, works")
    found = _standings(course, workspace)
    wide = max(len(each.milestone.name) for each in found)
    for each in found:
        mark = ("✓", "green") if each.figure is not None else ("○", "" if each.is_ready else "dim")
        name = f" {each.milestone.name:{wide}}  "
        for line in screen().paragraph(mark, name, each.milestone.title, indent="  ", hang=" " * (wide + 6)):
            print(line)
        for line in screen().paragraph((_how_far(each), "dim"), indent=" " * (wide + 6)):
            print(line)


def _how_far(standing: Standing) -> str:
    chosen = standing.milestone
    if standing.figure is not None:
        return f"reached: {chosen.says(standing.figure)}"
    if standing.is_ready:
        return f"ready: kata milestone {chosen.name}"
    solved = len(chosen.parts) - len(standing.missing)
    return f"{solved} of {len(chosen.parts)} parts solved; still to solve: {', '.join(standing.missing)}"
