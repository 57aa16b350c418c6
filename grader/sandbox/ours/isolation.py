"""Write the command that starts a learner's side: under bubblewrap with nothing of this disk in view, or plainly."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from grader.errors import SandboxError

Isolation = Literal["bubblewrap", "process"]

GRADER = Path(__file__).parents[2]
START = (  # importing NumPy makes many objects and no garbage; what runs learner code looks for garbage again
    "import gc, sys; gc.disable(); sys.path += sys.argv[1:3]; "
    "from grader.sandbox.theirs.start import main; main(sys.argv[3:])"
)
SHOWN = ("__init__.py", "sandbox/__init__.py", "sandbox/theirs", "sandbox/protocol")  # all that is seen of this program
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}

INSTALL = "install it with 'apt install bubblewrap', 'dnf install bubblewrap' or 'pacman -S bubblewrap' (Linux only)"
INSTALL_HELP = f"{INSTALL}, or practise without it: --isolation process"
NAMESPACE_HELP = (
    "this system may forbid unprivileged user namespaces; on Ubuntu 23.10 and newer, AppArmor does: allow them with "
    "'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0' or an AppArmor profile for bwrap"
)


def bubblewrap() -> str | None:
    """Return the path of the ``bwrap`` program, or None where there is none."""
    return shutil.which("bwrap") if sys.platform == "linux" else None


def _python_options(package_root: str, numpy_folder: str, *arguments: str) -> list[str]:
    """Return the arguments of Python that start their side, which takes both folders off its path again."""
    return ["-I", "-S", "-B", "-c", START, package_root, numpy_folder, *arguments]


def process_command(*arguments: str) -> list[str]:
    """Return the command that starts their side as a plain process."""
    return [sys.executable, *_python_options(str(GRADER.parent), str(_numpy_folder()), *arguments)]


def bubblewrap_command(bwrap: str, seccomp: int | None, *arguments: str) -> list[str]:
    """Return the command that starts their side in namespaces of its own.

    Parameters
    ----------
    bwrap : str
        Path of the program.
    seccomp : int or None
        Descriptor from which bubblewrap reads the filter of system calls.
    arguments : str
        Arguments of their side.
    """
    command = [bwrap, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--hostname", "kata"]
    if os.getuid() == 0:  # root takes another user inside, which needs these two until it has
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--cap-drop", "ALL"]
    command += ["--die-with-parent", "--as-pid-1", "--clearenv"]
    shared = _shared_python()
    for name, value in {**ENVIRONMENT, **({"LD_LIBRARY_PATH": "/python/lib"} if shared else {})}.items():
        command += ["--setenv", name, value]
    command += _view(shared)
    if seccomp is not None:
        command += ["--seccomp", str(seccomp)]
    return [*command, "--chdir", "/", "/python/bin/python", *_python_options("/kata", "/numpy", *arguments)]


def _view(shared: Sequence[str]) -> list[str]:
    """Return the options that lay out the file system: read-only and nothing but what Python needs."""
    library = Path(os.__file__).parent
    inside = f"/python/{sys.platlibdir}/{library.name}"
    shown = {"/python/bin/python": os.path.realpath(sys._base_executable), inside: str(library)}  # type: ignore[attr-defined]
    hidden = [f"{inside}/{name}" for name in ("site-packages", "dist-packages") if (library / name).is_dir()]
    shown |= {f"/python/lib/{name}": f"{sys.base_prefix}/lib/{name}" for name in shared}
    for folder in _system_libraries():
        shown[folder] = folder
        hidden += _packages(folder)
    shown |= {f"/numpy/{name}": str(_numpy_folder() / name) for name in ("numpy", "numpy.libs")}
    shown |= {f"/kata/grader/{name}": str(GRADER / name) for name in SHOWN}
    options = []
    for folder in sorted({str(parent) for path in (*shown, "/dev/null") for parent in Path(path).parents} - {"/"}):
        options += ["--dir", folder]  # one that bubblewrap makes unasked is closed to other users
    for path, source in shown.items():
        options += ["--ro-bind-try" if path == "/numpy/numpy.libs" else "--ro-bind", source, path]
    options += ["--dev-bind", "/dev/null", "/dev/null"]
    for folder in hidden:
        options += ["--tmpfs", folder, "--remount-ro", folder]
    return [*options, "--remount-ro", "/"]


def _system_libraries() -> Iterator[str]:
    """Yield the folders of the system's shared libraries: the multi-architecture ones where the system has them."""
    multiarch = getattr(sys.implementation, "_multiarch", "")
    found = [f"{base}/{multiarch}" for base in ("/lib", "/usr/lib") if multiarch and Path(base, multiarch).is_dir()]
    yield from found
    for folder in ("/lib64", "/usr/lib64"):
        if Path(folder).is_dir() and (folder == "/lib64" or not found):
            yield folder


def _packages(folder: str) -> list[str]:
    """Return the folders of packages of the system's own Pythons; a glob would look at thousands of files."""
    pythons = [f"{folder}/{name}" for name in os.listdir(folder) if name.startswith("python3")]
    found = [f"{python}/{name}" for python in pythons for name in ("site-packages", "dist-packages")]
    return list(filter(os.path.isdir, found))


def _shared_python() -> list[str]:
    """Return the names of the files of a Python that is built as a shared library, none for a static one."""
    names = os.listdir(Path(sys.base_prefix, "lib"))
    return [name for name in names if name.startswith("libpython") and ".so" in name]


def _numpy_folder() -> Path:
    """Return the folder that holds NumPy, without importing it."""
    spec = find_spec("numpy")
    if spec is None or spec.origin is None:
        raise SandboxError("NumPy is not installed in this environment: install the grader with pip")
    return Path(spec.origin).parent.parent


def unused_uid() -> int:
    """Return a user id that no account has, drawn at random so that two sandboxes hardly ever share one."""
    import pwd

    while True:
        uid = 20_000 + int.from_bytes(os.urandom(4)) % 40_000
        try:
            pwd.getpwuid(uid)
        except KeyError:
            return uid
