"""Talk to one exercise's process, from our side of the trust boundary."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from grader.sandbox.ours.pipes import LearnerEnded, LearnerTimeout, Pipes
from grader.sandbox.protocol import wire
from grader.sandbox.protocol.limits import Limits
from grader.sandbox.protocol.messages import (
    Load,
    Look,
    Request,
    call_message,
    read_answer,
    read_look,
    read_ran,
)
from grader.sandbox.protocol.observation import Failure, Observation

End = Callable[[bool], int | None]
LINE_END = re.compile(r"\r\n|\r|\n")  # what Python counts as one


@dataclass(frozen=True)
class Loaded:
    """What loading a file found: what was seen in it, and why it could not be run as a module, if it could not."""

    look: Look
    failure: Failure | None = None


class LearnerProcess:
    """The process of one exercise, seen from our side.

    Parameters
    ----------
    pipes : Pipes
    end : callable
        Ends the process: takes whether to kill all of the sandbox, returns an exit code (negative: a signal) or None.
    limits : Limits
    seconds : float
        How much time it may use in all.

    Attributes
    ----------
    ended : str or None
        Why the process is gone, once it is: a sentence for the learner.
    seconds : float
        How much time is left.
    """

    def __init__(self, pipes: Pipes, end: End, limits: Limits, seconds: float) -> None:
        self.seconds = seconds
        self.ended: str | None = None
        self._pipes = pipes
        self._end = end
        self._limits = limits
        self._id = 0
        self._closed = False
        self._filename = ""
        self._lines = 0

    @property
    def output(self) -> str:
        """What the learner's code has printed so far."""
        return self._pipes.output.text

    def load(self, source: str, filename: str, same_as: str | None = None, names: Sequence[str] = ()) -> Loaded:
        """Look at a text, then run it as a module unless there is no need; raises `LearnerGone`.

        Parameters
        ----------
        source, filename : str
            The text, and what it is called in messages.
        same_as : str, optional
            A text that may hold the same code; if it does, nothing is run.
        names : sequence of str
            Names that are looked for; if one of them is used, nothing is run.
        """
        self._filename, self._lines = filename, len(LINE_END.split(source))
        request: Load = {
            "do": "load",
            "source": source,
            "filename": filename,
            "same_as": same_as,
            "names": list(names),
        }
        start, deadline = self._clock(self._limits.load_seconds)
        try:
            self._send(request, [], deadline)
            look = read_look(self._receive(deadline)[0], self._lines, self._limits)
            if look.same or look.used:
                return Loaded(look)
            message, _ = self._receive(deadline)
            return Loaded(look, read_ran(message, self._lines, self._limits))
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        finally:
            self.seconds -= time.monotonic() - start

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Call the learner's function; raises `LearnerGone`."""
        return self._ask("call", function, arguments)

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Run a function, given as text, beside the learner's code; it is passed the module first."""
        return self._ask("run", function, arguments)

    def _ask(self, do: Literal["call", "run"], function: str, arguments: Sequence[Any]) -> Observation:
        request, encoder = call_message(do, function, arguments, self._filename, self._limits)
        start, deadline = self._clock(self._limits.call_seconds)
        printed = self._pipes.output.parts
        try:
            self._send(request, encoder.blocks, deadline)
            message, blocks = self._receive(deadline)
            observed = read_answer(message, blocks, encoder, self._lines, self._limits)
            observed.printed = self._pipes.output.since(printed)
            return observed
        except wire.WireError as error:
            raise self._broken(str(error)) from None
        finally:  # also after a process that ended itself: the next one has what is left
            self.seconds -= time.monotonic() - start

    def _clock(self, seconds: float) -> tuple[float, float]:
        """Return the time now and the time by which an answer must be there."""
        now = time.monotonic()
        return now, now + min(seconds, max(self.seconds, 0.0))

    def _send(self, request: Request, blocks: list[bytes], deadline: float) -> None:
        self._id += 1
        try:
            self._pipes.write(wire.pack({"id": self._id, **request}, blocks), deadline)
        except (LearnerTimeout, LearnerEnded) as error:
            raise self._gone(error) from None

    def _receive(self, deadline: float) -> tuple[dict[str, Any], list[wire.Buffer]]:
        try:
            text, blocks = wire.lengths(self._pipes.read(wire.HEADER.size, deadline), self._limits)
            message, body = wire.unpack(
                self._pipes.read(text, deadline), self._pipes.read(blocks, deadline), self._limits
            )
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
            self.close(kill=True)
            error = LearnerTimeout()
            error.frames = self._pipes.output.take_stack()
            line = next((line for file, line in error.frames if file == self._filename), 0)
            error.line = line if 1 <= line <= self._lines else None
            self.ended = f"it took too long and was stopped{f' in line {error.line}' if error.line else ''}"
        else:
            self.ended = _ending(self.close())
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


def _ending(code: int | None) -> str:
    """Return a sentence about a process that ended by itself, from its exit code, which is negative for a signal."""
    if code is None:
        return "its process ended"
    if code >= 0:
        return f"its process ended itself (exit status {code})"
    names = {"SIGSEGV": "a segmentation fault", "SIGKILL": "being killed", "SIGXFSZ": "writing too much"}
    try:
        name = signal.Signals(-code).name  # a real-time signal has none, nor has this system every name
    except ValueError:
        name = ""
    return f"its process was ended by {names.get(name, f'signal {-code}')}"
