"""ZIP archives in a share: what is in them, and what was made to do harm."""

import gzip
import io
import json
import random
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.errors import DatasetError, SkipReason
from catalog.model.holdings import DatasetKind, DatasetRef
from catalog.model.sample import Sample
from catalog.ports import SamplePlan, Unlisted
from connectors.files import archive as reading
from connectors.files import contents
from connectors.files.share import ShareConnector
from tests.support.archives import Part, archive, deflated
from tests.support.bounds import here
from tests.support.workbooks import workbook

PLAN = SamplePlan(rows=10, seed=1)
CANARY = "canary-4711-value"
TABLE = b"a,b\n1,2\n"
MEGABYTE = 1_000_000


@contextmanager
def opened(folder: Path, file_mb: int = 64) -> Iterator[ShareConnector]:
    with closing(ShareConnector({"path": str(folder)}, resolve=str, bounds=here(file_mb))) as share:
        yield share


def listed(folder: Path, file_mb: int = 64) -> dict[str, SkipReason | None]:
    with opened(folder, file_mb) as share:
        return {
            item.ref.name if isinstance(item, Unlisted) else item.name: (
                item.reason if isinstance(item, Unlisted) else None
            )
            for item in share.listing()
        }


def refs(folder: Path) -> dict[str, DatasetRef]:
    with opened(folder) as share:
        return {item.name: item for item in share.listing() if isinstance(item, DatasetRef)}


def sample(folder: Path, name: str) -> Sample:
    with opened(folder) as share:
        return share.sample(refs(folder)[name], PLAN)


def reason(folder: Path, name: str) -> SkipReason:
    with pytest.raises(DatasetError) as caught:
        sample(folder, name)
    assert CANARY not in f"{caught.value!s} {caught.value!r} {caught.value.__cause__!r}"
    return caught.value.reason


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """As the standard library writes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def database(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y');")
    content = path.read_bytes()
    path.unlink()
    return content


def test_each_member_is_a_dataset(tmp_path: Path) -> None:
    rows = [{"a": 1, "b": 2}]
    members = {"one.csv": "a,b\n1,2\n", "deep/two.json": json.dumps(rows), "deep/": "", "note.md": "Some words."}
    (tmp_path / "a.zip").write_bytes(zipped(members))
    found = refs(tmp_path)
    assert {name: ref.kind for name, ref in found.items()} == {
        "a.zip!one.csv": DatasetKind.FILE,
        "a.zip!deep/two.json": DatasetKind.FILE,
        "a.zip!note.md": DatasetKind.DOCUMENT,
    }
    for name in ("a.zip!one.csv", "a.zip!deep/two.json"):
        read = sample(tmp_path, name)
        assert [(column.name, read.values(place)) for place, column in enumerate(read.columns)] == [
            ("a", ["1"]),
            ("b", ["2"]),
        ]


def test_sheets_and_tables_in_archives_are_datasets_too(tmp_path: Path) -> None:
    book = workbook(tmp_path / "b.xlsx", {"one": [["x"], [1]], "two": [["y"], [2]]})
    packed = {"b.xlsx": book.read_bytes(), "d.db": database(tmp_path / "d.db"), "c.csv.gz": gzip.compress(TABLE)}
    book.unlink()
    (tmp_path / "a.zip").write_bytes(zipped(packed))
    found = refs(tmp_path)
    assert {name: ref.kind for name, ref in found.items()} == {
        "a.zip!b.xlsx#one": DatasetKind.SHEET,
        "a.zip!b.xlsx#two": DatasetKind.SHEET,
        "a.zip!d.db#t": DatasetKind.TABLE,
        "a.zip!c.csv.gz": DatasetKind.FILE,
    }
    assert sample(tmp_path, "a.zip!b.xlsx#two").values(0) == ["2"]
    assert sample(tmp_path, "a.zip!d.db#t").values(1) == ["x", "y"]
    assert sample(tmp_path, "a.zip!c.csv.gz").values(1) == ["2"]


def test_an_archive_in_an_archive_is_looked_into_and_one_in_that_is_refused(tmp_path: Path) -> None:
    third = zipped({"deep.csv": TABLE})
    second = zipped({"in.csv": TABLE, "third.zip": third})
    (tmp_path / "a.zip").write_bytes(zipped({"second.zip": second, "top.csv": TABLE}))
    assert listed(tmp_path) == {
        "a.zip!second.zip!in.csv": None,
        "a.zip!second.zip!third.zip": SkipReason.TOO_LARGE,
        "a.zip!top.csv": None,
    }
    assert sample(tmp_path, "a.zip!second.zip!in.csv").row_count == 1


def test_a_nested_archive_that_hides_its_kind_is_refused_too(tmp_path: Path) -> None:
    second = zipped({"third.xlsx": zipped({"deep.csv": TABLE})})
    (tmp_path / "a.zip").write_bytes(zipped({"second.zip": second}))
    assert listed(tmp_path)["a.zip!second.zip!third.xlsx"] in (SkipReason.UNREADABLE, SkipReason.TOO_LARGE)


def test_a_packed_spreadsheet_or_database_is_one_of_several_datasets(tmp_path: Path) -> None:
    book = workbook(tmp_path / "b.xlsx", {"one": [["x"], [1]]})
    (tmp_path / "b.xlsx.gz").write_bytes(gzip.compress(book.read_bytes()))
    book.unlink()
    (tmp_path / "d.db.gz").write_bytes(gzip.compress(database(tmp_path / "d.db")))
    (tmp_path / "z.zip.gz").write_bytes(gzip.compress(zipped({"in.csv": TABLE})))
    assert listed(tmp_path) == dict.fromkeys(["b.xlsx.gz#one", "d.db.gz#t", "z.zip.gz!in.csv"])
    for name in refs(tmp_path):
        assert sample(tmp_path, name).row_count > 0


def test_unchanged_members_of_an_archive_written_anew_are_not_due(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"same.csv": TABLE, "other.csv": TABLE}))
    before = refs(tmp_path)
    (tmp_path / "a.zip").write_bytes(zipped({"new.csv": TABLE, "other.csv": TABLE + b"3,4\n", "same.csv": TABLE}))
    after = refs(tmp_path)
    assert after["a.zip!same.csv"].change_signal == before["a.zip!same.csv"].change_signal
    assert after["a.zip!other.csv"].change_signal != before["a.zip!other.csv"].change_signal


UNSAFE = (
    "../out.csv",
    "../../etc/out.csv",
    "a/../../out.csv",
    "a/..",
    "/etc/out.csv",
    "//server/share/out.csv",
    "\\\\server\\share\\out.csv",
    "..\\out.csv",
    "a\\..\\..\\out.csv",
    "\\out.csv",
    "C:\\out.csv",
    "c:out.csv",
    "C:/out.csv",
    "con.csv",
    "a/NUL",
    "aux.tar.csv",
    "b/COM1.csv",
    "lpt9.txt",
    "a/.. /out.csv",
    "in.csv\0../../out.csv",
    "./../out.csv",
    "x" * 5000 + ".csv",
)


@pytest.mark.parametrize("name", UNSAFE)
def test_a_name_that_leads_out_of_the_archive_is_refused_and_never_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.zip").write_bytes(archive([Part(name.encode()), Part(b"good.csv")]))
    (bad, why), *good = listed(tmp_path).items()
    assert bad.startswith("a.zip!")
    assert (why, good) == (SkipReason.UNSAFE_PATH, [("a.zip!good.csv", None)])
    with opened(tmp_path) as share, pytest.raises(DatasetError):
        share.sample(DatasetRef(f"a.zip\0!0!{name}", "x", DatasetKind.FILE), PLAN)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


@pytest.mark.parametrize("name", ["Con Edison.csv", "folder\\in.csv", "a..b/c.csv", "auxiliary.csv", "comma.csv"])
def test_an_odd_but_honest_name_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.zip").write_bytes(archive([Part(name.encode())]))
    ((shown, why),) = listed(tmp_path).items()
    assert (shown, why) == (f"a.zip!{name}".replace("\\", "/"), None)
    assert sample(tmp_path, shown).row_count == 1


def test_what_a_share_passes_over_is_passed_over_in_archives(tmp_path: Path) -> None:
    names = ("__MACOSX/._in.csv", ".hidden.csv", ".git/in.csv", "~$in.csv", "in.csv")
    (tmp_path / "a.zip").write_bytes(zipped(dict.fromkeys(names, TABLE)))
    assert listed(tmp_path) == {"a.zip!in.csv": None}


def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    """Whoever unpacks it sees the last one; the one before is there all the same."""
    (tmp_path / "a.zip").write_bytes(archive([Part(b"in.csv", b"a,b\n1,2\n"), Part(b"in.csv", b"c\n3\n")]))
    assert listed(tmp_path) == {"a.zip!in.csv (hidden copy 1)": None, "a.zip!in.csv": None}
    assert [column.name for column in sample(tmp_path, "a.zip!in.csv").columns] == ["c"]
    assert [column.name for column in sample(tmp_path, "a.zip!in.csv (hidden copy 1)").columns] == ["a", "b"]


def test_members_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    parts = [
        Part(b"locked.csv", flags=0x801),
        Part(b"strong.csv", flags=0x801, method=99),
        Part(b"squeezed.csv", method=12),
        Part(b"sixtyfour.csv", method=9),
        Part(b"empty.csv", b""),
        Part(b"large.csv", size=65 * MEGABYTE),
        Part(b"bomb.csv", b"a" * 40 * MEGABYTE),
        Part(b"scan.jpg", b"\xff\xd8\xff"),
    ]
    (tmp_path / "a.zip").write_bytes(archive(parts))
    assert listed(tmp_path) == {
        "a.zip!locked.csv": SkipReason.PASSWORD_PROTECTED,
        "a.zip!strong.csv": SkipReason.PASSWORD_PROTECTED,
        "a.zip!squeezed.csv": SkipReason.UNKNOWN_FORMAT,
        "a.zip!sixtyfour.csv": SkipReason.UNKNOWN_FORMAT,
        "a.zip!empty.csv": None,
        "a.zip!large.csv": SkipReason.TOO_LARGE,
        "a.zip!bomb.csv": SkipReason.TOO_LARGE,
        "a.zip!scan.jpg": SkipReason.NO_TEXT,
    }


@pytest.mark.parametrize(
    "part",
    [
        Part(b"in.csv", crc=1),
        Part(b"in.csv", size=3),
        Part(b"in.csv", packed=b"\xff" * 50),
        Part(b"in.csv", packed=deflated(TABLE)[:-3]),
        Part(b"in.csv", packed=b""),
    ],
)
def test_a_damaged_member_is_refused(tmp_path: Path, part: Part) -> None:
    (tmp_path / "a.zip").write_bytes(archive([part, Part(b"good.csv")]))
    assert reason(tmp_path, "a.zip!in.csv") is SkipReason.UNREADABLE
    assert sample(tmp_path, "a.zip!good.csv").row_count == 1


def test_a_member_never_unpacks_to_more_than_it_says(tmp_path: Path) -> None:
    bomb = Part(b"in.csv", b"a\n" + b"1\n" * 20 * MEGABYTE, size=1000)
    (tmp_path / "a.zip").write_bytes(archive([bomb]))
    assert reason(tmp_path, "a.zip!in.csv") is SkipReason.UNREADABLE


def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    kernel = Part(b"0.csv", b"a,b\n" * 10_000)
    (tmp_path / "a.zip").write_bytes(
        archive([kernel, *(Part(f"{number}.csv".encode(), kernel.content, at=0) for number in range(1, 200))])
    )
    assert listed(tmp_path) == {"a.zip": SkipReason.UNREADABLE}


def test_a_member_that_reaches_into_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive([Part(b"in.csv", b"a,b\n" * 99, method=0, packed_size=450)]))
    assert listed(tmp_path) == {"a.zip": SkipReason.UNREADABLE}


def test_a_member_larger_than_any_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"in.csv": "a,b\n" * 300_000, "less.csv": TABLE}, zipfile.ZIP_STORED))
    assert listed(tmp_path, 1) == {"a.zip!in.csv": SkipReason.TOO_LARGE, "a.zip!less.csv": None}


def test_what_would_have_to_be_held_to_be_listed_may_not_be_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zipped({"in.csv": TABLE})
    (tmp_path / "a.zip").write_bytes(zipped({"b.zip": content}))
    monkeypatch.setattr(contents, "IN_MEMORY", len(content))
    assert listed(tmp_path) == {"a.zip!b.zip!in.csv": None}
    monkeypatch.setattr(contents, "IN_MEMORY", len(content) - 1)
    assert listed(tmp_path) == {"a.zip!b.zip": SkipReason.TOO_LARGE}


def test_a_member_within_another_one_is_refused(tmp_path: Path) -> None:
    """As of the bomb of quoted members: each holds all that follow."""
    parts = [Part(b"in.csv", b"c" * 500, method=0), Part(b"x.csv", b"c" * 99, at=100, method=0)]
    (tmp_path / "a.zip").write_bytes(archive(parts))
    assert listed(tmp_path) == {"a.zip": SkipReason.UNREADABLE}


@pytest.mark.parametrize("count", [10_001, 70_000, 200_000])
def test_an_archive_of_too_many_members_is_refused(tmp_path: Path, count: int) -> None:
    empty = [Part(b"%d" % number, b"", method=0) for number in range(count)]
    (tmp_path / "a.zip").write_bytes(archive(empty))
    assert listed(tmp_path) == {"a.zip": SkipReason.TOO_LARGE}


def test_an_archive_of_many_members_is_listed(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive([Part(b"%d.csv" % number) for number in range(10_000)]))
    assert len(listed(tmp_path)) == 10_000


def test_members_of_archives_in_an_archive_are_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_MEMBERS", 5)
    inner = zipped({f"{number}.csv": TABLE for number in range(3)})
    (tmp_path / "a.zip").write_bytes(zipped({"1.zip": inner, "2.zip": inner}))
    assert listed(tmp_path)["a.zip!2.zip"] is SkipReason.TOO_LARGE


def test_only_so_much_is_unpacked_for_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = workbook(tmp_path / "b.xlsx", {"one": [["x"], [1]]})
    content = book.read_bytes()
    book.unlink()
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.xlsx": content for number in range(3)}))
    assert set(listed(tmp_path).values()) == {None}
    monkeypatch.setattr(contents, "MOST_OPENED", 2)
    assert listed(tmp_path)["a.zip!2.xlsx"] is SkipReason.TOO_LARGE
    monkeypatch.setattr(contents, "MOST_OPENED", 200)
    monkeypatch.setattr(contents, "MOST_UNPACKED", 2 * len(content))
    assert listed(tmp_path)["a.zip!2.xlsx"] is SkipReason.TOO_LARGE


@pytest.mark.parametrize("share", range(7, 100, 7))
def test_an_archive_cut_anywhere_is_refused(tmp_path: Path, share: int) -> None:
    content = zipped({f"{CANARY}{number}.csv": TABLE for number in range(20)})
    (tmp_path / "a.zip").write_bytes(content[: len(content) * share // 100])
    assert listed(tmp_path) == {"a.zip": SkipReason.UNREADABLE}


def test_an_empty_archive_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({}))
    assert listed(tmp_path) == {}


def test_what_is_called_an_archive_and_is_a_table_is_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(TABLE)
    assert sample(tmp_path, "a.zip").row_count == 1


def test_a_large_member_is_read_without_holding_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    lines = "".join(f"{chance.randrange(10**9)},row {number}\n" for number in range(20_000))
    (tmp_path / "a.zip").write_bytes(zipped({"in.csv": f"n,t\n{lines}"}))
    whole = sample(tmp_path, "a.zip!in.csv")
    monkeypatch.setattr(reading, "IN_MEMORY", 1000)
    monkeypatch.setattr(reading, "in_memory", lambda *_: pytest.fail("it was held"))
    again = sample(tmp_path, "a.zip!in.csv")
    assert (again.rows_total, again.partly) == (20_000, False)
    assert again.values(0) == whole.values(0)


def test_a_large_member_with_a_wrong_check_sum_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "IN_MEMORY", 1000)
    (tmp_path / "a.zip").write_bytes(archive([Part(b"in.csv", b"a,b\n" + b"1,2\n" * 5000, crc=7)]))
    assert reason(tmp_path, "a.zip!in.csv") is SkipReason.UNREADABLE


def test_a_member_that_is_gone_has_vanished(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"in.csv": TABLE}))
    ref = refs(tmp_path)["a.zip!in.csv"]
    (tmp_path / "a.zip").write_bytes(zipped({"other.csv": TABLE}))
    with opened(tmp_path) as share, pytest.raises(DatasetError) as caught:
        share.sample(ref, PLAN)
    assert caught.value.reason is SkipReason.VANISHED


def test_a_file_that_is_called_like_a_member_hides_none(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"in.csv": TABLE}))
    (tmp_path / "a.zip!in.csv").write_bytes(TABLE)
    with opened(tmp_path) as share:
        keys = [item.key for item in share.listing() if isinstance(item, DatasetRef)]
    assert len(set(keys)) == len(keys) == 2


def test_a_truncated_gzip_says_so_and_a_bomb_of_one_ends(tmp_path: Path) -> None:
    lines = "".join(f"{zlib.crc32(bytes([number % 251, number // 251]))},x\n" for number in range(60_000))
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(f"a,b\n{lines}".encode())[:200_000])
    (tmp_path / "bomb.xlsx.gz").write_bytes(gzip.compress(b"PK\3\4" + b"\0" * 70 * MEGABYTE))
    (tmp_path / "junk.csv.gz").write_bytes(b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" * 99)
    assert listed(tmp_path) == {"bomb.xlsx.gz": SkipReason.TOO_LARGE, "cut.csv.gz": None, "junk.csv.gz": None}
    assert sample(tmp_path, "cut.csv.gz").partly
    assert reason(tmp_path, "junk.csv.gz") is SkipReason.UNREADABLE


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_is_changed_in_an_archive_it_is_listed_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(archive([Part(f"{CANARY}.csv".encode()), Part(b"b.zip", zipped({"in.csv": TABLE}))]))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "a.zip").write_bytes(content)
    with opened(tmp_path, 1) as share:
        for item in list(share.listing()):
            if isinstance(item, DatasetRef):
                try:
                    share.sample(item, PLAN)
                except DatasetError as error:
                    assert CANARY not in str(error)  # noqa: PT017 - it may be raised or not
