"""Notice which exercises are saved: by events of the file system, or by looking where it has none."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from grader.course import Exercise, Workspace

STEP_MS = 10  # how long nothing may happen before a save counts as over: an editor writes a file in several steps
MOST_MS = 50
BEGIN_MS = 100  # after so long without a save, the first look has begun
POLL_MS = 100


class Saves:
    """The exercises whose files are written, renamed over or taken away while the context is open.

    Parameters
    ----------
    workspace : Workspace
    exercises : sequence of Exercise
        All others, swap files and what editors write on the way are not looked at.
    wake : callable
        Called from another thread whenever there is something to `take`.
    poll : bool
        Whether to look, where the file system tells nothing.
    """

    def __init__(
        self, workspace: Workspace, exercises: tuple[Exercise, ...], wake: Callable[[], None], *, poll: bool = False
    ) -> None:
        self._folder = workspace.root / "exercises"
        self._wake = wake
        self._poll = poll
        self._by_path: Mapping[str, Exercise] = {
            str(workspace.root.resolve() / exercise.path): exercise for exercise in exercises
        }
        self._before = self._times()
        self._found: queue.SimpleQueue[list[Exercise]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Saves:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(1)

    def take(self) -> list[Exercise]:
        """Return the exercises that were saved since the last time, each once, the latest last."""
        saved: dict[Exercise, None] = {}
        while not self._found.empty():
            for exercise in self._found.get():
                saved.pop(exercise, None)
                saved[exercise] = None
        return list(saved)

    def _look(self) -> None:
        from watchfiles import watch

        begun = False
        for changes in watch(
            self._folder.resolve(),
            watch_filter=lambda _, path: path in self._by_path,
            debounce=MOST_MS,
            step=STEP_MS,
            stop_event=self._stop,
            rust_timeout=BEGIN_MS,
            yield_on_timeout=True,
            force_polling=self._poll or None,
            poll_delay_ms=POLL_MS,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            paths = {path for _, path in changes}
            if not begun:  # what was saved while this was getting ready was told by nobody
                begun, now = True, self._times()
                paths |= {path for path, time in now.items() if time != self._before[path]}
            if paths:
                self._found.put([self._by_path[path] for path in paths])
                self._wake()

    def _times(self) -> dict[str, int]:
        """Return when each file was last written, 0 where there is none."""
        times = {}
        for path in self._by_path:
            try:
                times[path] = Path(path).stat().st_mtime_ns
            except OSError:
                times[path] = 0
        return times
