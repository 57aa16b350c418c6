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
    start_seconds, end_seconds : float
        Wall clock, kept on our side: for the start of a sandbox, and for ending what an exercise has left there.
    load_seconds, call_seconds, exercise_seconds, submission_seconds : float
        Wall clock, kept on our side: for running a file, for one call, for one exercise, for all of a submission.
    answer_json_bytes, answer_bytes, answer_blocks : int
        Of one answer: its JSON text, the blocks beside it, their number. (The largest honest one has 1.6 MB in 204.)
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
    end_seconds: float = 1.0
    load_seconds: float = 5.0
    call_seconds: float = 5.0
    exercise_seconds: float = 20.0
    submission_seconds: float = 300.0

    answer_json_bytes: int = 1 * MIB
    answer_bytes: int = 4 * MIB
    answer_blocks: int = 2000
    answer_depth: int = 40
    answer_keys: int = 2000
    output_bytes: int = 16 * 1024
    text_chars: int = 2000


LIMITS = Limits()
SOURCE_BYTES = 256 * 1024  # what is read of one file of a submission
