"""An encoding in which every byte is some sign is held to what the file says; the message quotes nothing."""

from __future__ import annotations

import gzip

import pytest
from tests.intake.test_reading import PEOPLE, Read

from mast_intake.text_lines import FEW_UTF8, MANY_UTF8
from mast_resolver.errors import UnreadableFileError

HEADER = "id,first,last\n"


def people(*firsts: str) -> str:
    return HEADER + "".join(f"{at},{first},Lee\n" for at, first in enumerate(firsts, 1))


def declared(encoding: str) -> str:
    return PEOPLE + f"csv: {{encoding: {encoding}}}\n"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "iso-8859-15", "cp850", "ascii"])
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "compressed"])
def test_a_file_in_utf_8_is_not_read_as_anything_else(rows: Read, encoding: str, compressed: bool) -> None:
    data = people("Zoë", "Siân").encode()
    name = "people.csv.gz" if compressed else "people.csv"
    with pytest.raises(UnreadableFileError, match=f"not {encoding} text: all .* read as UTF-8") as caught:
        rows(declared(encoding), gzip.compress(data) if compressed else data, name)
    assert "utf-8" in str(caught.value.fix)
    assert "Zo" not in str(caught.value)
    assert caught.value.__context__ is None


def test_it_is_refused_where_so_many_have_been_read_and_not_at_the_end_alone(rows: Read) -> None:
    # A later line in another encoding comes too late: nearly all of a town was read wrongly by then.
    data = people(*["Zoë"] * MANY_UTF8).encode() + "x,Zoë,Lee\n".encode("cp1252")
    with pytest.raises(UnreadableFileError, match="read as UTF-8"):
        rows(declared("cp1252"), data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(people("Zoë", "Siân", "José").encode("cp1252"), id="as declared"),
        pytest.param(people(*["ZoÃ«"] * (FEW_UTF8 - 1)).encode("cp1252"), id="a slip of the agency's own"),
        pytest.param(
            people("Zoë", *["ZoÃ«"] * MANY_UTF8).encode("cp1252"), id="slips beside what is as declared"
        ),
        pytest.param(people("Ann", "Bo", "Cy").encode(), id="plain"),
        pytest.param(people("O\u2019Dell", "\u201cBo\u201d").encode("cp1252"), id="the quotes of Windows"),
    ],
)
def test_a_file_as_it_was_declared_is_read(rows: Read, data: bytes) -> None:
    found, rejects = rows(declared("cp1252"), data)
    assert len(found) == data.count(b"\n") - 1
    assert not rejects.counts


@pytest.mark.parametrize(
    ("encoding", "data", "fix"),
    [
        pytest.param("latin-1", people("Zoë", "O\u2019Dell").encode("cp1252"), "cp1252", id="of Windows"),
        pytest.param("iso-8859-1", people("O\u2019Dell").encode("cp1252"), "cp1252", id="one"),
        pytest.param("latin-1", people("O\u2019Dell").encode(), "utf-8", id="of UTF-8"),
    ],
)
def test_control_signs_are_no_text(rows: Read, encoding: str, data: bytes, fix: str) -> None:
    with pytest.raises(UnreadableFileError, match=f"not {encoding} text") as caught:
        rows(declared(encoding), data)
    assert fix in str(caught.value.fix)
    assert "Dell" not in str(caught.value)


def test_a_header_is_held_to_its_encoding_too(rows: Read) -> None:
    yaml = declared("latin-1").replace("last}", "last, address: place\u2019s}")
    with pytest.raises(UnreadableFileError, match="not latin-1 text"):
        rows(yaml, "id,first,last,place\u2019s\n1,Ann,Lee,\n".encode("cp1252"))


def test_an_encoding_of_several_bytes_is_left_alone(rows: Read) -> None:
    found, rejects = rows(declared("utf-16"), people("Zoë", "Siân", "José").encode("utf-16"))
    assert [row.text["given_name"] for row in found] == ["Zoë", "Siân", "José"]
    assert not rejects.counts
    for encoding in ("shift_jis", "iso2022_jp"):  # the latter writes all its signs in ASCII
        found, rejects = rows(declared(encoding), people("花子", "太郎", "愛").encode(encoding))
        assert [row.text["given_name"] for row in found] == ["花子", "太郎", "愛"]
        assert not rejects.counts


@pytest.mark.parametrize("blank", ["\n", "\r\n\r\n", " \n", ",,\n"])
def test_blank_lines_before_the_header_do_not_count(rows: Read, blank: str) -> None:
    (row,), rejects = rows(PEOPLE, f"{blank}{HEADER}1,Ann,Lee\n")
    assert (row.record_id, row.line) == ("1", 2 + blank.count("\n"))
    assert not rejects.counts


def test_a_file_of_blank_lines_holds_no_rows(rows: Read) -> None:
    with pytest.raises(UnreadableFileError, match="holds no rows"):
        rows(PEOPLE, "\n\n,,\n")


@pytest.mark.parametrize("line", ["id,first,last", "ID, First,LAST", "\n\nid,first,last"])
def test_a_header_line_that_there_should_not_be_is_nobody(rows: Read, line: str) -> None:
    yaml = PEOPLE + "csv: {header: [id, first, last]}\n"
    with pytest.raises(UnreadableFileError, match="has a header line") as caught:
        rows(yaml, f"{line}\n1,Ann,Lee\n")
    assert "take `header` out" in str(caught.value.fix)
    found, rejects = rows(yaml, "1,Ann,Lee\n2,First,Last\n")
    assert [row.record_id for row in found] == ["1", "2"]
    assert not rejects.counts
