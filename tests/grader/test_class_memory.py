"""What a class hands in again is answered from memory, word for word as if it had been graded again."""

import pytest

from grader.authoring.recordings import record
from grader.bench.diagnoses import cases
from grader.course import own_course
from grader.grading.class_memory import ClassMemory
from grader.grading.collecting import collect
from grader.grading.grade import grade
from grader.grading.texts import Texts, Unreadable

DRAWS = "import os\n\ndef double(x):\n    print(os.urandom(8).hex())\n    return 2 * x\n"
NAMES = ("leaky_relu", "softmax", "adam_step", "lstm_cell", "xavier_uniform", "dropout")


@pytest.fixture
def one(mini, sandbox):
    """Grade a text as the only exercise of a small course; return its result."""
    pytest.importorskip("torch")
    mini.add()
    record(mini.course, mini.course.exercises, sandbox)

    def grade_one(text, memory, seed=0):
        texts = Texts({} if text is None else {"double": text})
        return grade(texts, mini.course, sandbox, seed=seed, memory=memory).exercises[0]

    return grade_one


def test_a_class_is_told_the_same_with_and_without_memory(sandbox, without_times):
    course = own_course()
    exercises = [course.find(name) for name in NAMES]
    found = {
        each.name: [case.code for case in cases(course, each) if "np.random." not in case.code] for each in exercises
    }
    people = [Texts({name: codes[number % len(codes)] for name, codes in found.items()}) for number in range(8)]
    right = {each.name: course.solution(each).read_text("utf-8") for each in exercises}
    people += [Texts(right), Texts({}), *people[2:5]]
    checks, memory = collect(course, exercises), ClassMemory()
    for person in people:
        plain = grade(person, course, sandbox, exercises=exercises, checks=checks)
        remembered = grade(person, course, sandbox, exercises=exercises, checks=checks, memory=memory)
        assert without_times(plain) == without_times(remembered)


def test_a_text_is_run_once_for_a_seed(one):
    memory = ClassMemory()
    first = one(DRAWS, memory)
    assert len(first.stdout.split()[0]) == 16
    assert one(DRAWS, memory).stdout == first.stdout
    assert one(DRAWS, ClassMemory()).stdout != first.stdout
    assert one(DRAWS + "\n", memory).stdout != first.stdout
    other = one(DRAWS, memory, seed=5).stdout
    assert other != first.stdout
    assert one(DRAWS, memory, seed=5).stdout == other


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)", "1 / 0"])
def test_only_what_the_code_itself_decides_is_remembered(one, end):
    text = DRAWS.replace("return 2 * x", end)
    memory = ClassMemory()
    results = [one(text, memory) for _ in range(2)]
    assert {result.status for result in results} == {"failed"}
    assert (results[0].stdout == results[1].stdout) == (end == "1 / 0")


def test_nothing_handed_in_and_a_file_that_cannot_be_read_are_told_apart(one):
    memory = ClassMemory()
    for _ in range(2):
        for text, status in ((None, "not_attempted"), (Unreadable("None"), "error"), ("None", "failed")):
            assert one(text, memory).status == status


def test_memory_is_bounded_and_what_was_handed_in_longest_ago_goes_first(one):
    memory = ClassMemory(most_bytes=3000)
    texts = [DRAWS + f"# {'x' * 40}{number}\n" for number in range(8)]
    first = one(texts[0], memory).stdout
    for text in texts[1:]:
        one(text, memory)
        assert one(texts[0], memory).stdout == first  # asked for again and again, it stays
    again = [one(text, memory).stdout for text in texts[1:]]
    assert one(texts[0], memory).stdout != first
    assert one(texts[-1], memory).stdout == again[-1]
