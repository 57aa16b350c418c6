"""Our side of the trust boundary: start a learner's side, load a file there, call its functions."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal

from grader.errors import SandboxError
from grader.sandbox.ours import isolation
from grader.sandbox.ours.isolation import Isolation, bubblewrap
from grader.sandbox.ours.pipes import HAS_FORK, LearnerGone, Pipes, PolledPipes, ThreadedPipes
from grader.sandbox.protocol.limits import LIMITS, Limits

if TYPE_CHECKING:
    from grader.sandbox.ours.learner import End, LearnerProcess


class Sandbox:
    """One submission's sandbox: a zygote that forks a process for each exercise.

    Parameters
    ----------
    isolation : "auto", "bubblewrap" or "process"
        ``auto`` is bubblewrap where it works and a plain process elsewhere; ``self.isolation`` says which.
    limits : Limits
    fork : bool
        Whether to fork from a zygote; without it each exercise gets a process started afresh.
    own_user : bool
        Whether a plain process, too, takes a user of its own that can read nothing which is not everybody's. That
        needs root and a fork, and Python and NumPy where everybody can read them.

    Notes
    -----
    Construction only starts the process and returns, and this module imports nothing heavy: the other side needs a
    tenth of a second to become ready, in which the caller imports what it needs.
    """

    def __init__(
        self,
        isolation: Isolation | Literal["auto"],
        *,
        limits: Limits = LIMITS,
        fork: bool = HAS_FORK,
        own_user: bool = False,
    ) -> None:
        self.limits = limits
        self._own_user = own_user
        self._fallback = isolation == "auto"
        if isolation == "auto":
            isolation = "bubblewrap" if fork and bubblewrap() else "process"
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

    def another(self) -> Sandbox:
        """Return one like this, in a fork of the process that has this one, which is let go of there."""
        if self._control is not None:
            self._control.close()
        return Sandbox("auto" if self._fallback else self.isolation, limits=self.limits, fork=self._fork)

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        command, extra = _command(self.isolation, theirs.fileno(), self.limits, self._own_user)
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

    def _say(self, word: bytes, descriptors: Sequence[int] = (), seconds: float | None = None) -> str:
        """Send a word to the zygote and return its reply; raises `SandboxError` if it is gone."""
        assert self._control is not None
        assert self._process is not None
        self._control.settimeout(self.limits.start_seconds if seconds is None else seconds)
        try:
            if not self._ready:
                if self._control.recv(64) != b"ready\n":
                    raise SandboxError(self._why())
                self._ready, self._fallback = True, False  # what has worked may not be given up for less
            socket.send_fds(self._control, [word], descriptors)
            reply = self._control.recv(64).decode("ascii", "replace")
        except OSError:
            reply = ""
        if not reply:
            raise SandboxError(self._why())
        return reply

    def _why(self) -> str:
        """Return why the zygote did not start, in one line."""
        assert self._process is not None
        _kill_group(self._process)  # whoever is left of it would hold its standard error open
        try:
            _, said = self._process.communicate(timeout=self.limits.end_seconds)
        except subprocess.TimeoutExpired:
            said = b""
        text = said.decode("utf-8", "replace").strip()
        reason = text.splitlines()[-1] if text else "its process ended"
        if self.isolation == "bubblewrap" and reason.startswith("bwrap:"):
            return f"bubblewrap could not isolate ({reason}): {isolation.NAMESPACE_HELP}"
        return f"the sandbox could not be started: {reason}"

    def learner(self, seconds: float | None = None) -> LearnerProcess:
        """Return a fresh process for one exercise, which may use so much time; raises `SandboxError`."""
        from grader.sandbox.ours.learner import LearnerProcess  # needs NumPy: the other side starts while we import it

        seconds = self.limits.exercise_seconds if seconds is None else seconds
        if not self._fork:
            return LearnerProcess(*_alone(self.isolation, self.limits), self.limits, seconds)
        try:
            pipes = self._begin()
        except SandboxError:
            if self._ready:  # what an earlier exercise did to the zygote shows only now
                self._replace()
            elif self._fallback:
                self.isolation, self._fallback = "process", False
                self._replace()
            else:
                raise
            pipes = self._begin()
        return LearnerProcess(pipes, self._end, self.limits, seconds)

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
        return PolledPipes(*ours, limits=self.limits)

    def _end(self, kill: bool) -> int | None:
        """End the exercise's processes; return the exit code of the first, or None after a kill."""
        if kill:
            self._replace()
            return None
        try:
            _, status, others, changed = self._say(b"end", seconds=self.limits.end_seconds).split()
        except (SandboxError, ValueError):
            self._replace()
            return None
        if int(others) or int(changed) or int(status) not in (0, signal.SIGKILL):
            self._replace()
        return os.waitstatus_to_exitcode(int(status))

    def _replace(self) -> None:
        self.close()
        self._start()

    def close(self) -> None:
        """Kill everything on the learner's side."""
        if self._process is not None:
            if self._control is not None:
                self._control.close()
            if self.isolation == "process":
                # no namespace ends with the zygote, so it is given the time to kill its child
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=1)
            _kill_group(self._process)  # bubblewrap's own child, too, which in its first moments does not die with it
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None


def _command(kind: Isolation, control: int, limits: Limits, own_user: bool) -> tuple[list[str], list[int]]:
    """Return the command of a zygote and the descriptors that it needs besides the control socket."""
    if kind == "process":
        uid = isolation.unused_uid() if own_user else 0
        return isolation.process_command(_json(limits), "zygote", str(control), str(uid), "0"), []
    bwrap = bubblewrap()
    if bwrap is None:
        raise SandboxError(f"bubblewrap is not installed: {isolation.INSTALL_HELP}")
    from grader.sandbox.ours.seccomp import program

    filter_program, descriptors = program(), []
    if filter_program is not None:
        reading, writing = os.pipe()
        os.write(writing, filter_program)
        os.close(writing)
        descriptors = [reading]
    uid = isolation.unused_uid() if os.getuid() == 0 else 0
    arguments = (_json(limits), "zygote", str(control), str(uid), "1")
    return isolation.bubblewrap_command(bwrap, descriptors[0] if descriptors else None, *arguments), descriptors


def _json(limits: Limits) -> str:
    return json.dumps(asdict(limits))


def _alone(kind: Isolation, limits: Limits) -> tuple[Pipes, End]:
    """Start a process for one exercise where there is no fork."""
    if kind != "process":
        raise SandboxError("bubblewrap needs a system with fork")
    process = subprocess.Popen(
        isolation.process_command(_json(limits), "alone"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            **isolation.ENVIRONMENT,
            **({"SYSTEMROOT": os.environ.get("SYSTEMROOT", "")} if sys.platform == "win32" else {}),
        },
        start_new_session=True,
    )
    pipes = ThreadedPipes(process.stdin, process.stdout, process.stderr, limits)
    try:
        pipes.read(len(b"ready\n"), time.monotonic() + limits.start_seconds)  # its start is not on the learner's clock
    except LearnerGone:
        _kill_group(process)
        process.wait()
        pipes.finish()
        reason = pipes.output.text.strip().rpartition("\n")[2] or "its process did not start"
        raise SandboxError(f"the sandbox could not be started: {reason}") from None

    def end(kill: bool) -> int | None:
        if not kill:
            try:
                code = process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                code = None
        _kill_group(process)
        process.wait()
        pipes.finish()
        return None if kill else code

    return pipes, end


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those that it started; where there are no process groups, the process alone."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
