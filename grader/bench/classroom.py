"""Grade a class from a file of texts: ``python -c`` of this text, in the folder of the version that is measured."""

import json
import sys
from pathlib import Path
from typing import Any

from grader.course import load, root
from grader.grading.collecting import collect
from grader.grading.grade import grade

try:
    from grader.grading.class_memory import ClassMemory
    from grader.grading.texts import Texts
    from grader.sandbox.ours.sandbox import Sandbox

    options: dict[str, Any] = {"memory": ClassMemory()}
except ImportError:  # version 0.1
    from grader.grading.submission import Texts  # type: ignore[import-not-found, no-redef]
    from grader.sandbox.sandbox import Sandbox  # type: ignore[import-not-found, no-redef]

    options = {}

course = load(root())
people = json.loads(Path(sys.argv[1]).read_text())
exercises = [course.find(name) for name in people[0]]
checks = collect(course, exercises)
with Sandbox("auto") as sandbox:
    for texts in people:
        grade(Texts(texts), course, sandbox, exercises=exercises, checks=checks, **options)
