"""One exercise's process, seen from our side of the trust boundary."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.sandbox import limits, wire
from grader.sandbox.observe import Failure, Observation
from grader.sandbox.pipes import LearnerEnded, LearnerTimeout, Pipes
from grader.sandbox.request import failure, observation, request

End = Callable[[bool], int | None]


@dataclass
class Loaded:
    """What loading a file found.

    ``untouched``: the text is the stub's; ``forbidden``: names that the exercise forbids, with their lines;
    ``failure``: why the file could not be loaded.
    """

    untouched: bool
    forbidden: list[tuple[str, int]] = field(default_factory=list)
    failure: Failure | None = None


class LearnerProcess:
    """The process of one exercise, seen from our side.

    Parameters
    ----------
    pipes : Pipes
    end : callable
        Ends the process: takes whether to kill all of the sandbox, returns a wait status or None.
    seconds : float
        How much time it may use in all.

    Attributes
    ----------
    ended : str or None
        Why the process is gone, once it is: a sentence for the learner.
    seconds : float
        How much time is left.
    """

    def __init__(self, pipes: Pipes, end: End, seconds: float) -> None:
        self.seconds = seconds
        self._pipes = pipes
        self._end = end
        self._id = 0
        self._closed = False
        self.filename = ""
        self.ended: str | None = None

    @property
    def output(self) -> str:
        """What the learner's code has printed so far."""
        return self._pipes.output.text

    def load(self, source: str, filename: str, stub: str | None = None, forbidden: Sequence[str] = ()) -> Loaded:
        """Look at the text, then run it as a module; raises `LearnerTimeout` or `LearnerEnded`."""
        self.filename = filename
        message = {"do": "load", "source": source, "filename": filename, "stub": stub, "forbidden": list(forbidden)}
        start, deadline = self._clock(limits.LOAD_SECONDS)
        try:
            self._send(message, [], deadline)
            seen, _ = self._receive(deadline)
            untouched, found = seen["untouched"] is True, [(str(name), int(line)) for name, line in seen["forbidden"]]
            if untouched or found:
                return Loaded(untouched, found)
            answer, _ = self._receive(deadline)
            return Loaded(False, [], failure(answer.get("failure")))
        except (KeyError, TypeError, ValueError):
            raise self._broken("the answer is malformed") from None
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        finally:
            self.seconds -= time.monotonic() - start

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Call the learner's function; raises `LearnerTimeout` or `LearnerEnded`."""
        return self._ask("call", function, arguments)

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Run a function, given as text, beside the learner's code; it is passed the module first."""
        return self._ask("run", function, arguments)

    def _ask(self, do: str, function: str, arguments: Sequence[Any]) -> Observation:
        message, encoder = request(do, function, arguments, self.filename)
        start, deadline = self._clock(limits.CALL_SECONDS)
        try:
            self._send(message, encoder.blocks, deadline)
            answer, blocks = self._receive(deadline)
            return observation(answer, blocks, encoder)
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        finally:  # also after a process that ended itself: the next one has what is left
            self.seconds -= time.monotonic() - start

    def _clock(self, seconds: float) -> tuple[float, float]:
        """Return the time now and the time by which an answer must be there."""
        now = time.monotonic()
        return now, now + min(seconds, max(self.seconds, 0.0))

    def _send(self, message: dict[str, Any], blocks: list[bytes], deadline: float) -> None:
        self._id += 1
        try:
            self._pipes.write(wire.pack({"id": self._id, **message}, blocks), deadline)
        except (LearnerTimeout, LearnerEnded) as error:
            raise self._gone(error) from None

    def _receive(self, deadline: float) -> tuple[dict[str, Any], list[wire.Buffer]]:
        try:
            text, blocks = wire.lengths(self._pipes.read(wire.HEADER.size, deadline))
            message, body = wire.unpack(self._pipes.read(text, deadline), self._pipes.read(blocks, deadline))
        except (LearnerTimeout, LearnerEnded) as error:
            raise self._gone(error) from None
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        if message.get("id") != self._id:
            raise self._broken("an answer came that nobody asked for")
        return message, body

    def _gone(self, error: LearnerTimeout | LearnerEnded) -> Exception:
        """Note how the process ended and return the error to raise."""
        if isinstance(error, LearnerTimeout):
            self.ended = "it took too long and was stopped"
            self.close(kill=True)
        else:
            status = self.close()
            self.ended = _ending(status)
        error.args = (self.ended,)
        return error

    def _broken(self, why: str) -> LearnerEnded:
        self.close(kill=True)
        self.ended = f"its answer could not be read: {why}"
        return LearnerEnded(self.ended)

    def close(self, kill: bool = False) -> int | None:
        """End the process and all that it started."""
        if self._closed:
            return None
        self._closed = True
        self._pipes.close()
        return self._end(kill)


def _ending(status: int | None) -> str:
    """Return a sentence about a process that ended by itself."""
    if status is None:
        return "its process ended"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names: dict[int, str] = {
            signal.SIGSEGV: "a segmentation fault",
            signal.SIGKILL: "being killed",
            signal.SIGXFSZ: "writing too much",
        }
        return f"its process was ended by {names.get(number, f'signal {number}')}"
    return f"its process ended itself (exit status {os.WEXITSTATUS(status)})"
