"""Bring the exercises of a pull request here as data: nothing of it is checked out, and nothing of it is run.

The commit is fetched by its exact hash from the repository that the pull request is made to, which keeps it even when
the fork is gone. Large files are never transferred. Only the files of the course's exercises are looked up, by paths
that come from our course and not from the pull request, and only regular ones are written.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path

from grader.actions.runner import command, is_commit, run, variable
from grader.course import Course, own_course
from grader.errors import StepError
from grader.sandbox.protocol.limits import SOURCE_BYTES

SECONDS = 180
DISK_BYTES = 64 << 20  # of any one file that git writes
MEMORY_BYTES = 512 << 20  # of git: some MB of a pack can unfold into any number of them
FRUGAL = ("core.bigFileThreshold=1m", "core.deltaBaseCacheLimit=16m", "pack.threads=1", "core.packedGitLimit=64m")
_REGULAR = ("100644", "100755")
_KINDS = {"120000": "it is a link", "160000": "it is a submodule", "040000": "it is a folder"}


def main() -> None:
    """Write the exercises of the commit ``KATA_COMMIT`` to the folder ``KATA_FOLDER``."""
    commit, target = variable("KATA_COMMIT"), Path(variable("KATA_FOLDER"))
    if not is_commit(commit):
        raise StepError("KATA_COMMIT must be the full hash of a commit")
    fetch(commit, target, own_course(), os.environ.get("GITHUB_TOKEN", ""))


def fetch(commit: str, target: Path, course: Course, token: str) -> None:
    """Write the exercises of a commit to a folder, and say in the log what is there and what is left out."""
    server = variable("GITHUB_SERVER_URL").rstrip("/")
    with tempfile.TemporaryDirectory(prefix="kata-") as folder:
        repository = Repository(Path(folder), server, token)
        repository.fetch(f"{server}/{variable('GITHUB_REPOSITORY')}", commit)
        left_out = extract(repository, commit, course, target)
    for path, reason in left_out.items():
        print(command("warning", f"{path} is left out: {reason}"))
    count = sum(1 for _ in target.rglob("*.py"))
    print(f"{count} exercises of commit {commit} are here as data; {len(left_out)} left out.")


def extract(repository: Repository, commit: str, course: Course, target: Path) -> dict[str, str]:
    """Write the files of the course's exercises to ``target`` and return those left out, each with the reason."""
    if target.exists():
        raise StepError(f"{target} is there already")
    for topic in course.topics:
        (target / "exercises" / topic.name).mkdir(parents=True)
    paths = [exercise.path for exercise in course.exercises]
    left_out, blobs = {}, {}
    for path, (mode, blob) in repository.entries(commit, paths).items():
        if mode in _REGULAR:
            blobs[path] = blob
        else:
            left_out[path] = _KINDS.get(mode, "it is not a regular file")
    sizes = repository.sizes(blobs.values())
    for path, blob in blobs.items():
        size = sizes.get(blob)
        if size is None or size > SOURCE_BYTES:
            left_out[path] = f"it is larger than {SOURCE_BYTES // 1024} KB"
        else:
            (target / path).write_bytes(repository.content(blob, size))
    return left_out


class Repository:
    """A bare repository of our own, into which one commit is fetched.

    Parameters
    ----------
    folder : Path
        Empty.
    server : str
        The start of the addresses at which the token is shown.
    token : str
        For a private repository; may be empty. It is never part of a command line.
    """

    def __init__(self, folder: Path, server: str, token: str) -> None:
        self._folder = folder
        self._environment = {name: text for name, text in os.environ.items() if not name.startswith(("GIT_", "KATA_"))}
        self._environment.pop("GITHUB_TOKEN", None)
        self._environment |= {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C.UTF-8",
        }
        self._login = {}
        if token:
            self._login = {
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": f"http.{server}/.extraHeader",
                "GIT_CONFIG_VALUE_0": f"Authorization: Basic {b64encode(f'x-access-token:{token}'.encode()).decode()}",
            }
        self._git("init", "--quiet", "--bare", "--template=", ".")

    def fetch(self, url: str, commit: str) -> None:
        """Fetch one commit: no history, no tags, no submodules, no large file."""
        words = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        words += ["--no-auto-maintenance", f"--filter=blob:limit={SOURCE_BYTES + 1}", url, commit]
        settings = self._folder / "config"
        before = settings.read_bytes()
        self._git(*words, environment=self._login, failure=f"commit {commit} could not be fetched")
        settings.write_bytes(before)  # git has noted where to get what is missing, and would go and get it

    def entries(self, commit: str, paths: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return the mode and the hash of those paths that the commit has."""
        listing = self._git("ls-tree", "-z", "--full-tree", commit, "--", *paths)
        entries = {}
        wanted = set(paths)
        for line in filter(None, listing.split(b"\0")):
            facts, _, name = line.partition(b"\t")
            mode, _, blob = facts.decode("ascii").split(" ")
            path = name.decode("utf-8", "replace")
            if path in wanted:
                entries[path] = (mode, blob)
        return entries

    def sizes(self, blobs: Iterable[str]) -> dict[str, int]:
        """Return the sizes of those blobs that are here."""
        question = "".join(f"{blob}\n" for blob in blobs)
        answer = self._git("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", stdin=question)
        found = (line.split(" ") for line in answer.decode("ascii").splitlines())
        return {words[0]: int(words[2]) for words in found if len(words) == 3 and words[1] == "blob"}

    def content(self, blob: str, size: int) -> bytes:
        """Return the content of a blob that has this size."""
        content = self._git("cat-file", "blob", blob)
        if len(content) != size:
            raise StepError(f"git says that {blob} has {size} bytes and gives {len(content)}")
        return content

    def _git(self, *words: str, stdin: str = "", environment: dict[str, str] | None = None, failure: str = "") -> bytes:
        try:
            run = subprocess.run(
                ["git", *(word for setting in FRUGAL for word in ("-c", setting)), *words],
                cwd=self._folder,
                env=self._environment | (environment or {}),
                input=stdin.encode(),
                capture_output=True,
                timeout=SECONDS,
                preexec_fn=_limit,
            )
        except subprocess.TimeoutExpired:
            raise StepError(f"{failure or 'git ' + words[0]}: not done after {SECONDS} seconds") from None
        if run.returncode:
            lines = run.stderr.decode("utf-8", "replace").strip().splitlines()
            raise StepError(f"{failure or 'git ' + words[0]}: {lines[-1] if lines else f'status {run.returncode}'}")
        return run.stdout


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK_BYTES, DISK_BYTES))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    sys.exit(run(main))
