"""Make what a service takes to grade an assignment: the zip of Gradescope, the folder of Classroom 50.

How they run it is said in https://gradescope-autograders.readthedocs.io/en/latest/specs/ and
https://github.com/foundation50/classroom50/wiki/Advanced-Autograding.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from grader.classroom.bundle import bundle
from grader.classroom.out import Out
from grader.classroom.plan import prepare, settle
from grader.course import Assignment, Course, Exercise, write_whole
from grader.errors import UnknownName, UsageError

SETUP = """\
#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the container: install bubblewrap, a Python and NumPy.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get update
apt-get install -y bubblewrap

new_enough() {
    command -v "$1" > /dev/null && "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'
}
python=
for each in python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$each" 2> /dev/null; then
        python=$each
        break
    fi
done
if [ -z "$python" ]; then # Ubuntu 22.04 has 3.10
    apt-get install -y software-properties-common
    add-apt-repository -y ppa:deadsnakes/ppa
    apt-get update
    apt-get install -y python3.12 python3.12-venv
    python=python3.12
fi
"$python" -m venv /opt/kata
/opt/kata/bin/pip install --no-cache-dir -r /autograder/source/requirements.txt
chmod -R o= /autograder/source
"""

RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission.
cd /autograder/source
exec /opt/kata/bin/python -B -m grader.classroom.service gradescope ../submission ../results/results.json
"""

ENTRY = '''\
"""Grade a submission: the runner of Classroom 50 starts this in the learner's checkout."""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = Path.cwd()
os.chdir(HERE)  # Python would import what lies in the learner's folder
PYTHON = HERE.with_name(f"{HERE.name}-python")

if not PYTHON.exists():
    venv.create(PYTHON, with_pip=True)
python = PYTHON / "bin" / "python"
install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", HERE / "requirements.txt"]
subprocess.run([python, *install], check=True)
# Ubuntu 24.04 keeps namespaces from ordinary users; one of a runner of GitHub may allow them
allow = ["sudo", "-n", "sysctl", "--quiet", "--write", "kernel.apparmor_restrict_unprivileged_userns=0"]
try:
    subprocess.run(allow, check=False, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
except OSError:
    pass
words = ["-B", "-m", "grader.classroom.service", "classroom50", CHECKOUT, CHECKOUT / "result.json"]
sys.exit(subprocess.run([python, *words]).returncode)
'''

RUNTIME = '{"runs-on": "ubuntu-24.04", "python": "3.13", "apt": ["bubblewrap"]}\n'


def make(
    service: str,
    path: Path,
    course: Course,
    assignment: Assignment,
    *,
    seed: int | None = None,
    force: bool = False,
    asked: Callable[[Exercise], None] = lambda _: None,
) -> None:
    """Write what a service takes to grade an assignment, under a seed of its own.

    Parameters
    ----------
    service : str
        One of `SERVICES`.
    path : Path
        The zip or the folder to write.
    course : Course
    assignment : Assignment
    seed : int, optional
        Drawn by default.
    force : bool
        Whether what is there may be overwritten.
    asked : callable
        Takes each exercise once torch was asked about it.

    Raises
    ------
    UnknownName
        Where no service is called so.
    UsageError
        Where something is at the path, or torch is missing.
    """
    if service not in SERVICES:
        raise UnknownName("service", service, SERVICES)
    scripts, write = SERVICES[service]
    if write is _write_zip and path.is_dir():
        raise UsageError(f"{path} is a folder; name the zip to write, as in {path / assignment.name}.zip")
    if write is _write_folder and path.is_file():
        raise UsageError(f"{path} is a file; name a folder")
    if not force and (path.is_file() or (path.is_dir() and any(path.iterdir()))):
        raise UsageError(f"{path} is there already; --force writes over it")
    with tempfile.TemporaryDirectory(prefix="kata-") as folder:
        out = Out(Path(folder))
        kit = prepare(out, settle(out, course, assignment, seed=seed), course, asked)
        files = bundle(course, assignment, kit)
    files["requirements.txt"] = f"numpy=={version('numpy')}\n".encode()
    files |= {name: text.encode() for name, text in scripts.items()}
    write(path, files)


def _write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a zip whose scripts can be run; it is the same for the same files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (0o100755 if files[name].startswith(b"#!") else 0o100644) << 16
            archive.writestr(member, files[name])
    write_whole(path, data.getvalue())


def _write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        write_whole(path / name, data)


SERVICES = {
    "gradescope": ({"setup.sh": SETUP, "run_autograder": RUN}, _write_zip),
    "classroom50": ({"autograder.py": ENTRY, "runtime.json": RUNTIME}, _write_folder),
}
"""The services by their names: the files that each looks for, and what writes all files to a path."""
