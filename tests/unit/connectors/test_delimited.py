"""Delimited text of every encoding, delimiter and state of repair."""

import gzip
import itertools
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.files import delimited
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
