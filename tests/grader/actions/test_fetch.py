"""Exercises of a commit, as data."""

import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32" or not shutil.which("git"), reason="needs git")
TOPIC = "exercises/activations"


@pytest.fixture
def fetched(repositories, tmp_path, monkeypatch, capsys):
    """Return a function that fetches a commit and returns the folder, the exit status and what was said."""
    from grader.actions import fetch, runner
    from grader.course import load

    monkeypatch.setattr(fetch, "own_course", lambda: load(repositories.folder / "work"))
    monkeypatch.setenv("GITHUB_SERVER_URL", f"file://{repositories.folder}/server")
    monkeypatch.setenv("GITHUB_REPOSITORY", "school/katas")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")

    def fetched(commit):
        target = tmp_path / "submission"
        monkeypatch.setenv("KATA_COMMIT", commit)
        monkeypatch.setenv("KATA_FOLDER", str(target))
        status = runner.run(fetch.main)
        return target, status, capsys.readouterr().out

    return fetched


def test_the_files_are_those_of_the_commit(repositories, fetched):
    fork = repositories.fork("fetched")
    (fork / TOPIC / "relu.py").write_bytes(b"# $Id$ $Format:%H$\r\n\xff")
    (fork / TOPIC / "relu.py").chmod(0o755)
    (fork / TOPIC / "more.py").write_text("not of the course")
    (fork / "exercises/more").mkdir()
    (fork / "exercises/more/sigmoid.py").write_text("not of the course")
    (fork / ".gitattributes").write_text("*.py -text export-subst ident\n")
    target, status, said = fetched(repositories.push(fork, 20))
    assert (status, said.splitlines()[-1].partition(" are")[0].partition(" of")[0]) == (0, "4 exercises")
    assert (target / TOPIC / "relu.py").read_bytes() == b"# $Id$ $Format:%H$\r\n\xff"
    assert not (target / TOPIC / "relu.py").stat().st_mode & 0o111
    files = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    assert files == [f"{TOPIC}/{name}.py" for name in ("leaky_relu", "relu", "sigmoid", "tanh")]
    assert (target / TOPIC / "tanh.py").read_bytes() == (repositories.folder / "work" / TOPIC / "tanh.py").read_bytes()


def test_what_is_no_regular_file_is_left_out(repositories, fetched):
    fork = repositories.fork("irregular")
    for name in ("relu", "sigmoid", "tanh"):
        (fork / TOPIC / f"{name}.py").unlink()
    (fork / TOPIC / "relu.py").symlink_to("/etc/passwd")
    (fork / TOPIC / "sigmoid.py").mkdir()
    (fork / TOPIC / "sigmoid.py/inner.py").write_text("x")
    (fork / TOPIC / "leaky_relu.py").write_bytes(b"#" * (256 * 1024 + 1))
    (fork / TOPIC / "tanh.py").write_bytes(b"#" * (256 * 1024))
    target, status, said = fetched(repositories.push(fork, 21))
    assert status == 0
    assert [path.name for path in target.rglob("*") if path.is_file()] == ["tanh.py"]
    for line in ("relu.py is left out: it is a link", "sigmoid.py is left out: it is a folder", "larger than 256 KB"):
        assert line in said


def test_what_is_large_is_never_transferred(repositories, tmp_path):
    from grader.actions.fetch import Repository

    fork = repositories.fork("large")
    (fork / TOPIC / "relu.py").write_bytes(bytes(range(256)) * 40_000)
    head = repositories.push(fork, 24)
    (tmp_path / "git").mkdir()
    repository = Repository(tmp_path / "git", f"file://{repositories.folder}/server", "")
    repository.fetch(f"file://{repositories.base}", head)
    entries = repository.entries(head, [f"{TOPIC}/relu.py", f"{TOPIC}/tanh.py"])
    blobs = {path.rpartition("/")[2]: blob for path, (_, blob) in entries.items()}
    assert repository.sizes(blobs.values()).keys() == {blobs["tanh.py"]}
    assert "partial" not in (tmp_path / "git/config").read_text()
    script = ["git", "-C", tmp_path / "git", "cat-file", "-e", blobs["relu.py"]]
    assert subprocess.run(script, capture_output=True).returncode != 0


def test_a_folder_that_is_a_link_is_not_followed(repositories, fetched):
    fork = repositories.fork("linked")
    shutil.rmtree(fork / "exercises")
    (fork / "exercises").symlink_to("solutions")
    target, status, _ = fetched(repositories.push(fork, 22))
    assert status == 0
    assert [path.name for path in target.rglob("*")] == ["exercises", "activations"]


def test_a_submodule_is_left_out(repositories, fetched):
    fork = repositories.fork("submodule")
    (fork / TOPIC / "relu.py").unlink()
    entry = f"160000,{repositories.main},{TOPIC}/relu.py"
    subprocess.run(["git", "-C", fork, "update-index", "--add", "--cacheinfo", entry], check=True)
    (fork / TOPIC / "relu.py").mkdir()
    target, status, said = fetched(repositories.push(fork, 23))
    assert status == 0
    assert "relu.py is left out: it is a" in said
    assert not (target / TOPIC / "relu.py").exists()


@pytest.mark.parametrize("commit", ["main", "--upload-pack=x", "ab" * 19, "AB" * 20, "ab" * 20 + "\n"])
def test_only_a_full_hash_is_fetched(fetched, commit):
    _, status, said = fetched(commit)
    assert status == 1
    assert "full hash" in said


def test_too_much_is_an_error(repositories, fetched, monkeypatch):
    from grader.actions import fetch

    monkeypatch.setattr(fetch, "DISK_BYTES", 1000)
    _, status, said = fetched(repositories.main)
    assert status == 1
    assert "could not be fetched" in said
    assert "secret" not in said


@pytest.mark.slow
@pytest.mark.parametrize(("memory", "enough"), [(64 << 20, False), (512 << 20, True)])
def test_a_small_pack_that_unfolds_into_much_is_an_error(repositories, fetched, monkeypatch, memory, enough):
    """60 MB of a commit's message are 60 kB of a pack."""
    from grader.actions import fetch

    fork = repositories.fork(f"unfolding_{enough}")
    tree = subprocess.run(["git", "-C", fork, "rev-parse", "HEAD^{tree}"], capture_output=True, check=True).stdout
    body = b"tree " + tree + b"author a <a@b> 0 +0000\ncommitter a <a@b> 0 +0000\n\n" + bytes([97]) * (60 << 20)
    command = ["git", "-C", fork, "hash-object", "-t", "commit", "-w", "--stdin"]
    head = subprocess.run(command, input=body, capture_output=True, check=True).stdout.decode().strip()
    subprocess.run(["git", "-C", fork, "push", "--quiet", "origin", f"{head}:refs/pull/{25 + enough}/head"], check=True)
    assert fetch.MEMORY_BYTES == 512 << 20
    monkeypatch.setattr(fetch, "MEMORY_BYTES", memory)
    _, status, said = fetched(head)
    assert status == 1 - enough
    assert ("could not be fetched" in said) != enough
