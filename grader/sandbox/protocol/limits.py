"""Bound what a learner's code may use: every number, in one object that is handed over."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """The limits of one sandbox.

    Attributes
    ----------
    address_space, processes, open_files, file_size : int
        The four that the kernel enforces on each process of an exercise, sizes in bytes. Together they bound the memory
        of a submission: processes * (address_space + open_files * file_size), since a file can live in memory only.
    start_seconds, load_seconds, call_seconds, exercise_seconds : float
        Wall clock, kept on our side: for the start of a sandbox, for running a file, for one call, for one exercise.
    answer_json_bytes, answer_bytes : int
        Of one answer: its JSON text, and the blocks beside it.
    answer_depth : int
        Of nested containers in an answer.
    answer_keys : int
        Of one dict or set: more could be chosen to have equal hashes.
    output_bytes : int
        Of what an exercise prints.
    text_chars : int
        Of one message, warning or trace that comes back.
    """

    address_space: int = 1024 * MIB
    processes: int = 8
    open_files: int = 32
    file_size: int = 1 * MIB

    start_seconds: float = 30.0
    load_seconds: float = 5.0
    call_seconds: float = 5.0
    exercise_seconds: float = 20.0

    answer_json_bytes: int = 1 * MIB
    answer_bytes: int = 32 * MIB
    answer_depth: int = 40
    answer_keys: int = 2000
    output_bytes: int = 16 * 1024
    text_chars: int = 2000


LIMITS = Limits()
SOURCE_BYTES = 256 * 1024  # what is read of one file of a submission
