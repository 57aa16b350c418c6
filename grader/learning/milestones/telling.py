"""Say what came of a milestone: reached or not, by how much, which part stops it, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator

from grader.course.milestones import Milestone
from grader.learning.milestones.blocks import blocks
from grader.learning.milestones.finding import Finding, is_enough
from grader.learning.milestones.training import Training
from grader.report import ExerciseResult
from grader.reports.layout import Part, Screen
from grader.reports.text import excerpt, single_line

RIGHT: Part = ("✓ ", "green")
WRONG: Part = ("✗ ", "red")


def tell(finding: Finding, screen: Screen) -> Iterator[str]:
    """Yield what came of a milestone as lines for a screen."""
    milestone, training = finding.milestone, finding.training
    if training is None:
        yield from _missing(finding, screen)
        return
    mark = RIGHT if finding.reached else WRONG
    yield from screen.paragraph(mark, (milestone.name, "bold"), f"  {outcome(finding)}", hang="  ")
    if training.curve:
        yield ""
        yield from blocks(training.curve, milestone.curve, screen)
    yield from _written(training, screen)
    yield from _printed(training, screen)
    for part in finding.failing:
        yield from _failing(part, screen)
    if not finding.reached:
        yield ""
        for sentence in _blame(finding):
            yield from screen.paragraph(sentence, indent="  ")


def outcome(finding: Finding) -> str:
    """Return in a sentence how far the training of a milestone came."""
    milestone, training = finding.milestone, finding.training
    assert training is not None
    if training.figure is None:
        return f"stopped. {_fault(milestone, training)}"
    said = milestone.says(training.figure)
    asked = f"{milestone.asked} is asked"
    if finding.good_enough and finding.failing:
        return f"not reached yet. It comes to {said} ({asked}), but {_parts_fail(finding)}"
    return f"{'reached' if finding.reached else 'not reached'}: {said} ({asked})."


def _missing(finding: Finding, screen: Screen) -> Iterator[str]:
    names = finding.missing
    words = f"  waits for {len(names)} of its {len(finding.parts)} parts: {', '.join(names)}."
    yield from screen.paragraph(("○ ", "dim"), (finding.milestone.name, "bold"), words, hang="  ")
    for part in finding.failing:
        yield from _failing(part, screen)
    yield from screen.paragraph(("Next: ", "dim"), f"kata watch {names[0]}", indent="  ")


def _fault(milestone: Milestone, training: Training) -> str:
    fault = training.fault
    assert fault is not None
    when = f"Step {fault.step} of {milestone.steps}" if fault.step else "Before the first step"
    who = f"{fault.part} " if fault.part else ""
    return f"{when}: {who}{single_line(fault.what)}{f' (line {fault.line})' if fault.line else ''}."


def _parts_fail(finding: Finding) -> str:
    said = [f"{part.name} {_how(part)}" for part in finding.failing]
    return f"{' and '.join([', '.join(said[:-1]), said[-1]] if len(said) > 1 else said)}."


def _how(part: ExerciseResult) -> str:
    """Return from a verb on how a part does not pass."""
    if part.message is not None:
        return "cannot be checked"
    failed = sum(check.status != "passed" for check in part.checks)
    return f"fails {failed} of its {len(part.checks)} checks"


def _failing(part: ExerciseResult, screen: Screen) -> Iterator[str]:
    """Yield how a part does not pass its own checks, and why as far as that is known."""
    yield ""
    yield from screen.paragraph(WRONG, (part.name, "bold"), f"  {_how(part)}", indent="  ")
    style, reason = _reason(part)
    yield from screen.paragraph(style, single_line(reason, characters=1000), indent="    ", hang="      ")
    yield from screen.paragraph((f"kata check {part.name}", "dim"), indent="      ")


def _reason(part: ExerciseResult) -> tuple[Part, str]:
    """Return why a part does not pass: what keeps it from being checked, the cause, or the first check that fails."""
    if part.message is not None:
        return ("│ ", "dim"), part.message.partition("\n\n")[0]
    if part.cause is not None:
        return ("→ ", "yellow"), part.cause.sentence
    first = next(check.title for check in part.checks if check.status != "passed")
    return ("│ ", "dim"), f"The first of them: {first}"


def _blame(finding: Finding) -> Iterator[str]:
    """Yield what stops it."""
    milestone, fault = finding.milestone, finding.training.fault if finding.training else None
    if finding.good_enough:
        yield "Training often hides such a mistake: mend it, and the milestone is reached."
        return
    if not finding.failing:
        if fault is not None and fault.slow:
            yield (
                f"All parts are right, and together too slow{f': it was in {fault.part}' if fault.part else ''}. Work "
                "on whole arrays instead of one number at a time."
            )
        else:
            yield (
                "All parts pass their checks, so the checks or this milestone miss something: please open an issue in "
                "the course's repository, with these lines and the files of the parts."
            )
        return
    enough = [name for name, training in finding.exchanged.items() if is_enough(milestone, training)]
    for name in enough:
        figure = finding.exchanged[name].figure
        assert figure is not None
        yield f"With the reference's {name} in its place it comes to {milestone.says(figure)}: {name} stops it."
    if enough or not finding.exchanged:
        return
    names = ", ".join(finding.exchanged)
    together = finding.all_exchanged or next(iter(finding.exchanged.values()))
    if is_enough(milestone, together):
        yield f"No single one stops it: only with the reference's in the place of {names} is it reached."
    else:
        came = (
            _fault(milestone, together)
            if together.figure is None
            else f"It comes to {milestone.says(together.figure)}."
        )
        yield f"With the reference's in the place of {names} it is not reached either. {came}"


def _written(training: Training, screen: Screen) -> Iterator[str]:
    """Yield the texts that the milestone itself has written."""
    for title, content in training.seen:
        if isinstance(content, str):
            yield ""
            yield from screen.paragraph((f"{title}: ", "dim"), single_line(content, characters=400), indent="  ")


def _printed(training: Training, screen: Screen) -> Iterator[str]:
    """Yield what the learner's code printed meanwhile."""
    if training.printed.strip():
        yield ""
        yield screen.line("  ", ("Your code printed:", "dim"))
        for words in excerpt(training.printed, lines=8, characters=800).split("\n"):
            yield from screen.paragraph((words, "dim"), indent="  │ ", indent_style="dim")
