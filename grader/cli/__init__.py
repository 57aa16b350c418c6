"""Turn words typed by a person into calls of the other rooms."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper


def main() -> int:
    """Run the command that was typed and return its exit status; a user's mistake is one line and status 2."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal may lack a character
    from grader.cli import early

    # importing makes many objects and little garbage: looking for it takes a fifth of the time
    gc.set_threshold(100_000)
    # importing NumPy starts a thread of OpenBLAS's for each core, which spins as long as the import takes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    early.start(sys.argv[1:])
    try:
        return _run()
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        # what could not be written must not be tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        what = error.strerror or str(error)
        return _mistake(f"{error.filename}: {what}" if error.filename else what, 2)
    finally:
        early.close()


def _run() -> int:
    from typer import TyperException

    from grader.cli.app import app
    from grader.errors import KataError

    try:
        status = app(prog_name="kata", standalone_mode=False)
        sys.stdout.flush()
    except KataError as error:
        return _mistake(str(error), error.status)
    except TyperException as error:
        return _mistake(error.format_message(), 2)
    return status or 0


def _mistake(message: str, status: int) -> int:
    print(f"kata: {message}", file=sys.stderr)
    return status
