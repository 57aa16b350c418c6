"""The learner's side: a zygote that forks a child for each exercise, and the child that serves calls.

The zygote has imported NumPy and never runs learner code. Over its control socket it receives, for each exercise, the
descriptors of three pipes (requests, answers, output), forks a child that keeps nothing else, and waits for the word to
end it. Where there is no fork, `alone` serves one exercise on the process's own standard streams.
"""

from __future__ import annotations

import ast
import gc
import linecache
import math
import os
import signal
import socket
import sys
import types
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, NoReturn

import numpy as np
import numpy.random  # preloaded: a child that imports it pays 20 ms

from grader.sandbox import limits, wire
from grader.sandbox.observe import Failure, Observation, describe, observe

REFUSED = "{name} is not available to an exercise: write it with NumPy and the standard library only"


class OnlyNumPy:
    """An import hook that refuses everything but the standard library and NumPy, in one clear line."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Raise ImportError for a foreign top-level module, else leave the search to the next finder."""
        root = name.partition(".")[0]
        if root not in sys.stdlib_module_names and root != "numpy" and not root.startswith("_sysconfigdata"):
            raise ModuleNotFoundError(REFUSED.format(name=root), name=root)


# --- the child: one exercise --------------------------------------------------------------------------------------


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests about one exercise until the pipe is closed."""
    module: types.ModuleType | None = None
    while header := requests.read(wire.HEADER.size):
        _, text, blocks = wire.HEADER.unpack(header)
        message, body = wire.unpack(requests.read(text), requests.read(blocks))
        if message["do"] == "load":
            tree = _parse(message["source"], message["filename"])
            _answer(answers, message, _inspect(message, tree))
            module, answer = _load(message["source"], message["filename"], tree)
            blocks_out: list[bytes] = []
        else:
            answer, blocks_out = answer_call(module, message, body)
        _answer(answers, message, answer, blocks_out)


def _answer(file: BinaryIO, request: dict[str, Any], answer: dict[str, Any], blocks: list[bytes] | None = None) -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a learner may have closed or replaced it
            continue
    file.write(wire.pack({"id": request["id"], **answer}, blocks or []))
    file.flush()


def _inspect(message: dict[str, Any], tree: ast.Module | None) -> dict[str, Any]:
    """Look at the text before any of it has run, for the untouched stub and for forbidden names."""
    if tree is None:
        return {"untouched": False, "forbidden": []}  # loading it will say what is wrong
    names = set(message["forbidden"])
    return {
        "untouched": _untouched(tree, message["source"], message["stub"]),
        "forbidden": _forbidden(tree, names) if names else [],
    }


def _parse(source: str, filename: str) -> ast.Module | None:
    try:
        return ast.parse(source, filename)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _untouched(tree: ast.AST, source: str, stub: str | None) -> bool:
    if stub is None or "NotImplementedError" not in source:
        return False
    try:
        return source == stub or ast.dump(tree) == ast.dump(ast.parse(stub))
    except RecursionError:  # nested deeper than any stub
        return False


def _forbidden(tree: ast.AST, names: set[str]) -> list[list[Any]]:
    """Return the forbidden names that the code mentions, with their lines."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            mentioned = [node.id]
        elif isinstance(node, ast.Attribute):
            mentioned = [node.attr]
        elif isinstance(node, ast.ImportFrom):
            mentioned = [alias.name for alias in node.names]
        else:
            continue
        found += [[name, node.lineno] for name in mentioned if name in names]
    return found


def _load(source: str, filename: str, tree: ast.Module | None) -> tuple[types.ModuleType, dict[str, Any]]:
    """Run the learner's file as a module: the tree that was inspected, or what explains why there is none."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    module = types.ModuleType(filename.removesuffix(".py"))
    sys.modules[module.__name__] = module  # dataclasses and pickle look their module up

    def run() -> None:
        exec(compile(ast.parse(source, filename) if tree is None else tree, filename, "exec"), module.__dict__)

    observed = observe(run, (), filename)
    return module, {"failure": _failure(observed.failure)}


def answer_call(
    module: types.ModuleType | None, message: dict[str, Any], blocks: Sequence[wire.Buffer]
) -> tuple[dict[str, Any], list[bytes]]:
    """Call the learner's function, or a function sent to be run beside it."""
    decoder = wire.ArgumentDecoder(blocks, _function)
    arguments = [decoder.decode(form) for form in message["arguments"]]
    function: Callable[..., Any] | None
    if message["do"] == "run":
        arguments = [module, *arguments]
        function = _function(message["function"])
    else:
        function = getattr(module, message["function"], None)
        if not callable(function):
            text = f"the file does not define {message['function']}()"
            return {
                "value": None,
                "generators": [],
                **_effects(Observation(failure=Failure(["MissingFunction"], text))),
            }, []
    observed = observe(function, arguments, message["filename"])
    encoder = wire.Encoder()
    value = None
    if observed.failure is None:
        try:
            value = encoder.encode(observed.value)
        except Exception as error:
            observed.failure = _unsendable(error, message["filename"])
            encoder = wire.Encoder()
    states = [wire.generator_state(generator) for generator in decoder.generators]
    return {"value": value, "generators": states, **_effects(observed)}, encoder.blocks


def _unsendable(error: Exception, filename: str) -> Failure:
    if isinstance(error, wire.WireError):
        return Failure(["UnusableAnswer"], f"what it returned cannot be used: {error}")
    failure = describe(error, filename)
    return Failure(
        ["UnusableAnswer"], f"what it returned cannot be used: {failure.kind}: {failure.text}", failure.trace
    )


def _effects(observed: Observation) -> dict[str, Any]:
    return {
        "failure": _failure(observed.failure),
        "changed": observed.changed,
        "shares_memory": observed.shares_memory,
        "warnings": observed.warnings,
        "global_random_touched": observed.global_random_touched,
    }


def _failure(failure: Failure | None) -> list[Any] | None:
    return [failure.types, failure.text, failure.trace, failure.line] if failure else None


def _function(text: str) -> Callable[..., Any]:
    """Return the function that a text defines, which may use NumPy and math."""
    namespace: dict[str, Any] = {"np": np, "math": math}
    exec(compile(text, "<check>", "exec"), namespace)
    function: Callable[..., Any] = next(
        value for name, value in namespace.items() if name not in ("np", "math", "__builtins__")
    )
    return function


def _limit_process() -> None:
    """Set the limits that hold for every process of an exercise."""
    import resource

    for name, value in (
        ("RLIMIT_AS", limits.ADDRESS_SPACE),
        ("RLIMIT_NPROC", limits.PROCESSES),
        ("RLIMIT_NOFILE", limits.OPEN_FILES),
        ("RLIMIT_FSIZE", limits.FILE_SIZE),
        ("RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, ValueError, OSError):
            continue  # a system without this limit, or one that has set it lower


def _standard_streams(output: int) -> None:
    """Give the process nothing to read and one descriptor for all that it prints."""
    null = os.open(os.devnull, os.O_RDONLY) if os.path.exists(os.devnull) else os.pipe()[0]
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdin = open(0, closefd=False)
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)


def _child(descriptors: list[int]) -> NoReturn:
    """Become the process of one exercise: keep its own pipes, take the limits, serve."""
    try:
        _standard_streams(descriptors[2])
        requests, answers = (os.dup2(fd, 100 + i) for i, fd in enumerate(descriptors[:2]))
        os.closerange(3, 100)
        os.closerange(102, 256)
        requests, answers = os.dup2(requests, 3), os.dup2(answers, 4)
        os.closerange(5, 256)
        os.setsid()
        _die_with_parent()
        _limit_process()
        serve(open(requests, "rb"), open(answers, "wb"))
    finally:
        os._exit(0)


# --- the zygote ---------------------------------------------------------------------------------------------------


def zygote(control: socket.socket, uid: int, whole_namespace: bool) -> None:
    """Fork a child for each exercise until the control socket is closed.

    Parameters
    ----------
    control : socket
        Receives ``start`` with three descriptors and ``end``; sends ``ready``, and after each ``end`` a line that says
        how the child ended and whether anything is not as it was before.
    uid : int
        The user to become, or 0 to stay.
    whole_namespace : bool
        Whether this process is the first of a namespace of its own, so that killing everything is safe.
    """
    _harden(uid)
    if whole_namespace:  # else it outlives our side for the moment that it needs to kill its child
        _die_with_parent()  # once more, since a change of user has cleared it
    before = _own_state()
    gc.collect()
    gc.freeze()
    control.sendall(b"ready\n")
    child = 0
    while True:
        word, descriptors, _, _ = socket.recv_fds(control, 16, 3)
        if word == b"start":
            child = os.fork()
            if child == 0:
                _child(descriptors)
            for descriptor in descriptors:
                os.close(descriptor)
            control.sendall(b"begun\n")
        elif word == b"end":
            status, others = _end(child, whole_namespace) if child else (0, 0)
            child = 0
            changed = _own_state() != before
            control.sendall(f"ended {status} {others} {int(changed)}\n".encode())
        else:  # our side is gone; the end of the first process of a namespace is that of every other one
            if child and not whole_namespace:
                _end(child, whole_namespace)
            os._exit(0)


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent is gone."""
    if sys.platform == "linux":
        import ctypes

        set_pdeathsig = 1
        ctypes.CDLL(None).prctl(set_pdeathsig, signal.SIGKILL, 0, 0, 0)


def _harden(uid: int) -> None:
    """Drop what a child could use against its siblings: identity, default handlers, readable memory."""
    if uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        import ctypes

        set_dumpable = 4
        ctypes.CDLL(None).prctl(set_dumpable, 0, 0, 0, 0)


def _own_state() -> list[Any]:
    """Return what a child of the same user could change about this process."""
    import resource

    state: list[Any] = [
        resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name.startswith("RLIMIT_")
    ]
    state.append(os.getpriority(os.PRIO_PROCESS, 0))
    if hasattr(os, "sched_getaffinity"):
        state += [os.sched_getaffinity(0), os.sched_getscheduler(0)]
    return state


def _end(child: int, whole_namespace: bool) -> tuple[int, int]:
    """Kill the child and all that it left; return its wait status and the number of other processes."""
    try:
        if whole_namespace:
            os.kill(-1, signal.SIGKILL)
        else:
            os.killpg(child, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    status, others = 0, 0
    while True:
        try:
            pid, ended = os.waitpid(-1, 0)
        except ChildProcessError:
            return status, others
        if pid == child:
            status = ended
        else:
            others += 1
            if whole_namespace:  # it may have forked between the kill and its end
                try:
                    os.kill(-1, signal.SIGKILL)
                except ProcessLookupError:
                    continue


def alone() -> None:
    """Serve one exercise on this process's standard streams, for systems without fork."""
    _die_with_parent()
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _standard_streams(2)
    answers.write(b"ready\n")
    answers.flush()
    serve(requests, answers)


def main(arguments: list[str]) -> None:
    """Start as a zygote (``zygote FD UID NAMESPACE``) or for one exercise (``alone``)."""
    del sys.path[-2:]  # they stood there only so that NumPy and this package could be imported
    os.environ.clear()
    sys.meta_path.insert(0, OnlyNumPy())
    if arguments[0] == "alone":
        alone()
    else:
        descriptor, uid, namespace = map(int, arguments[1:])
        low = os.dup(descriptor)  # ours may have any number, and a child closes only so many
        os.close(descriptor)
        zygote(socket.socket(fileno=low), uid, bool(namespace))
