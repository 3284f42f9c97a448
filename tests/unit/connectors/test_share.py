"""Folders and files in every state."""

import errno
import gzip
import os
import sqlite3
import sys
import zipfile
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.errors import DatasetError, SkipReason, SourceError
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.ports import SamplePlan, Unlisted
from connectors.files import workbook
from connectors.files.share import ShareConnector
from connectors.places import walk
from connectors.places.local import LocalPlace
from tests.support.bounds import here

PLAN = SamplePlan(rows=10, seed=1)


def share(path: Path, **more: str) -> ShareConnector:
    return ShareConnector({"path": str(path), **more}, resolve=str, bounds=here(1))


def listing(path: Path, **more: str) -> dict[str, SkipReason | None]:
    with closing(share(path, **more)) as opened:
        return {
            item.ref.name if isinstance(item, Unlisted) else item.name: (
                item.reason if isinstance(item, Unlisted) else None
            )
            for item in opened.listing()
        }


def table(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


def test_files_are_named_by_their_path_below_the_root(tmp_path: Path) -> None:
    for name in ("one.csv", "deep/er/two.tsv", "deep/three.TXT", "z.csv.gz"):
        table(tmp_path / name)
    assert list(listing(tmp_path)) == ["deep/er/two.tsv", "deep/three.TXT", "one.csv", "z.csv.gz"]


def test_hidden_files_and_lock_files_are_left_out(tmp_path: Path) -> None:
    for name in (".hidden.csv", ".git/config.csv", "~$book.xlsx", "seen.csv"):
        table(tmp_path / name)
    assert set(listing(tmp_path)) == {"seen.csv"}


def test_a_single_file_is_a_share_of_one(tmp_path: Path) -> None:
    table(tmp_path / "other.csv")
    path = table(tmp_path / "one.csv")
    with closing(share(path)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        assert (ref.name, opened.sample(ref, PLAN).row_count) == ("one.csv", 1)


@pytest.mark.parametrize(
    ("include", "names"),
    [("*.tsv", {"b/c.tsv"}), ("b/*", {"b/c.tsv", "b/d.csv"}), ("a.csv, d.csv", {"a.csv", "b/d.csv"})],
)
def test_include_chooses_files(tmp_path: Path, include: str, names: set[str]) -> None:
    for name in ("a.csv", "b/c.tsv", "b/d.csv"):
        table(tmp_path / name)
    assert set(listing(tmp_path, include=include)) == names


def test_what_cannot_be_read_is_listed_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "scan.tif").write_bytes(b"II*\0")
    (tmp_path / "large.docx").write_bytes(b"a" * 1_000_001)
    (tmp_path / "book.xlsx").write_bytes(b"PK\3\4junk")
    (tmp_path / "old.xls").write_bytes(b"\0junk" * 300)
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    assert listing(tmp_path) == {
        "book.xlsx": SkipReason.UNREADABLE,
        "large.docx": SkipReason.TOO_LARGE,
        "old.xls": SkipReason.UNREADABLE,
        "scan.tif": SkipReason.NO_TEXT,
        "tool.exe": SkipReason.UNKNOWN_FORMAT,
    }


@pytest.mark.parametrize("name", ["a.csv", "a.pdf", "a.zip", "a.xlsx", "a.db", "a.jpg", "a.csv.gz", "a.eml", "readme"])
def test_that_a_file_is_empty_is_told_when_it_is_read_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with closing(share(tmp_path)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        with pytest.raises(DatasetError) as caught:
            opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.EMPTY


def test_many_empty_files_are_one_empty_dataset(tmp_path: Path) -> None:
    for month in range(1, 7):
        (tmp_path / f"claims_2024-{month:02}.csv").touch()
    with closing(share(tmp_path)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        with pytest.raises(DatasetError) as caught:
            opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.EMPTY


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.txt", "EXTRACT.D20240101", "a.db", "a.csv.gz"])
def test_what_is_read_in_parts_may_be_of_any_size(tmp_path: Path, name: str) -> None:
    """The limit is for what has to be held as a whole."""
    lines = "".join(f"{number},row {number}\n" for number in range(90_000))
    if name == "a.db":
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (hex(zeroblob(600000)));")
        assert listing(tmp_path) == {"a.db#t": None}
        return
    content = "\n".join(f'{{"a": "{number}"}}' for number in range(90_000)) if name == "a.jsonl" else f"a,b\n{lines}"
    (tmp_path / name).write_bytes(gzip.compress(content.encode(), 0) if name.endswith(".gz") else content.encode())
    assert (tmp_path / name).stat().st_size > 1_000_000
    assert listing(tmp_path) == {name: None}
    with closing(share(tmp_path)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        assert opened.sample(ref, PLAN).rows_total in (90_000, None)


@pytest.mark.parametrize(
    ("name", "content", "kind", "comment"),
    [
        ("a.csv", b"a,b\n1,2\n", DatasetKind.FILE, "delimited text, 8 bytes"),
        ("a.pdf", b"%" * 2_345_678, DatasetKind.DOCUMENT, "PDF document, 2.3 MB"),
        ("a.jpg", b"\xff" * 12_300, DatasetKind.FILE, "JPEG picture, 12 KB"),
        ("EXTRACT.D20240101", b"x" * 999_600, DatasetKind.FILE, "file of an unknown format, 1.0 MB"),
        ("a.eml", b"x", DatasetKind.DOCUMENT, "e-mail, 1 byte"),
    ],
)
def test_kind_and_size_of_a_file_are_told_in_words(
    tmp_path: Path, name: str, content: bytes, kind: DatasetKind, comment: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with closing(ShareConnector({"path": str(tmp_path)}, resolve=str, bounds=here(64))) as opened:
        (item,) = opened.listing()
    ref = item.ref if isinstance(item, Unlisted) else item
    assert (ref.kind, ref.comment) == (kind, comment)


def test_a_listing_opens_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.pdf", "b.docx", "c.csv", "d.eml", "e.txt", "f.parquet", "g.jpg", "h.D20240101"):
        (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    monkeypatch.setattr(LocalPlace, "opened", lambda *_: pytest.fail("it was opened"))
    assert len(listing(tmp_path)) == 8


@pytest.mark.parametrize("kind", ["web", "pdf", "word", "slides"])
def test_without_the_extra_a_document_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    name = {"web": "a.html", "pdf": "a.pdf", "word": "a.docx", "slides": "a.pptx"}[kind]
    content = {"web": b"<html>x</html>", "pdf": b"%PDF-1.7", "word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}
    (tmp_path / name).write_bytes(content.get(kind, content["word"]))
    monkeypatch.setitem(sys.modules, f"connectors.files.documents.{kind}", None)
    with closing(share(tmp_path)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        with pytest.raises(DatasetError) as caught:
            opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.UNKNOWN_FORMAT
    assert "privacy-catalog[documents]" in str(caught.value)


@pytest.mark.parametrize(
    ("raised", "reason"),
    [(zlib.error, SkipReason.UNREADABLE), (MemoryError, SkipReason.OUT_OF_MEMORY), (OSError, SkipReason.UNSAFE_PATH)],
)
def test_whatever_a_parser_raises_it_ends_no_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: type[Exception], reason: SkipReason
) -> None:
    def broken(*_: object) -> None:
        raise raised("canary-4711-value")

    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    table(tmp_path / "b.csv")
    monkeypatch.setattr(workbook, "sheet_names", broken)
    assert listing(tmp_path) == {"a.xlsx": reason, "b.csv": None}


def test_alike_files_are_one_dataset(tmp_path: Path) -> None:
    for month in range(1, 7):
        (tmp_path / f"claims_2024-{month:02}.csv").write_text(f"id,month\n{month},{month}\n", encoding="utf-8")
    with closing(share(tmp_path)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        assert ref.kind is DatasetKind.FILES
        assert sorted(opened.sample(ref, PLAN).values(0)) == ["1", "2", "3", "4", "5", "6"]


def test_a_file_that_may_not_be_read_is_listed_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table(tmp_path / "closed.csv")
    monkeypatch.setattr(walk.os, "access", lambda *_, **__: False)  # root may read all, so permission is played
    assert listing(tmp_path) == {"closed.csv": SkipReason.NO_PERMISSION}


def test_a_file_that_cannot_even_be_looked_at_is_listed_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there: were it left out, it would be taken for gone."""
    table(tmp_path / "far.csv")
    table(tmp_path / "seen.csv")
    look = os.stat

    def away(path: str | Path, **more: Any) -> os.stat_result:
        if path == "far.csv":
            raise OSError(errno.EIO, "away")
        return look(path, **more)

    monkeypatch.setattr(walk.os, "stat", away)
    assert listing(tmp_path) == {"far.csv": SkipReason.UNREACHABLE, "seen.csv": None}


def test_no_path_is_too_long_to_be_read(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("x" * 200, dir_fd=handle)
        inner = os.open("x" * 200, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    file = os.open("a.csv", os.O_CREAT | os.O_WRONLY, dir_fd=handle)
    os.write(file, b"name,age\nx,1\n")
    os.close(file)
    os.close(handle)
    assert [len(name) for name, reason in listing(tmp_path).items() if reason is None] == [30 * 201 + 5]


def test_links_out_of_the_share_are_said_and_never_followed(tmp_path: Path) -> None:
    secret = table(tmp_path / "outside" / "secret.csv")
    root = tmp_path / "share"
    table(root / "in.csv")
    (root / "out.csv").symlink_to(secret)
    (root / "folder").symlink_to(secret.parent)
    (root / "again.csv").symlink_to(root / "in.csv")
    (root / "loop").symlink_to(root)
    assert listing(root) == {
        "folder": SkipReason.UNSAFE_PATH,
        "in.csv": None,
        "out.csv": SkipReason.UNSAFE_PATH,
    }


@pytest.mark.parametrize(
    "path", ["../outside/secret.csv", "out.csv", "folder/secret.csv", "a/../../outside/secret.csv", "pipe.csv", "sub"]
)
def test_no_locator_leads_out_of_the_share(tmp_path: Path, path: str) -> None:
    secret = table(tmp_path / "outside" / "secret.csv")
    root = tmp_path / "share"
    table(root / "a" / "in.csv")
    (root / "sub").mkdir()
    (root / "out.csv").symlink_to(secret)
    (root / "folder").symlink_to(secret.parent)
    os.mkfifo(root / "pipe.csv")
    with closing(share(root)) as opened, pytest.raises(DatasetError) as caught:
        opened.sample(DatasetRef(path, path, DatasetKind.FILE), PLAN)
    assert caught.value.reason is SkipReason.UNSAFE_PATH
    assert "secret" not in str(caught.value)


def test_a_file_replaced_by_a_link_after_the_listing_is_not_followed(tmp_path: Path) -> None:
    secret = table(tmp_path / "outside.csv")
    root = tmp_path / "share"
    path = table(root / "in.csv")
    with closing(share(root)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        path.unlink()
        path.symlink_to(secret)
        with pytest.raises(DatasetError) as caught:
            opened.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.UNSAFE_PATH


def test_devices_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert listing(tmp_path) == {}


def _close(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    scandir = os.scandir

    def closed(handle: int) -> object:
        if Path(f"/proc/self/fd/{handle}").readlink().name == name:
            raise PermissionError
        return scandir(handle)

    monkeypatch.setattr(walk.os, "scandir", closed)


def test_a_folder_that_cannot_be_listed_is_told_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table(tmp_path / "a" / "closed.csv")
    table(tmp_path / "b.csv")
    _close(monkeypatch, "a")
    with closing(share(tmp_path)) as opened:
        seen = list(opened.listing())
    assert [item.name for item in seen if isinstance(item, DatasetRef)] == ["b.csv"]
    (folder,) = (item for item in seen if not isinstance(item, DatasetRef))
    assert (folder.ref.name, folder.ref.kind, folder.reason) == ("a", DatasetKind.FOLDER, SkipReason.NO_PERMISSION)


def test_a_share_that_cannot_be_listed_at_all_is_no_empty_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _close(monkeypatch, tmp_path.name)
    with pytest.raises(SourceError) as caught:
        listing(tmp_path)
    assert caught.value.reason is SkipReason.NO_PERMISSION


def test_too_many_files_and_too_deep_folders_are_no_complete_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.csv", "b.tsv", "c.psv"):
        table(tmp_path / name)
    monkeypatch.setattr(walk, "MOST_FILES", 2)
    with pytest.raises(SourceError) as caught:
        listing(tmp_path)
    assert caught.value.reason is SkipReason.TOO_LARGE
    monkeypatch.setattr(walk, "MOST_FILES", 100)
    monkeypatch.setattr(walk, "DEEPEST", 1)
    table(tmp_path / "1" / "d.csv")
    assert len(listing(tmp_path)) == 4
    table(tmp_path / "1" / "2" / "e.csv")
    with pytest.raises(SourceError):
        listing(tmp_path)


def test_a_path_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        listing(tmp_path / "nowhere")
    assert caught.value.reason is SkipReason.UNREACHABLE
    assert [check.passed for check in share(tmp_path / "nowhere").check()] == [False]
    assert [check.passed for check in share(tmp_path).check()] == [True, True]


def test_a_name_of_no_encoding_can_be_stored_and_read(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv"))).write_text("a\n1\n", encoding="utf-8")
    with closing(share(tmp_path)) as opened:
        (ref,) = opened.listing()
        assert isinstance(ref, DatasetRef)
        assert ref.name.encode("utf-8") == rb"caf\xe9.csv"
        assert opened.sample(ref, PLAN).row_count == 1


def test_nothing_stays_open(tmp_path: Path) -> None:
    table(tmp_path / "a" / "in.csv")
    before = handles()
    for _ in range(5):
        with closing(share(tmp_path)) as opened:
            (ref,) = opened.listing()
            assert isinstance(ref, DatasetRef)
            opened.sample(ref, PLAN)
            with pytest.raises(DatasetError):
                opened.sample(replace(ref, locator="nowhere/in.csv"), PLAN)
    assert handles() == before


def handles() -> int:
    """How many files this process holds open, where the system says so."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_files_that_the_share_describes_are_read_by_their_widths_wherever_they_lie(tmp_path: Path) -> None:
    content = b"078051120ADA   \n219099999BO    \n"
    (tmp_path / "EXTRACT.D20240101").write_bytes(content)
    (tmp_path / "old.dmp.gz").write_bytes(gzip.compress(content))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("in/people.dat", content)
    with closing(
        share(tmp_path, fixed_width="*.D*: ssn 9, name 6; *.d?t: number 9, name 6; *.dmp: n 9, t 6")
    ) as opened:
        refs = [item for item in opened.listing() if isinstance(item, DatasetRef)]
        found = {ref.name: [column.name for column in opened.sample(ref, PLAN).columns] for ref in refs}
    assert found["EXTRACT.D20240101"] == ["ssn", "name"]
    assert found["a.zip!in/people.dat"] == ["number", "name"]
    # A dump of a database is what nobody reads, unless somebody says what it is.
    assert found["old.dmp.gz"][0] == "n"
