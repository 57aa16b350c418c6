"""Start a process that grades (see `grader.classroom.work`), talk to it, and start it again where it has died."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path

from grader.classroom.work import Failure, Graded, Kit
from grader.errors import GradingError
from grader.grading.texts import Texts
from grader.sandbox.ours.isolation import ENVIRONMENT

TRIES = 3
# -P and a path of ours: the folder that a command is typed in may hold a numpy.py that somebody handed in
HOME = str(Path(__file__).parents[2])
START = (
    "import sys; home = sys.argv[1]; home in sys.path or sys.path.insert(0, home); "
    "from grader.classroom.work import main; main(int(sys.argv[2]))"
)


class Process:
    """One process that grades. No other thread may use it at the same time, but for `close`.

    Parameters
    ----------
    kit : Kit
    """

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._closed = False
        self._start()

    def _start(self) -> None:
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", START, HOME, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ENVIRONMENT},
                start_new_session=True,  # Ctrl-C is for the process that waits for this one
            )
        with suppress(OSError):  # it may have died already: then no answer comes
            self._pipe.send(self._kit)

    def grade(self, texts: Texts) -> Graded:
        """Return what comes of a submission.

        Raises
        ------
        GradingError
            Where grading fails, or the process has died again and again while it was at this submission.
        """
        for _ in range(TRIES):
            try:
                self._pipe.send(texts)
                answer = self._pipe.recv()
            except (EOFError, OSError):
                self._end()
                if self._closed:
                    raise GradingError("grading was ended") from None
                self._start()
                continue
            if isinstance(answer, Failure):
                raise GradingError(answer.reason)
            assert isinstance(answer, Graded)
            return answer
        raise GradingError(f"the process that grades it has died {TRIES} times")

    def close(self) -> None:
        """End the process, whatever it is at; its sandbox ends with it."""
        self._closed = True
        self._process.kill()
        self._process.wait()

    def _end(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()
