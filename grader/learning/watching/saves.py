"""Notice which exercises are saved: by events of the file system, or by looking where it has none."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from grader.course import Exercise, Workspace

STEP_MS = 10  # how long nothing may happen before a save counts as over: an editor writes a file in several steps
MOST_MS = 50
QUIET_MS = 500  # after so long without an event we look: for what was saved before the first, or without one
POLL_SECONDS = 0.1


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
        self._known = self._stamps()
        self._found: queue.SimpleQueue[list[Exercise]] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

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

    def _run(self) -> None:
        """Tell of every save until the end."""
        if not self._poll:
            try:
                self._tell(self._events())
            except (OSError, RuntimeError):  # the system has no more events to give away: there is still polling
                self._poll = True
        if self._poll:
            self._tell(self._polled())

    def _tell(self, moments: Iterable[object]) -> None:
        """Look at each of these moments for what has changed."""
        for _ in moments:
            now = self._stamps()
            if paths := [path for path, stamp in now.items() if stamp != self._known[path]]:
                self._known = now
                self._found.put([self._by_path[path] for path in paths])
                self._wake()

    def _events(self) -> Iterator[object]:
        """Yield whenever something has happened to an exercise, and when nothing has for a while."""
        from watchfiles import watch

        return watch(
            self._folder.resolve(),
            watch_filter=lambda _, path: path in self._by_path,
            debounce=MOST_MS,
            step=STEP_MS,
            stop_event=self._stop,
            rust_timeout=QUIET_MS,
            yield_on_timeout=True,
            force_polling=False,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )

    def _polled(self) -> Iterator[None]:
        """Yield every now and then; what watchfiles has for this takes two saves within a second for one."""
        while not self._stop.wait(POLL_SECONDS):
            yield

    def _stamps(self) -> dict[str, tuple[int, ...]]:
        """Return what is another for each file once it is written or replaced, nothing where there is none."""
        stamps: dict[str, tuple[int, ...]] = {}
        for path in self._by_path:
            try:
                found = Path(path).stat()
                stamps[path] = (found.st_mtime_ns, found.st_ino, found.st_size)
            except OSError:
                stamps[path] = ()
        return stamps
