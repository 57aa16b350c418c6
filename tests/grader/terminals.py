"""A terminal of Unix with a program in it, as a person sits before it, and the processes that a program leaves."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time


def environment(folder, **variables):
    """Return an environment for a command in a terminal, which finds the program in a folder."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(folder), "TERM": "xterm", "PYTHONUTF8": "1", **variables}


class Terminal:
    """A terminal with a program in it; what is on the screen is what was written since `clear`, without its styles."""

    def __init__(self, command, folder, rows=40, columns=100, **variables):
        self.ours, self.theirs = pty.openpty()
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.theirs)
        self.written = b""
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder, **variables),
            stdin=self.theirs,
            stdout=self.theirs,
            stderr=self.theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.set_blocking(self.ours, False)

    def resize(self, rows, columns):
        """Give it another size, and say so."""
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys):
        """Press keys after forgetting what was on the screen."""
        self.clear()
        os.write(self.ours, keys.encode())

    def clear(self):
        """Forget what was on the screen."""
        self.read()
        self.written = b""

    def read(self):
        """Return what is on the screen."""
        try:
            while data := os.read(self.ours, 1 << 16):
                self.written += data
        except (BlockingIOError, OSError):
            pass
        return re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", self.written.decode(errors="replace"))

    def shows(self, text, seconds=30):
        """Wait until a text is on the screen, and return everything that is."""
        end = time.monotonic() + seconds
        while text not in (shown := self.read()):
            assert time.monotonic() < end, f"{text!r} is not on the screen:\n{shown[-3000:]}"
            assert self.process.poll() is None or text in self.read(), f"it has ended:\n{shown[-3000:]}"
            time.sleep(0.01)
        return shown

    def ends(self, seconds=10):
        """Wait for the end of the program, and return its status."""
        status = self.process.wait(seconds)
        self.read()
        assert termios.tcgetattr(self.theirs) == self.before, "the terminal is not as it was"
        return status

    def close(self):
        """Kill the program, where it is still there, and close the terminal."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.ours, self.theirs):
            if descriptor is not None:
                os.close(descriptor)


def descendants(pid):
    """Return the processes that a process has started, and theirs."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    return {int(child) for child in found} | {each for child in found for each in descendants(child)}


def gone(pids, seconds=5):
    """Tell whether processes end within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        states = subprocess.run(
            ["ps", "-o", "stat=", "-p", ",".join(map(str, pids))], capture_output=True, text=True
        ).stdout.split()
        if all(state.startswith("Z") for state in states):
            return True
        time.sleep(0.05)
    return False
