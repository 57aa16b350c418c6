"""The form of a request to call a function, and of the answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.sandbox import limits, wire
from grader.sandbox.observe import Failure, Observation


def request(
    do: str, function: str, arguments: Sequence[Any], filename: str
) -> tuple[dict[str, Any], wire.ArgumentEncoder]:
    """Return the message that asks for a call, and the encoder that holds its blocks."""
    encoder = wire.ArgumentEncoder()
    forms = [encoder.encode(argument) for argument in arguments]
    return {"do": do, "function": function, "arguments": forms, "filename": filename}, encoder


def observation(answer: dict[str, Any], blocks: Sequence[wire.Buffer], asked: wire.ArgumentEncoder) -> Observation:
    """Return what an answer says, every part checked; raises `wire.WireError` where it is malformed.

    The generators that were sent are brought into the states in which they came back.
    """
    try:
        observed = Observation(
            failure=failure(answer["failure"]),
            changed=_positions(answer["changed"]),
            shares_memory=_positions(answer["shares_memory"]),
            warnings=[_text(text) for text in answer["warnings"][:10]],
            global_random_touched=answer["global_random_touched"] is True,
        )
        if observed.failure is None:
            observed.value = wire.Decoder(blocks).decode(answer["value"])
        for generator, state in zip(asked.generators, answer["generators"], strict=True):
            wire.set_generator_state(generator, str(state))
    except wire.WireError:
        raise
    except Exception as error:  # nothing in an answer may look like a fault of ours
        raise wire.WireError(f"the answer is malformed: {type(error).__name__}") from None
    return observed


def failure(value: Any) -> Failure | None:
    """Return a failure from its JSON form, every part checked and capped."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4 or not isinstance(value[0], list):
        raise wire.WireError("the answer is malformed")
    names, text, trace, line = value
    types = [_text(name)[:100] for name in names[:20]]
    return Failure(types, _text(text), _text(trace), line if type(line) is int else None)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise wire.WireError("the answer is malformed")
    return wire.well_formed(value[: limits.TEXT_CHARS])


def _positions(value: list[Any]) -> list[int]:
    return sorted({position for position in value[:100] if type(position) is int})
