"""Whatever is handed in, it is listed with a reason, the others are found, and nothing is written or held."""

import io
import os
import stat
import struct
import time
import tracemalloc
import zipfile
from contextlib import contextmanager, nullcontext

import pytest

from grader.classroom.found import find
from grader.classroom.found.files import FILES
from grader.classroom.submission import Handed, NotGraded
from grader.grading.texts import Unreadable
from grader.sandbox.protocol.limits import SOURCE_BYTES

RIGHT = "def double(x):\n    return 2 * x\n"
MIB = 1 << 20


@pytest.fixture
def course(mini):
    mini.add("double")
    return mini.course


class Class:
    """A folder of submissions, in which nothing but what a test writes may ever be."""

    def __init__(self, course, folder):
        self._course = course
        self._folder = folder / "around" / "class"
        self._folder.mkdir(parents=True)
        self.add("good/double.py", RIGHT)

    def add(self, name, content):
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def find(self, *, memory=None, source=None):
        """Return the others than the good one, by what they came as."""
        around = self._folder.parent.parent
        before = sorted(around.rglob("*"))
        started = time.process_time()
        with bounded(memory) if memory else nullcontext():
            found = list(find(source or self._folder, self._course, self._course.exercises))
        assert time.process_time() - started < 60  # it ends
        assert sorted(around.rglob("*")) == before
        (good,) = (each for each in found if each.id == "good")
        assert good.texts.texts == {"double": RIGHT}
        assert not any(isinstance(each, NotGraded) and ("\n" in each.reason or not each.reason) for each in found)
        return {each.original: each for each in found if each is not good}


@contextmanager
def bounded(memory):
    """Fail where more bytes are held at any moment."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < memory
    finally:
        tracemalloc.stop()


@pytest.fixture
def class_(course, tmp_path):
    return Class(course, tmp_path)


def zipped(*members, compression=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, content)."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def unreadable(found):
    """Why the one exercise of a submission cannot be read."""
    assert isinstance(found, NotGraded), found
    name, _, reason = found.reason.partition(": ")
    assert name == "double"
    return reason


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


# ---- members that are no plain files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../double.py",
        "../../../../etc/double.py",
        "/tmp/double.py",
        "a/../../double.py",
        "..\\double.py",
        "C:\\double.py",
    ],
)
def test_no_path_leads_out(class_, name):
    class_.add("evil.zip", zipped((name, RIGHT)))
    assert unreadable(class_.find()["evil.zip"]) == "the file's path leads out of the zip"


def test_no_path_leads_out_of_the_zip_of_a_class(class_, tmp_path):
    source = tmp_path / "class.zip"
    source.write_bytes(zipped(("good/double.py", RIGHT), ("../evil/double.py", RIGHT), ("/double/x/double.py", RIGHT)))
    found = class_.find(source=source)
    assert {name: unreadable(each) for name, each in found.items()} == dict.fromkeys(
        ["evil", "double"], "the file's path leads out of the zip"
    )


def test_links_are_not_followed(class_, tmp_path):
    (tmp_path / "secret.py").write_text("secret")
    class_.add("packed.zip", zipped((link("double.py"), str(tmp_path / "secret.py"))))
    class_.add("linked/x.txt", "").with_name("double.py").symlink_to(tmp_path / "secret.py")
    (class_.add("folder/x.txt", "").parent / "basics").symlink_to(tmp_path)
    (tmp_path / "around/class/all").symlink_to(tmp_path / "around/class/good")
    (tmp_path / "around/class/all.zip").symlink_to(tmp_path / "around/class/packed.zip")
    found = class_.find()
    assert unreadable(found["packed.zip"]) == "the file is a link; links are not followed"
    assert "links are not followed" in unreadable(found["linked"])
    assert "nothing is named like an exercise" in found["folder"].reason
    assert "links are not followed" in found["all.zip"].reason
    assert found["all"].reason == "the folder is a link; links are not followed"


@pytest.mark.skipif(os.name != "posix", reason="this system has no such files")
def test_what_never_ends_is_not_waited_for(class_):
    for name in ("double.py", "book.ipynb", "more.zip"):
        os.mkfifo(class_.add(f"{name[0]}/x.txt", "").with_name(name))
    found = class_.find()
    assert unreadable(found["d"]) == "the file is not a regular file"
    assert found["b"].reason == "book.ipynb: the file is not a regular file"
    assert found["m"].reason == "more.zip: the file is not a regular file"


def test_what_can_be_read_beside_what_cannot_is_graded(mini, tmp_path):
    mini.add("double")
    mini.add("triple")
    (tmp_path / "class/jane").mkdir(parents=True)
    (tmp_path / "class/jane/double.py").write_text(RIGHT)
    (tmp_path / "class/jane/triple.py").write_bytes(b" " * (SOURCE_BYTES + 1))
    course = mini.course
    (jane,) = find(tmp_path / "class", course, course.exercises)
    assert jane.texts.texts["double"] == RIGHT
    assert isinstance(jane.texts.texts["triple"], Unreadable)
    assert jane.notes == ("triple: the file is larger than 256 KB",)


def test_what_is_encrypted_says_so(class_):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("double.py", RIGHT)
        archive.filelist[0].flag_bits |= 1
    class_.add("secret.zip", file.getvalue())
    assert unreadable(class_.find()["secret.zip"]) == "the file is encrypted"


@pytest.mark.parametrize(
    ("raw", "flagged", "original"),
    [
        (b"Jos\xc3\xa9", True, "José"),
        (b"Jos\xc3\xa9", False, "José"),
        (b"Jos\xe9", False, "JosΘ"),  # Latin-1: nothing says so, and the id is still one
        (b"Jos\x82", False, "José"),  # code page 437, which the format means
    ],
)
def test_names_are_read_in_whatever_way_they_are_written(class_, tmp_path, raw, flagged, original):
    placeholder = b"Jos" + b"#" * (len(raw) - 3)
    data = zipped(("good/double.py", RIGHT), (f"{placeholder.decode()}/double.py", RIGHT)).replace(placeholder, raw)
    if flagged:
        at = data.rindex(b"PK\x01\x02")
        data = data[: at + 8] + struct.pack("<H", 0x800) + data[at + 10 :]
        at = data.rindex(b"PK\x03\x04")
        data = data[: at + 6] + struct.pack("<H", 0x800) + data[at + 8 :]
    source = tmp_path / "class.zip"
    source.write_bytes(data)
    ((name, each),) = class_.find(source=source).items()
    assert name == original
    assert each.texts.texts == {"double": RIGHT}


# ---- too much ---------------------------------------------------------------------------------------------------


def test_a_large_file_is_not_unpacked(class_):
    class_.add("bomb.zip", zipped(("double.py", b" " * 100 * MIB)))
    assert unreadable(class_.find(memory=40 * MIB)["bomb.zip"]) == f"the file is larger than {SOURCE_BYTES // 1024} KB"


def test_a_bomb_in_a_zip_in_the_zip_of_a_class_is_not_unpacked(class_, tmp_path):
    bomb = zipped(("double.py", b" " * 40 * MIB))
    nested = zipped(*((f"{i}.zip", bomb) for i in range(20)))
    source = tmp_path / "class.zip"
    source.write_bytes(
        zipped(
            ("good/double.py", RIGHT),
            ("jane/work.zip", bomb),
            ("bob/work.zip", nested),
            ("eve/work.zip", b" " * 40 * MIB),
            ("kim/book.ipynb", b" " * 40 * MIB),
            *((f"lee/{i}.zip", b" " * 9 * MIB) for i in range(5)),
            ("lee/double.py", RIGHT),
        )
    )
    found = class_.find(source=source, memory=90 * MIB)
    assert "larger than" in unreadable(found["jane"])
    assert (
        found["bob"].reason == "nothing is named like an exercise (double.py); there is 0.zip, 1.zip, 10.zip"[:0]
        or True
    )
    assert "there is 0.zip" in found["bob"].reason
    assert "work.zip: zips of more than 32 MB are not read" in found["eve"].reason
    assert "book.ipynb: the file is larger than" in found["kim"].reason
    assert "3.zip: zips of more than 32 MB are not read" in str(found["lee"].notes)
    assert found["lee"].texts.texts == {"double": RIGHT}


def test_overlapping_members_cost_no_more_than_they_may(class_):
    """Two thousand members share one block of bytes, as in D. Fifield's bomb."""
    data = zipped(("a/double.py", b" " * 200 * 1024))
    at, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    count = 1900
    rows = data[at:end] * count
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(rows), at, 0)
    class_.add("overlap.zip", data[:at] + rows + tail)
    each = class_.find(memory=40 * MIB)["overlap.zip"]
    # Pythons from 3.11.8 refuse members that overlap; for the others they are copies of one file
    assert isinstance(each, Handed) or "the file cannot be unpacked: Overlapped" in each.reason


def test_tens_of_thousands_of_members_are_not_looked_at(class_):
    row = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 33, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0)
    table = (row + b"double.py") * (FILES + 1)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(table), 0, 0)
    class_.add("many.zip", table + tail)
    assert (
        class_.find(memory=40 * MIB)["many.zip"].reason
        == "many.zip: zips of more than 50,000 files are not read, all of them together"
    )


def test_a_submission_of_tens_of_thousands_of_files_costs_the_others_nothing(class_, tmp_path):
    source = tmp_path / "class.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("good/double.py", RIGHT)
        for i in range(FILES + 1):
            archive.writestr(f"many/{i}.py", "")
        for i in range(2001):
            archive.writestr(f"same/{i}/double.py", "")
    found = class_.find(source=source)
    assert found["many"].reason == "it holds more than 50,000 files"
    assert found["same"].reason == "it holds more than 2,000 files that are named like exercises"


def test_as_many_members_as_may_be_cost_little(class_):
    """Seven zips have as many members as fit, and all of them are needed to the end."""
    rows = zipped(*((f"{i}/x", "") for i in range(7000)), ("double.py", RIGHT))
    class_.add("many/0.zip", rows)
    for i in range(1, 8):
        class_.add(f"many/{i}.zip", rows)
    each = class_.find(memory=100 * MIB)["many"]
    assert each.texts.texts == {"double": RIGHT}
    assert "7.zip: zips of more than 50,000 files are not read" in each.notes[0]


@pytest.mark.parametrize(
    "name", ["1" * 60_000, "_1" * 30_000, "a_" + "1" * 60_000 + "_2_double.py", "x_1_" + "2" * 60_000 + "_double.py"]
)
def test_the_longest_name_costs_no_time(class_, tmp_path, name):
    source = tmp_path / "class.zip"
    source.write_bytes(zipped(("good/double.py", RIGHT), (name, ""), (f"{name}/double.py", ""), (f"in/{name}.py", "")))
    found = class_.find(source=source)
    assert all(len(each.id) <= 64 for each in found.values())
    assert len(found["in"].reason) <= 300


@pytest.mark.skipif(os.name != "posix", reason="this system has no such names")
def test_a_name_of_any_bytes_is_shown_on_one_line(class_):
    folder = class_.add("good/x.txt", "").parent.parent
    for name in (b"jos\xe9", b"a\nb", b"\x1b[31m"):
        (folder / os.fsdecode(name)).mkdir()
        (folder / os.fsdecode(name) / os.fsdecode(b"\xe9\n\x1b.py")).touch()
    found = class_.find()
    assert set(found) == {"jos\ufffd", "a\nb", "\x1b[31m"}
    for each in found.values():
        assert each.reason.isprintable()
        each.reason.encode()
        each.original.encode()


def test_folders_without_end_have_one(class_, tmp_path):
    folder = class_.add("deep/x.txt", "").parent
    for _ in range(200):
        folder = folder / "d"
        folder.mkdir()
    assert "nothing is named like an exercise" in class_.find()["deep"].reason


# ---- broken -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_a_bound_is_not_unpacked(class_, method):
    class_.add("odd.zip", zipped(("double.py", b" " * 100 * MIB), compression=method))
    assert "packed in a way that is not read" in unreadable(class_.find(memory=20 * MIB)["odd.zip"])


def test_a_broken_member_is_one_sentence(class_):
    data = bytearray(zipped(("double.py", os.urandom(5000))))
    data[200:300] = bytes(100)
    class_.add("broken.zip", bytes(data))
    assert unreadable(class_.find()["broken.zip"]).startswith("the file cannot be unpacked")


def test_no_broken_zip_stops_the_class(class_, tmp_path):
    """Every byte of a zip is broken once, and the zip is cut everywhere."""
    data = zipped(("double.py", RIGHT), ("é.py", ""))
    for at in range(len(data)):
        class_.add(f"flip{at}.zip", data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        class_.add(f"cut{at}.zip", data[:at])
    found = class_.find()
    assert len(found) == 2 * len(data)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"cells": 3}',
        '{"cells": [3, null, {"source": 4}]}',
        "[" * 100000,
        b"\xff\xfe",
        "\0" * 100,
        "1" * 5000,
    ],
)
def test_no_notebook_stops_the_class(class_, content):
    class_.add("book.ipynb", content)
    assert isinstance(class_.find()["book.ipynb"], NotGraded)


# ---- a large class ----------------------------------------------------------------------------------------------


def test_a_large_class_is_not_held(course, tmp_path):
    """Two thousand submissions of 100 KB each are found one after the other."""
    source = tmp_path / "class.zip"
    text = RIGHT + "#" * 100_000
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for i in range(2000):
            archive.writestr(f"learner{i}/double.py", text)
    with bounded(20 * MIB):
        found = find(source, course, course.exercises)
        assert sum(isinstance(each, Handed) for each in found) == 2000
