"""Delimited text of every encoding, delimiter and state of repair."""

import gzip
import io
import itertools
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import delimited
from connectors.files.dialect import dialect_of
from connectors.files.share import ShareConnector
from tests.support.bounds import here

CANARY = "canary-4711-value"
PLAN = SamplePlan(rows=100, seed=1)
PEOPLE = 'name,city\nJosé Núñez,Köln\n"Byron, Ada",Lüttich\n'
FORTY = (
    "ascii",
    "big5",
    "cp037",
    "cp437",
    "cp850",
    "cp852",
    "cp855",
    "cp866",
    "cp874",
    "cp932",
    "cp949",
    "cp950",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp1258",
    "euc_jp",
    "euc_kr",
    "gb2312",
    "gbk",
    "gb18030",
    "hz",
    "iso2022_jp",
    "iso8859_2",
    "iso8859_5",
    "iso8859_7",
    "iso8859_9",
    "iso8859_15",
    "johab",
    "koi8_r",
    "koi8_u",
    "mac_roman",
    "shift_jis",
    "tis_620",
    "utf_7",
    "ptcp154",
)

#: What begins as files of other formats do is refused as what it is.
ENDS = {SkipReason.EMPTY, SkipReason.UNREADABLE, SkipReason.NO_TEXT, SkipReason.UNKNOWN_FORMAT}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("share")


def sample(folder: Path, content: bytes, name: str = "t.csv", plan: SamplePlan = PLAN) -> Sample:
    (folder / name).write_bytes(content)
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as opened:
        return opened.sample(DatasetRef(name, name, DatasetKind.FILE), plan)


def names(found: Sample) -> list[str]:
    return [column.name for column in found.columns]


def rows_of(found: Sample) -> list[tuple[str | None, ...]]:
    return list(zip(*(found.values(place) for place in range(len(found.columns))), strict=True))


def text_of(found: Sample) -> str:
    return "\n".join(cell or "" for cell in itertools.chain(names(found), *rows_of(found)))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"],
)
def test_encodings_are_recognised(folder: Path, encoding: str, newline: str) -> None:
    found = sample(folder, PEOPLE.replace("\n", newline).encode(encoding))
    assert names(found) == ["name", "city"]
    assert rows_of(found) == [("José Núñez", "Köln"), ("Byron, Ada", "Lüttich")]


@pytest.mark.parametrize("encoding", FORTY)
def test_numbers_survive_forty_encodings(folder: Path, encoding: str) -> None:
    found = sample(folder, "id,ssn\n1,219-09-9999\n2,457-55-5462\n".encode(encoding))
    assert rows_of(found) == [("1", "219-09-9999"), ("2", "457-55-5462")]


def test_one_byte_of_another_encoding_spoils_nothing_else(folder: Path) -> None:
    content = "name\n田中\n".encode() * 30_000 + b"caf\xe9\n" + "Köln\n".encode()
    found = sample(folder, content, plan=SamplePlan(rows=70_000, seed=1))
    assert {"田中", "café", "Köln"} <= set(found.values(0))
    assert "\ufffd" not in text_of(found)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "^", "~"])
@pytest.mark.parametrize("name", ["t.csv", "t.txt", "t.tsv", "t.psv"])
def test_delimiters_are_recognised_whatever_the_name(folder: Path, delimiter: str, name: str) -> None:
    rows = [["id", "amount", "note"], ["1", "2.50", "a b"], ["2", "3.75", "c: d"], ["3", "4", "e - f"]]
    content = "\n".join(delimiter.join(row) for row in rows).encode()
    found = sample(folder, content, name)
    assert [names(found), *map(list, rows_of(found))] == rows


def test_decimal_commas_are_no_delimiter(folder: Path) -> None:
    found = sample(folder, b"id;amount\n1;2,50\n2;3,75\n")
    assert rows_of(found) == [("1", "2,50"), ("2", "3,75")]


def test_prose_is_a_document_of_passages_and_no_table(folder: Path) -> None:
    found = sample(folder, b"Dear all,\nplease call Ada, or Bob\nthank you\n", "letter.txt")
    assert ([column.name_is_made_up for column in found.columns], found.row_count) == ([True], 3)


def test_ragged_rows_keep_every_cell(folder: Path) -> None:
    found = sample(folder, b"a,b\n1,2\n1,2,219-09-9999\n3\n\n4,5\n")
    assert names(found) == ["a", "b", "column 3"]
    assert [column.name_is_made_up for column in found.columns] == [False, False, True]
    assert rows_of(found) == [("1", "2", None), ("1", "2", "219-09-9999"), ("3", None, None), ("4", "5", None)]


def test_repeated_and_missing_names_are_told_apart(folder: Path) -> None:
    found = sample(folder, b"a,a,, \n1,2,3,4\n")
    assert names(found) == ["a", "a", "column 3", "column 4"]
    assert len({column.key for column in found.columns}) == 4


def test_a_title_above_the_header_is_passed_over(folder: Path) -> None:
    found = sample(folder, b"Report of clients\n\nprinted,\nid,name\n1,Ada\n2,Bob\n")
    assert (names(found), found.row_count, found.header_is_first_row) == (["id", "name"], 2, True)


def test_the_only_column_is_no_title(folder: Path) -> None:
    found = sample(folder, b"ssn\n219-09-9999\n457-55-5462\n")
    assert (names(found), list(found.values(0))) == (["ssn"], ["219-09-9999", "457-55-5462"])


def test_nuls_are_no_letters(folder: Path) -> None:
    found = sample(folder, b"a,b\n\0\0\n1\0,2\n\0\0\0\n3,4\0\0\n")
    assert rows_of(found) == [("1", "2"), ("3", "4")]


def test_a_quote_that_is_never_closed_spoils_its_own_line_only(folder: Path) -> None:
    lines = [b'1,"two words"', b'2,"open', *(b"%d,row" % number for number in range(3, 400))]
    found = sample(folder, b"id,note\n" + b"\n".join(lines), plan=SamplePlan(rows=1000, seed=1))
    rows = rows_of(found)
    assert found.partly
    assert rows[:3] == [("1", "two words"), ("2", '"open'), ("3", "row")]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 400)]


def test_line_breaks_in_quotes_are_part_of_the_cell(folder: Path) -> None:
    found = sample(folder, b'id,note\n1,"one\ntwo"\n2,three\n')
    assert (rows_of(found), found.partly) == ([("1", "one\ntwo"), ("2", "three")], False)


@pytest.mark.parametrize("content", [b"\0\0\0\0", b"\n\n \n", b"\xef\xbb\xbf", b",,\n,,\n"])
def test_without_one_letter_it_is_empty(folder: Path, content: bytes) -> None:
    with pytest.raises(DatasetError) as caught:
        sample(folder, content)
    assert caught.value.reason is SkipReason.EMPTY


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x89\r\n\x1a\n" + bytes(range(256)) * 20 + CANARY.encode(), "t.csv"),
        (gzip.compress(CANARY.encode() * 1000)[:5], "t.csv.gz"),
    ],
    ids=["noise", "torn gzip"],
)
def test_what_is_no_text_is_refused_and_not_quoted(folder: Path, content: bytes, name: str) -> None:
    with pytest.raises(DatasetError) as caught:
        sample(folder, content, name)
    assert caught.value.reason is SkipReason.UNREADABLE
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"


def test_compressed_text_is_read(folder: Path) -> None:
    assert rows_of(sample(folder, gzip.compress(b"a,b\n1,2\n"), "t.csv.gz")) == [("1", "2")]


def test_torn_compressed_text_is_read_up_to_the_tear(folder: Path) -> None:
    content = b"a,b\n" + b"".join(b"%d,%d\n" % (number, number * 7919) for number in range(50_000))
    found = sample(folder, gzip.compress(content)[:-5000], "t.csv.gz")
    assert found.partly
    assert found.row_count == 100
    assert found.rows_total is None


def test_a_file_beyond_the_window_is_read_in_part(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "MOST_ROWS", 500)
    content = b"a,b\n" + b"".join(b"%d,x\n" % number for number in range(2000))
    few = sample(folder, content, plan=SamplePlan(rows=50, seed=1))
    assert (few.row_count, few.method, few.partly, few.rows_total) == (50, SampleMethod.RANDOM_ROWS, True, None)
    many = sample(folder, content, plan=SamplePlan(rows=5000, seed=1))
    assert (many.row_count, many.method, many.partly) == (499, SampleMethod.FIRST_ROWS, True)
    monkeypatch.setattr(delimited, "MOST_CHARACTERS", 100)
    monkeypatch.setattr(delimited, "MOST_ROWS", 10**6)
    assert sample(folder, content, plan=SamplePlan(rows=5000, seed=1)).row_count < 30


def test_one_line_without_end_is_bounded(folder: Path) -> None:
    found = sample(folder, b"x" * 3_500_000)
    assert found.partly
    assert len(names(found)[0]) == PLAN.cell_chars
    assert all(len(cell or "") <= PLAN.cell_chars for cell in found.values(0))


def test_a_hundred_thousand_columns_are_bounded(folder: Path) -> None:
    row = ",".join(str(number) for number in range(100_000))
    found = sample(folder, f"{row}\n{row}\n{row}\n".encode())
    assert (len(found.columns), found.row_count, found.partly) == (4096, 2, True)


@given(content=st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(folder: Path, content: bytes) -> None:
    try:
        found = sample(folder, content)
    except DatasetError as error:
        assert error.reason in ENDS  # noqa: PT017 - one of the good ends
    else:
        assert found.columns


@given(
    st.lists(
        st.lists(st.sampled_from(["a", '"', ",", "\n", "\r", "\0", "x", "1"]), min_size=1, max_size=12), max_size=30
    )
)
def test_no_letter_is_lost_however_it_is_quoted(folder: Path, pieces: list[list[str]]) -> None:
    body = "".join("".join(piece) for piece in pieces)
    found = sample(folder, f"h1,h2\nr1,r2\n{body}".encode(), plan=SamplePlan(rows=1000, seed=1))
    for letter in "ax1":
        assert text_of(found).replace("h1", "").replace("r1", "").count(letter) >= body.count(letter)


def test_a_table_of_which_nothing_could_be_read_is_not_called_empty() -> None:
    packed = gzip.compress(b"\n" * 200_000 + b"a,b\n")[:-100]
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(packed))
    with pytest.raises(DatasetError) as caught:
        delimited.sample_delimited(stream, "t.csv.gz", PLAN, "It")
    assert caught.value.reason is SkipReason.UNREADABLE


@pytest.mark.parametrize(
    "delimiter", [*"!#:§¦¶", *"\x01\x02\x1c\x1d\x1e\x1f", "||", "|~|", "~|~", "::", "##", ", ", "; ", "$$", "<>"]
)
@pytest.mark.parametrize("quoted", [True, False])
def test_rarer_and_longer_delimiters_are_recognised(folder: Path, delimiter: str, quoted: bool) -> None:
    rows = [["id", "amount", "note"], ["1", "2.50", "a b"], ["2", "3.75", f"c {delimiter} d"], ["3", "4", "e - f"]]
    if not quoted:
        rows[2][2] = "c d"
    sign = '"' if quoted else ""
    content = "\n".join(delimiter.join(f"{sign}{cell}{sign}" for cell in row) for row in rows).encode()
    found = sample(folder, content)
    assert [names(found), *map(list, rows_of(found))] == rows
    assert not found.caveats


def test_an_empty_cell_between_longer_delimiters_stays_empty(folder: Path) -> None:
    found = sample(folder, b"a||b||c||d\n1||||3||4\n5||6||||8\n9||8||7||6\n")
    assert rows_of(found) == [("1", None, "3", "4"), ("5", "6", None, "8"), ("9", "8", "7", "6")]


def test_the_delimiter_that_excel_is_told_is_taken_and_its_line_is_no_row(folder: Path) -> None:
    found = sample(folder, b"sep=:\r\na,b:c\r\n1,2:3\r\n")
    assert (names(found), rows_of(found)) == (["a,b", "c"], [("1,2", "3")])


def test_colons_of_times_are_no_delimiter(folder: Path) -> None:
    found = sample(folder, b"1,2024-01-01 12:30:05\n2,2024-01-02 08:15:00\n3,2024-01-03 09:00:59\n", "t")
    assert names(found) == ["1", "2024-01-01 12:30:05"]


def test_columns_aligned_with_blanks_are_told_apart_and_that_is_a_guess(folder: Path) -> None:
    content = (
        b"id    name         remark\n"
        b"1     Ada Byron    called on Monday\n"
        b"2     Bob          \n"
        b"33    Cy           no answer\n"
    )
    found = sample(folder, content, "t.txt")
    assert names(found) == ["id", "name", "remark"]
    assert rows_of(found) == [("1", "Ada Byron", "called on Monday"), ("2", "Bob", None), ("33", "Cy", "no answer")]
    assert found.caveats == {Caveat.LAYOUT}


def test_a_blank_that_all_names_have_at_one_place_parts_no_columns_where_wider_gaps_do(folder: Path) -> None:
    content = "".join(f"{number}  Ada Byron  Albany\n" for number in range(10, 40))
    found = sample(folder, content.encode(), "t.txt")
    assert set(zip(found.values(1), found.values(2), strict=True)) == {("Ada Byron", "Albany")}


def test_single_blanks_part_columns_where_enough_lines_have_them_at_one_place(folder: Path) -> None:
    content = "".join(
        f"{number} {'Ada' if number % 2 else 'Bo ':3} {number * 7919 % 97:2}\n" for number in range(10, 40)
    )
    found = sample(folder, content.encode(), "t.txt")
    assert len(found.columns) == 3


def test_two_delimiters_that_are_equally_likely_are_a_guess(folder: Path) -> None:
    found = sample(folder, b"a;b^c\nd;e^f\ng;h^i\n")
    assert found.caveats == {Caveat.LAYOUT}


def test_lines_that_no_delimiter_cuts_evenly_are_a_guess() -> None:
    assert not dialect_of(["a#b#c#d\n", "e#f\n", "g#h#i\n"]).is_certain
    assert dialect_of(["one\n", "two\n", "three\n"]).is_certain


def test_each_reason_for_seeing_only_a_part_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sample(folder, b'a,b\n1,"open\n2,3\n').caveats == {Caveat.TORN}
    assert sample(folder, gzip.compress(b"a,b\n" + b"1,2\n" * 99_999)[:-30], "t.csv.gz").caveats == {Caveat.TORN}
    assert sample(folder, ("," * 5000 + "x\n").encode() * 3).caveats == {Caveat.TOO_WIDE}
    monkeypatch.setattr(delimited, "MOST_ROWS", 5)
    assert sample(folder, b"a,b\n" + b"1,2\n" * 9).caveats == {Caveat.CUT}


PROSE = b"""Dear Sir or Madam,

I write about my claim of 12 May, which nobody has answered, and which I sent twice.
My number is 212-555-0100: call me, please, after six.

Yours truly, Ada Byron
"""


@pytest.mark.parametrize(
    ("content", "is_table"),
    [
        (PROSE, False),
        (b"One line.\n", False),
        (b"These are the exports of 2025, one file for each shelter.\n", False),
        (b"id;name\n1;Ada\n2;Bob\n", True),
        (b"id    name\n1     Ada\n2     Bob\n", True),
        (b"219-09-9999\n457-55-5462\n078-05-1120\n", True),
        (b"", False),
    ],
)
def test_prose_is_told_from_tables_and_lists_and_read_from_its_beginning(content: bytes, is_table: bool) -> None:
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(content))
    assert delimited.looks_like_a_table(stream) is is_table
    assert stream.read() == content


def test_a_file_that_is_called_a_table_is_one() -> None:
    stream: io.BufferedReader = io.BufferedReader(io.BytesIO(PROSE))
    assert delimited.looks_like_a_table(stream, "t.csv")


def test_no_text_of_a_file_can_end_its_reading(folder: Path) -> None:
    found = sample(folder, b"a,b\n\x1e the end \x1e\n1,2\n3,4\n")
    assert rows_of(found)[-1] == ("3", "4")


def test_many_lines_of_nothing_but_commas_do_not_fill_the_memory(folder: Path) -> None:
    tracemalloc.start()
    try:
        found = sample(folder, (b"x" + b"," * 400_000 + b"\n") * 100)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert Caveat.TOO_WIDE in found.caveats
    assert peak < 150_000_000
