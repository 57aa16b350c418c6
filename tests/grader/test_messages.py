"""What our side believes of the messages from the other: every part is checked, and what is malformed is refused."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.sandbox.protocol import wire
from grader.sandbox.protocol.limits import LIMITS
from grader.sandbox.protocol.messages import (
    Look,
    answer_message,
    call_message,
    failure_form,
    read_answer,
    read_failure,
    read_look,
    read_ran,
)
from grader.sandbox.protocol.observation import Failure, Observation

LINES = 9
FEW = dataclasses.replace(LIMITS, text_chars=20)
EVIL = "\udfff a \udc00"
thorough = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=8,
)


def sent(message):
    """Return a message as it comes out at our end."""
    return wire.read(wire.pack(message))


def answer(value=None, asked=(), **parts):
    """Return what our side makes of an answer, some parts of which are as given."""
    _, encoder = call_message("call", "f", asked, "answer.py")
    return read_answer(*sent({**answer_message(Observation(), value, []), **parts}), encoder, LINES)


def changed(good, part, value):
    """Return a message with one part changed, or left out."""
    return {name: each for name, each in {**good, part: value}.items() if each is not LEFT_OUT}


LEFT_OUT = object()
ANSWER = answer_message(Observation(failure=Failure(["ValueError", "Exception"], "no", "line 3", 3)), 1, [])
LOOKED = {"same": False, "used": [["tanh", 3]]}
RAN = {"failure": [["ValueError", "Exception"], "no", "line 3", 3]}
READERS = {
    "answer": (ANSWER, lambda message: read_answer(*sent(message), wire.ArgumentEncoder(), LINES)),
    "looked": (LOOKED, lambda message: read_look(sent(message)[0], LINES)),
    "ran": (RAN, lambda message: read_ran(sent(message)[0], LINES)),
}

# --- what is well-formed ------------------------------------------------------------------------------------------


def test_an_observation_comes_out_as_it_went_in():
    seen = Observation(value=3, changed=[0, 2], shares_memory=[1], warnings=["careful"], global_random_touched=True)
    message = answer_message(seen, 3, [])
    assert read_answer(*sent(message), wire.ArgumentEncoder(), LINES) == seen


def test_a_failure_comes_out_as_it_went_in_and_has_no_value():
    failure = Failure(["ValueError", "Exception"], "no", "line 3", 3)
    assert answer(value=1, failure=failure_form(failure)) == Observation(failure=failure)
    assert read_ran(sent({"failure": failure_form(failure)})[0], LINES) == failure
    assert read_ran({"failure": None}, LINES) is None


def test_what_was_seen_in_a_text_comes_out_as_it_went_in():
    assert read_look({"same": True, "used": []}, LINES) == Look(True, ())
    assert read_look(sent(LOOKED)[0], LINES) == Look(False, (("tanh", 3),))


def test_generators_are_brought_into_the_states_in_which_they_came_back():
    ours, theirs = np.random.default_rng(1), np.random.default_rng(1)
    theirs.random()
    answer(asked=[ours], generators=[wire.generator_state(theirs)])
    assert ours.random() == theirs.random()


# --- what is malformed --------------------------------------------------------------------------------------------

WRONG = [
    None, True, 3, 1.5, "text", [], [[]], {}, {"a": 1}, [None], [3], [[], ""], [[], "", ""], [[], "", "", 1, 1],
    ["T", "", "", 1], [[[]], "", "", 1], [[None], "", "", 1], [["T"], ["deep"], "", 1], [["T"], "", {}, 1],
    [["tanh"]], [["tanh", 1, 2]], [[3, 3]], [{}], ["{}"], [["tanh", "3"]], LEFT_OUT,
]  # fmt: skip
# What may stand in a part, of those above: an empty list is a list of nothing, whatever it might have held.
RIGHT = {
    "value": lambda _: True,  # there is a failure, so nobody looks at it
    "failure": lambda wrong: wrong is None,
    "changed": lambda wrong: isinstance(wrong, list | str),
    "shares_memory": lambda wrong: isinstance(wrong, list | str),
    "warnings": lambda wrong: wrong in ([], ["{}"]) or isinstance(wrong, str),
    "generators": lambda wrong: wrong in ([], {}),
    "global_random_touched": lambda wrong: wrong is not LEFT_OUT,
    "same": lambda wrong: wrong is not LEFT_OUT,
    "used": lambda wrong: wrong in ([], {}),
}


@pytest.mark.parametrize(("kind", "part"), [(kind, part) for kind, (good, _) in READERS.items() for part in good])
def test_every_malformed_part_of_every_message_is_refused(kind, part):
    good, read = READERS[kind]
    read(good)
    refused = 0
    for wrong in WRONG:
        if RIGHT[part](wrong):
            read(changed(good, part, wrong))
        else:
            refused += 1
            with pytest.raises(wire.WireError):
                read(changed(good, part, wrong))
    assert refused or part == "value"


@given(st.sampled_from(sorted(READERS)), st.data())
@thorough
def test_any_message_is_read_or_refused(kind, data):
    good, read = READERS[kind]
    message = {part: data.draw(st.just(each) | JSON) for part, each in good.items()}
    try:
        read(message)
    except wire.WireError:
        return


@given(JSON)
@thorough
def test_any_value_is_read_or_refused(form):
    try:
        answer(form)
    except wire.WireError:
        return


@pytest.mark.parametrize("states", [[], ["{}"], ["null"], [3], "x", ["[" * 100_000]])
def test_as_many_generators_come_back_as_were_sent_and_each_in_a_state_of_its_kind(states):
    with pytest.raises(wire.WireError):
        answer(asked=[np.random.default_rng(0)], generators=states)


# --- what is cut, dropped or taken literally ----------------------------------------------------------------------


@pytest.mark.parametrize("line", [0, -1, LINES + 1, 10**4000, 1.0, True, "1", None, [1]])
def test_a_line_that_the_source_does_not_have_is_dropped(line):
    form = [["ValueError"], "no", "", line]
    assert answer(failure=form).failure == Failure(["ValueError"], "no", "", None)
    assert read_ran(sent({"failure": form})[0], LINES) == Failure(["ValueError"], "no", "", None)
    with pytest.raises(wire.WireError):  # a name stands on a line, or it is not used
        read_look(sent({"same": False, "used": [["tanh", line]]})[0], LINES)


@pytest.mark.parametrize("line", [1, LINES])
def test_a_line_that_the_source_has_is_kept(line):
    assert answer(failure=[["ValueError"], "no", "", line]).failure.line == line
    assert read_look(sent({"same": False, "used": [["tanh", line]]})[0], LINES).used == (("tanh", line),)


@pytest.mark.parametrize("limits", [LIMITS, FEW], ids=["the usual limits", "others"])
def test_texts_are_capped(limits):
    long = "x" * 5_000
    form = [[long] * 50, long, long, 1]
    message = {**answer_message(Observation(), None, []), "failure": form, "warnings": [long] * 100}
    observed = read_answer(*sent(message), wire.ArgumentEncoder(), LINES, limits)
    assert observed.failure == read_failure(form, LINES, limits) == read_ran({"failure": form}, LINES, limits)
    assert len(observed.failure.types) == 20
    assert {len(name) for name in observed.failure.types} == {min(100, limits.text_chars)}
    assert {len(text) for text in (observed.failure.text, observed.failure.trace)} == {limits.text_chars}
    assert [len(text) for text in observed.warnings] == [limits.text_chars] * 10
    ((name, _),) = read_look({"same": False, "used": [[long, 1]]}, LINES, limits).used
    assert len(name) == limits.text_chars


def test_texts_come_out_fit_to_be_written():
    observed = answer(failure=[[EVIL], EVIL, EVIL, 3], warnings=[EVIL])
    texts = [*observed.failure.types, observed.failure.text, observed.failure.trace, *observed.warnings]
    assert [text.encode("utf-8") for text in texts] == [b"? a ?"] * 4
    assert read_look({"same": False, "used": [[EVIL, 1]]}, LINES).used == (("? a ?", 1),)


def test_truth_is_only_true():
    for claim in ("yes", 1, [True], None):
        assert answer(1, global_random_touched=claim).global_random_touched is False
        assert read_look({"same": claim, "used": []}, LINES).same is False


def test_positions_are_whole_numbers_once_each_and_not_too_many():
    assert answer(1, changed=[True, 1.0, "0", 2, 2, None, 0]).changed == [0, 2]
    assert len(answer(1, shares_memory=list(range(10_000))).shares_memory) == 100
