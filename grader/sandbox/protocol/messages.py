"""Define the messages between the two sides, and read each on the side that gets it.

`load` runs a text as a module and is answered twice: by `Looked` before any of it has run, and by `Ran` after. `call`
and `run` call a function of that module, or one that is sent along, and are answered by `Answer`. What comes from the
learner's side is checked in every part, since it may come from the learner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, TypedDict

from grader.sandbox.protocol import wire
from grader.sandbox.protocol.limits import LIMITS, Limits
from grader.sandbox.protocol.observation import Failure, Observation

MOST_WARNINGS = 10
FailureForm = tuple[list[str], str, str, int | None]


class Load(TypedDict):
    """Run ``source`` as a module; say first whether it is the same code as ``same_as``, and where it uses ``names``."""

    id: NotRequired[int]
    do: Literal["load"]
    source: str
    filename: str
    same_as: str | None
    names: list[str]


class Looked(TypedDict):
    """What was seen in the text: each of the names that it uses, with its lines."""

    id: NotRequired[int]
    same: bool
    used: list[tuple[str, int]]


class Ran(TypedDict):
    """How running the text as a module ended."""

    id: NotRequired[int]
    failure: FailureForm | None


class Call(TypedDict):
    """Call a function of the module by its name, or run the text of one that takes the module first."""

    id: NotRequired[int]
    do: Literal["call", "run"]
    function: str
    arguments: list[Any]
    filename: str


class Answer(TypedDict):
    """What a call did; ``generators`` are the states of the generators that it was given."""

    id: NotRequired[int]
    value: Any
    generators: list[str]
    failure: FailureForm | None
    changed: list[int]
    shares_memory: list[int]
    warnings: list[str]
    global_random_touched: bool


Request = Load | Call


@dataclass(frozen=True)
class Look:
    """What our side knows of a text after `Looked`."""

    same: bool
    used: tuple[tuple[str, int], ...]


def call_message(
    do: Literal["call", "run"], function: str, arguments: Sequence[Any], filename: str, limits: Limits = LIMITS
) -> tuple[Call, wire.ArgumentEncoder]:
    """Return the message that asks for a call, and the encoder that holds its blocks."""
    encoder = wire.ArgumentEncoder(limits)
    forms = [encoder.encode(argument) for argument in arguments]
    return {"do": do, "function": function, "arguments": forms, "filename": filename}, encoder


def answer_message(observed: Observation, value: Any, generators: list[str]) -> Answer:
    """Return the message about a call; ``value`` is the encoded form of what it returned."""
    return {
        "value": value,
        "generators": generators,
        "failure": failure_form(observed.failure),
        "changed": observed.changed,
        "shares_memory": observed.shares_memory,
        "warnings": observed.warnings,
        "global_random_touched": observed.global_random_touched,
    }


def failure_form(failure: Failure | None) -> FailureForm | None:
    """Return the form in which a failure is sent."""
    return (failure.types, failure.text, failure.trace, failure.line) if failure else None


def read_look(message: dict[str, Any], lines: int, limits: Limits = LIMITS) -> Look:
    """Return what a `Looked` says; raises `wire.WireError` where it is malformed or names a line that is not there."""
    try:
        used = tuple((_text(name, limits), _line(line, lines)) for name, line in message["used"])
        if any(line is None for _, line in used):
            raise wire.WireError("the answer speaks of a line that the file does not have")
        return Look(message["same"] is True, tuple((name, line) for name, line in used if line is not None))
    except (KeyError, TypeError, ValueError) as error:
        raise wire.WireError(f"the answer is malformed: {type(error).__name__}") from None


def read_ran(message: dict[str, Any], lines: int, limits: Limits = LIMITS) -> Failure | None:
    """Return why a text could not be run, as a `Ran` says; raises `wire.WireError` where it is malformed."""
    if "failure" not in message:
        raise wire.WireError("the answer is malformed")
    return read_failure(message["failure"], lines, limits)


def read_answer(
    message: dict[str, Any],
    blocks: Sequence[wire.Buffer],
    asked: wire.ArgumentEncoder,
    lines: int,
    limits: Limits = LIMITS,
) -> Observation:
    """Return what an `Answer` says, every part checked; raises `wire.WireError` where it is malformed.

    The generators that were sent are brought into the states in which they came back.

    Parameters
    ----------
    message, blocks
        The frame.
    asked : ArgumentEncoder
        What the call was made with.
    lines : int
        How many lines the learner's file has.
    limits : Limits
    """
    try:
        observed = Observation(
            failure=read_failure(message["failure"], lines, limits),
            changed=_positions(message["changed"]),
            shares_memory=_positions(message["shares_memory"]),
            warnings=[_text(text, limits) for text in message["warnings"][:MOST_WARNINGS]],
            global_random_touched=message["global_random_touched"] is True,
        )
        if observed.failure is None:
            observed.value = wire.Decoder(blocks, limits).decode(message["value"])
        for generator, state in zip(asked.generators, message["generators"], strict=True):
            wire.set_generator_state(generator, str(state))
    except wire.WireError:
        raise
    except Exception as error:  # nothing in an answer may look like a fault of ours
        raise wire.WireError(f"the answer is malformed: {type(error).__name__}") from None
    return observed


def read_failure(form: Any, lines: int, limits: Limits = LIMITS) -> Failure | None:
    """Return a failure from its form, every part checked and capped; its line is kept only if the file has it."""
    if form is None:
        return None
    if not isinstance(form, list) or len(form) != 4 or not isinstance(form[0], list):
        raise wire.WireError("the answer is malformed")
    names, text, trace, line = form
    types = [_text(name, limits)[:100] for name in names[:20]]
    return Failure(types, _text(text, limits), _text(trace, limits), _line(line, lines))


def _text(value: Any, limits: Limits) -> str:
    if not isinstance(value, str):
        raise wire.WireError("the answer is malformed")
    return wire.well_formed(value[: limits.text_chars])


def _line(value: Any, lines: int) -> int | None:
    return value if type(value) is int and 1 <= value <= lines else None


def _positions(value: list[Any]) -> list[int]:
    return sorted({position for position in value[:100] if type(position) is int})
