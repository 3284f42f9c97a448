"""Files under each other's names: each is read as what it is, or refused with what it is."""

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Literal

import fastavro
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.ports import SamplePlan, Unlisted
from connectors.files.share import ShareConnector
from tests.support.bounds import here
from tests.support.documents import deck, memo, message, typeset

PLAN = SamplePlan(rows=100, seed=1)
ROWS = [{"client": "Ana Ruiz", "born": "1980-02-01"}, {"client": "Bo Li", "born": "1991-03-04"}]
PROSE = "The client called on Monday. She asked for a letter.\n\nNobody was at home, so we will call again.\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PAIR = {
    "type": "record",
    "name": "R",
    "fields": [{"name": "client", "type": "string"}, {"name": "born", "type": "string"}],
}

TABLE, TEXT, MAIL = {"client", "born"}, {"text"}, {"from", "subject"}


def as_avro() -> bytes:
    stream = io.BytesIO()
    fastavro.writer(stream, PAIR, ROWS)
    return stream.getvalue()


def as_parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), stream)
    return stream.getvalue()


def as_csv() -> bytes:
    return "".join(f"{row['client']},{row['born']}\n" for row in ({"client": "client", "born": "born"}, *ROWS)).encode()


def as_page() -> bytes:
    cells = "".join(f"<tr><td>{row['client']}</td><td>{row['born']}</td></tr>" for row in ROWS)
    return (
        f"<html><body><p>A list.</p><table><tr><th>client</th><th>born</th></tr>{cells}</table></body></html>".encode()
    )


def as_workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (["client", "born"], *(list(row.values()) for row in ROWS)):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_database() -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript("CREATE TABLE t (client, born); INSERT INTO t VALUES ('Ana Ruiz', '1980-02-01');")
        return connection.serialize()


def as_archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("in.csv", as_csv())
    return stream.getvalue()


@lru_cache(1)
def single() -> Mapping[str, tuple[bytes, set[str]]]:
    """Files that are one dataset, by the ending they should have, with columns that reading them gives."""
    mail = message().as_bytes()
    return {
        "csv": (as_csv(), TABLE),
        "json": (json.dumps(ROWS).encode(), TABLE),
        "jsonl": ("".join(json.dumps(row) + "\n" for row in ROWS).encode(), TABLE),
        "parquet": (as_parquet(), TABLE),
        "avro": (as_avro(), TABLE),
        "csv.gz": (gzip.compress(as_csv()), TABLE),
        "pdf": (typeset("The client called on Monday."), TEXT),
        "docx": (memo(), TEXT),
        "pptx": (deck(), TEXT),
        "html": (as_page(), TEXT),
        "eml": (mail, MAIL),
        "mbox": (b"From jose@office.example Mon Feb  2 10:00:00 2026\n" + mail, MAIL),
        "txt": (PROSE.encode(), TEXT),
        "docx.gz": (gzip.compress(memo()), TEXT),
    }


SINGLE = (
    "csv",
    "json",
    "jsonl",
    "parquet",
    "avro",
    "csv.gz",
    "pdf",
    "docx",
    "pptx",
    "html",
    "eml",
    "mbox",
    "txt",
    "docx.gz",
)
SEVERAL = {"xlsx": as_workbook, "db": as_database, "zip": as_archive}
PARTS = {"xlsx": "#Sheet", "db": "#t", "zip": "!in.csv"}
NAMES = (
    *("a.csv", "a.tsv", "a.json", "a.jsonl", "a.txt", "a.log", "a.parquet", "a.avro", "a.pdf", "a.docx", "a.pptx"),
    *("a.html", "a.eml", "a.mbox", "a.xlsx", "a.xls", "a.ods", "a.db", "a.zip", "a.D20240101", "EXTRACT", "a.csv.gz"),
)
SEVERAL_NAMES = ("a.xlsx", "a.xls", "a.db", "a.zip")


def only(folder: Path) -> DatasetRef | Unlisted:
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as share:
        (item,) = share.listing()
        return item


def columns(folder: Path) -> set[str]:
    ref = only(folder)
    assert isinstance(ref, DatasetRef), ref
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as share:
        return {column.name for column in share.sample(ref, PLAN).columns}


def refused(folder: Path) -> tuple[SkipReason, str]:
    item = only(folder)
    if isinstance(item, Unlisted):
        return item.reason, ""
    with (
        closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(64))) as share,
        pytest.raises(DatasetError) as caught,
    ):
        share.sample(item, PLAN)
    return caught.value.reason, str(caught.value)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", SINGLE)
def test_one_dataset_under_any_name_is_read_as_what_it_is(tmp_path: Path, kind: str, name: str) -> None:
    content, expected = single()[kind]
    (tmp_path / name).write_bytes(content)
    if kind == "txt" and name.removesuffix(".gz") in ("a.csv", "a.tsv"):
        # Whoever calls prose a table has it read as one.
        assert columns(tmp_path)
        return
    assert expected <= columns(tmp_path)


@pytest.mark.parametrize("kind", SINGLE)
def test_one_dataset_is_read_under_its_own_name(tmp_path: Path, kind: str) -> None:
    content, expected = single()[kind]
    (tmp_path / f"a.{kind}").write_bytes(content)
    assert expected <= columns(tmp_path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", SEVERAL)
def test_several_datasets_under_any_name_are_listed_or_refused_by_what_they_are(
    tmp_path: Path, kind: str, name: str
) -> None:
    (tmp_path / name).write_bytes(SEVERAL[kind]())
    if name in (*SEVERAL_NAMES, "a.ods"):
        item = only(tmp_path)
        assert isinstance(item, DatasetRef), item
        assert item.name.removeprefix(name).startswith(PARTS[kind])
        assert columns(tmp_path) >= TABLE
        return
    reason, words = refused(tmp_path)
    assert reason is SkipReason.UNREADABLE
    assert not words or {"xlsx": "spreadsheet", "db": "database", "zip": "archive"}[kind] in words or "damaged" in words


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_under_any_name_has_no_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PICTURE)
    assert refused(tmp_path)[0] is SkipReason.NO_TEXT


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.mp3", "a.mp4", "a.tif"])
def test_pictures_sound_and_film_are_listed_with_what_they_are_and_never_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(as_csv() * 1000)
    item = only(tmp_path)
    assert isinstance(item, Unlisted)
    assert (item.reason, item.ref.kind) == (SkipReason.NO_TEXT, DatasetKind.FILE)
    assert item.ref.comment.endswith(", 49 KB")


@pytest.mark.parametrize("name", ["a.exe", "a.doc", "a.msg", "a.accdb", "a.orc", "a.rtf", "a.tar.gz", "a.xml", "a.sql"])
def test_what_nobody_can_read_yet_is_listed_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(as_csv())
    item = only(tmp_path)
    assert isinstance(item, Unlisted)
    assert item.reason is SkipReason.UNKNOWN_FORMAT


def test_content_that_tells_nothing_is_of_an_unknown_format(tmp_path: Path) -> None:
    (tmp_path / "EXTRACT").write_bytes(bytes(range(256)) * 20)
    assert refused(tmp_path)[0] is SkipReason.UNKNOWN_FORMAT


@pytest.mark.parametrize("word", ["PAR1", "ORC", "ID3", "BZh", "OggS", "MSCF"])
def test_a_column_may_be_called_what_another_format_begins_with(tmp_path: Path, word: str) -> None:
    (tmp_path / "a.csv").write_text(f"{word},born\n1,2\n")
    assert columns(tmp_path) == {word, "born"}


@pytest.mark.parametrize(
    "notes",
    [
        "[1] The client called on Monday.\n[2] She asked for a letter to her landlord.\n",
        "[] The client called on Monday.\n[] She asked for a letter to her landlord.\n",
        "[12.5 %] of the clients called on Monday, it was said.\nShe asked for a letter.\n",
    ],
)
def test_notes_that_begin_like_json_are_read_as_notes(tmp_path: Path, notes: str) -> None:
    (tmp_path / "a.txt").write_text(notes)
    with closing(ShareConnector({"path": str(tmp_path)}, resolve=str, bounds=here(64))) as share:
        (ref,) = share.listing()
        assert isinstance(ref, DatasetRef)
        found = share.sample(ref, PLAN)
    assert (found.columns[0].name, found.partly) == ("text", False)
    assert "".join(found.values(0)[0] or "").startswith(notes[:20])


@pytest.mark.parametrize("beginning", ['["', "[[", "{}{", '{"', "[{", "<table>"])
def test_whatever_else_a_text_begins_with_it_is_not_lost(tmp_path: Path, beginning: str) -> None:
    (tmp_path / "a.csv").write_text(f"{beginning} client,born\nAna Ruiz,1980-02-01\nBo Li,1991-03-04\n")
    with closing(ShareConnector({"path": str(tmp_path)}, resolve=str, bounds=here(64))) as share:
        (ref,) = share.listing()
        assert isinstance(ref, DatasetRef)
        found = share.sample(ref, PLAN)
    held = " ".join(text for place in range(len(found.columns)) for text in found.values(place) if text)
    assert "Ana Ruiz" in held or found.partly, (found.columns, held)


def test_a_polyglot_is_what_it_begins_with(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(typeset("The client called.") + as_archive())
    assert columns(tmp_path) == TEXT


def test_many_comments_before_a_page_take_no_time(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("<!-- -->" * 50_000 + "x")
    assert columns(tmp_path)


@pytest.mark.parametrize("at", [0, 12])
@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("kind", [0x053162, 0x061561, 0x042253, 0x074582])
def test_a_berkeley_database_is_no_damaged_database_of_sqlite(
    tmp_path: Path, kind: int, order: Literal["little", "big"], at: int
) -> None:
    (tmp_path / "a.db").write_bytes(bytes(at) + kind.to_bytes(4, order) + bytes(4096))
    assert refused(tmp_path) == (SkipReason.UNKNOWN_FORMAT, "")


@pytest.mark.parametrize("begin", ["0904060000001000", "0902060000001000", "0900040002001000"])
def test_a_spreadsheet_older_than_containers_is_of_a_format_that_cannot_be_read_yet(tmp_path: Path, begin: str) -> None:
    (tmp_path / "a.xls").write_bytes(bytes.fromhex(begin) + bytes(range(256)) * 4)
    assert refused(tmp_path) == (SkipReason.UNKNOWN_FORMAT, "")
