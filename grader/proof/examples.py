"""Run the examples in a solution's docstrings, where a learner's code runs: they must give what they say."""

from __future__ import annotations

from collections.abc import Iterator

from grader.sandbox.ours.pipes import LearnerGone
from grader.sandbox.ours.sandbox import Sandbox

RUN = '''
def run_examples(module):
    """Return of each example that is wrong the place, the source and what it gives."""
    import doctest

    wrong = []

    class Runner(doctest.DocTestRunner):
        def report_failure(self, out, test, example, got):
            wrong.append((test.name, example.source, got))

        def report_unexpected_exception(self, out, test, example, exc_info):
            wrong.append((test.name, example.source, f"{exc_info[0].__name__}: {exc_info[1]}"))

    runner = Runner(verbose=False)
    for test in doctest.DocTestFinder().find(module, module.__name__, module):
        runner.run(test, out=lambda text: None)
    return wrong
'''


def example_problems(solution: str, filename: str, sandbox: Sandbox) -> Iterator[str]:
    """Yield each example of a solution that gives something else."""
    learner = sandbox.learner()
    try:
        loaded = learner.load(solution, filename)
        if loaded.failure is not None:
            return  # grading the solution says so
        observed = learner.run(RUN, [])
    except LearnerGone as error:
        yield f"its docstring examples could not be run: {error}"
        return
    finally:
        learner.close()
    if observed.failure is not None:
        yield f"its docstring examples could not be run: {observed.failure.kind}: {observed.failure.text}"
        return
    for name, source, found in observed.value:
        yield f"an example of {name} is wrong: {source.strip()} gives {' '.join(found.split()) or 'nothing'}"
