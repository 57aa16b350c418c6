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
    if sys.platform == "win32":
        os.system("")  # an older console understands colours only after this
    from grader.cli import early

    # importing makes many objects and little garbage: looking for it takes a fifth of the time
    gc.set_threshold(100_000)
    # importing NumPy starts a thread of OpenBLAS's for each core, which spins as long as the import takes
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    words = sys.argv[1:]
    early.start(words)
    try:
        return _run(words)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        # what could not be written must not be tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        what = error.strerror or str(error)
        return _mistake(f"{error.filename}: {what}" if error.filename else what, 2)
    finally:
        early.close()
        gc.freeze()  # what is left is not looked through once more at exit


def _run(words: list[str]) -> int:
    """Run a command; a plain ``check`` is read here, since importing typer takes as long as checking an exercise."""
    from grader.errors import KataError

    try:
        if words[:1] == ["check"] and not any(word.startswith("-") and word != "-v" for word in words):
            from grader.cli.check import check

            status = check([word for word in words[1:] if word != "-v"], verbose="-v" in words)
        else:
            status = _run_typer()
        sys.stdout.flush()
    except KataError as error:
        return _mistake(str(error), error.status)
    return status


def _run_typer() -> int:
    from typer import TyperException

    from grader.cli.app import app

    try:
        return app(prog_name="kata", standalone_mode=False) or 0
    except TyperException as error:
        return _mistake(error.format_message(), 2)


def _mistake(message: str, status: int) -> int:
    print(f"kata: {message}", file=sys.stderr)
    return status
