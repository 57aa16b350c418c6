"""What our side may spend on what comes back."""

import threading
import time
from dataclasses import replace

import pytest

from grader.grading.budget import KEPT_BACK, Clock, Exhausted, bounded, spent
from grader.grading.collecting import check_file
from grader.grading.grade import grade
from grader.grading.texts import Texts
from grader.grading.trial import Trial
from grader.sandbox.protocol.limits import LIMITS

BURNS = """
import numpy as np
from grader.checks import assert_close
from grader.grading.budget import bounded

def test_first(student):
    assert_close(student.double(1), 2)

def test_costly(student):
    answer = student.double(3)
    with bounded(0.1):
        while answer == 7:
            pass
    assert_close(answer, 6)

def test_last(student):
    assert_close(student.double(2), 4)
"""


def burn():
    try:
        while True:
            pass
    except Exception as error:
        raise AssertionError("a check has caught it") from error


def test_work_that_goes_on_is_ended_and_no_check_catches_that():
    with pytest.raises(Exhausted), bounded(0.1):
        burn()


def test_waiting_costs_nothing_and_what_comes_later_is_free():
    with bounded(0.05):
        time.sleep(0.3)
    until = time.process_time() + 0.2
    while time.process_time() < until:
        pass


def test_a_thread_of_its_own_works_without_the_timer():
    done = []

    def work():
        with bounded(0.01):
            until = time.process_time() + 0.1
            while time.process_time() < until:
                pass
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


def test_a_check_that_costs_too_much_is_failed_and_the_others_are_run(mini, sandbox):
    mini.add(checks=BURNS)
    texts = Texts({"double": "def double(x):\n    return 7 if x == 3 else 2 * x\n"})
    (result,) = grade(texts, mini.course, sandbox).exercises
    assert [check.status for check in result.checks] == ["passed", "failed", "passed"]
    assert result.checks[1].message == "The answer is too large to be looked at."


SLOW = """
import numpy as np
from grader.checks import assert_close, misconception

TAKES_LONG = [True]

def test_first(student):
    assert_close(student.double(3), 6)

@misconception("squares")
def squares(x):
    while TAKES_LONG:
        pass
    return x * x
"""


def test_a_known_mistake_for_which_no_time_was_left_is_run_again_for_the_next_learner(mini):
    exercise = mini.add(checks=SLOW)
    file = check_file(mini.course, exercise)
    (check,), (mistake,) = file.checks, file.misconceptions
    trial = Trial.prepare(mini.course, file, 0)
    with bounded(0.1):
        trial.run_mistake(check, mistake)
    assert spent()
    mistake.implementation.__globals__["TAKES_LONG"].clear()
    with bounded():
        outcome = trial.run_mistake(check, mistake)
    assert not spent()
    assert outcome.mismatch is not None
    assert outcome.mismatch.actual == 9
    assert trial.run_mistake(check, mistake) is outcome


# ---- the clock of a submission --------------------------------------------------------------------------------


def test_while_there_is_time_each_exercise_has_all_that_it_may_use():
    clock = Clock(replace(LIMITS, submission_seconds=1000, exercise_seconds=20), 3)
    assert [clock.seconds(number) for number in range(3)] == [20, 20, 20]


def test_a_second_is_kept_back_for_each_exercise_still_to_come():
    clock = Clock(replace(LIMITS, submission_seconds=30, exercise_seconds=30), 11)
    assert clock.seconds(0) == pytest.approx(30 - 10 * KEPT_BACK, abs=1)
    assert clock.seconds(1) == pytest.approx(30 - 9 * KEPT_BACK, abs=1)


def test_who_has_used_up_the_rest_leaves_a_second_for_each():
    clock = Clock(replace(LIMITS, submission_seconds=0, exercise_seconds=20), 4)
    assert [clock.seconds(number) for number in range(4)] == 4 * [KEPT_BACK]
