"""A class is graded on a real Dask cluster: workers elsewhere, with the wheel, and neither a checkout nor torch."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import venv
from importlib import metadata
from pathlib import Path

import pytest

from grader.classroom.out import Out
from grader.course import root
from grader.report import load

pytest.importorskip("distributed")
pytest.importorskip("hatchling")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")]

PACKAGES = ("numpy", "distributed", "typer", "rich")

RIGHT = "def double(x):\n    return x + x\n"
TEXTS = (RIGHT, "def double(x):\n    return x * x\n", "def double(:\n", "import time\ntime.sleep(0.2)\n" + RIGHT)


def requirements(name, found):
    """Add a package and all that it needs to what was found."""
    from packaging.requirements import Requirement

    distribution = metadata.distribution(name)
    if distribution.metadata["Name"] in found:
        return found
    found[distribution.metadata["Name"]] = distribution
    for line in distribution.requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            requirements(requirement.name, found)
    return found


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of an environment with the wheel, NumPy, Dask and what a command needs: nothing else is there."""
    folder = tmp_path_factory.mktemp("elsewhere")
    wheels = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "wheels"]
    subprocess.run(wheels, cwd=root(), check=True, capture_output=True)
    venv.create(folder / "env")
    packages = Path(
        sysconfig.get_paths("venv", {"base": str(folder / "env"), "platbase": str(folder / "env")})["purelib"]
    )
    found = {}
    for name in PACKAGES:
        requirements(name, found)
    for distribution in found.values():
        for name in {file.parts[0] for file in distribution.files} - {"..", "__pycache__"}:
            with contextlib.suppress(FileExistsError):
                (packages / name).symlink_to(distribution.locate_file(name))
    python = folder / "env/bin/python"
    (wheel,) = (folder / "wheels").iterdir()
    words = ("--no-deps", "--no-index", "--quiet", wheel)
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *words], check=True)
    shown = subprocess.run(
        [python, "-c", "import grader; print(grader.__file__)"], cwd=folder, capture_output=True, text=True
    )
    assert Path(shown.stdout.strip()).is_relative_to(folder)
    assert subprocess.run([python, "-c", "import torch"], cwd=folder, capture_output=True).returncode == 1
    return python


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, python, folder):
        self.python, self.folder, self.processes = python, folder, []
        self.file = folder / "scheduler.json"
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.wait(self.file.exists)
        self.address = json.loads(self.file.read_text())["address"]

    def start(self, kind, *words):
        """Start one in a folder of its own."""
        number = len(self.processes)
        place = self.folder / f"{kind} {number}"
        place.mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        with (place / "log").open("w") as log:
            command = [self.python, "-m", "dask", kind, "--scheduler-file", self.file, *words]
            process = subprocess.Popen(command, cwd=place, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process, place / "log"

    def worker(self, threads=1):
        """Start a worker and wait until the scheduler knows it."""
        process, log = self.start("worker", "--nthreads", str(threads), "--nworkers", "1", "--no-dashboard")
        self.wait(lambda: "Registered to" in log.read_text())
        return process

    def wait(self, condition):
        until = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < until
            time.sleep(0.05)

    def close(self):
        """End all of them, those that others have started as well."""
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture
def cluster(python, tmp_path):
    cluster = Cluster(python, tmp_path)
    yield cluster
    cluster.close()


@pytest.fixture
def katas(mini):
    mini.add()
    return mini


@pytest.fixture
def source(tmp_path):
    for i in range(24):
        folder = tmp_path / "class" / f"learner_{i:02}"
        folder.mkdir(parents=True)
        (folder / "double.py").write_text(TEXTS[i % 4])
    return tmp_path / "class"


def batch(katas, source, out, *words):
    return katas.kata("batch", source, "--out", out, *words)


def complaints(error):
    """Return what stands on the standard error besides how far it is."""
    return "".join(line for line in error.splitlines(keepends=True) if " so far, " not in line)


def timeless(folder):
    """Return the reports without what differs between two runs."""
    found = {}
    for id, path in Out(folder).reports().items():
        load(path)
        data = json.loads(path.read_text())
        del data["run"]["started"], data["run"]["seconds"]
        for exercise in data["exercises"]:
            del exercise["seconds"]
        found[id] = data
    return found


def test_here_and_on_a_cluster_everybody_gets_the_same(katas, source, cluster, tmp_path):
    cluster.worker()
    cluster.worker()
    seed = ("--seed", "77")
    for name, words in (("one", ["--jobs", "1"]), ("two", ["--jobs", "2"]), ("dask", ["--scheduler", cluster.address])):
        done = batch(katas, source, tmp_path / name, *seed, *words)
        assert (done.returncode, complaints(done.stderr)) == (0, ""), name
        assert done.stdout.startswith("24 submissions: 24 graded")
    assert len(timeless(tmp_path / "one")) == 24
    assert timeless(tmp_path / "one") == timeless(tmp_path / "two") == timeless(tmp_path / "dask")
    assert {data["run"]["reference"] for data in timeless(tmp_path / "dask").values()} == {"recorded"}
    assert (tmp_path / "one/grades.csv").read_bytes() == (tmp_path / "dask/grades.csv").read_bytes()
    done = batch(katas, source, tmp_path / "dask", "--locate", "--scheduler", cluster.address)
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    places = [data["exercises"][0]["place"] for data in timeless(tmp_path / "dask").values()]
    assert any(places), "nothing has gone wrong anywhere"
    left = list(tmp_path.rglob("worker */**/test_double.py"))
    assert left == [], "the checks do not stay with the workers"


def test_a_worker_that_is_killed_loses_nothing(katas, source, cluster, tmp_path):
    nanny = cluster.worker()
    cluster.worker()
    out = tmp_path / "dask"
    command = ["batch", source, "--out", out, "--seed", "77", "--scheduler", cluster.address]
    running = subprocess.Popen(
        [sys.executable, "-m", "grader.cli", *command],
        cwd=katas.with_program().root,
        env={**os.environ, "PYTHONPATH": str(katas.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    cluster.wait(lambda: len(Out(out).reports()) >= 3)
    children = Path(f"/proc/{nanny.pid}/task/{nanny.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    said = running.communicate(timeout=120)
    assert (running.returncode, complaints(said[1])) == (0, "")
    assert said[0].startswith("24 submissions: 24 graded")
    assert batch(katas, source, tmp_path / "here", "--seed", "77").returncode == 0
    assert timeless(out) == timeless(tmp_path / "here")


def test_a_scheduler_that_goes_away_is_one_line_and_the_next_run_goes_on(katas, source, cluster, tmp_path):
    cluster.worker()
    out = tmp_path / "dask"
    command = ["batch", source, "--out", out, "--seed", "77", "--scheduler", cluster.address]
    running = subprocess.Popen(
        [sys.executable, "-m", "grader.cli", *command],
        cwd=katas.with_program().root,
        env={**os.environ, "PYTHONPATH": str(katas.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    cluster.wait(lambda: len(Out(out).reports()) >= 3)
    cluster.processes[0].kill()
    said = running.communicate(timeout=120)
    assert (running.returncode, said[0]) == (2, ""), said[1]
    assert complaints(said[1]) == "kata: the Dask scheduler is gone: the next run goes on where this one has ended\n"
    kept = len(timeless(out))
    done = batch(katas, source, out)
    assert done.stdout.startswith(f"24 submissions: {24 - kept} graded, {kept} as before, 0 not graded\n")


def test_who_cannot_grade_is_refused_in_one_line(katas, source, cluster, tmp_path):
    def refused(address=cluster.address):
        done = batch(katas, source, tmp_path / "out", "--seed", "77", "--scheduler", address)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
        assert Out(tmp_path / "out").reports() == {}
        return done.stderr

    assert "has no workers: start one with 'dask worker" in refused()
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in refused("tcp://127.0.0.1:9")
    assert "--scheduler takes an address like tcp://10.0.0.1:8786" in refused("nonsense://")
    cluster.worker(threads=2)
    assert "it has 2 threads: start it with --nthreads 1" in refused()
    katas.change("grader/__init__.py", '__version__ = "', '__version__ = "9.')
    assert "and here is grader 9." in refused()


def test_without_torch_a_class_is_graded_with_the_public_seed_only(python, tmp_path, source):
    work = tmp_path / "class without torch" / "ada"
    work.mkdir(parents=True)
    shutil.copy(root() / "solutions/activations/leaky_relu.py", work)
    words = ["batch", work.parent, "--out", tmp_path / "out", "--only", "leaky_relu"]

    def kata(*more):
        command = [python, "-m", "grader.cli", *words, *more]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    refused = kata()
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "--seed 0 needs no torch, for practice: its answers can be looked up" in refused.stderr
    done = kata("--seed", "0")
    assert (done.returncode, complaints(done.stderr)) == (0, "")
    assert done.stdout.startswith("1 submission: 1 graded, 0 as before, 0 not graded\nmedian score 1 of 1\n")
