"""Who is in a class, and what other systems call them."""

import pytest

from grader.classroom.ids import LONGEST, Ids, file_name
from grader.classroom.roster import Roster
from grader.errors import UsageError


@pytest.fixture
def read(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "roster.csv"
        path.write_bytes(text.encode(encoding))
        return Roster.read(path)

    return write


FULL = """id,name,email,github,canvas,moodle,team
a1,Jane Doe,jane@x.edu,Jane-Doe,123,Participant 7,red
a2,José Núñez,jose@x.edu,jose,"Núñez, José",José Núñez,red
a3,Kim Lee,,,,,
"""


@pytest.mark.parametrize(
    ("word", "columns", "id"),
    [
        ("jane-doe", ("github",), "a1"),
        ("@JANE-DOE", ("github",), "a1"),
        ("123", ("canvas",), "a1"),
        ("123", ("moodle",), None),
        ("7", ("moodle",), "a1"),
        ("participant 7", ("moodle",), "a1"),
        ("núñezjosé", ("canvas",), "a2"),
        ("José  Núñez", ("moodle",), "a2"),
        ("JOSE@x.EDU", ("email",), "a2"),
        ("kim lee", (), "a3"),
        ("nobody", (), None),
        ("", (), None),
        ("red", (), None),  # a team is no person
    ],
)
def test_a_person_is_known_by_what_a_system_calls_them(read, word, columns, id):
    found = read(FULL).find(word, *columns)
    assert (found and found.id) == id


def test_a_team_has_members(read):
    roster = read(FULL)
    assert [person.id for person in roster.team("Red")] == ["a1", "a2"]
    assert roster.team("blue") == ()
    assert roster.team("") == ()


def test_who_is_missing_is_known(read):
    assert [person.id for person in read(FULL).missing(["a2"])] == ["a1", "a3"]


@pytest.mark.parametrize("text", [FULL, FULL.replace(",", ";").replace('"Núñez; José"', '"Núñez, José"')])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_spreadsheets_write_it_in_different_ways(read, text, encoding, ends):
    assert read(text.replace("\n", ends), encoding).people == read(FULL).people


def test_two_people_of_the_same_name_are_nobody_by_that_name(read):
    roster = read("id,name\n1,Jane Doe\n2,Jane Doe\n")
    assert roster.find("Jane Doe") is None
    assert len(roster.people) == 2


def test_a_cell_may_hold_lines_and_lines_may_be_empty(read):
    assert [person.id for person in read('id,name\n\n1,"Jane\nDoe"\n,,\n2\n').people] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no column 'id'"),
        ("name,email\nJane,x\n", "no column 'id'"),
        ("id,gihub\n1,x\n", "roster.csv:1: unknown column 'gihub'; did you mean 'github'?"),
        ("id,id\n1,1\n", "two columns 'id'"),
        ("id\n1\n\n1\n", "roster.csv:4: the id '1' is that of line 2"),
        ("id\nAnna\nanna\n", "roster.csv:3: the id 'anna' is that of line 2"),
        ("id,github\n1,jane\n2,Jane\n", "roster.csv:3: the github 'Jane' is that of line 2"),
        ('id,canvas\n1,"Doe, Jane"\n2,doejane\n', "roster.csv:3: the canvas 'doejane' is that of line 2"),
        ("id,name\n1,Jane,Doe\n", "roster.csv:2: there are 3 cells under 2 columns"),
        ("id,name\n,Jane\n", "roster.csv:2: there is no id in this line"),
        ('id,name\n1,"Jane\n2,Bob\n3,Max\n', "roster.csv:4: unexpected end of data"),  # a quote that nothing ends
        ("id\n../../etc\n", "roster.csv:2: the id '../../etc' cannot name a file: take 'etc'"),
        ("id\nCON\n", "cannot name a file"),
    ],
)
def test_what_is_wrong_is_one_line_that_says_where(read, text, words):
    with pytest.raises(UsageError) as error:
        read(text)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_table_of_text_is_refused(read, tmp_path):
    with pytest.raises(UsageError, match="not UTF-8"):
        read("id,name\n1,José\n", "latin-1")
    with pytest.raises(UsageError, match="no file"):
        Roster.read(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        Roster.read(tmp_path)


@pytest.mark.parametrize("word", ["jane", "Jane.Doe", "a+b@x.edu", "jané", "week1-jane-doe", "123"])
def test_what_can_name_a_file_stays(word):
    assert file_name(word) == word


@pytest.mark.parametrize(
    "word",
    [
        "../x",
        "..",
        ".",
        "",
        "/",
        "CON",
        "con.txt",
        "nul",
        "a/b",
        "a\\b",
        "a\0b",
        "x" * 300,
        "é" * 300,
        "\ud800",
        " x ",
        "-rf",
    ],
)
def test_what_cannot_is_made_a_name(word, tmp_path):
    name = file_name(word)
    assert file_name(name) == name
    assert len(name.encode()) <= LONGEST
    assert not name.startswith((".", "-"))
    (tmp_path / f"{name}.json").write_text("")
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.json"]


def test_no_two_ids_are_the_same_on_a_disk_that_sees_no_case():
    ids = Ids(["taken"])
    words = ["Jane", "jane", "JANE", "../jane", "x" * 300, "x" * 299, "taken", "Taken"]
    given = [ids.take(word) for word in words]
    assert given[0] == "Jane"
    assert len({id.casefold() for id in given} | {"taken"}) == len(words) + 1
    again = Ids(["taken"])
    assert [again.take(word) for word in words] == given
