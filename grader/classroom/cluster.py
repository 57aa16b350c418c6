"""Share a class out among the workers of a Dask cluster.

What is graded with travels once, as a plugin: the scheduler gives it to every worker, to one that comes later or is
started again as well. Beside each worker stands a process of ours that grades (see `grader.classroom.process`), so
that a submission is graded there as it is here. The scheduler and the workers need the same version of this package.
"""

from __future__ import annotations

import io
import logging
import shutil
import tarfile
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import distributed as dask
import numpy as np
from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker
from distributed.versions import VersionMismatchWarning

from grader import __version__
from grader.classroom.jobs import Workers
from grader.classroom.process import Process
from grader.classroom.work import Graded, Kit, require_bubblewrap
from grader.course import Course
from grader.course.tables import FILE
from grader.errors import GradingError, SandboxError, UsageError
from grader.grading.texts import Texts

CONNECT_SECONDS = 10
AHEAD = 3  # submissions for each worker
RECORDINGS = "recordings"
SCHEMES = ("tcp", "tls", "ws", "wss")


@contextmanager
def cluster(address: str, kit: Kit, course: Course) -> Iterator[Workers]:
    """Give the workers of a scheduler what they grade with, and take it away again.

    Raises
    ------
    UsageError
        Where the scheduler cannot be reached, or a worker is not fit to grade.
    """
    client = _connect(address)
    try:
        _refuse_unfit(client, address)
        data = pack(kit, course)
        plugin = Grading(f"kata-{sha256(data).hexdigest()[:16]}", data, kit)
        client.register_plugin(plugin)
        try:
            count = len(client.scheduler_info()["workers"])
            yield Workers(lambda texts: _submit(client, plugin.name, texts), ahead=AHEAD * count)
        finally:
            if client.status == "running":
                client.unregister_worker_plugin(plugin.name)
    finally:
        client.close()


def pack(kit: Kit, course: Course) -> bytes:
    """Return a tar of the files that grading with a kit needs, by their paths in the course."""
    paths = {FILE: course.root / FILE}
    for name in kit.exercises:
        exercise = course.find(name)
        for path in (course.solution(exercise), course.checks(exercise), course.recording(exercise)):
            paths[course.relative(path)] = path
    for path in sorted(kit.recordings.iterdir()) if kit.recordings else ():
        paths[f"{RECORDINGS}/{path.name}"] = path
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name, path in paths.items():
            if path.is_file():
                member = tarfile.TarInfo(name)
                member.size = path.stat().st_size
                with path.open("rb") as file:
                    tar.addfile(member, file)
    return data.getvalue()


class Grading(WorkerPlugin):
    """What a worker grades with: it is unpacked where only this worker's user can read it."""

    idempotent = True

    def __init__(self, name: str, data: bytes, kit: Kit) -> None:
        self.name = name
        self._data = data
        self._kit = kit
        self._process: Process | None = None
        self._unfit: str | None = None

    def setup(self, worker: Worker) -> None:
        """Unpack it and start the process that grades."""
        self._unfit = unfit(worker)
        if self._unfit is not None:
            return
        root = self._folder(worker)
        root.mkdir(mode=0o700, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(self._data)) as tar:
            tar.extractall(root, filter="data")
        self._process = Process(replace(self._kit, root=root, recordings=self._kit.recordings and root / RECORDINGS))

    def teardown(self, worker: Worker) -> None:
        """End the process and take away what was unpacked."""
        if self._process is not None:
            self._process.close()
        shutil.rmtree(self._folder(worker), ignore_errors=True)

    def _folder(self, worker: Worker) -> Path:
        return Path(worker.local_directory, self.name)

    def grade(self, texts: Texts) -> Graded:
        """Return what comes of a submission; raises `GradingError`."""
        if self._process is None:
            raise GradingError(self._unfit or "this worker has nothing to grade with")
        return self._process.grade(texts)


def grade(name: str, texts: Texts) -> Graded:
    """Grade on the worker that runs this, with what it was given under this name."""
    plugin = get_worker().plugins.get(name)
    if not isinstance(plugin, Grading):
        raise GradingError("this worker was not given the checks")
    return plugin.grade(texts)


def unfit(dask_worker: Worker) -> str | None:
    """Return why a worker cannot grade, or None where it can."""
    threads = dask_worker.state.nthreads
    if threads != 1:
        return f"it has {threads} threads: start it with --nthreads 1, and --nworkers N for N at a time"
    try:
        require_bubblewrap()
    except SandboxError as error:
        return str(error)
    return None


def versions() -> tuple[str, str]:
    """Return what must be the same here and there: a report says which it was made with."""
    return __version__, np.__version__


def _connect(address: str) -> Client:
    scheme, found, _ = address.partition("://")
    if found and scheme not in SCHEMES:
        raise UsageError(
            f"--scheduler takes an address like tcp://10.0.0.1:8786 (or {', '.join(SCHEMES)}), not {address!r}"
        )
    # what they have to say is said here, in one line
    logging.disable(logging.ERROR)
    warnings.simplefilter("ignore", VersionMismatchWarning)
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())
        raise UsageError(f"no Dask scheduler answers at {address} ({why}): start one with 'dask scheduler'") from None


def _refuse_unfit(client: Client, address: str) -> None:
    """Raise unless everybody there can grade as it is done here."""
    places = {"the scheduler": _asked(client.run_on_scheduler, versions)}
    workers = client.run(versions, on_error="return")
    if not workers:
        raise UsageError(
            f"the scheduler at {address} has no workers: start one with 'dask worker {address} --nthreads 1'"
        )
    for place, theirs in {**places, **{f"the worker {name}": found for name, found in workers.items()}}.items():
        if isinstance(theirs, ModuleNotFoundError):
            raise UsageError(f"{place} does not have this program: install the wheel of deep-learning-katas there")
        if theirs != versions():
            ours = "grader {}, numpy {}".format(*versions())
            has = "grader {}, numpy {}".format(*theirs) if isinstance(theirs, tuple) else theirs
            raise UsageError(f"{place} has {has}, and here is {ours}: install the same there")
    for name, why in client.run(unfit).items():
        if why is not None:
            raise UsageError(f"the worker {name} cannot grade: {why}")


def _asked(run: Callable[..., Any], function: Callable[[], Any]) -> Any:
    try:
        return run(function)
    except Exception as error:  # of any kind: it comes from there
        return error


def _submit(client: Client, name: str, texts: Texts) -> Future[Graded]:
    answer: Future[Graded] = Future()
    client.submit(grade, name, texts, pure=False).add_done_callback(partial(_pass_on, answer))
    return answer


def _pass_on(answer: Future[Graded], task: dask.Future[Graded]) -> None:
    """Give the outcome of a task to the one who waits for it."""
    if task.status == "finished":
        answer.set_result(task.result())
    elif task.status == "error":
        error = task.exception()
        if isinstance(error, KilledWorker):
            error = GradingError("the workers that were grading it have died, one after the other")
        elif not isinstance(error, GradingError):
            error = GradingError(f"grading itself failed: {type(error).__name__}: {' '.join(str(error).split())}")
        answer.set_exception(error)
    else:
        answer.set_exception(UsageError("the Dask scheduler is gone: the next run goes on where this one has ended"))
