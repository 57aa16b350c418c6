"""What right and wrong solutions, written from the stubs alone, are told: nothing false."""

import pytest

from grader.bench.diagnoses import cases
from grader.course import own_course
from grader.course.stubs import stub_of
from grader.grading.attempt import Attempt
from grader.grading.collecting import check_file
from grader.grading.trial import Trial

COURSE = own_course()


@pytest.mark.slow
@pytest.mark.parametrize("name", [exercise.name for exercise in COURSE.exercises])
def test_right_solutions_keep_full_marks_and_wrong_ones_hear_nothing_false(name, sandbox):
    exercise = COURSE.find(name)
    trial, stub = Trial.prepare(COURSE, check_file(COURSE, exercise), 0), stub_of(COURSE, exercise)
    found = list(cases(COURSE, exercise))
    right = sum(case.true is None for case in found)
    assert min(right / 3, (len(found) - right) / 4) >= 1, f"diagnoses/{name}.toml: 3 right and 4 wrong ones, at least"
    for case in found:
        result = Attempt(case.code, stub, trial, sandbox).grade()
        if case.true is None:
            assert result.score == result.max_score, case.what
        else:
            assert case.judge(result)[0] in ("true", "silent"), (case.what, case.judge(result))
