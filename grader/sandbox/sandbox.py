"""Our side of the trust boundary: start a learner's side, load a file there, call its functions."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.sandbox import isolation, limits
from grader.sandbox.isolation import Isolation
from grader.sandbox.learner import HAS_FORK, LearnerEnded, LearnerTimeout, Pipes, PolledPipes, ThreadedPipes

if TYPE_CHECKING:  # imported when first used: the learner's side starts before anything heavy is imported here
    from grader.sandbox.observe import Observation


class SandboxError(Exception):
    """The sandbox itself cannot be had; the message says what to do."""


@dataclass
class Loaded:
    """What loading a file found.

    ``untouched``: the text is the stub's; ``forbidden``: names that the exercise forbids, with their lines, if any is used;
    ``failure``: why the file could not be loaded.
    """

    untouched: bool
    forbidden: list[tuple[str, int]] = field(default_factory=list)
    failure: Any = None


class Sandbox:
    """One submission's sandbox: a zygote that forks a process for each exercise.

    Parameters
    ----------
    isolation : "bubblewrap" or "process"
    fork : bool
        Whether to fork from a zygote; without it each exercise gets a process started afresh.

    Notes
    -----
    Construction only starts the process and returns; it becomes ready while the caller imports what it needs.
    """

    def __init__(self, isolation: Isolation, *, fork: bool = HAS_FORK) -> None:
        self.isolation: Isolation = isolation
        self._fork = fork
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False
        if fork:
            self._start()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        command, extra = _command(self.isolation, theirs.fileno())
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[theirs.fileno(), *extra],
            env=isolation.ENVIRONMENT,
            start_new_session=True,
        )
        for descriptor in extra:
            os.close(descriptor)
        theirs.close()
        self._control, self._ready = ours, False

    def _say(self, word: bytes, descriptors: Sequence[int] = ()) -> str:
        """Send a word to the zygote and return its reply; raises `SandboxError` if it is gone."""
        assert self._control is not None and self._process is not None
        self._control.settimeout(limits.START_SECONDS)
        try:
            if not self._ready:
                if self._control.recv(64) != b"ready\n":
                    raise SandboxError(self._why())
                self._ready = True
            socket.send_fds(self._control, [word], descriptors)
            reply = self._control.recv(64).decode("ascii", "replace")
        except OSError:
            reply = ""
        if not reply:
            raise SandboxError(self._why())
        return reply

    def _why(self) -> str:
        """Return why the zygote did not start, in one line."""
        assert self._process is not None and self._process.stderr is not None
        self._process.kill()
        text = self._process.stderr.read().decode("utf-8", "replace").strip()
        reason = text.splitlines()[-1] if text else "its process ended"
        if self.isolation == "bubblewrap" and reason.startswith("bwrap:"):
            return f"bubblewrap could not isolate ({reason}): {isolation.NAMESPACE_HELP}"
        return f"the sandbox could not be started: {reason}"

    def learner(self) -> LearnerProcess:
        """Return a fresh process for one exercise; raises `SandboxError`."""
        if not self._fork:
            return LearnerProcess(*_alone(self.isolation))
        for attempt in (1, 2):  # what one exercise did to the zygote may show only now
            try:
                return LearnerProcess(self._begin(), self._end)
            except SandboxError:
                if attempt == 2 or not self._ready:
                    raise
                self._replace()
        raise AssertionError("unreachable")

    def _begin(self) -> Pipes:
        requests, answers, output = os.pipe(), os.pipe(), os.pipe()
        theirs = (requests[0], answers[1], output[1])
        ours = (requests[1], answers[0], output[0])
        try:
            self._say(b"start", theirs)
        except SandboxError:
            for descriptor in ours:
                os.close(descriptor)
            raise
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        return PolledPipes(*ours)

    def _end(self, kill: bool) -> int | None:
        """End the exercise's processes; return the wait status of the first, or None after a kill."""
        if kill:
            self._replace()
            return None
        try:
            _, status, others, changed = self._say(b"end").split()
        except (SandboxError, ValueError):
            self._replace()
            return None
        if int(others) or int(changed) or int(status) not in (0, signal.SIGKILL):
            self._replace()
        return int(status)

    def _replace(self) -> None:
        self.close()
        self._start()

    def close(self) -> None:
        """Kill everything on the learner's side."""
        if self._process is not None:
            if self._control is not None:
                self._control.close()
            self._process.kill()
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None


class LearnerProcess:
    """The process of one exercise, seen from our side.

    Parameters
    ----------
    pipes : Pipes
    end : callable
        Ends the process: takes whether to kill all of the sandbox, returns a wait status or None.

    Attributes
    ----------
    ended : str or None
        Why the process is gone, once it is: a sentence for the learner.
    timed_out : bool
    """

    def __init__(self, pipes: Pipes, end: Any) -> None:
        self._pipes = pipes
        self._end = end
        self._id = 0
        self._closed = False
        self.filename = ""
        self.ended: str | None = None
        self.timed_out = False

    @property
    def output(self) -> str:
        """What the learner's code has printed so far."""
        return self._pipes.output.text

    def load(self, source: str, filename: str, stub: str | None = None, forbidden: Sequence[str] = ()) -> Loaded:
        """Look at the text, then run it as a module; raises `LearnerTimeout` or `LearnerEnded`."""
        from grader.sandbox import wire

        self.filename = filename
        message = {"do": "load", "source": source, "filename": filename, "stub": stub, "forbidden": list(forbidden)}
        deadline = time.monotonic() + limits.LOAD_SECONDS
        self._send(message, [], deadline)
        seen, _ = self._receive(deadline)
        try:
            untouched, found = seen["untouched"] is True, [(str(name), int(line)) for name, line in seen["forbidden"]]
        except (KeyError, TypeError, ValueError):
            raise self._broken("the answer is malformed") from None
        if untouched or found:
            return Loaded(untouched, found)
        answer, _ = self._receive(deadline)
        try:
            return Loaded(False, [], _failure(answer.get("failure")))
        except wire.WireError as error:
            raise self._broken(str(error)) from None

    def call(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Call the learner's function; raises `LearnerTimeout` or `LearnerEnded`."""
        return self._ask("call", function, arguments)

    def run(self, function: str, arguments: Sequence[Any]) -> Observation:
        """Run a function, given as text, beside the learner's code; it is passed the module first."""
        return self._ask("run", function, arguments)

    def _ask(self, do: str, function: str, arguments: Sequence[Any]) -> Observation:
        from grader.sandbox import wire
        from grader.sandbox.observe import Observation

        encoder = wire.ArgumentEncoder()
        forms = [encoder.encode(argument) for argument in arguments]
        message = {"do": do, "function": function, "arguments": forms, "filename": self.filename}
        deadline = time.monotonic() + limits.CALL_SECONDS
        self._send(message, encoder.blocks, deadline)
        answer, blocks = self._receive(deadline)
        try:
            observed = Observation(failure=_failure(answer.get("failure")))
            if observed.failure is None:
                observed.value = wire.Decoder(blocks).decode(answer.get("value"))
            observed.changed = _positions(answer.get("changed"), len(arguments))
            observed.shares_memory = _positions(answer.get("shares_memory"), len(arguments))
            observed.warnings = [str(text)[: limits.TEXT_CHARS] for text in answer.get("warnings") or []][:10]
            observed.global_random_touched = answer.get("global_random_touched") is True
            for generator, state in zip(encoder.generators, answer.get("generators") or [], strict=False):
                wire.set_generator_state(generator, str(state))
        except (wire.WireError, TypeError, AttributeError) as error:
            raise self._broken(str(error)) from None
        return observed

    def _send(self, message: dict[str, Any], blocks: list[bytes], deadline: float) -> None:
        from grader.sandbox import wire

        self._id += 1
        try:
            self._pipes.write(wire.pack({"id": self._id, **message}, blocks), deadline)
        except (LearnerTimeout, LearnerEnded) as error:
            raise self._gone(error) from None

    def _receive(self, deadline: float) -> tuple[dict[str, Any], list[bytes]]:
        from grader.sandbox import wire

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
            self.timed_out = True
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
        status: int | None = self._end(kill)
        return status


def _positions(value: Any, count: int) -> list[int]:
    return [position for position in range(count) if position in (value or [])]


def _failure(value: Any) -> Any:
    """Return a failure from its JSON form, every part checked and capped."""
    from grader.sandbox.observe import Failure
    from grader.sandbox.wire import WireError

    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 4 or not isinstance(value[0], list):
        raise WireError("the answer is malformed")
    types, text, trace, line = value
    cap = limits.TEXT_CHARS
    return Failure(
        [str(name)[:100] for name in types[:20]], str(text)[:cap], str(trace)[:cap], line if type(line) is int else None
    )


def _ending(status: int | None) -> str:
    """Return a sentence about a process that ended by itself."""
    if status is None:
        return "its process ended"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        names = {signal.SIGSEGV: "a segmentation fault", signal.SIGKILL: "being killed", signal.SIGXFSZ: "writing too much"}
        return f"its process was ended by {names.get(number, signal.Signals(number).name)}"
    return f"its process ended itself (exit status {os.WEXITSTATUS(status)})"


def _command(kind: Isolation, control: int) -> tuple[list[str], list[int]]:
    """Return the command of a zygote and the descriptors that it needs besides the control socket."""
    if kind == "process":
        return isolation.process_command("zygote", str(control), "0", "0"), []
    bwrap = isolation.bubblewrap()
    if bwrap is None:
        raise SandboxError(f"bubblewrap is not installed: {isolation.INSTALL_HELP}")
    from grader.sandbox.seccomp import program

    filter_program, descriptors = program(), []
    if filter_program is not None:
        reading, writing = os.pipe()
        os.write(writing, filter_program)
        os.close(writing)
        descriptors = [reading]
    uid = isolation.unused_uid() if os.getuid() == 0 else 0
    arguments = ("zygote", str(control), str(uid), "1")
    return isolation.bubblewrap_command(bwrap, descriptors[0] if descriptors else None, *arguments), descriptors


def _alone(kind: Isolation) -> tuple[Pipes, Any]:
    """Start a process for one exercise where there is no fork."""
    if kind != "process":
        raise SandboxError("bubblewrap needs a system with fork")
    process = subprocess.Popen(
        isolation.process_command("alone"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**isolation.ENVIRONMENT, **({"SYSTEMROOT": os.environ.get("SYSTEMROOT", "")} if sys.platform == "win32" else {})},
    )

    def end(kill: bool) -> int | None:
        if not kill:
            try:
                code = process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                code = None
        process.kill()
        process.wait()
        return None if kill or code is None else (code << 8 if code >= 0 else -code)

    return ThreadedPipes(process.stdin, process.stdout, process.stderr), end
