"""Our end of the pipes to a learner's process: send a request, wait for the answer, drain the output, keep the time."""

from __future__ import annotations

import codecs
import os
import queue
import re
import select
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

from grader.sandbox.protocol.limits import LIMITS, Limits

OUTPUT_CUT = "\n... (the rest of the output was cut)\n"


class LearnerGone(Exception):
    """The learner's process is there no more, and why. What it does is the learner's business: no error of ours."""


class LearnerTimeout(LearnerGone):
    """The learner's code took longer than it may; ``line`` is the line of the file that it was in, if that is known.

    ``frames`` are the files and lines that the other side says it was in, the innermost first.
    """

    line: int | None = None
    frames: tuple[tuple[str, int], ...] = ()


class LearnerEnded(LearnerGone):
    """The learner's process has ended without an answer."""


class Output:
    """What a learner's code printed, capped and decoded."""

    def __init__(self, limits: Limits) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._text: list[str] = []
        self._room = limits.output_bytes

    def feed(self, data: bytes) -> None:
        """Take what was read from the pipe; past the cap it is dropped."""
        if self._room > 0:
            self._text.append(self._decoder.decode(data[: self._room]))
            self._room -= len(data)
            if self._room < 0:
                self._text.append(OUTPUT_CUT)

    @property
    def parts(self) -> int:
        """How many times something was read: a place in the output to come back to."""
        return len(self._text)

    def since(self, parts: int) -> str:
        """Return what was kept after a place."""
        return "".join(self._text[parts:])

    @property
    def text(self) -> str:
        """All that was kept."""
        return "".join(self._text)

    def take_stack(self) -> tuple[tuple[str, int], ...]:
        """Take out the stack that the other side has printed for us; return its files and lines, innermost first."""
        text = self.text
        found = re.search(r"Stack \(most recent call first\):\n((?:  File .*\n?)*)\Z", text)
        if found is None:
            return ()
        self._text = [text[: found.start()]]
        return tuple((file, int(line)) for file, line in re.findall(r'File "(.*)", line (\d{1,7}) in ', found[1]))


class Pipes(ABC):
    """Three pipes to a learner's process."""

    output: Output

    def __init__(self) -> None:
        self._buffer = b""

    @abstractmethod
    def write(self, data: bytes, deadline: float) -> None:
        """Send all of ``data``; raises `LearnerEnded` or `LearnerTimeout`."""

    def read(self, size: int, deadline: float) -> bytes:
        """Return exactly ``size`` bytes of the answer; raises `LearnerEnded` or `LearnerTimeout`."""
        chunks, missing = [self._buffer], size - len(self._buffer)
        while missing > 0:
            chunks.append(self._chunk(deadline))
            missing -= len(chunks[-1])
        have = b"".join(chunks)
        self._buffer = have[size:]
        return have[:size]

    @abstractmethod
    def _chunk(self, deadline: float) -> bytes:
        """Return what comes next of the answer, as much as there is."""

    @abstractmethod
    def close(self) -> None:
        """Close our ends."""


class PolledPipes(Pipes):
    """Pipes on a system with ``poll``: one loop serves requests, answers and output.

    Parameters
    ----------
    requests, answers, output : int
        Our ends, which this object owns.
    limits : Limits
    """

    CHUNK = 1 << 16

    def __init__(self, requests: int, answers: int, output: int, limits: Limits = LIMITS) -> None:
        super().__init__()
        self.output = Output(limits)
        self._requests, self._answers, self._printed = requests, answers, output
        for descriptor in (requests, answers, output):
            os.set_blocking(descriptor, False)
        self._poll = select.poll()
        self._poll.register(answers, select.POLLIN)
        self._poll.register(output, select.POLLIN)

    def write(self, data: bytes, deadline: float) -> None:
        """Send all of ``data``; raises `LearnerEnded` or `LearnerTimeout`."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._requests, view) :]
            except BlockingIOError:
                self._poll.register(self._requests, select.POLLOUT)
                self._wait(deadline)
                self._poll.unregister(self._requests)
            except BrokenPipeError:
                raise LearnerEnded from None

    def _chunk(self, deadline: float) -> bytes:
        while self._answers not in self._wait(deadline):
            continue
        data = os.read(self._answers, self.CHUNK)
        if not data:
            raise LearnerEnded
        return data

    def close(self) -> None:
        """Take what is left of the output and close our ends."""
        self._drain()
        for descriptor in (self._requests, self._answers, self._printed):
            os.close(descriptor)

    def _wait(self, deadline: float) -> list[int]:
        """Return which pipes are ready; what was printed has been read then."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise LearnerTimeout
        ready = [descriptor for descriptor, _ in self._poll.poll(left * 1000)]
        if self._printed in ready:
            self._drain()
        return ready

    def _drain(self) -> None:
        """Read what the output pipe holds now; a flood is read one pipe's worth at a time."""
        try:
            data = os.read(self._printed, self.CHUNK)
        except BlockingIOError:
            return
        if data:
            self.output.feed(data)
        else:
            try:
                self._poll.unregister(self._printed)
            except KeyError:
                return


class ThreadedPipes(Pipes):
    """Pipes on a system without ``poll``: a thread reads each of the two that come back.

    Parameters
    ----------
    requests, answers, output : binary files
        Our ends, which this object owns.
    limits : Limits
    """

    def __init__(self, requests: Any, answers: Any, output: Any, limits: Limits = LIMITS) -> None:
        super().__init__()
        self.output = Output(limits)
        self._files = (requests, answers, output)
        self._chunks: queue.Queue[bytes] = queue.Queue(maxsize=64)
        self._writer: threading.Thread | None = None
        self._reader = threading.Thread(target=_pump, args=(answers, self._chunks.put), daemon=True)
        self._printed = threading.Thread(target=_pump, args=(output, self.output.feed), daemon=True)
        self._reader.start()
        self._printed.start()

    def write(self, data: bytes, deadline: float) -> None:
        """Send all of ``data``; raises `LearnerEnded` or `LearnerTimeout`."""
        failed: list[Exception] = []
        self._writer = threading.Thread(target=_put, args=(self._files[0], data, failed), daemon=True)
        self._writer.start()
        self._writer.join(max(0.0, deadline - time.monotonic()))
        if self._writer.is_alive():
            raise LearnerTimeout
        if failed:
            raise LearnerEnded

    def _chunk(self, deadline: float) -> bytes:
        try:
            chunk = self._chunks.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise LearnerTimeout from None
        if not chunk:
            raise LearnerEnded
        return chunk

    def close(self) -> None:
        """Close our end of the requests; the threads end when the process does."""
        if self._writer is not None and self._writer.is_alive():
            return  # it holds the file until the process is gone
        try:
            self._files[0].close()
        except OSError:
            return

    def finish(self) -> None:
        """Wait, but not for long, until all that an ended process printed has been read."""
        self._printed.join(0.5)


def _put(file: Any, data: bytes, failed: list[Exception]) -> None:
    try:
        file.write(data)
        file.flush()
    except (OSError, ValueError) as error:
        failed.append(error)


def _pump(file: Any, take: Callable[[bytes], Any]) -> None:
    for chunk in _chunks(file):
        take(chunk)


def _chunks(file: Any) -> Iterator[bytes]:
    while True:
        try:
            chunk = file.read1(1 << 16)
        except (OSError, ValueError):
            chunk = b""
        yield chunk
        if not chunk:
            return


HAS_FORK = hasattr(os, "fork") and hasattr(select, "poll") and sys.platform != "win32"
